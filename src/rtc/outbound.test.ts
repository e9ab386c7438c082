import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { Outbound, type OutboundOptions } from "./outbound.ts";

const RATE = 48_000;
const PACKET = 960;

/** A clock that only moves when told to; each timer fires `late(n)` milliseconds after it was due. */
class FakeClock {
  time = 1_000;
  #timers: { at: number; f: () => void }[] = [];
  #fired = 0;

  constructor(readonly late: (n: number) => number = () => 0) {}

  now = () => this.time;
  setTimer = (ms: number, f: () => void) => {
    const timer = { at: this.time + ms + this.late(this.#fired++), f };
    this.#timers.push(timer);
    return { cancel: () => this.#timers = this.#timers.filter((each) => each !== timer) };
  };
  get pending(): number {
    return this.#timers.length;
  }
  /** Lets time pass, and everything happen that is due in it. */
  run(ms: number): void {
    const end = this.time + ms;
    while (true) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.time = Math.max(this.time, next.at);
      next.f();
    }
    this.time = end;
  }
  /** Time passes and nothing gets to run, as when the thread is blocked. */
  stall(ms: number): void {
    this.time += ms;
  }
}

interface Sent {
  media: number;
  at: number;
  pcm: Float32Array;
}

/** @param answers whether the face answers each question at once. */
function setUp(changes: Partial<OutboundOptions> = {}, clock = new FakeClock(), answers = true) {
  const sound: Sent[] = [];
  const pictures: { media: number; at: number; data: Uint8Array }[] = [];
  const looks: typeof pictures = [];
  const ticks: { media: number; turn: number; position: number; key: boolean; at: number }[] = [];
  const events: string[] = [];
  const played: number[] = [];
  const zero = clock.time;
  let pcm: Float32Array = new Float32Array(0);
  const outbound = new Outbound({
    fps: 25,
    hold: 0,
    clock,
    encodeOpus: (samples) => {
      pcm = samples;
      return new Uint8Array(1);
    },
    sendAudio: (_, media) => sound.push({ media, at: clock.time - zero, pcm }),
    sendVideo: (data, media) => pictures.push({ media, at: clock.time - zero, data }),
    sendLook: (data, media) => looks.push({ media, at: clock.time - zero, data }),
    tick: (tick) => {
      ticks.push({ ...tick, at: clock.time - zero });
      if (answers) outbound.picture(tick.media, new Uint8Array(1));
    },
    started: (turn) => events.push(`started ${turn}`),
    played: (_, seconds) => played.push(seconds),
    finished: (turn) => events.push(`finished ${turn}`),
    ...changes,
  });
  return { outbound, clock, sound, pictures, looks, ticks, events, played };
}

const noise = (seconds: number) => new Float32Array(Math.round(seconds * RATE)).fill(0.5);
const loud = ({ pcm }: Sent) => pcm.some((sample) => sample !== 0);

Deno.test("sound keeps to the clock for ten minutes, however late the timers are", () => {
  const clock = new FakeClock((n) => (n * 7919) % 13);
  const { outbound, sound } = setUp({ fps: 0 }, clock);
  outbound.start();
  clock.run(600_019);
  assert.equal(sound.length, 30_000 + 1);
  for (const [n, { media, at }] of sound.entries()) {
    assert.equal(media, n * 20);
    assert.ok(at >= media && at - media <= 13, `packet ${n} left at ${at}`);
  }
  outbound[Symbol.dispose]();
  assert.equal(clock.pending, 0);
});

Deno.test("after a stall the clock skips ahead instead of sending everything at once", () => {
  const { outbound, clock, sound, ticks } = setUp();
  outbound.start();
  clock.run(100);
  const before = sound.length;
  clock.stall(1_000);
  clock.run(0);
  assert.equal(sound.length, before + 1);
  assert.equal(sound.at(-1)!.media, 1_100);
  assert.equal(outbound.stats.skippedPackets, 49);
  assert.ok(ticks.at(-1)!.media >= 1_100);
  clock.run(100);
  assert.equal(sound.at(-1)!.media, 1_200);
  outbound[Symbol.dispose]();
});

Deno.test("a short delay is made up, no packet is left out", () => {
  const { outbound, clock, sound } = setUp();
  outbound.start();
  clock.run(100);
  clock.stall(55);
  clock.run(0);
  assert.deepEqual(sound.map(({ media }) => media), [0, 20, 40, 60, 80, 100, 120, 140]);
  assert.equal(outbound.stats.skippedPackets, 0);
  outbound[Symbol.dispose]();
});

Deno.test("a reply is sent whole, and everybody is told", async () => {
  const { outbound, clock, sound, events, played } = setUp();
  outbound.start();
  clock.run(10);
  await outbound.push(3, noise(0.05), RATE, false);
  await outbound.push(3, noise(0.015), RATE, true);
  clock.run(200);
  const voiced = sound.filter(loud);
  assert.deepEqual(voiced.map(({ media }) => media), [20, 40, 60, 80]);
  assert.equal(voiced.flatMap(({ pcm }) => [...pcm]).filter((sample) => sample === 0.5).length, 0.065 * RATE);
  assert.deepEqual(played, [0.02, 0.04, 0.06, 0.065]);
  assert.deepEqual(events, ["started 3", "finished 3"]);
  assert.ok(sound.every(({ media }, n) => media === n * 20), "silence fills the rest");
  outbound[Symbol.dispose]();
});

Deno.test("sound at another rate comes out as long as it went in", async () => {
  const { outbound, clock, sound } = setUp();
  outbound.start();
  await outbound.push(1, new Float32Array(22_050).fill(0.25), 22_050, true);
  clock.run(1_500);
  const samples = sound.flatMap(({ pcm }) => [...pcm]);
  const first = samples.findIndex((sample) => Math.abs(sample) > 0.125);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > 0.125);
  assert.ok(Math.abs(last - first - RATE) < 10);
  assert.ok(Math.abs(samples[first + RATE / 2] - 0.25) < 1e-3);
  outbound[Symbol.dispose]();
});

Deno.test("a reply without sound only finishes", async () => {
  const { outbound, clock, events } = setUp();
  outbound.start();
  await outbound.push(1, new Float32Array(0), 22_050, true);
  clock.run(40);
  assert.deepEqual(events, ["finished 1"]);
  outbound[Symbol.dispose]();
});

Deno.test("when sound runs out in mid-reply, silence is sent and the position stands still", async () => {
  const { outbound, clock, sound, played, events, ticks } = setUp();
  outbound.start();
  await outbound.push(1, noise(0.1), RATE, false);
  clock.run(300);
  assert.equal(outbound.stats.underruns, 1);
  assert.equal(played.at(-1), 0.1);
  assert.equal(ticks.at(-1)!.position, 0.1);
  await outbound.push(1, noise(0.1), RATE, true);
  clock.run(300);
  assert.equal(played.at(-1), 0.2);
  assert.equal(sound.filter(loud).length, 10);
  assert.equal(outbound.stats.underruns, 1);
  assert.deepEqual(events, ["started 1", "finished 1"]);
  outbound[Symbol.dispose]();
});

Deno.test("flush tells exactly what was sent and fades out", async () => {
  const { outbound, clock, sound, events, ticks } = setUp();
  outbound.start();
  await outbound.push(7, noise(1), RATE, true);
  clock.run(130);
  assert.deepEqual(outbound.flush(), { turn: 7, seconds: 0.12 });
  assert.equal(outbound.flush(), null);
  clock.run(200);
  const tail = sound[7].pcm;
  assert.ok(tail[0] > 0.49 && tail[0] < 0.5);
  for (let n = 1; n < 240; n++) assert.ok(tail[n] <= tail[n - 1] && tail[n] >= 0);
  assert.ok(tail.subarray(239).every((sample) => sample === 0));
  assert.ok(sound.slice(8).every((each) => !loud(each)));
  assert.equal(ticks.at(-1)!.position, -1);
  assert.deepEqual(events, ["started 7"]);
  outbound[Symbol.dispose]();
});

Deno.test("pause falls silent without a click, resume goes on from the same sample, nothing is lost", async () => {
  const { outbound, clock, sound, played, events, ticks } = setUp();
  outbound.start();
  outbound.pause();
  await outbound.push(3, noise(0.4), RATE, true);
  clock.run(100);
  assert.equal(played.at(-1), 0.1, "there was nothing to pause yet");
  outbound.pause();
  outbound.pause();
  clock.run(300);
  assert.equal(played.at(-1), 0.1);
  assert.ok(sound.slice(7).every((each) => !loud(each)), "packet 6 fades out");
  assert.equal(ticks.at(-1)!.position, -1, "the mouth is closed meanwhile");
  outbound.resume();
  clock.run(600);
  assert.deepEqual(events, ["started 3", "finished 3"]);
  assert.ok(Math.abs(played.at(-1)! - 0.4) < 1e-9);
  outbound[Symbol.dispose]();
});

Deno.test("flush while paused tells what was heard and makes no sound", async () => {
  const { outbound, clock, sound } = setUp();
  outbound.start();
  await outbound.push(3, noise(1), RATE, true);
  clock.run(100);
  outbound.pause();
  clock.run(100);
  const sent = sound.length;
  const heard = outbound.flush()!;
  assert.ok(Math.abs(heard.seconds - 0.105) < 1e-9, "five packets and the fade");
  clock.run(200);
  assert.ok(sound.slice(sent).every((each) => !loud(each)));
  outbound[Symbol.dispose]();
});

Deno.test("looks leave at once, ahead of their moment; pictures take over from them", () => {
  const due: { media: number; at: number }[] = [], fake = new FakeClock(), zero = fake.time;
  const lookDue = (media: number) => due.push({ media, at: fake.time - zero });
  const { outbound, clock, looks, pictures, ticks } = setUp({ lookDue }, fake, false);
  const answer = (by: "look" | "picture", ms: number) => {
    const first = ticks.length;
    for (let at = 0; at < ms; at += 10) {
      clock.run(10);
      for (const { media } of ticks.slice(first)) {
        if (!answered.has(media)) outbound[by](media, new Uint8Array(1));
        answered.add(media);
      }
    }
  };
  const answered = new Set<number>();
  outbound.start();
  answer("look", 400);
  assert.ok(looks.length >= 9);
  assert.ok(looks.every(({ at, media }) => at < media), "ahead of their moment");
  const before = looks.length;
  answer("picture", 800);
  assert.equal(looks.length, before);
  assert.ok(pictures.length >= 18, `${pictures.length}`);
  assert.equal(outbound.stats.pictures.looks, looks.length);
  assert.deepEqual(due.slice(0, 3).map(({ media, at }) => at - media), [30, 30, 30]);
  outbound[Symbol.dispose]();
});

Deno.test("flush before the first packet drops the reply without a sound", async () => {
  const { outbound, clock, sound } = setUp();
  outbound.start();
  clock.run(5);
  await outbound.push(1, noise(0.5), RATE, true);
  assert.deepEqual(outbound.flush(), { turn: 1, seconds: 0 });
  clock.run(100);
  assert.ok(sound.every((each) => !loud(each)));
  outbound[Symbol.dispose]();
});

Deno.test("push waits while 2 s wait, and is let go by time, by flush and by the end", async () => {
  const { outbound, clock } = setUp();
  outbound.start();
  let done = 0;
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  const push = (seconds: number) => outbound.push(1, noise(seconds), RATE, false).then(() => done++);
  push(1.9);
  await settled();
  assert.equal(done, 1);
  push(0.2);
  await settled();
  assert.equal(done, 1);
  clock.run(60);
  await settled();
  assert.equal(done, 1);
  clock.run(60);
  await settled();
  assert.equal(done, 2);
  push(1);
  outbound.flush();
  await settled();
  assert.equal(done, 3);
  push(3);
  outbound[Symbol.dispose]();
  await settled();
  assert.equal(done, 4);
});

Deno.test("hold: a reply begins once so much sound is there, or all of it", async () => {
  const { outbound, clock, events } = setUp({ hold: 300 });
  outbound.start();
  await outbound.push(1, noise(0.29), RATE, false);
  clock.run(100);
  assert.deepEqual(events, []);
  await outbound.push(1, noise(0.01), RATE, false);
  clock.run(20);
  assert.deepEqual(events, ["started 1"]);
  outbound.flush();
  await outbound.push(2, noise(0.05), RATE, true);
  clock.run(20);
  assert.deepEqual(events, ["started 1", "started 2"]);
  outbound[Symbol.dispose]();
});

Deno.test("the next reply begins when the one before has ended", async () => {
  const { outbound, clock, events, sound } = setUp();
  outbound.start();
  await outbound.push(1, noise(0.06), RATE, true);
  await outbound.push(2, noise(0.04), RATE, true);
  clock.run(200);
  assert.deepEqual(events, ["started 1", "finished 1", "started 2", "finished 2"]);
  assert.equal(sound.filter(loud).length, 5);
  outbound[Symbol.dispose]();
});

Deno.test("a change of rate within a reply is refused", () => {
  const { outbound } = setUp();
  outbound.push(1, new Float32Array(10), 22_050, false);
  assert.throws(() => outbound.push(1, new Float32Array(10), 16_000, false), /Reply 1 came at 22050 Hz/);
  outbound[Symbol.dispose]();
});

Deno.test("ticks come a frame and a half ahead and say what will be heard at that moment", async () => {
  const { outbound, clock, ticks, sound } = setUp();
  outbound.start();
  clock.run(200);
  await outbound.push(4, noise(0.5), RATE, true);
  clock.run(1_000);
  const start = sound.find(loud)!.media;
  for (const { media, at, position, turn } of ticks) {
    assert.ok(Math.abs(media - at - 60) <= 1e-6 || media <= 80, `${media} asked at ${at}`);
    assert.equal(media % 40, 0);
    const heard = (media - start) / 1000;
    if (heard < 0 || heard >= 0.5) assert.equal(position, -1);
    // A reply that comes between a question and its moment is not known to the question.
    else if (position >= 0) assert.deepEqual([position.toFixed(6), turn], [heard.toFixed(6), 4]);
    else assert.ok(at < start);
  }
  assert.ok(ticks.filter(({ position }) => position >= 0).length >= 10);
  outbound[Symbol.dispose]();
});

Deno.test("pictures leave 30 ms after their sound, late ones at once", () => {
  const { outbound, clock, pictures, ticks } = setUp({}, new FakeClock(), false);
  outbound.start();
  clock.run(25);
  assert.deepEqual(ticks.map(({ media }) => media), [80]);
  outbound.picture(80, Uint8Array.of(1));
  clock.run(84);
  assert.equal(pictures.length, 0);
  clock.run(1);
  assert.deepEqual(pictures.map(({ media, at }) => [media, at]), [[80, 110]]);
  clock.run(50);
  outbound.picture(120, Uint8Array.of(2));
  assert.deepEqual(pictures.map(({ media, at }) => [media, at]), [[80, 110], [120, 160]]);
  assert.equal(outbound.stats.pictures.late, 1);
  outbound[Symbol.dispose]();
});

Deno.test("a picture older than one that was sent is dropped and a keyframe asked for", () => {
  const { outbound, clock, pictures, ticks } = setUp({}, new FakeClock(), false);
  outbound.start();
  clock.run(150);
  outbound.picture(120, Uint8Array.of(2));
  outbound.picture(80, Uint8Array.of(1));
  assert.deepEqual(pictures.map(({ media }) => media), [120]);
  assert.equal(outbound.stats.pictures.dropped, 1);
  outbound.picture(160, Uint8Array.of(3));
  const before = ticks.length;
  clock.run(100);
  assert.equal(ticks[before].key, true);
  outbound[Symbol.dispose]();
});

Deno.test("three questions at most are open; a silent face is asked again after a second", () => {
  const { outbound, clock, ticks } = setUp({}, new FakeClock(), false);
  outbound.start();
  clock.run(1_000);
  assert.deepEqual(ticks.map(({ media, key }) => [media, key]), [[80, true], [120, false], [160, false]]);
  assert.ok(outbound.stats.pictures.skippedTicks > 15);
  clock.run(500);
  assert.equal(ticks.length, 6);
  assert.equal(ticks[3].key, true, "the keyframe that never came is asked for again");
  outbound[Symbol.dispose]();
});

Deno.test("a wanted keyframe goes into the next question only", () => {
  const { outbound, clock, ticks } = setUp();
  outbound.start();
  clock.run(200);
  outbound.wantKey();
  clock.run(200);
  assert.deepEqual(ticks.flatMap(({ key }, n) => key ? [n] : []), [0, ticks.findIndex(({ at }) => at > 200)]);
  outbound[Symbol.dispose]();
});

Deno.test("whatever is pushed comes out once, in order, in whole packets", async () => {
  const chunks = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.nat(200), async (sizes, gap) => {
      const { outbound, clock, sound, played } = setUp({ fps: 0 });
      outbound.start();
      let value = 0;
      for (const [n, size] of sizes.entries()) {
        const pcm = Float32Array.from({ length: size }, () => ++value / 1e6);
        await outbound.push(1, pcm, RATE, n === sizes.length - 1);
        clock.run(gap);
      }
      clock.run(4_000);
      const heard = sound.flatMap(({ pcm }) => [...pcm]).filter((sample) => sample !== 0);
      assert.equal(heard.length, value);
      heard.forEach((sample, n) => assert.equal(sample, Math.fround((n + 1) / 1e6)));
      assert.ok(sound.every(({ pcm }) => pcm.length === PACKET));
      assert.equal(played.at(-1) ?? 0, value / RATE);
      outbound[Symbol.dispose]();
    }),
    { numRuns: 50 },
  );
});
