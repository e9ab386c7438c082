/**
 * The thread that checks and decodes one avatar pack. It is given no right but to read the program itself: the files come
 * by message, so that whatever a pack holds meets nothing that could be read, written or called.
 */
import { loadPack, type Pack } from "./pack.ts";

export type ToDecoder =
  | { type: "load"; name: string; size: number }
  /** The file that was asked for, or why there is none. */
  | { type: "file"; bytes: Uint8Array<ArrayBuffer> }
  | { type: "absent"; message: string };
export type FromDecoder =
  | { type: "read"; name: string; limit: number }
  | { type: "done"; pack: Pack }
  | { type: "failed"; message: string };

let asked: PromiseWithResolvers<Uint8Array<ArrayBuffer>> | null = null;
const post = (message: FromDecoder, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

/** Files are asked for one after another. */
function read(name: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  asked = Promise.withResolvers();
  post({ type: "read", name, limit });
  return asked.promise;
}

/** What is large in a pack; it crosses over without being copied. */
function buffersOf({ geometry, textures }: Pack): ArrayBuffer[] {
  const pictures = Object.values(textures).map(({ pixels }) => pixels.buffer);
  return [...new Set([geometry.position.buffer as ArrayBuffer, ...pictures])];
}

self.onmessage = ({ data }: MessageEvent<ToDecoder>) => {
  if (data.type === "file") asked?.resolve(data.bytes);
  else if (data.type === "absent") asked?.reject(new Error(data.message));
  else {
    loadPack(data.name, read, data.size).then(
      (pack) => post({ type: "done", pack }, buffersOf(pack)),
      (error) => post({ type: "failed", message: error.message }),
    );
  }
};
