/**
 * Mouth shapes for sound whose phonemes nobody tells. A small network listens to it; where that cannot be loaded, how
 * loud the sound is has to do. Either is in time with the sound, which phonemes guessed from the text would not be.
 */
import { fileURLToPath } from "node:url";
import type { PhonemeSpan } from "../../engine/frame.ts";
import type { Log } from "../../engine/handler.ts";
import { mouthingByLoudness } from "./mouthing_loudness.ts";
import { openLipsNet } from "./mouthing_net.ts";
import { mouthingByNet } from "./mouthing_stream.ts";

/** Follows the sound of one reply. */
export interface Mouthing {
  /**
   * The shapes that the next samples tell of, as phonemes that have them; times in seconds from the reply's first sample.
   * They may end before the samples do: the rest comes with the next samples, or at the end.
   *
   * @param pcm mono, nominally -1..1, as it is to be heard next; it is not kept.
   * @param rate samples per second, the same for the whole reply.
   */
  push(pcm: Float32Array, rate: number): Promise<PhonemeSpan[]>;
  /** The shapes of what is left. */
  finish(): Promise<PhonemeSpan[]>;
}

export interface Mouths extends AsyncDisposable {
  /** For one reply. */
  open(): Mouthing;
}

/** Trained by scripts/train_lips; its README tells with what. */
export const LIPS = fileURLToPath(new URL("./lips.onnx", import.meta.url));

/** Loads the network. Without it (`path` is missing, broken, or native code may not run) one line says so, and loudness has to do. */
export async function openMouths(log: Log, path = LIPS): Promise<Mouths> {
  try {
    const net = await openLipsNet(path);
    return { open: () => mouthingByNet(net), [Symbol.asyncDispose]: () => net[Symbol.asyncDispose]() };
  } catch (error) {
    log.warn(
      `The lips follow how loud the voice is, not what it says: ${(error as Error).message}. ` +
        'Get "lips.onnx" again with the program, or make it with scripts/train_lips.',
    );
    return { open: mouthingByLoudness, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}
