import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { createInbound, type MicPacket, RUN } from "./inbound.ts";
import { createOpusDecoder, createOpusEncoder, type OpusDecoder } from "./opus.ts";

/** Samples of a packet. */
const PACKET = 320;

/** Decodes a payload byte b to 320 samples of b / 256; guesses are 1. */
function fakeDecoder(): OpusDecoder {
  return {
    decode(payload) {
      if (payload[0] === 255) throw new Error("corrupted stream");
      return new Float32Array(PACKET).fill(payload[0] / 256);
    },
    conceal: () => new Float32Array(PACKET).fill(1),
    [Symbol.dispose]() {},
  };
}

const packet = (n: number, value = n % 200 + 1): MicPacket => ({
  sequence: (65_530 + n) & 0xffff,
  timestamp: (4_294_960_000 + n * 960) % 2 ** 32,
  payload: Uint8Array.of(value),
});

/** What comes out, each run as the payload byte it was made from (256 for a guess, 0 for silence). */
function listen(packets: MicPacket[]) {
  const heard: number[] = [];
  const inbound = createInbound(fakeDecoder(), (pcm) => {
    assert.equal(pcm.length, PACKET);
    heard.push(pcm[0] * 256);
  }, PACKET);
  for (const each of packets) inbound.push(each);
  return { heard, inbound };
}

Deno.test("packets in order come out in order, across both counters' wrap", () => {
  const { heard, inbound } = listen(Array.from({ length: 30 }, (_, n) => packet(n)));
  assert.deepEqual(heard, Array.from({ length: 30 }, (_, n) => n + 1));
  assert.deepEqual(inbound.stats, { received: 30, late: 0, lost: 0, damaged: 0 });
});

Deno.test("whatever is reordered within three packets or sent twice comes out in order, once", () => {
  const shuffles = fc.array(fc.nat(2), { minLength: 5, maxLength: 60 });
  fc.assert(fc.property(shuffles, fc.array(fc.nat(59)), (delays, doubles) => {
    // Packet n is overtaken by up to two others.
    const order = delays.map((delay, n) => ({ n, at: n + delay * 0.9 })).sort((a, b) => a.at - b.at);
    const rest = order.filter(({ n }) => n > 0).flatMap(({ n }) => doubles.includes(n) ? [n, n] : [n]);
    const { heard } = listen([0, ...rest].map((n) => packet(n)));
    assert.deepEqual(heard, delays.map((_, n) => n + 1));
  }));
});

Deno.test("whatever is lost, the sample clock stays right", () => {
  fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 4, maxLength: 100 }), (losses) => {
    const last = losses.length;
    const kept = losses.flatMap((lost, n) => lost && n > 0 ? [] : [n]);
    // The three at the end make sure that nobody waits any more.
    const { heard, inbound } = listen([...kept, last, last + 1, last + 2].map((n) => packet(n)));
    const longest = losses.join("").split("false").map((run) => run.length / 4);
    if (Math.max(...longest) >= 49) return;
    assert.equal(heard.length, last + 3);
    for (const n of kept) assert.equal(heard[n], n + 1);
    assert.equal(inbound.stats.lost, last - kept.length);
  }));
});

Deno.test("short losses are guessed, the rest of long ones is silence", () => {
  const { heard } = listen([0, 10, 11, 12].map((n) => packet(n)));
  assert.deepEqual(heard, [1, 256, 256, 256, 256, 256, 0, 0, 0, 0, 11, 12, 13]);
});

Deno.test("a missing packet is waited for until three others are there", () => {
  const { heard, inbound } = listen([0, 2, 3].map((n) => packet(n)));
  assert.deepEqual(heard, [1]);
  inbound.push(packet(1));
  assert.deepEqual(heard, [1, 2, 3, 4]);
  inbound.push(packet(1));
  assert.equal(inbound.stats.late, 1);
});

Deno.test("a pause without packets (discontinuous transmission) is filled by the timestamps", () => {
  const later = { ...packet(2), timestamp: packet(6).timestamp };
  const { heard, inbound } = listen([packet(0), packet(1), later]);
  assert.equal(heard.length, 7);
  assert.equal(inbound.stats.lost, 0);
});

Deno.test("empty packets make no sound and no gap", () => {
  const empty = { ...packet(1), payload: new Uint8Array(0) };
  const next = { ...packet(2), timestamp: packet(1).timestamp };
  assert.deepEqual(listen([packet(0), empty, next]).heard, [1, 3]);
});

Deno.test("damaged packets are concealed and counted", () => {
  const { heard, inbound } = listen([packet(0), packet(1, 255), packet(2)]);
  assert.deepEqual(heard, [1, 256, 3]);
  assert.equal(inbound.stats.damaged, 1);
});

Deno.test("a sender that starts over is followed at once, without filling the gap", () => {
  const moved = (n: number) => ({ ...packet(n), sequence: 20_000 + n, timestamp: 5 + n * 960 });
  assert.deepEqual(listen([packet(0), packet(1), moved(2), moved(3)]).heard, [1, 2, 3, 4]);
});

Deno.test("a tone goes through real Opus at its level and frequency, losses are bridged", () => {
  const encoder = createOpusEncoder();
  const heard: number[] = [];
  using inbound = createInbound(createOpusDecoder(), (pcm) => heard.push(...pcm));
  for (let n = 0; n < 100; n++) {
    const tone = Float32Array.from(
      { length: 960 },
      (_, k) => 0.25 * Math.sin(2 * Math.PI * 440 * (n * 960 + k) / 48_000),
    );
    const payload = encoder.encode(tone);
    if (n % 10 !== 5) inbound.push({ sequence: n, timestamp: n * 960, payload });
  }
  encoder[Symbol.dispose]();
  assert.equal(heard.length, Math.floor(100 * PACKET / RUN) * RUN);
  const steady = heard.slice(PACKET * 20);
  const level = Math.sqrt(steady.reduce((sum, sample) => sum + sample * sample, 0) / steady.length);
  assert.ok(Math.abs(20 * Math.log10(level / (0.25 / Math.SQRT2))) < 1, `level ${level}`);
  const crossings = steady.filter((sample, n) => n > 0 && steady[n - 1] < 0 && sample >= 0).length;
  assert.ok(Math.abs(crossings / (steady.length / 16_000) - 440) < 5);
});
