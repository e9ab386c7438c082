import assert from "node:assert/strict";
import type { ServerMessage, TurnTimes } from "../rtc/signalling.ts";
import type { Body, Frame, FrameOf } from "./frame.ts";
import { connect, type Stage } from "./pipeline.ts";
import { createSession } from "./session.ts";

const stages: Stage[] = [
  {
    name: "Vad",
    consumes: ["audio.mic"],
    produces: ["speech.start", "audio.speech", "speech.pause", "speech.end"],
  },
  {
    name: "Asr",
    consumes: ["speech.start", "audio.speech", "speech.end", "speech.resume"],
    produces: ["text.user"],
  },
  { name: "Llm", consumes: ["text.user", "turn.end"], produces: ["text.reply"] },
  { name: "Tts", consumes: ["text.reply"], produces: ["phonemes", "audio.reply"] },
  { name: "Face", consumes: ["phonemes", "video.tick"], produces: ["video.reply"] },
];
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** A session whose handlers, speaker and page only write down what they get. */
function stage(more: Stage[] = [], taken: () => Promise<void> = () => Promise.resolve()) {
  const posted: { handler: string; frame: Frame }[] = [];
  const told: ServerMessage[] = [];
  const records: TurnTimes[] = [];
  const cancelled: number[] = [];
  const pushed: { turn: number; samples: number; last: boolean }[] = [];
  const speaking: string[] = [];
  let timers: { at: number; f: () => void }[] = [];
  let clock = 1000;
  let sent: { turn: number; seconds: number } | null = null;
  const session = createSession({
    id: "s",
    pipeline: connect([...stages, ...more]),
    handlers: {
      post(handler, frame) {
        posted.push({ handler, frame });
        return taken();
      },
      cancel: (_, epoch) => void cancelled.push(epoch),
    },
    speaker: {
      push: (turn, pcm, _rate, last) =>
        Promise.resolve(void pushed.push({ turn, samples: pcm.length, last })),
      flush: () => sent,
      pause: () => void speaking.push("pause"),
      resume: () => void speaking.push("resume"),
      picture: silent,
      look: silent,
    },
    now: () => clock,
    later: (ms, f) => {
      const timer = { at: clock + ms, f };
      timers.push(timer);
      return () => timers = timers.filter((other) => other !== timer);
    },
    tell: (message) => void told.push(message),
    record: (times) => void records.push(times),
    log,
  });
  const epochOf = () => cancelled.at(-1) ?? 0;
  const deliver = (body: Body, stamp: { turn?: number; epoch?: number } = {}) =>
    session.deliver({ session: "s", turn: 1, epoch: epochOf(), at: clock, ...stamp, ...body });
  return {
    session,
    posted,
    told,
    records,
    cancelled,
    pushed,
    deliver,
    speaking,
    pass(ms: number) {
      clock += ms;
      const due = timers.filter(({ at }) => at <= clock);
      timers = timers.filter(({ at }) => at > clock);
      for (const { f } of due) f();
    },
    sentSoFar: (turn: number, seconds: number) => sent = { turn, seconds },
    to: (handler: string) => posted.filter((p) => p.handler === handler).map((p) => p.frame),
    async say(text: string, turn = 1) {
      await deliver({ kind: "speech.start", lead: 128 }, { turn });
      await deliver({ kind: "speech.end", lead: 128 }, { turn });
      await deliver({ kind: "text.user", text, final: true }, { turn });
    },
    async reply(turn: number, words: string[]) {
      await deliver({ kind: "text.reply", delta: words.join(" "), last: true }, { turn });
      const spans = words.map((text, i) => ({ text, start: i / 2, end: (i + 1) / 2 }));
      await deliver({ kind: "phonemes", spans: [], words: spans }, { turn });
      await deliver({ kind: "audio.reply", pcm: new Float32Array(100), rate: 22050, last: true }, { turn });
    },
  };
}

