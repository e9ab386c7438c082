/** How far the drawn mouth lies behind its voice before either is sent: what the way to the caller has no part in. */
import { concat } from "../src/audio/pcm.ts";
import { createLips } from "../src/face/lips.ts";
import { handler } from "../src/handlers/tts/piper.ts";
import { answers, load } from "../tests/hearing.ts";
import { levels } from "../tests/voiced.ts";
import { type Lag, lipLag } from "./lip_lag.ts";
import { BLOCK, HOP } from "./lip_watch.ts";

const TEXT = [
  "My name is Joe, and I am a digital human. ",
  "Go forward ten meters and turn left at the corner. ",
  "The sun rises in the east and sets in the west. ",
  "Please bring me a glass of water and two apples. ",
  "I'm sorry to hear that, I hope you can rest soon. ",
];
/** Seconds from one picture to the next. */
const FRAME = 0.04;
const REPLY = { turn: 1, epoch: 0 };

/** Of the default voice and a mouth drawn for each picture at 25 a second; its opening stands for how dark it is. */
export async function sourceLag(): Promise<Lag> {
  await using voice = await load(handler);
  const bodies = await answers(
    voice,
    TEXT.map((delta, i) => ({ kind: "text.reply", delta, last: i === TEXT.length - 1 })),
  );
  const sound = bodies.filter((body) => body.kind === "audio.reply");
  const pcm = concat(sound.map(({ pcm }) => pcm));
  const lips = createLips();
  for (const body of bodies) if (body.kind === "phonemes") lips.announce(REPLY, body.spans);
  const rate = sound[0].rate;
  const mouth = Array.from({ length: Math.floor(pcm.length / rate / FRAME) }, (_, n) => {
    const { weights } = lips.step(FRAME, REPLY, n * FRAME);
    return { time: n * FRAME * 1000, dark: weights.jawOpen ?? 0 };
  });
  return lipLag({ blocks: blocksOf(levels(pcm, rate)), mouth });
}

function blocksOf(level: Float32Array) {
  const size = BLOCK / HOP;
  return Array.from({ length: Math.floor(level.length / size) }, (_, n) => ({
    arrived: (n + 1) * BLOCK,
    levels: [...level.slice(n * size, (n + 1) * size)],
  }));
}
