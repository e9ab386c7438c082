/**
 * `deno task bench:lips`: what the lips of a voice without phoneme times cost: microseconds for each 40 ms of sound, by
 * the length of the pieces in which the sound comes. Processor time, which other work on the machine hardly touches;
 * medians of rounds; all that is done for a piece, and the network alone.
 */
import process from "node:process";
import { LIPS } from "../src/handlers/tts/mouthing.ts";
import { type LipsNet, openLipsNet } from "../src/handlers/tts/mouthing_net.ts";
import { mouthingByNet } from "../src/handlers/tts/mouthing_stream.ts";

const RATE = 24_000;
/** Seconds of sound in a round, and rounds; the first few warm up. */
const LENGTH = 4, ROUNDS = 60, WARM = 10;
const PIECES = [0.04, 0.1, 0.2, 0.4, 1];

/** Something like a voice: a buzz whose loudness and colour change. */
function buzz(): Float32Array {
  return Float32Array.from({ length: LENGTH * RATE }, (_, n) => {
    const t = n / RATE;
    const pulse = 2 * ((t * 120) % 1) - 1;
    return 0.3 * pulse * Math.sin(2 * Math.PI * 3 * t) ** 2 + 0.02 * Math.sin(n * n);
  });
}

/** Processor time of this process so far, milliseconds. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The same network, and how long it took. */
function timed(net: LipsNet): { net: LipsNet; spent: number } {
  const result = { net, spent: 0 };
  result.net = {
    ...net,
    async hear(bank, memory) {
      const begun = spent();
      const heard = await net.hear(bank, memory);
      result.spent += spent() - begun;
      return heard;
    },
  };
  return result;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

if (import.meta.main) {
  await using loaded = await openLipsNet(Deno.args[0] ?? LIPS);
  const watched = timed(loaded);
  const sound = buzz();
  const micros = (milliseconds: number) => (1000 * milliseconds * 0.04 / LENGTH).toFixed(0).padStart(5);
  for (const seconds of PIECES) {
    const whole: number[] = [], alone: number[] = [];
    for (let round = 0; round < ROUNDS + WARM; round++) {
      // The clock stands still: all sound lies ahead, nothing is guessed.
      const mouthing = mouthingByNet(watched.net, () => 0);
      watched.spent = 0;
      const begun = spent();
      const step = Math.round(seconds * RATE);
      for (let from = 0; from < sound.length; from += step) {
        await mouthing.push(sound.subarray(from, from + step), RATE);
      }
      if (round < WARM) continue;
      whole.push(spent() - begun);
      alone.push(watched.spent);
    }
    const [all, net] = [median(whole), median(alone)].map(micros);
    console.log(
      `pieces of ${
        `${1000 * seconds}`.padStart(4)
      } ms: ${all} µs for 40 ms of sound, ${net} of them the network`,
    );
  }
}
