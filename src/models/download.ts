/** One file over HTTP: continued where an earlier attempt stopped, checked, and only then given its own name. */
import { createHash, type Hash } from "node:crypto";
import type { ModelFile } from "./catalog.ts";
import { SourceFailure } from "./failure.ts";
import { unreachable } from "./hub.ts";
import { hashInto } from "./verify.ts";

export interface Timeouts {
  /** Milliseconds until the first sign of a source. */
  connect: number;
  /** Milliseconds without a single byte. */
  stall: number;
}

export interface Download {
  url: string;
  /** Where the file goes in the end; until then `<target>.part` is written. */
  target: string;
  file: ModelFile;
  timeouts: Timeouts;
  /** Bytes that are there. */
  progress(done: number): void;
}

/** A connection that breaks off is taken up again this often, as long as each attempt brings something. */
const ATTEMPTS = 5;

/** @throws SourceFailure when the source cannot be reached, breaks off for good, or sends something else. */
export async function download(job: Download): Promise<void> {
  const part = `${job.target}.part`;
  for (let attempt = 1;; attempt++) {
    const before = await sizeOf(part);
    try {
      await receive(job, part, before);
      await finish(job, part);
      return;
    } catch (error) {
      const broken = error instanceof BrokenOff && await sizeOf(part) > before;
      const stale = error instanceof WrongContent && before > 0;
      if (attempt < ATTEMPTS && (broken || stale)) continue;
      throw error;
    }
  }
}

class BrokenOff extends SourceFailure {}
class WrongContent extends SourceFailure {}

const sizeOf = (path: string) => Deno.stat(path).then(({ size }) => size, () => 0);

async function receive(
  { url, file, timeouts, progress }: Download,
  part: string,
  before: number,
): Promise<void> {
  if (before === file.size) return;
  progress(before);
  const abort = new AbortController();
  const timer = createTimer(abort);
  try {
    timer.start(timeouts.connect);
    const { body, offset } = await open(url, file, before, abort.signal, timeouts.connect);
    using out = await Deno.open(part, { create: true, write: true, truncate: offset === 0 });
    await out.seek(offset, Deno.SeekMode.Start);
    let done = offset;
    timer.start(timeouts.stall);
    for await (const chunk of body) {
      timer.start(timeouts.stall);
      done += chunk.length;
      if (done > file.size) throw await wrong(part, `it sent more than ${file.size} bytes`);
      for (let at = 0; at < chunk.length;) at += await out.write(chunk.subarray(at));
      progress(done);
    }
    await out.syncData();
    if (done < file.size) throw new BrokenOff(`it broke off after ${done} of ${file.size} bytes`);
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    throw new BrokenOff(`it broke off: ${error instanceof Error ? error.message : error}`);
  } finally {
    timer.stop();
    abort.abort();
  }
}

function createTimer(abort: AbortController) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const start = (milliseconds: number) => {
    stop();
    timer = setTimeout(() => abort.abort(new DOMException("Nothing came in", "TimeoutError")), milliseconds);
  };
  return { start, stop };
}

/** The answer's body and where in the file it begins: some servers send everything whatever was asked for. */
async function open(url: string, file: ModelFile, before: number, signal: AbortSignal, timeout: number) {
  const ask = before > 0 && before < file.size;
  const headers: HeadersInit = {
    "accept-encoding": "identity",
    ...(ask ? { range: `bytes=${before}-` } : {}),
  };
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
  } catch (error) {
    throw new SourceFailure(unreachable(error, timeout), true);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new SourceFailure(`it answered ${response.status}`);
  }
  // ModelScope keeps to the range but answers 200: the length tells.
  const rest = Number(response.headers.get("content-length")) === file.size - before;
  const continued = ask && (response.headers.get("content-range")?.startsWith(`bytes ${before}-`) || rest);
  return { body: response.body, offset: continued ? before : 0 };
}

async function wrong(part: string, message: string): Promise<WrongContent> {
  await Deno.remove(part).catch(() => {});
  return new WrongContent(message);
}

/** Takes the finished part over if it is right, else removes it. */
async function finish({ file, target }: Download, part: string): Promise<void> {
  await adopt(part, target, file, (message) => new WrongContent(message));
}

/**
 * Renames a file that was loaded to its own name if its hash is right; else removes it.
 * @throws what `failure` makes of the sentence that says what is wrong.
 */
export async function adopt(
  part: string,
  target: string,
  file: ModelFile,
  failure: (message: string) => Error = (message) => new SourceFailure(message),
): Promise<void> {
  const hash: Hash = createHash("sha256");
  const size = await hashInto(hash, part);
  const sha256 = hash.digest("hex");
  if (size === file.size && sha256 === file.sha256) return await Deno.rename(part, target);
  await Deno.remove(part);
  throw failure(`"${file.name}" has the sha256 ${sha256} instead of ${file.sha256}`);
}