Deno.test("session: a whole turn, its captions, its record and what history learns", async () => {
  const s = stage();
  await s.say("Hello there.");
  assert.equal(s.to("Llm").length, 1);
  await s.reply(1, ["Hi,", "you."]);
  s.session.started(1);
  s.session.played(1, 0.02);
  s.session.played(1, 0.7);
  s.session.finished(1);
  await Promise.resolve();
  assert.deepEqual(
    s.told.filter((m) => m.type === "reply").map((m) => [m.text, m.final]),
    [["Hi,", false], ["Hi, you.", false], ["Hi, you.", true]],
  );
  assert.deepEqual(s.told.filter((m) => m.type === "state").map((m) => m.state), [
    "thinking",
    "speaking",
    "listening",
  ]);
  const end = s.to("Llm").at(-1)!;
  assert.ok(
    end.kind === "turn.end" && end.heard === "Hi, you." && !end.interrupted && end.user === "Hello there.",
  );
  assert.equal(s.records.length, 1);
  assert.equal(s.records[0].endOfTurn, 128, "counted from the last voiced sample");
});

/** An answer of which 0.9 s have sounded. */
async function midAnswer() {
  const s = stage();
  await s.say("Tell me all.");
  await s.reply(1, ["One", "two", "three", "four"]);
  s.session.started(1);
  s.session.played(1, 0.9);
  s.sentSoFar(1, 0.92);
  return s;
}

Deno.test("session: speech during the answer silences it, words stop it, and history keeps what was heard", async () => {
  const s = await midAnswer();
  await s.deliver({ kind: "speech.start", lead: 128 });
  assert.deepEqual([s.speaking, s.cancelled], [["pause"], []]);
  assert.equal(s.to("Asr").at(-1)!.kind, "speech.start");
  await s.deliver({ kind: "text.user", text: "No, stop", final: false });
  assert.deepEqual(s.cancelled, [1]);
  const end = s.to("Llm").findLast((frame) => frame.kind === "turn.end")!;
  assert.ok(end.kind === "turn.end" && end.heard === "One two" && end.interrupted);
  const before = s.pushed.length;
  await s.deliver({ kind: "audio.reply", pcm: new Float32Array(9), rate: 22050, last: false }, { epoch: 0 });
  assert.equal(s.pushed.length, before, "sound of the old epoch is thrown away");
  await s.deliver({ kind: "speech.end", lead: 128 });
  await s.deliver({ kind: "text.user", text: "No, stop it.", final: true });
  assert.equal(s.to("Llm").at(-1)!.turn, 2);
});

Deno.test("session: who only shows that he listens does not stop the answer", async () => {
  const s = await midAnswer();
  await s.deliver({ kind: "speech.start", lead: 128 });
  await s.deliver({ kind: "speech.end", lead: 128 });
  await s.deliver({ kind: "text.user", text: "Uh-huh.", final: true });
  assert.deepEqual([s.speaking, s.cancelled], [["pause", "resume"], []]);
  s.session.finished(1);
  const end = s.to("Llm").at(-1)!;
  assert.ok(end.kind === "turn.end" && !end.interrupted && end.heard === "One two three four");
});

Deno.test("session: who goes on when the answer has hardly begun had not finished", async () => {
  const s = stage();
  await s.say("Go forward");
  await s.reply(1, ["Sure,", "I", "will."]);
  s.session.started(1);
  s.session.played(1, 0.3);
  await s.deliver({ kind: "speech.start", lead: 64 });
  assert.equal(s.to("Asr").at(-1)!.kind, "speech.resume");
  assert.deepEqual([s.speaking, s.cancelled], [[], [1]], "it is dropped, not halted");
  await s.deliver({ kind: "speech.end", lead: 128 });
  await s.deliver({ kind: "text.user", text: "Go forward ten meters.", final: true });
  const asked = s.to("Llm").filter((frame) => frame.kind === "text.user");
  assert.deepEqual(asked.map(({ turn, text }) => [turn, text]), [[1, "Go forward"], [
    1,
    "Go forward ten meters.",
  ]]);
  assert.equal(s.to("Llm").filter((frame) => frame.kind === "turn.end").length, 0, "no trace in history");
});

