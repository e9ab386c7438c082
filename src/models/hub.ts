/**
 * Model hubs. Before anything is loaded the hub's own list of files must name the hash we expect.
 *
 * Hugging Face: `GET /api/models/<repository>/tree/<revision>/<folder>` → `[{ path, size, oid, lfs?: { oid } }]`, where
 * `lfs.oid` is the sha256 and `oid` git's blob hash. ModelScope: `GET /api/v1/models/<repository>/repo/files` →
 * `{ Data: { Files: [{ Path, Size, Sha256 }] } }`.
 */
import { dirname } from "node:path/posix";
import type { HubSource, ModelFile } from "./catalog.ts";
import { SourceFailure } from "./failure.ts";

/** Address of each hub, without a slash at the end. */
export type HubAddresses = Readonly<Record<HubSource["kind"], string>>;

export const HUBS: HubAddresses = {
  huggingface: "https://huggingface.co",
  modelscope: "https://www.modelscope.cn",
};

const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");

interface Listed {
  path: string;
  size: number;
  sha256?: string;
  gitBlob?: string;
}

/**
 * Where to load a file from, after the hub has named its hash.
 * @param timeout Milliseconds for the hub's answer.
 * @throws SourceFailure when the hub does not answer, or has no such file.
 */
export async function hubUrl(
  source: HubSource,
  file: ModelFile,
  hubs: HubAddresses,
  timeout: number,
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
  const listed = filesOf(source.kind, await askJson(listing, timeout)).find((entry) => entry.path === path);
  if (!listed) throw new SourceFailure(`"${source.repository}" has no "${path}"`);
  const same = listed.sha256
    ? listed.sha256 === file.sha256
    : listed.gitBlob && listed.gitBlob === file.gitBlob;
  if (!same || listed.size !== file.size) {
    throw new SourceFailure(
      `"${source.repository}" has another "${path}" (${listed.sha256 ?? listed.gitBlob})`,
    );
  }
  return source.kind === "huggingface"
    ? `${base}/${repository}/resolve/${revision}/${encoded(path)}`
    : `${base}/models/${repository}/resolve/${revision}/${encoded(path)}`;
}

async function askJson(url: string, timeout: number): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeout) });
  } catch (error) {
    throw new SourceFailure(unreachable(error, timeout), true);
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new SourceFailure(`it answered ${response.status}`);
  }
  return await response.json().catch(() => {
    throw new SourceFailure("its answer could not be understood");
  });
}

/** In words, from what `fetch` throws. */
export function unreachable(error: unknown, timeout: number): string {
  const late = error instanceof DOMException && error.name === "TimeoutError";
  return late ? `no answer within ${timeout / 1000} s` : "it cannot be reached";
}

// deno-lint-ignore no-explicit-any
function filesOf(kind: HubSource["kind"], answer: any): Listed[] {
  const rows = kind === "huggingface" ? answer : answer?.Data?.Files;
  // deno-lint-ignore no-explicit-any
  return (Array.isArray(rows) ? rows : []).map((row: any) =>
    kind === "huggingface"
      ? { path: row?.path, size: row?.size, sha256: row?.lfs?.oid, gitBlob: row?.oid }
      : { path: row?.Path, size: row?.Size, sha256: row?.Sha256 }
  );
}
