/**
 * Model hubs. Before anything is loaded the hub's own list of files must name the hash we expect.
 *
 * Hugging Face: `GET /api/models/<repository>/tree/<revision>/<folder>` → `[{ path, size, oid, lfs?: { oid } }]`, where
 * `lfs.oid` is the sha256 and `oid` git's blob hash. ModelScope: `GET /api/v1/models/<repository>/repo/files` →
 * `{ Data: { Files: [{ Path, Size, Sha256 }] } }`.
 */
import { dirname } from "node:path/posix";
import type { HubSource, ModelFile } from "./catalog/model.ts";
import { SourceFailure } from "./failure.ts";

/** Address of each hub, without a slash at the end. */
export type HubAddresses = Readonly<Record<HubSource["kind"], string>>;

export const HUBS: HubAddresses = {
  huggingface: "https://huggingface.co",
  modelscope: "https://www.modelscope.cn",
};

/**
 * The addresses to use: `HF_ENDPOINT` names a mirror of Hugging Face, `MODELSCOPE_DOMAIN` one of ModelScope, as for the
 * hubs' own programs. A name without `https://` gets it; an empty variable counts as not set.
 */
export function hubAddresses(env: Readonly<Record<string, string | undefined>>): HubAddresses {
  const address = (given: string | undefined, usual: string) => {
    const text = given?.trim().replace(/\/+$/, "");
    return !text ? usual : /^https?:\/\//.test(text) ? text : `https://${text}`;
  };
  return {
    huggingface: address(env.HF_ENDPOINT, HUBS.huggingface),
    modelscope: address(env.MODELSCOPE_DOMAIN, HUBS.modelscope),
  };
}

const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** A file as its hub lists it. */
export interface Listed {
  /** In the repository. */
  path: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal; Hugging Face tells it of files in its large file store only. */
  sha256?: string;
  /** Git's own hash of the content. */
  gitBlob?: string;
}

/** Where a hub gives a file. `base`: the hub's address. */
export function fileUrl(base: string, kind: HubSource["kind"], place: Place, path: string): string {
  const folder = kind === "huggingface" ? "" : "/models";
  return `${base}${folder}/${encoded(place.repository)}/resolve/${encoded(place.revision)}/${encoded(path)}`;
}

/** A repository at one of its branches. */
export interface Place {
  repository: string;
  revision: string;
}

/**
 * Where to load a file from, after the hub has named its hash.
 * @param timeout Milliseconds for the hub's answer.
 * @param headers Sent with the question.
 * @throws SourceFailure when the hub does not answer, or has no such file.
 */
export async function hubUrl(
  source: HubSource,
  file: ModelFile,
  hubs: HubAddresses,
  timeout: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = source.paths[file.name];
  const base = hubs[source.kind],
    repository = encoded(source.repository),
    revision = encoded(source.revision);
  const folder = dirname(path) === "." ? "" : dirname(path);
  const listing = source.kind === "huggingface"
    ? `${base}/api/models/${repository}/tree/${revision}${folder && `/${encoded(folder)}`}`
    : `${base}/api/v1/models/${repository}/repo/files?Revision=${revision}&Root=${
      encodeURIComponent(folder)
    }`;
  const { answer } = await askJson(listing, timeout, headers);
  const listed = filesOf(source.kind, answer).find((entry) => entry.path === path);
  if (!listed) throw new SourceFailure(`"${source.repository}" has no "${path}"`);
  const same = listed.sha256
    ? listed.sha256 === file.sha256
    : listed.gitBlob && listed.gitBlob === file.gitBlob;
  if (!same || listed.size !== file.size) {
    throw new SourceFailure(
      `"${source.repository}" has another "${path}" (${listed.sha256 ?? listed.gitBlob})`,
    );
  }
  return fileUrl(base, source.kind, source, path);
}

/**
 * What a hub's list says, and the address of the list's next page if it has one.
 * @param timeout Milliseconds for the answer.
 * @throws SourceFailure when the hub does not answer, or not with a list.
 */
export async function askJson(
  url: string,
  timeout: number,
  headers: HeadersInit = {},
): Promise<{ answer: unknown; next?: string }> {
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: AbortSignal.timeout(timeout) });
  } catch (error) {
    throw new SourceFailure(unreachable(error, timeout), true);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new SourceFailure(refusal(response.status));
  }
  const answer: unknown = await response.json().catch(() => {
    throw new SourceFailure("its answer could not be understood");
  });
  const next = response.headers.get("link")?.match(/<([^>]+)>;\s*rel="next"/)?.[1];
  return { answer, next };
}

/** In words, from the status of an answer that is no success. */
export function refusal(status: number): string {
  const account = status === 401 || status === 403
    ? " (no such files, or only with the token of an account)"
    : "";
  return `it answered ${status}${account}`;
}

/** In words, from what `fetch` throws. */
export function unreachable(error: unknown, timeout: number): string {
  const late = error instanceof DOMException && error.name === "TimeoutError";
  return late ? `no answer within ${timeout / 1000} s` : "it cannot be reached";
}

/** The files of a hub's answer, without its folders. */
// deno-lint-ignore no-explicit-any
export function filesOf(kind: HubSource["kind"], answer: any): Listed[] {
  const rows = kind === "huggingface" ? answer : answer?.Data?.Files;
  // deno-lint-ignore no-explicit-any
  const files = (Array.isArray(rows) ? rows : []).filter((row: any) =>
    !["directory", "tree"].includes(row?.type ?? row?.Type)
  );
  // deno-lint-ignore no-explicit-any
  return files.map((row: any) =>
    kind === "huggingface"
      ? { path: row?.path, size: row?.size, sha256: row?.lfs?.oid, gitBlob: row?.oid }
      : { path: row?.Path, size: row?.Size, sha256: row?.Sha256 }
  );
}