Deno.test("session: a knock halts the answer no longer than it lasts", async () => {
  const s = await midAnswer();
  await s.deliver({ kind: "speech.start", lead: 64 });
  s.pass(192);
  await s.deliver({ kind: "speech.pause", lead: 96 });
  assert.deepEqual(s.speaking, ["pause"], "it may be the middle of a word");
  s.pass(32);
  await s.deliver({ kind: "speech.end", lead: 128 });
  assert.deepEqual(s.speaking, ["pause", "resume"]);
  await s.deliver({ kind: "speech.start", lead: 64 });
  s.pass(400);
  await s.deliver({ kind: "speech.end", lead: 128 });
  assert.deepEqual(s.speaking, ["pause", "resume", "pause"], "longer sound waits for its words");
});

Deno.test("session: a noise without words, and the answer's own echo, do not stop it", async () => {
  const s = await midAnswer();
  await s.deliver({ kind: "speech.start", lead: 128 });
  s.pass(1000);
  assert.deepEqual(s.speaking, ["pause", "resume"]);
  s.session.played(1, 1.6);
  await s.deliver({ kind: "text.user", text: "One two three", final: false });
  assert.deepEqual(s.cancelled, []);
  await s.deliver({ kind: "text.user", text: "One two three stop", final: false });
  assert.deepEqual(s.cancelled, [1]);
});

const judge: Stage = { name: "Judge", consumes: ["text.user"], produces: ["turn.judged"] };

Deno.test("session: an answer is made in the dark and sounds once the turn is judged to be over", async () => {
  const s = stage([judge]);
  await s.say("I would like a coffee and");
  void s.reply(1, ["Sure."]);
  await Promise.resolve();
  s.pass(100);
  assert.equal(s.pushed.length, 0);
  await s.deliver({ kind: "turn.judged", wait: 700 });
  s.pass(400);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(s.pushed.length, 0);
  s.pass(100);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(s.pushed.length, 1);
});

Deno.test("session: who goes on while the answer is still in the dark never hears it", async () => {
  const s = stage([judge]);
  await s.say("I would like a coffee and");
  const replying = s.reply(1, ["Sure."]);
  await s.deliver({ kind: "turn.judged", wait: 700 });
  await s.deliver({ kind: "speech.start", lead: 128 });
  await replying;
  s.pass(5000);
  assert.equal(s.pushed.length, 0);
  assert.equal(s.to("Llm").filter((frame) => frame.kind === "turn.end").length, 0, "no trace in history");
});

Deno.test("session: who goes on before the answer sounds is heard as one turn", async () => {
  const s = stage();
  await s.say("I would like");
  await s.deliver({ kind: "speech.start", lead: 128 });
  assert.deepEqual(s.cancelled, [1]);
  assert.equal(s.to("Asr").at(-1)!.kind, "speech.resume");
  await s.deliver({ kind: "speech.end", lead: 128 });
  await s.deliver({ kind: "text.user", text: "I would like a coffee.", final: true });
  const asked = s.to("Llm").filter((f) => f.kind === "text.user");
  assert.deepEqual(asked.map((f) => [f.turn, f.epoch]), [[1, 0], [1, 1]]);
});

