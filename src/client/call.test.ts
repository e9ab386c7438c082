import assert from "node:assert/strict";
import type { ClientMessage, Exchange, FaceChoice } from "../rtc/signalling.ts";
import { Call } from "./call.ts";
import { fakeTimers } from "./fake_timers.ts";
import type { LinkEvents } from "./link.ts";

interface FakeTrack {
  enabled: boolean;
  stopped: boolean;
  onended: (() => void) | null;
}

function fakeMicrophone(): { track: FakeTrack; stream: MediaStream } {
  const track: FakeTrack = { enabled: true, stopped: false, onended: null };
  return {
    track,
    stream: { getAudioTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream,
  };
}

/** A call whose microphone, connections and clock are in the test's hand. */
function stage(
  options: {
    supported?: boolean;
    available?: boolean;
    microphone?: () => Promise<MediaStream>;
    camera?: () => Promise<MediaStream>;
    calm?: boolean;
  } = {},
) {
  const timers = fakeTimers();
  const mic = fakeMicrophone();
  const lines: {
    events: LinkEvents;
    microphone: unknown;
    face: FaceChoice;
    open: boolean;
    over: boolean;
    sent: ClientMessage[];
  }[] = [];
  const replaced: unknown[] = [];
  const pictures: ArrayBuffer[] = [];
  let remembered: Exchange[] = [];
  const camera = fakeMicrophone();
  let looking: ((picture: ArrayBuffer) => void) | null = null;
  const call = new Call({
    timers,
    supported: () => options.supported ?? true,
    microphoneAvailable: () => options.available ?? true,
    openMicrophone: options.microphone ?? (() => Promise.resolve(mic.stream)),
    closeDevice: (stream) => stream?.getTracks().forEach((track) => Object.assign(track, { stopped: true })),
    recall: () => remembered,
    calm: () => options.calm ?? false,
    keep: (exchanges) => void (remembered = exchanges),
    openCamera: options.camera ?? (() => Promise.resolve(camera.stream)),
    watchCamera: (_, show) => {
      looking = show;
      return { [Symbol.dispose]: () => void (looking = null) };
    },
    face: () => ({ avatar: "jonas", background: "own" }),
    drawer: () => "server",
    model: () => null,
    openModel: () => Promise.reject(new Error("not here")),
    connect(microphone, face, events) {
      const line = { events, microphone, face, open: false, over: false, sent: [] as ClientMessage[] };
      lines.push(line);
      return {
        send: (message) => line.open && line.sent.push(message) > 0,
        sendPicture: (picture) => void pictures.push(picture),
        useMicrophone: (track) => Promise.resolve(void replaced.push(track)),
        stats: () => Promise.resolve(null),
        heard: () => null,
        [Symbol.dispose]: () => void (line.over = true),
      };
    },
  });
  const goLive = () => {
    const line = lines.at(-1)!;
    line.events.welcome();
    line.events.live({} as MediaStream);
    line.open = true;
    line.events.open();
  };
  const look = (picture: ArrayBuffer) => looking?.(picture);
  return { call, timers, mic, camera, lines, replaced, pictures, look, goLive, view: () => call.view.get() };
}

Deno.test("call: start, talk, end", async () => {
  const s = stage();
  const started = s.call.start(true);
  assert.deepEqual([s.view().phase, s.view().asking], ["starting", true]);
  await started;
  assert.equal(s.lines[0].microphone, s.mic.track);
  s.goLive();
  assert.equal(s.view().phase, "live");
  s.lines[0].events.message({ type: "state", state: "thinking" });
  s.lines[0].events.message({ type: "user", turn: 1, text: "Hello.", final: true });
  assert.equal(s.view().mood, "thinking");
  s.call.end();
  assert.deepEqual([s.view().phase, s.view().stream, s.view().microphone], ["idle", null, null]);
  assert.ok(s.lines[0].over && s.mic.track.stopped);
  assert.equal(s.view().conversation.entries.length, 1, "the transcript stays");
  assert.equal(s.timers.waiting(), 0);
});

Deno.test("call: the wish for little motion is told with every connection and when it changes", async () => {
  const s = stage({ calm: true });
  await s.call.start(true);
  s.goLive();
  assert.deepEqual(s.lines[0].sent, [{ type: "calm", on: true }]);
  s.call.setCalm(false);
  assert.deepEqual(s.lines[0].sent.at(-1), { type: "calm", on: false });
  s.call.end();
});

Deno.test("call: ending while the browser asks for the microphone lets go of it at once", async () => {
  const answer = Promise.withResolvers<MediaStream>();
  const s = stage({ microphone: () => answer.promise });
  const started = s.call.start(true);
  s.call.end();
  answer.resolve(s.mic.stream);
  await started;
  assert.deepEqual([s.view().phase, s.lines.length, s.mic.track.stopped], ["idle", 0, true]);
});

Deno.test("call: each reason for not starting", async () => {
  const failing = (name: string) => ({ microphone: () => Promise.reject(new DOMException("…", name)) });
  for (
    const [code, s] of [
      ["denied", stage(failing("NotAllowedError"))],
      ["noMicrophone", stage(failing("NotFoundError"))],
      ["insecure", stage({ available: false })],
      ["unsupported", stage({ supported: false })],
    ] as const
  ) {
    await s.call.start(true);
    assert.deepEqual([s.view().phase, s.view().fault?.code, s.lines.length], ["error", code, 0]);
  }
});

Deno.test("call: queue, then in", async () => {
  const s = stage();
  await s.call.start(true);
  s.lines[0].events.queue(2);
  assert.deepEqual([s.view().phase, s.view().place], ["queue", 2]);
  s.goLive();
  assert.equal(s.view().phase, "live");
});

Deno.test("call: a server that is still loading, then in", async () => {
  const s = stage();
  await s.call.start(true);
  s.lines[0].events.loading();
  assert.deepEqual([s.view().phase, s.call.active], ["loading", true]);
  s.goLive();
  assert.equal(s.view().phase, "live");
});

Deno.test("call: the camera is shown while it is on, and let go of with the call", async () => {
  const s = stage();
  await s.call.start(true);
  s.goLive();
  await s.call.setCamera(true);
  const picture = new ArrayBuffer(3);
  s.look(picture);
  assert.deepEqual([s.view().camera, s.pictures], [s.camera.stream, [picture]]);
  await s.call.setCamera(false);
  s.look(picture);
  assert.deepEqual([s.view().camera, s.pictures.length, s.camera.track.stopped], [null, 1, true]);
  s.camera.track.stopped = false;
  await s.call.setCamera(true);
  s.call.end();
  assert.deepEqual([s.view().camera, s.camera.track.stopped], [null, true]);
});

Deno.test("call: without the camera it goes on and says so; one allowed too late is let go of", async () => {
  const refused = stage({ camera: () => Promise.reject(new DOMException("…", "NotAllowedError")) });
  await refused.call.start(true);
  refused.goLive();
  await refused.call.setCamera(true);
  assert.deepEqual([refused.view().phase, refused.view().notice?.code], ["live", "camera"]);

  const answer = Promise.withResolvers<MediaStream>();
  const late = stage({ camera: () => answer.promise });
  await late.call.start(true);
  late.goLive();
  const asked = late.call.setCamera(true);
  late.call.end();
  answer.resolve(late.camera.stream);
  await asked;
  assert.deepEqual([late.view().camera, late.camera.track.stopped], [null, true]);
});

Deno.test("call: the server is told what was said before: in earlier calls, and before a lost connection", async () => {
  const s = stage();
  const exchange = (user: string) => ({ user, reply: "Yes." });
  const talk = (turn: number, user: string) => {
    s.lines.at(-1)!.events.message({ type: "user", turn, text: user, final: true });
    s.lines.at(-1)!.events.message({ type: "reply", turn, text: "Yes.", final: true, interrupted: false });
  };
  await s.call.start(true);
  s.goLive();
  assert.deepEqual(s.lines[0].sent, [], "there is nothing to be told");
  talk(1, "First?");
  s.lines[0].events.closed("lost");
  s.timers.pass(1_000);
  s.goLive();
  assert.deepEqual(s.lines[1].sent, [{ type: "memory", exchanges: [exchange("First?")] }]);
  talk(1, "Second?");
  s.call.end();
  await s.call.start(true);
  s.goLive();
  const both = [exchange("First?"), exchange("Second?")];
  assert.deepEqual(s.lines[2].sent, [{ type: "memory", exchanges: both }]);
  s.call.forget();
  talk(1, "Third?");
  assert.deepEqual(s.lines[2].sent.at(-1), { type: "memory", exchanges: [] });
});

Deno.test("call: a server that refuses or is not there is an error at once", async () => {
  for (const code of ["busy", "unreachable"] as const) {
    const s = stage();
    await s.call.start(true);
    s.lines[0].events.closed(code);
    assert.deepEqual([s.view().phase, s.view().fault?.code, s.mic.track.stopped], ["error", code, true]);
    assert.equal(s.timers.waiting(), 0);
  }
});

Deno.test("call: media that stall are tried once more, not for ever", async () => {
  const s = stage();
  await s.call.start(true);
  s.lines[0].events.closed("media");
  assert.equal(s.lines.length, 2);
  s.lines[1].events.closed("media");
  assert.deepEqual([s.lines.length, s.view().fault?.code], [2, "media"]);
});

Deno.test("call: lost in the middle, it comes back by itself with microphone and transcript", async () => {
  const s = stage();
  await s.call.start(true);
  s.goLive();
  s.lines[0].events.message({ type: "user", turn: 1, text: "Before.", final: true });
  s.lines[0].events.closed("lost");
  assert.deepEqual([s.view().phase, s.view().stream, s.lines.length], ["reconnecting", null, 1]);
  s.timers.pass(1_000);
  s.lines[1].events.closed("unreachable");
  s.timers.pass(1_999);
  assert.equal(s.lines.length, 2);
  s.timers.pass(1);
  assert.equal(s.lines[2].microphone, s.mic.track);
  assert.equal(s.mic.track.stopped, false);
  s.goLive();
  s.lines[2].events.message({ type: "user", turn: 1, text: "After.", final: true });
  assert.deepEqual(s.view().conversation.entries.map((entry) => entry.text), ["Before.", "After."]);
  s.lines[2].events.closed("lost");
  s.timers.pass(1_000);
  assert.equal(s.lines.length, 4, "the waiting begins anew with the next loss");
});

Deno.test("call: after half a minute without a server it says so", async () => {
  const s = stage();
  await s.call.start(true);
  s.goLive();
  s.lines[0].events.closed("lost");
  for (let seconds = 0; seconds < 40 && s.view().phase === "reconnecting"; seconds++) {
    s.timers.pass(1_000);
    if (!s.lines.at(-1)!.over && s.lines.length > 1) {
      s.lines.at(-1)!.over = true;
      s.lines.at(-1)!.events.closed("unreachable");
    }
  }
  assert.deepEqual([s.view().phase, s.view().fault?.code, s.mic.track.stopped], ["error", "lost", true]);
  assert.equal(s.timers.waiting(), 0);
});

Deno.test("call: End also ends the trying again", async () => {
  const s = stage();
  await s.call.start(true);
  s.goLive();
  s.lines[0].events.closed("lost");
  s.call.end();
  s.timers.pass(60_000);
  assert.deepEqual([s.view().phase, s.lines.length], ["idle", 1]);
});

Deno.test("call: typing without a call starts one by text and says the line there", () => {
  const s = stage();
  s.call.say("Tell me a story");
  assert.deepEqual([s.view().phase, s.lines[0].microphone], ["starting", null]);
  assert.equal(s.view().conversation.typed, "Tell me a story");
  s.goLive();
  assert.deepEqual(s.lines[0].sent, [{ type: "text", text: "Tell me a story" }]);
  s.call.say("  ");
  s.call.stopAnswer();
  assert.deepEqual(s.lines[0].sent.slice(1), [{ type: "stop" }]);
});

Deno.test("call: a microphone can join a call by text, and its failure does not end it", async () => {
  const s = stage();
  await s.call.start(false);
  s.goLive();
  await s.call.changeMicrophone();
  assert.deepEqual(s.replaced, [s.mic.track]);
  s.mic.track.onended?.();
  assert.deepEqual([s.view().phase, s.view().notice?.code, s.view().microphone], [
    "live",
    "microphoneGone",
    null,
  ]);
  s.call.dismiss();
  assert.deepEqual([s.view().phase, s.view().notice], ["live", null]);
});

Deno.test("call: muting silences the track and survives a change of microphone", async () => {
  const s = stage();
  await s.call.start(true);
  s.goLive();
  s.call.setMuted(true);
  assert.equal(s.mic.track.enabled, false);
  s.mic.track.enabled = true;
  await s.call.changeMicrophone();
  assert.equal(s.mic.track.enabled, false);
});

Deno.test("call: a part of the server that fails is told, and the call goes on", async () => {
  const s = stage();
  await s.call.start(true);
  s.goLive();
  s.lines[0].events.message({ type: "fault", code: "asr", message: "The recogniser was restarted." });
  assert.deepEqual(s.view().notice, { code: "server", detail: "The recogniser was restarted." });
  assert.equal(s.view().phase, "live");
});

Deno.test("call: the face is told at the start, changes when the server says so, and a bad one is a notice", async () => {
  const s = stage();
  s.call.changeFace({ avatar: "mira", background: "own" });
  await s.call.start(true);
  s.goLive();
  const jonas = { avatar: "jonas", background: "own" }, mira = { avatar: "mira", background: "green" };
  assert.deepEqual([s.lines[0].face, s.view().face], [jonas, jonas]);
  s.call.changeFace(mira);
  assert.deepEqual(s.lines[0].sent.at(-1), { type: "avatar", ...mira });
  assert.deepEqual(s.view().face, jonas);
  s.lines[0].events.message({ type: "avatar", ...mira });
  assert.deepEqual([s.view().face, s.view().notice], [mira, null]);
  s.lines[0].events.message({ type: "avatar", ...mira, fault: "the file is missing" });
  assert.deepEqual(s.view().notice, { code: "avatar", detail: "the file is missing" });
  s.lines[0].events.message({ type: "avatar", ...jonas });
  assert.equal(s.view().notice, null);
  s.call.end();
  assert.equal(s.view().face, null);
});
