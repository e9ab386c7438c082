/** The page's own files, from the folder they were shipped in; nothing else can be reached through it. */
import { join } from "node:path";
import type { Context } from "hono";
import { FILE_BYTES, MANIFEST_BYTES } from "../face/limits.ts";
import { readManifest } from "../face/manifest.ts";
import { readPlain } from "../face/packfolder.ts";

const ROOT = new URL("../../static/", import.meta.url);
const TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  webm: "video/webm",
  mp4: "video/mp4",
  webmanifest: "application/manifest+json",
  json: "application/json",
  bin: "application/octet-stream",
};
/** Path segments of plain characters, none beginning with a dot, and an ending that is known. */
const SAFE = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.(\w+)$/;

/**
 * Answers with a file below `static/`, or 404.
 * `edit` may change the text before it is sent.
 * A single byte range is honoured (RFC 9110, section 14): Safari plays a video from no server that does not.
 */
export async function sendFile(
  c: Context,
  path: string,
  edit?: (text: string) => string,
): Promise<Response> {
  const type = TYPES[SAFE.exec(path)?.[1] ?? ""];
  if (!type) return c.notFound();
  const bytes = await Deno.readFile(new URL(path, ROOT)).catch(() => null);
  if (!bytes) return c.notFound();
  return await send(c, type, edit ? new TextEncoder().encode(edit(new TextDecoder().decode(bytes))) : bytes);
}

/** What a page shows of an avatar before a call. */
const PREVIEWS = ["poster.jpg", "idle.webm", "idle.mp4"];
const MANIFEST = "manifest.json";

/**
 * Answers with a file of an avatar in `folder`, or 404: its preview, and what a page needs to draw a pack, which is what
 * the pack's manifest names. Links are not followed.
 *
 * @param drawable may pages draw packs themselves?
 */
export async function sendOfAvatar(
  c: Context,
  folder: string,
  name: string,
  drawable: boolean,
): Promise<Response> {
  if (!PREVIEWS.includes(name) && !(drawable && await belongsToPack(folder, name))) return c.notFound();
  const bytes = await readPlain(join(folder, name), FILE_BYTES).catch(() => null);
  return bytes ? await send(c, TYPES[name.split(".")[1]], bytes) : c.notFound();
}

async function belongsToPack(folder: string, name: string): Promise<boolean> {
  const bytes = await readPlain(join(folder, MANIFEST), MANIFEST_BYTES).catch(() => null);
  if (!bytes) return false;
  const read = readManifest(new TextDecoder().decode(bytes));
  return "manifest" in read && (name === MANIFEST || Object.hasOwn(read.manifest.files, name));
}

async function send(c: Context, type: string, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  const tag = `"${bytes.length.toString(16)}-${await digest(bytes)}"`;
  const base = { "content-type": type, "etag": tag, "cache-control": "no-cache", "accept-ranges": "bytes" };
  if (c.req.header("if-none-match") === tag) return new Response(null, { status: 304, headers: base });
  const range = parseRange(c.req.header("range"), bytes.length);
  if (!range) return new Response(bytes, { headers: base });
  const [from, to] = range;
  return new Response(bytes.subarray(from, to + 1), {
    status: 206,
    headers: { ...base, "content-range": `bytes ${from}-${to}/${bytes.length}` },
  });
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return hash.toHex().slice(0, 16);
}

/** First and last byte (inclusive), or null for no or an unusable range: then the whole file is sent. */
export function parseRange(header: string | undefined, length: number): [number, number] | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const [from, to] = match[1] === ""
    ? [Math.max(0, length - Number(match[2])), length - 1]
    : [Number(match[1]), match[2] === "" ? length - 1 : Math.min(Number(match[2]), length - 1)];
  return from <= to && from < length ? [from, to] : null;
}
