/**
 * SenseVoiceSmall (arXiv 2407.04051) as sherpa-onnx exports it (`scripts/sense-voice/export-onnx.py`): one graph from
 * stacked filter bank frames to scores of tokens, whose file names its own constants.
 *
 * Inputs: `x` float [1, frames, 560], `x_length`, `language` and `text_norm`, each int32 [1]. Output: `logits` float
 * [1, 4 + frames, tokens]; the first four frames tell the language, the mood, the kind of sound and the notation.
 */
import { openModel } from "../../audio/onnx.ts";
import { greedy } from "./ctc.ts";
import { BANDS, fbank, framesOf } from "./fbank.ts";
import { readMetadata } from "./metadata.ts";
import { readTokens, transcribe, type Transcript } from "./rich.ts";
import { stack, type Stacking } from "./stacking.ts";

export const LANGUAGES = ["auto", "zh", "en", "ja", "ko", "yue"] as const;

export interface Options {
  /** What is spoken; "auto": the model finds out. */
  language: typeof LANGUAGES[number];
  /** With punctuation, and numbers as digits. */
  itn: boolean;
}

/** A loaded SenseVoice. */
export interface SenseVoice extends AsyncDisposable {
  /** Recognises speech of 16 kHz; blocks the thread for the whole run. */
  transcribe(pcm: Float32Array, options: Options): Promise<Transcript>;
}

/** What the file says about itself. */
interface Notes {
  stacking: Stacking;
  languages: Record<string, number>;
  /** Numbers that stand for `itn` and for its absence. */
  withItn: number;
  withoutItn: number;
}

function readNotes(model: Uint8Array): Notes {
  const notes = readMetadata(model);
  const text = (name: string) => {
    const value = notes.get(name);
    if (value === undefined) throw new Error(`its metadata have no "${name}"`);
    return value;
  };
  const number = (name: string) => Number(text(name));
  const vector = (name: string, length: number) => {
    const values = Float32Array.from(text(name).split(","), Number);
    if (values.length === length) return values;
    throw new Error(`its metadata have ${values.length} values "${name}" instead of ${length}`);
  };
  if (number("normalize_samples") !== 0) throw new Error("it wants samples of -1..1, which is not supported");
  const size = number("lfr_window_size");
  return {
    stacking: {
      size,
      step: number("lfr_window_shift"),
      negativeMean: vector("neg_mean", size * BANDS),
      inverseDeviation: vector("inv_stddev", size * BANDS),
    },
    languages: Object.fromEntries(LANGUAGES.map((name) => [name, number(`lang_${name}`)])),
    withItn: number("with_itn"),
    withoutItn: number("without_itn"),
  };
}

/**
 * Loads SenseVoice from a folder with `model.int8.onnx` and `tokens.txt`.
 *
 * @throws {Error} naming the file that is missing or broken.
 */
export async function openSenseVoice(folder: string): Promise<SenseVoice> {
  const vocabulary = readTokens(await Deno.readTextFile(`${folder}/tokens.txt`));
  const path = `${folder}/model.int8.onnx`;
  const bytes = await Deno.readFile(path);
  let notes: Notes;
  try {
    notes = readNotes(bytes);
  } catch (error) {
    throw new Error(`"${path}" is no SenseVoice as sherpa-onnx exports it: ${(error as Error).message}`);
  }
  const model = await openModel(bytes);
  const { Tensor } = model;
  const { stacking, languages, withItn, withoutItn } = notes;
  const int = (value: number) => new Tensor("int32", Int32Array.of(value), [1]);

  return {
    async transcribe(pcm, { language, itn }) {
      if (framesOf(pcm.length) === 0) return { text: "" };
      const x = stack(fbank(pcm), stacking);
      const width = stacking.size * BANDS;
      const frames = x.length / width;
      const { logits } = await model.run({
        x: new Tensor("float32", x, [1, frames, width]),
        x_length: int(frames),
        language: int(languages[language]),
        text_norm: int(itn ? withItn : withoutItn),
      });
      const tokens = greedy(logits.data as Float32Array, logits.dims[2]);
      logits.dispose();
      return transcribe(vocabulary, tokens);
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}
