/** Server-sent events (WHATWG HTML, "Server-sent events"), as far as the OpenAI-shaped services use them. */

/**
 * The data of each event. Lines end with LF, CR LF or CR; several `data:` lines of one event are joined; comments and
 * other fields are passed over. What follows the last blank line counts too, because some servers leave that one out.
 */
export async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let data: string[] = [];
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield data.join("\n");
      data = [];
    } else if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
  }
  if (data.length > 0) yield data.join("\n");
}

async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    // A CR at the very end may be the first half of a CR LF.
    const whole = rest.endsWith("\r") ? rest.length - 1 : rest.length;
    const parts = rest.slice(0, whole).split(/\r\n|\n|\r/);
    rest = parts.pop()! + rest.slice(whole);
    yield* parts;
  }
  if (rest.trim() !== "") yield* rest.split(/\r\n|\n|\r/);
}
