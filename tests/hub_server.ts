/** A stand-in for both model hubs on this machine: their lists, their files, and what can go wrong with them. */
import { createHash } from "node:crypto";

export const hash = (kind: string, ...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(kind)).digest("hex");

export type Content = Uint8Array<ArrayBuffer>;

export interface HubFaults {
  /** Rows of the list beside the true ones. */
  rows?: unknown[];
  /** Sent instead of the named file's content. */
  other?: Record<string, Content>;
  /** Breaks off the named file after so many bytes, once. */
  cut?: Record<string, number>;
  /** Answers with this status to requests for files. */
  status?: number;
  /** Wants this authorization for everything. */
  wants?: string;
  /** Sends whoever asks for a file on to the same path at another address. */
  elsewhere?: string;
}

export interface Hub extends AsyncDisposable {
  address: string;
  /** What was asked: path and search, range, authorization. */
  asked: { path: string; range: string | null; authorization: string | null }[];
}

/** Files beyond this size are in the large file store, of which Hugging Face names the sha256. */
const LARGE = 1000;
/** Rows on a page of Hugging Face's list. */
const PAGE = 3;

function huggingFaceList(files: Record<string, Content>, rows: unknown[], url: URL): Response {
  const all = [
    { type: "directory", path: "assets", size: 0, oid: "0".repeat(40) },
    ...Object.entries(files).map(([path, data]) => {
      const row = { type: "file", path, size: data.length, oid: hash("sha1", `blob ${data.length}\0`, data) };
      return data.length > LARGE
        ? { ...row, oid: "0".repeat(40), lfs: { oid: hash("sha256", data), size: data.length } }
        : row;
    }),
    ...rows,
  ];
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const more = from + PAGE < all.length;
  const headers: HeadersInit = more
    ? { link: `<${url.pathname}?recursive=true&cursor=${from + PAGE}>; rel="next"` }
    : {};
  return Response.json(all.slice(from, from + PAGE), { headers });
}

function modelScopeList(files: Record<string, Content>, rows: unknown[]): Response {
  const Files = Object.entries(files).map(([Path, data]) => ({
    Path,
    Type: "blob",
    Size: data.length,
    Sha256: hash("sha256", data),
  }));
  const folder = { Path: "assets", Type: "tree", Size: 0, Sha256: "" };
  return Response.json({ Code: 200, Success: true, Data: { Files: [folder, ...Files, ...rows] } });
}

/** Serves these files of one repository (path → content), under both hubs' addresses. */
export function serveHub(files: Record<string, Content>, faults: HubFaults = {}): Hub {
  const asked: Hub["asked"] = [];
  const cuts = new Map(Object.entries(faults.cut ?? {}));
  const send = (path: string, range: string | null): Response => {
    const data = faults.other?.[path] ?? files[path];
    if (!data) return new Response("Nothing here", { status: 404 });
    const from = Number(range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
    const headers: HeadersInit = { "content-length": String(data.length - from) };
    if (from > 0) headers["content-range"] = `bytes ${from}-${data.length - 1}/${data.length}`;
    const status = from > 0 ? 206 : 200, rest = data.slice(from), cut = cuts.get(path);
    if (cut === undefined) return new Response(rest, { status, headers });
    cuts.delete(path);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(rest.slice(0, cut));
        setTimeout(() => controller.error(new Error("cut")), 50);
      },
    });
    return new Response(body, { status, headers });
  };
  const answer = (request: Request): Response => {
    const url = new URL(request.url), range = request.headers.get("range");
    const authorization = request.headers.get("authorization");
    asked.push({ path: url.pathname + url.search, range, authorization });
    if (faults.wants && authorization !== faults.wants) return new Response("Who are you?", { status: 401 });
    if (url.pathname.startsWith("/api/v1/")) return modelScopeList(files, faults.rows ?? []);
    if (url.pathname.startsWith("/api/")) return huggingFaceList(files, faults.rows ?? [], url);
    if (faults.status) return new Response("No", { status: faults.status });
    if (faults.elsewhere) return Response.redirect(faults.elsewhere + url.pathname, 302);
    return send(decodeURIComponent(url.pathname).replace(/^.*\/resolve\/[^/]+\//, ""), range);
  };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {}, onError: () => new Response() },
    answer,
  );
  const address = `http://127.0.0.1:${server.addr.port}`;
  return { address, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}
