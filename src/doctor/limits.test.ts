import assert from "node:assert/strict";
import { type Deed, probe } from "../workers/probe.ts";
import type { FromWorker, ToWorker } from "../workers/protocol.ts";
import { judgeLimits } from "./limits.ts";

const EVERYTHING: Deed[] = [
  "read the system's files",
  "read the parent folder",
  "write",
  "make links",
  "run programs",
];

async function inFolder(use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/models`);
    await use(root);
    assert.equal((await Array.fromAsync(Deno.readDir(`${root}/models`))).length, 0, "nothing is left behind");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("limits: a thread that may do everything is found out", () =>
  inFolder(async (root) => assert.deepEqual(await probe(root, false), EVERYTHING)));

Deno.test("limits: so is a worker", () =>
  inFolder(async (root) => {
    const worker = new Worker(new URL("../workers/entry.ts", import.meta.url), { type: "module" });
    const answer = Promise.withResolvers<Deed[]>();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
      data.type === "probed" && answer.resolve(data.deeds);
    worker.postMessage({ type: "probe", root } satisfies ToWorker);
    assert.deepEqual(await answer.promise, [...EVERYTHING, "connect", "read the server's secrets"]);
    worker.terminate();
  }));

Deno.test("limits: an unlimited program is a warning, an unlimited worker is bad", () => {
  assert.equal(judgeLimits([], new Map([["a", []]])).verdict, "ok");
  // The right to run programs is given up in any case.
  const unlimited = judgeLimits(EVERYTHING.filter((deed) => deed !== "run programs"), new Map([["a", []]]));
  assert.deepEqual([unlimited.verdict, unlimited.found], ["warning", "not limited"]);
  assert.equal(judgeLimits(["write"], new Map()).found, "can write");
  const loose = judgeLimits([], new Map<string, Deed[]>([["a", []], ["b", ["connect"]]]));
  assert.deepEqual([loose.verdict, loose.found], ["bad", "b can connect"]);
});
