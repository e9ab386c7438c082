/** What the page sends over the data channel is not trusted: it is checked here before anybody acts on it. */
import {
  type ClientMessage,
  type Exchange,
  type FaceChoice,
  REMEMBERED,
  REMEMBERED_LENGTH,
} from "./signalling.ts";

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
  const { type, text, exchanges, on, by } = message as Record<string, unknown>;
  if (type === "stop") return { type };
  if (type === "text" && typeof text === "string") return { type, text };
  if (type === "text") return 'a "text" message must have a "text" that is a string';
  if (type === "memory") {
    const remembered = readExchanges(exchanges);
    return typeof remembered === "string" ? remembered : { type, exchanges: remembered };
  }
  if (type === "avatar") {
    const face = readFace(message);
    return face
      ? { type, ...face }
      : 'an "avatar" message must have an "avatar" and a "background" that are names';
  }
  if (type === "calm" || type === "able") {
    return typeof on === "boolean" ? { type, on } : `a "${type}" message must have an "on", true or false`;
  }
  if (type === "draw") {
    return by === "page" || by === "server"
      ? { type, by }
      : 'a "draw" message must have a "by", "page" or "server"';
  }
  return '"type" must be "text", "stop", "memory", "avatar", "calm", "able" or "draw"';
}

/** Letters, digits, _ - . as folders of packs are called; those of LiteAvatar lie in a folder of their own. */
const NAME = /^\w[\w.-]{0,63}(\/\w[\w.-]{0,63})?$/;

/** A choice of a face in what the page sent; undefined when there is none. */
export function readFace(value: unknown): FaceChoice | undefined {
  const { avatar, background } = Object(value);
  const named = [avatar, background].every((name) => typeof name === "string" && NAME.test(name));
  return named ? { avatar, background } : undefined;
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
