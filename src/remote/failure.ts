/** What a service elsewhere can do wrong, in one line that never holds a key. */

import type { BodyOf } from "../engine/frame.ts";
import type { Log } from "../engine/handler.ts";

/** Characters of a server's own message that are passed on. */
const LONGEST = 300;

interface Particulars {
  /** Status of HTTP; null when there was no answer at all. */
  status?: number | null;
  /** The server's own name for what is wrong, where it gives one. */
  code?: string;
  /** It took too long. */
  late?: boolean;
}

export class RemoteError extends Error {
  readonly status: number | null;
  readonly code: string;
  readonly late: boolean;

  constructor(message: string, { status = null, code = "", late = false }: Particulars = {}) {
    super(message);
    this.name = "RemoteError";
    this.status = status;
    this.code = code;
    this.late = late;
  }

  /** May another server, or the same one on a new connection, do better? */
  get passing(): boolean {
    return this.status === null || this.status === 429 || (this.status >= 500 && this.status !== 501);
  }

  /** The prompt is longer than the model's context (llama.cpp, OpenAI, vLLM). */
  get tooLong(): boolean {
    return this.status === 400 &&
      /exceed_context_size|context_length_exceeded|maximum context length|longer than the maximum model length/i
        .test(`${this.code} ${this.message}`);
  }
}

/** The fields of an error in OpenAI's form, in FastAPI's (`detail`), or as vLLM once had it. */
interface Complaint {
  error?: { message?: unknown; type?: unknown; code?: unknown } | string;
  message?: unknown;
  detail?: unknown;
}

function text(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === undefined || value === null
    ? ""
    : JSON.stringify(value);
}

/** On one line, without the key, not longer than a message may be. */
function tidy(words: string, key: string | null): string {
  const plain = (key ? words.replaceAll(key, "…") : words).replace(/\s+/g, " ").trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}

/** @param body what the server sent with this status, JSON or not. */
export function complaint(host: string, status: number, body: string, key: string | null): RemoteError {
  let said: Complaint = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) said = parsed;
  } catch {
    said = { message: /^\s*</.test(body) ? "" : body };
  }
  const error = typeof said.error === "object" && said.error !== null ? said.error : {};
  const words = text(error.message) || text(said.error) || text(said.message) || text(said.detail);
  const code = [error.code, error.type].map(text).join(" ");
  return new RemoteError(`${host} answered ${status}${words ? `: ${tidy(words, key)}` : ""}`, {
    status,
    code,
  });
}

/** Why there was no answer, or why it broke off. */
export function breakdown(host: string, error: unknown, key: string | null): RemoteError {
  if (error instanceof RemoteError) return error;
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  // fetch says what happened only in the cause.
  const words = cause instanceof Error ? cause.message : message;
  const refused = /refused/i.test(words);
  return new RemoteError(
    refused ? `${host} does not answer (connection refused)` : `${host} failed: ${tidy(words, key)}`,
  );
}

/**
 * What the page is told when a service failed, which also is a line in the log.
 * @throws the error itself if it is none of a service's.
 */
export function faultOf(handler: string, error: unknown, log: Log): BodyOf<"fault"> {
  if (!(error instanceof RemoteError)) throw error;
  const message = error.message.replace(/\.*$/, ".");
  log.error(message);
  return { kind: "fault", handler, code: "server", message };
}
