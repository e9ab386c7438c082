/** How much the disk below a folder still takes. */
import { statfs } from "node:fs/promises";

/** Free bytes for a user without special rights. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
