/** Lets one process at a time fetch into a models folder. */
import { join } from "node:path";

/**
 * Waits until no other process fetches, then keeps others out until disposed. The operating system holds the lock
 * (`flock`), so a process that dies, however it dies, leaves none behind.
 * @param waiting Called when somebody else is at it.
 */
export async function lockFolder(folder: string, waiting: () => void): Promise<Disposable> {
  const file = await Deno.open(join(folder, ".lock"), { create: true, write: true });
  const notice = setTimeout(waiting, 500);
  try {
    await file.lock(true);
  } catch (error) {
    file.close();
    throw error;
  } finally {
    clearTimeout(notice);
  }
  return { [Symbol.dispose]: () => file.close() };
}
