/**
 * Everything a repository on a model hub holds, with the checksums that the hub itself names.
 *
 * Hugging Face: `GET /api/models/<repository>/tree/<revision>?recursive=true`, in pages (`Link: <…>; rel="next"`).
 * ModelScope: `GET /api/v1/models/<repository>/repo/files?Revision=<revision>&Recursive=true`.
 * `hub.ts` says what their rows look like.
 */
import type { HubSource } from "./catalog/model.ts";
import { SourceFailure } from "./failure.ts";
import { askJson, filesOf, type HubAddresses, type Listed, type Place } from "./hub.ts";

export interface Repository extends Place {
  kind: HubSource["kind"];
}

/** How to get at the hubs. */
export interface HubAccess {
  hubs: HubAddresses;
  /** Of a Hugging Face account, for files that are not for everybody. It is sent to Hugging Face and never shown. */
  token?: string;
}

/** What git keeps for itself. */
const OF_GIT = /(^|\/)\.git[a-z]*$/;
/** No repository of a model has more; without a bound a hub could send us round in circles. */
const MOST_PAGES = 100;

const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** Headers for questions to a hub, and for its files. */
export function hubHeaders({ kind }: Pick<Repository, "kind">, { token }: HubAccess): Record<string, string> {
  return kind === "huggingface" && token ? { authorization: `Bearer ${token}` } : {};
}

/**
 * The files of a repository, each with a size and a hash.
 * @param timeout Milliseconds for each answer of the hub.
 * @throws SourceFailure when the hub does not answer, has no such repository, or lists what may not be written.
 */
export async function listRepository(
  source: Repository,
  access: HubAccess,
  timeout: number,
): Promise<Listed[]> {
  const base = access.hubs[source.kind];
  const name = encoded(source.repository), revision = encodeURIComponent(source.revision);
  let page: string | undefined = source.kind === "huggingface"
    ? `${base}/api/models/${name}/tree/${revision}?recursive=true`
    : `${base}/api/v1/models/${name}/repo/files?Revision=${revision}&Recursive=true`;
  const files: Listed[] = [];
  for (let pages = 0; page && pages < MOST_PAGES; pages++) {
    const { answer, next } = await askJson(page, timeout, hubHeaders(source, access));
    files.push(...filesOf(source.kind, answer));
    page = next && nextPage(next, page);
  }
  const wanted = files.filter(({ path }) => !OF_GIT.test(path));
  if (wanted.length === 0) throw new SourceFailure(`"${source.repository}" has no files`);
  for (const file of wanted) check(file, source.repository);
  return wanted;
}

/** @throws SourceFailure when the list goes on at another host, which must not get the token. */
function nextPage(next: string, page: string): string {
  const url = new URL(next, page);
  if (url.origin !== new URL(page).origin) {
    throw new SourceFailure(`its list goes on at another host ("${url.host}")`);
  }
  return url.href;
}

/** A list comes from outside: nothing may be written elsewhere than in the model's folder, or without a checksum. */
function check({ path, size, sha256, gitBlob }: Listed, repository: string): void {
  const what = `"${repository}" lists ${JSON.stringify(path)}`;
  const steps = typeof path === "string" ? path.split("/") : [""];
  // deno-lint-ignore no-control-regex
  if (steps.some((step) => ["", ".", ".."].includes(step)) || /[\\\x00-\x1f]/.test(path)) {
    throw new SourceFailure(`${what}, which is no path inside it`);
  }
  const hash = sha256 ? /^[0-9a-f]{64}$/.test(sha256) : gitBlob && /^[0-9a-f]{40}$/.test(gitBlob);
  if (!hash || !Number.isSafeInteger(size) || size < 0) {
    throw new SourceFailure(`${what} without a size and a checksum`);
  }
}
