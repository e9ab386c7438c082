/** What the page sends over the data channel is not trusted: it is checked here before anybody acts on it. */
import { type ClientMessage, type Exchange, REMEMBERED, REMEMBERED_LENGTH } from "./signalling.ts";

/** Longest message, in UTF-16 code units. */
export const LONGEST = 16 * 1024;

/** The message, or in words what is wrong with it. */
export function readMessage(data: string): ClientMessage | string {
  if (data.length > LONGEST) return `it is ${data.length} characters long, ${LONGEST} are allowed`;
  let message: unknown;
  try {
    message = JSON.parse(data);
  } catch {
    return "it is not JSON";
  }
  if (typeof message !== "object" || message === null) return "it is not an object";
  const { type, text, exchanges } = message as Record<string, unknown>;
  if (type === "stop") return { type };
  if (type === "text" && typeof text === "string") return { type, text };
  if (type === "text") return 'a "text" message must have a "text" that is a string';
  if (type === "memory") {
    const remembered = readExchanges(exchanges);
    return typeof remembered === "string" ? remembered : { type, exchanges: remembered };
  }
  return '"type" must be "text", "stop" or "memory"';
}

function readExchanges(list: unknown): Exchange[] | string {
  if (!Array.isArray(list) || list.length > REMEMBERED) {
    return `"exchanges" must be a list of ${REMEMBERED} at most`;
  }
  const exchanges: Exchange[] = [];
  for (const item of list) {
    const { user, reply } = Object(item);
    if (!isShort(user) || !isShort(reply)) {
      return `an exchange must have a "user" and a "reply" of ${REMEMBERED_LENGTH} characters at most`;
    }
    exchanges.push({ user, reply });
  }
  return exchanges;
}

const isShort = (text: unknown): text is string =>
  typeof text === "string" && [...text].length <= REMEMBERED_LENGTH;