Deno.test("session: at a pause the answer is made in the dark, and the end of speech lets it out", async () => {
  const s = stage();
  await s.deliver({ kind: "speech.start", lead: 128 });
  await s.deliver({ kind: "speech.pause", lead: 64 });
  await s.deliver({ kind: "text.user", text: "Hello there.", final: true });
  void s.reply(1, ["Hi."]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(s.pushed.length, 0);
  assert.deepEqual(s.told.filter((m) => m.type === "state"), [], "a pause is no news");
  s.pass(64);
  await s.deliver({ kind: "speech.end", lead: 128 });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(s.pushed.length, 1);
  s.session.started(1);
  s.session.finished(1);
  const { tries, wasted, endOfTurn } = s.records[0];
  assert.deepEqual([tries, wasted, endOfTurn], [1, 0, 128]);
});

Deno.test("session: an answer begun at a mere pause is dropped without a trace but in the record", async () => {
  const s = stage();
  await s.deliver({ kind: "speech.start", lead: 128 });
  await s.deliver({ kind: "speech.pause", lead: 64 });
  await s.deliver({ kind: "text.user", text: "I would", final: true });
  s.session.spent({ turn: 1, epoch: 0, milliseconds: 40 });
  await s.deliver({ kind: "speech.start", lead: 32 });
  assert.equal(s.to("Asr").at(-1)!.kind, "speech.resume");
  s.session.spent({ turn: 1, epoch: 0, milliseconds: 5 });
  await s.deliver({ kind: "speech.pause", lead: 64 });
  await s.deliver({ kind: "text.user", text: "I would like tea.", final: true });
  await s.deliver({ kind: "speech.end", lead: 128 });
  const epoch = s.cancelled.at(-1)!;
  s.session.spent({ turn: 1, epoch: epoch - 1, milliseconds: 5 });
  s.session.spent({ turn: 1, epoch, milliseconds: 70 });
  await s.reply(1, ["Here."]);
  s.session.started(1);
  s.session.finished(1);
  const { tries, spent, wasted } = s.records[0];
  assert.deepEqual({ tries, spent, wasted }, { tries: 2, spent: 70, wasted: 50 });
  const learnt = s.to("Llm").filter((frame) => frame.kind === "turn.end");
  assert.deepEqual(learnt.map((frame) => frame.user), ["I would like tea."]);
});

Deno.test("session: a line typed into the caller's own pause keeps its answer to itself", async () => {
  const s = stage();
  await s.deliver({ kind: "speech.start", lead: 128 });
  await s.deliver({ kind: "speech.pause", lead: 64 });
  s.session.typed("What time is it?");
  await s.deliver({ kind: "speech.start", lead: 32 });
  assert.deepEqual(
    s.to("Llm").filter((frame) => frame.kind === "turn.end").map((frame) => frame.interrupted),
    [true],
  );
});

Deno.test("session: a transcript that comes after the caller went on is not answered", async () => {
  const s = stage();
  await s.deliver({ kind: "speech.start", lead: 128 });
  await s.deliver({ kind: "speech.end", lead: 128 });
  await s.deliver({ kind: "speech.start", lead: 128 });
  await s.deliver({ kind: "text.user", text: "I would", final: true });
  assert.equal(s.to("Llm").length, 0);
});

Deno.test("session: who answers is told what language was spoken, where the recogniser knows", async () => {
  const s = stage();
  await s.say("Hello.");
  await s.deliver({ kind: "speech.start", lead: 128 });
  await s.deliver({ kind: "speech.end", lead: 128 });
  await s.deliver({ kind: "text.user", text: "你好。", final: true, language: "zh" });
  const asked = s.to("Llm").filter((f) => f.kind === "text.user");
  assert.deepEqual(asked.map((f) => "language" in f && f.language), [false, "zh"]);
});

Deno.test("session: nothing recognised is nothing asked", async () => {
  const s = stage();
  await s.say("");
  assert.equal(s.to("Llm").length, 0);
  assert.deepEqual(s.told.filter((m) => m.type === "state").map((m) => m.state), ["thinking", "listening"]);
});

Deno.test("session: a typed line interrupts and is answered", async () => {
  const s = stage();
  await s.say("Hello.");
  await s.reply(1, ["Hi"]);
  s.session.started(1);
  s.session.typed("Stop. What time is it?");
  assert.deepEqual(s.cancelled, [1]);
  const asked = s.to("Llm").filter((f) => f.kind === "text.user").at(-1)!;
  assert.deepEqual([asked.turn, asked.epoch], [2, 1]);
});

Deno.test("session: a handler's fault ends the turn and is told in words", async () => {
  const s = stage();
  await s.say("Hello.");
  await s.deliver({ kind: "fault", handler: "Llm", code: "handler", message: "Out of memory." });
  assert.ok(
    s.told.some((m) => m.type === "fault" && m.code === "Llm.handler" && m.message === "Out of memory."),
  );
  await s.say("Again.", 2);
  assert.equal(s.to("Llm").filter((f) => f.kind === "text.user").length, 2);
});

Deno.test("session: whoever remembers and whoever sees is told; a picture waits for no other", async () => {
  const taken = Promise.withResolvers<void>();
  const s = stage([{ name: "Mind", consumes: ["memory", "image.user"], produces: [] }], () => taken.promise);
  s.session.remember([{ user: "Hi", reply: "Hello" }]);
  assert.deepEqual(s.to("Mind").map(({ kind }) => kind), ["memory"]);
  const picture = () => ({ data: new Uint8Array([0xff, 0xd8]), width: 4, height: 3 });
  s.session.camera(picture());
  s.session.camera(picture());
  assert.equal(s.to("Mind").length, 2, "the second picture came before the first one was taken");
  taken.resolve();
  await new Promise((done) => setTimeout(done));
  s.session.camera(picture());
  assert.equal(s.to("Mind").length, 3);
});

Deno.test("session: after a fault with which the turn goes on, the apology is still heard", async () => {
  const s = stage();
  await s.say("Hello.");
  const fault: Body = { kind: "fault", handler: "Llm", code: "server", message: "It is gone.", goesOn: true };
  await s.deliver(fault);
  assert.ok(s.told.some((m) => m.type === "fault" && m.code === "Llm.server" && m.message === "It is gone."));
  await s.reply(1, ["Sorry."]);
  assert.equal(s.pushed.length, 1);
  s.session.started(1);
  s.session.finished(1);
  await Promise.resolve();
  const end = s.to("Llm").at(-1)!;
  assert.ok(end.kind === "turn.end" && end.heard === "Sorry." && !end.interrupted);
  assert.deepEqual(s.cancelled, []);
});

Deno.test("session: what went wrong with an answer that was dropped is not told", async () => {
  const s = stage();
  await s.say("I would like");
  await s.deliver({ kind: "speech.start", lead: 128 });
  assert.deepEqual(s.cancelled, [1]);
  const fault: Body = { kind: "fault", handler: "Llm", code: "server", message: "It is gone.", goesOn: true };
  await s.deliver(fault, { epoch: 0 });
  assert.deepEqual(s.told.filter((m) => m.type === "fault"), []);
});

Deno.test("the face is told how loud the caller speaks, while he speaks, and whether he wishes for calm", async () => {
  const s = stage();
  const loud = () =>
    Float32Array.from({ length: 320 }, (_, n) => 0.1 * Math.SQRT2 * Math.sin(n * Math.PI / 16));
  const tick = () => {
    s.session.mic(loud());
    s.session.tick({ media: 0, turn: 0, position: -1, key: false });
    const { heard, calm } = s.to("Face").at(-1) as FrameOf<"video.tick">;
    return { heard, calm };
  };
  assert.deepEqual(tick(), { heard: undefined, calm: undefined }, "noise is no voice");
  await s.deliver({ kind: "speech.start", lead: 128 });
  assert.deepEqual(tick(), { heard: 1, calm: undefined });
  s.session.calm(true);
  await s.deliver({ kind: "speech.pause", lead: 96 });
  assert.deepEqual(tick(), { heard: undefined, calm: true });
});
