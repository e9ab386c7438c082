/** One file over HTTP: continued where an earlier attempt stopped, checked, and only then given its own name. */
import { SourceFailure } from "./failure.ts";
import { refusal, unreachable } from "./hub.ts";
import { type Expected, verifyContent } from "./verify.ts";

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
  file: Expected;
  timeouts: Timeouts;
  /** Sent along, but not to another host that the answer points to. */
  headers?: Readonly<Record<string, string>>;
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

async function receive(job: Download, part: string, before: number): Promise<void> {
  const { file, timeouts, progress } = job;
  if (before === file.size) return;
  progress(before);
  const abort = new AbortController();
  const timer = createTimer(abort);
  try {
    timer.start(timeouts.connect);
    const { body, offset } = await open(job, before, abort.signal);
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
    // No other source could mend a full disk.
    if (error instanceof SourceFailure || (error as { code?: string })?.code === "ENOSPC") throw error;
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
async function open({ url, file, timeouts, headers: extra }: Download, before: number, signal: AbortSignal) {
  const ask = before > 0 && before < file.size;
  const headers: HeadersInit = {
    ...extra,
    "accept-encoding": "identity",
    ...(ask ? { range: `bytes=${before}-` } : {}),
  };
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
  } catch (error) {
    throw new SourceFailure(unreachable(error, timeouts.connect), true);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new SourceFailure(refusal(response.status));
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
  file: Expected,
  failure: (message: string) => Error = (message) => new SourceFailure(message),
): Promise<void> {
  const wrong = await verifyContent(part, file);
  if (wrong === null) return await Deno.rename(part, target);
  await Deno.remove(part);
  throw failure(`"${file.name}" ${wrong}`);
}
