/** What the page sends over the data channel is not trusted: it is checked here before anybody acts on it. */
import type { ClientMessage } from "./signalling.ts";

/** Longest message in bytes. */
export const LONGEST = 16 * 1024;

/** The message, or in words what is wrong with it. */
export function readMessage(data: string | Uint8Array): ClientMessage | string {
  if (data.length > LONGEST) return `it has ${data.length} bytes, ${LONGEST} are allowed`;
  let message: unknown;
  try {
    message = JSON.parse(typeof data === "string" ? data : new TextDecoder().decode(data));
  } catch {
    return "it is not JSON";
  }
  if (typeof message !== "object" || message === null) return "it is not an object";
  const { type, text } = message as Record<string, unknown>;
  if (type === "stop") return { type };
  if (type === "text" && typeof text === "string") return { type, text };
  if (type === "text") return 'a "text" message must have a "text" that is a string';
  return '"type" must be "text" or "stop"';
}
