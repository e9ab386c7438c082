/** Reads a pack in a thread of its own: unpacking its pictures takes a second, in which the page must go on. */
import type { FromDecoder, ToDecoder } from "../face/decoding.ts";
import type { Pack } from "../face/pack.ts";
import { fetchPlain } from "./fetch_plain.ts";

/**
 * Fetches, checks and decodes the pack under `/avatars/<name>/`.
 *
 * @param size pixels a side of its picture
 * @throws Error in one line that names the pack and the file
 */
export async function fetchPack(name: string, size: number): Promise<Pack> {
  const folder = `/avatars/${name.split("/").map(encodeURIComponent).join("/")}`;
  const decoder = new Worker("/decoding.js", { type: "module" });
  const post = (message: ToDecoder, transfer: Transferable[] = []) => decoder.postMessage(message, transfer);
  const send = (file: string, limit: number) =>
    fetchPlain(`${folder}/${file}`, limit).then(
      (bytes) => post({ type: "file", bytes }, [bytes.buffer]),
      (error) => post({ type: "absent", message: error.message }),
    );
  try {
    return await new Promise<Pack>((resolve, reject) => {
      decoder.onmessage = ({ data }: MessageEvent<FromDecoder>) => {
        if (data.type === "read") void send(data.name, data.limit);
        else if (data.type === "done") resolve(data.pack);
        else reject(new Error(data.message));
      };
      decoder.onerror = ({ message }) => reject(new Error(`the pack cannot be decoded: ${message}`));
      post({ type: "load", name, size });
    });
  } finally {
    decoder.terminate();
  }
}
