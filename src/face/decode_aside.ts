/** Reads an avatar pack without holding up the thread that draws the others. */
import type { FromDecoder, ToDecoder } from "./decoding.ts";
import type { Pack } from "./pack.ts";
import { readPlain } from "./packfolder.ts";

/** Milliseconds; a pack within the limits takes one or two seconds even on a slow machine. */
const PATIENCE = 30_000;
/** All that the decoding thread may do is read the program. */
export const DECODER_RIGHTS: Deno.PermissionOptionsObject = {
  read: ["../", "../../node_modules/", "../../package.json"].map((path) => new URL(path, import.meta.url)),
  env: "inherit",
};

/**
 * Reads the pack in `folder` as `readPack` does, in a thread of its own that may do nothing but calculate.
 *
 * @param size side of the video picture in pixels
 * @throws Error in one line that names the pack and the file
 */
export async function readPackAside(folder: string, size: number): Promise<Pack> {
  const name = folder.split(/[\\/]/).pop()!, result = Promise.withResolvers<Pack>();
  const worker = new Worker(new URL("./decoding.ts", import.meta.url), {
    type: "module",
    name: `avatar ${name}`,
    deno: { permissions: DECODER_RIGHTS },
  });
  const fail = (reason: string) => result.reject(new Error(reason));
  const late = setTimeout(() => fail(`Avatar pack "${name}": it could not be read in time`), PATIENCE);
  const post = (message: ToDecoder, transfer: Transferable[] = []) =>
    worker.postMessage(message, { transfer });
  worker.onmessage = ({ data }: MessageEvent<FromDecoder>) => {
    if (data.type === "done") result.resolve(data.pack);
    else if (data.type === "failed") fail(data.message);
    else {
      readPlain(`${folder}/${data.name}`, data.limit).then(
        (bytes) => post({ type: "file", bytes }, [bytes.buffer]),
        (error) => post({ type: "absent", message: error.message }),
      );
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(`Avatar pack "${name}": ${event.message}`);
  };
  post({ type: "load", name, size });
  try {
    return await result.promise;
  } finally {
    clearTimeout(late);
    worker.terminate();
  }
}
