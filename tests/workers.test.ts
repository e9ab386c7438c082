/** The life of a real worker: loading, frames in and out, callers that come and go, and ends of every kind. */
import assert from "node:assert/strict";
import * as v from "valibot";
import type { Frame } from "../src/engine/frame.ts";
import { handler } from "../src/handlers/vad/silero.ts";
import { type Host, type HostOptions, startHost } from "../src/workers/host.ts";
import { recording } from "./dialogue.ts";

const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const position = (settings: object = {}) => ({
  name: handler.name,
  handler,
  config: v.parse(handler.config, settings),
});

const start = (out: Frame[], more: Partial<HostOptions> = {}): Promise<Host> =>
  startHost({
    position: position(),
    folders: { modelRoot: `${Deno.cwd()}/models`, avatarRoot: `${Deno.cwd()}/static/avatars` },
    log,
    deliver: (frame) => Promise.resolve(void out.push(frame)),
    spent() {},
    died: silent,
    ...more,
  });

const zero = () => performance.timeOrigin + performance.now();
const info = (id: string) => ({ id, video: null });

async function speak(host: Host, session: string, pcm: Float32Array): Promise<void> {
  const padded = new Float32Array(pcm.length + 16_000);
  padded.set(pcm, 8_000);
  for (let i = 0; i + 320 <= padded.length; i += 320) {
    const chunk = padded.slice(i, i + 320);
    await host.post({ kind: "audio.mic", pcm: chunk, rate: 16_000, session, turn: 0, epoch: 0, at: i / 16 });
    if (i % 3200 === 0) await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(what(), "It did not happen in time.");
}

Deno.test("worker: two callers share one model and keep their own state", async () => {
  const out: Frame[] = [];
  await using host = await start(out);
  await Promise.all([host.open(info("a"), zero()), host.open(info("b"), zero())]);
  const { pcm } = await recording("austen-0880");
  await Promise.all([speak(host, "a", pcm), speak(host, "b", new Float32Array(pcm.length))]);
  await until(() => out.some((frame) => frame.kind === "speech.end"));
  assert.ok(out.every((frame) => frame.session === "a"), "silence is no speech");
  assert.equal(out[0].kind, "speech.start");
  await host.close("a");
  const before = out.length;
  await speak(host, "a", pcm);
  assert.equal(out.length, before, "who has left is not listened to");
});

Deno.test("worker: a caller may come back under the same name", async () => {
  const out: Frame[] = [];
  await using host = await start(out);
  const { pcm } = await recording("austen-0930");
  for (let round = 1; round <= 2; round++) {
    await host.open(info("a"), zero());
    await speak(host, "a", pcm);
    await until(() => out.filter((frame) => frame.kind === "speech.start").length === round);
    await host.close("a");
  }
});

Deno.test("worker: a model that is not there is one clear error", async () => {
  await assert.rejects(start([], { position: position({ model_name: "no-such-model" }) }), /no-such-model/);
});

Deno.test("worker: a frame that cannot be handled is a fault, not the worker's death", async () => {
  const out: Frame[] = [];
  const reasons: string[] = [];
  await using host = await start(out, { died: (reason) => reasons.push(reason) });
  await host.open(info("a"), zero());
  const broken = {
    session: "a",
    turn: 3,
    epoch: 0,
    at: 0,
    kind: "audio.mic",
    pcm: { buffer: new ArrayBuffer(0) },
  };
  await host.post(broken as unknown as Frame);
  await until(() => out.some((frame) => frame.kind === "fault" && frame.turn === 3));
  const { pcm } = await recording("austen-0880");
  await speak(host, "a", pcm);
  await until(() => out.some((frame) => frame.kind === "speech.end"));
  assert.deepEqual(reasons, []);
});
