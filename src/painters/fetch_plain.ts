/** Fetches a file of this server, but no more of it than allowed. */

/** @throws Error in one line when it is not there, or longer than `limit` bytes */
export async function fetchPlain(address: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const name = address.split("/").pop()!, response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`the file "${name}" cannot be had: ${response.status}`);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  // Leaving the loop stops the download.
  for await (const piece of chunks(response.body)) {
    length += piece.length;
    if (length > limit) throw new Error(`the file "${name}" is longer than ${limit} bytes`);
    pieces.push(piece);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Not every browser has streams that can be looped over. */
async function* chunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
