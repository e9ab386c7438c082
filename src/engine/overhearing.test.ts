/** A face that follows the sound of the reply gets it beside the voice. */
import assert from "node:assert/strict";
import type { Frame, Kind } from "./frame.ts";
import { connect } from "./pipeline.ts";
import { createSession } from "./session.ts";

const silent = () => {};

/** A session with a face that takes `kinds`, in which the question of turn 1 has been asked. */
function asked(kinds: Kind[], post: () => Promise<void>) {
  const heard: Frame[] = [];
  const pushed: Float32Array[] = [];
  const session = createSession({
    id: "s",
    pipeline: connect([
      { name: "Asr", consumes: ["audio.mic"], produces: ["text.user"] },
      { name: "Tts", consumes: ["text.user"], produces: ["text.reply", "audio.reply", "phonemes"] },
      { name: "Face", consumes: kinds, produces: ["video.reply"] },
    ]),
    handlers: {
      post(handler, frame) {
        if (handler === "Face") heard.push(frame);
        return post();
      },
      cancel: silent,
    },
    speaker: {
      push: (_turn, pcm) => Promise.resolve(void pushed.push(pcm)),
      flush: () => null,
      pause: silent,
      resume: silent,
      picture: silent,
      look: silent,
    },
    now: () => 0,
    later: () => silent,
    tell: silent,
    record: silent,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const say = (stamp: { turn: number; epoch: number }) => {
    const pcm = Float32Array.of(0.1, 0.2);
    return session.deliver({
      session: "s",
      at: 0,
      kind: "audio.reply",
      pcm,
      rate: 22_050,
      last: false,
      ...stamp,
    });
  };
  session.typed("Hello.");
  return { heard, pushed, say };
}

Deno.test("session: a face that asks for the reply's sound gets a copy, and the voice does not wait for it", async () => {
  const { heard, pushed, say } = asked(["audio.reply", "video.tick"], () => new Promise(() => {}));
  await say({ turn: 1, epoch: 0 });
  assert.equal(pushed.length, 1);
  assert.equal(heard.length, 1);
  const [frame] = heard;
  assert.ok(frame.kind === "audio.reply");
  assert.deepEqual(frame.pcm, pushed[0]);
  assert.notEqual(frame.pcm.buffer, pushed[0].buffer);
  await say({ turn: 1, epoch: -1 });
  await say({ turn: 7, epoch: 0 });
  assert.equal(heard.length, 1);
});

Deno.test("session: other faces are not sent any sound", async () => {
  const { heard, pushed, say } = asked(["phonemes", "video.tick"], () => Promise.resolve());
  await say({ turn: 1, epoch: 0 });
  assert.equal(pushed.length, 1);
  assert.deepEqual(heard, []);
});
