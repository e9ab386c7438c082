/** Frames that reach a worker one right after the other: none may be left lying until the next one comes. */
import assert from "node:assert/strict";
import * as v from "valibot";
import type { Frame } from "../src/engine/frame.ts";
import { handler } from "../src/handlers/llm/openai.ts";
import { startHost } from "../src/workers/host.ts";
import { said, startFakeChat } from "./fake_chat.ts";
import { context } from "./hearing.ts";

Deno.test("lane: a question right behind the end of the turn before (fake server) is answered at once", async () => {
  await using fake = startFakeChat(() => said("Yes."));
  const out: Frame[] = [];
  await using host = await startHost({
    position: { name: handler.name, handler, config: v.parse(handler.config, { base_url: fake.url }) },
    folders: { modelRoot: `${Deno.cwd()}/models`, avatarRoot: `${Deno.cwd()}/static/avatars` },
    log: context().log,
    deliver: (frame) => Promise.resolve(void out.push(frame)),
    spent() {},
    died() {},
  });
  await host.open({ id: "a", video: null }, performance.timeOrigin + performance.now());
  const answered = (turn: number) =>
    out.some((frame) => frame.kind === "text.reply" && frame.last && frame.turn === turn);
  for (let turn = 1; turn <= 40; turn++) {
    const stamp = { session: "a", turn, epoch: turn, at: 0 };
    host.cancel("a", turn);
    void host.post({ ...stamp, kind: "turn.end", user: "Hi", heard: "", interrupted: true });
    void host.post({ ...stamp, kind: "text.user", text: "Are you there?", final: true });
    for (let i = 0; i < 100 && !answered(turn); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(answered(turn), `turn ${turn} was not answered`);
  }
});
