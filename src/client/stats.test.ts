import assert from "node:assert/strict";
import { read } from "./stats.ts";

const audio = { type: "inbound-rtp", kind: "audio" };
const video = { type: "inbound-rtp", kind: "video" };

Deno.test("stats: sound and picture are one loss", () => {
  const { reading } = read([
    { ...audio, packetsLost: 2, packetsReceived: 98 },
    { ...video, packetsLost: 8, packetsReceived: 92, framesPerSecond: 25 },
    { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.004 },
  ]);
  assert.deepEqual([reading.loss, reading.fps, reading.roundTrip], [5, 25, 4]);
});

Deno.test("stats: buffers are the mean since the reading before, not since the call began", () => {
  const first = read([{ ...audio, jitterBufferDelay: 10, jitterBufferEmittedCount: 100 }]);
  assert.equal(first.reading.jitterSound, 100);
  const second = read([{ ...audio, jitterBufferDelay: 11, jitterBufferEmittedCount: 150 }], first.sums);
  assert.equal(second.reading.jitterSound, 20);
});

Deno.test("stats: the mouth is behind when an older moment is seen than is heard", () => {
  const at = (sound?: number, picture?: number) =>
    read([
      { ...audio, estimatedPlayoutTimestamp: sound },
      { ...video, estimatedPlayoutTimestamp: picture },
    ]).reading.mouthBehind;
  assert.equal(at(4_004_370_444_040, 4_004_370_444_000), 40);
  assert.equal(at(4_004_370_444_000, 4_004_370_444_012), -12);
  // Before the first sender report of a track.
  assert.deepEqual([at(0, 4_004_370_444_000), at(4_004_370_444_000, undefined)], [undefined, undefined]);
});

Deno.test("stats: what the browser does not tell is left out", () => {
  const { reading } = read([{ type: "transport" }]);
  assert.deepEqual(Object.values(reading).filter((value) => value !== undefined), []);
});
