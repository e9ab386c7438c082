/** Real recordings strung together to a microphone: silence, question, silence for the answer, question … */
import { readWav, writeWav } from "../src/audio/wav.ts";
import { voiced } from "./voiced.ts";

const FOLDER = new URL("./recordings/", import.meta.url);
export const RATE = 16_000;

export interface Utterance {
  name: string;
  text: string;
  pcm: Float32Array<ArrayBuffer>;
}

export interface Line {
  name: string;
  text: string;
  /** Seconds in the microphone's file: first and last voiced sample. */
  start: number;
  end: number;
}

export async function recording(name: string): Promise<Utterance> {
  const texts = JSON.parse(await Deno.readTextFile(new URL("recordings.json", FOLDER)));
  const { pcm, rate } = readWav(await Deno.readFile(new URL(`${name}.wav`, FOLDER)));
  if (rate !== RATE) throw new Error(`"${name}.wav" has ${rate} Hz, ${RATE} are expected.`);
  return { name, text: texts[name], pcm };
}

/**
 * @param lead seconds of silence before the first utterance, for the call to connect
 * @param pause seconds of silence after each utterance
 */
export function compose(
  utterances: Utterance[],
  lead: number,
  pause: number,
): { wav: Uint8Array; lines: Line[] } {
  const total = utterances.reduce((sum, { pcm }) => sum + pcm.length + pause * RATE, lead * RATE);
  const all = new Float32Array(Math.ceil(total));
  const lines: Line[] = [];
  let at = lead * RATE;
  for (const { name, text, pcm } of utterances) {
    all.set(pcm, at);
    const spans = voiced(pcm, RATE);
    lines.push({ name, text, start: at / RATE + spans[0].start, end: at / RATE + spans.at(-1)!.end });
    at += pcm.length + pause * RATE;
  }
  return { wav: writeWav(all, RATE), lines };
}
