/**
 * A synthetic SenseVoice: the graph's interface, metadata and token list are those of sherpa-onnx's export
 * (`scripts/sense-voice/export-onnx.py`), what is between them is made up. Like the real one it puts four embedded
 * questions before the sound and scores every frame; but it "hears" pure tones, each of which stands for one token.
 */
import { type Synthetic, writeOnnx } from "./onnx_writer.ts";

const WIDTH = 560;
const BANDS = 80;
/** Features of the first of the seven stacked frames; they are zeroed in sound and carry the questions instead. */
const QUESTIONS = 16;

const IDS = { auto: 0, zh: 3, en: 4, yue: 7, ja: 11, ko: 12, nospeech: 13, withitn: 14, woitn: 15 };
/** What each tone (hertz) stands for. */
export const WORDS: Record<string, number> = {
  "你": 1000,
  "好": 1500,
  "。": 2000,
  "▁hello": 2700,
  "조": 3500,
};
/** Said in words instead of a tag, so that tests see it, when it is asked to leave out punctuation. */
const PLAIN = "▁plain";
const TAGS = ["zh", "en", "yue", "ja", "ko", "HAPPY", "Speech", "withitn"].map((tag) => `<|${tag}|>`);
const TOKENS = ["<unk>", "<s>", "</s>", ...Object.keys(WORDS), ...TAGS, PLAIN];

/** Number of the band whose middle is nearest to a frequency. */
function bandOf(frequency: number): number {
  const mel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);
  return Math.round((mel(frequency) - mel(20)) / (mel(8000) - mel(20)) * (BANDS + 1)) - 1;
}

/** One row for each number of a question; the answer lies in the feature of the same number. */
function embeddings(): Float32Array {
  const table = new Float32Array(QUESTIONS * WIDTH);
  for (let id = 0; id < QUESTIONS; id++) table[id * WIDTH + id] = 1;
  return table;
}

/** Features → scores. A tone's token scores by its band in the middle frame, a question's by its feature. */
function weights(): Float32Array {
  const matrix = new Float32Array(WIDTH * TOKENS.length);
  const set = (feature: number, token: string, weight: number) => {
    matrix[feature * TOKENS.length + TOKENS.indexOf(token)] = weight;
  };
  for (const [token, frequency] of Object.entries(WORDS)) set(3 * BANDS + bandOf(frequency), token, 1);
  set(IDS.auto, "<|zh|>", 100);
  for (const name of ["zh", "en", "yue", "ja", "ko", "withitn"] as const) set(IDS[name], `<|${name}|>`, 100);
  set(IDS.woitn, PLAIN, 100);
  // The questions for mood and event have the numbers 1 and 2.
  set(1, "<|HAPPY|>", 100);
  set(2, "<|Speech|>", 100);
  return matrix;
}

const graph: Synthetic = {
  inputs: {
    x: ["float", ["N", "T", WIDTH]],
    x_length: ["int32", ["N"]],
    language: ["int32", ["N"]],
    text_norm: ["int32", ["N"]],
  },
  outputs: { logits: ["float", ["N", "T4", TOKENS.length]] },
  constants: {
    table: [embeddings(), [QUESTIONS, WIDTH]],
    mood_and_event: [Int32Array.of(1, 2), [1, 2]],
    weights: [weights(), [WIDTH, TOKENS.length]],
    // A blank, unless a tone is louder than this.
    bias: [Float32Array.from(TOKENS, (_, n) => n === 0 ? 2 : 0), [TOKENS.length]],
    start: [Int32Array.of(0), [1]],
    axis: [Int32Array.of(1), [1]],
    axis64: [BigInt64Array.of(1n), [1]],
  },
  nodes: [
    { op: "Gather", inputs: ["table", "language"], output: "language_row" },
    { op: "Unsqueeze", inputs: ["language_row", "axis64"], output: "language_query" },
    { op: "Gather", inputs: ["table", "mood_and_event"], output: "event_query" },
    { op: "Gather", inputs: ["table", "text_norm"], output: "norm_row" },
    { op: "Unsqueeze", inputs: ["norm_row", "axis64"], output: "norm_query" },
    // Only as much of the sound as `x_length` says.
    { op: "Slice", inputs: ["x", "start", "x_length", "axis"], output: "sound" },
    {
      op: "Concat",
      inputs: ["language_query", "event_query", "norm_query", "sound"],
      output: "whole",
      attributes: { axis: 1 },
    },
    { op: "MatMul", inputs: ["whole", "weights"], output: "scores" },
    { op: "Add", inputs: ["scores", "bias"], output: "logits" },
  ],
  metadata: {
    lfr_window_size: "7",
    lfr_window_shift: "6",
    normalize_samples: "0",
    neg_mean: Array(WIDTH).fill("-20").join(","),
    inv_stddev: Array.from({ length: WIDTH }, (_, n) => n < QUESTIONS ? "0" : "1").join(","),
    model_type: "sense_voice_ctc",
    vocab_size: String(TOKENS.length),
    ...Object.fromEntries(["auto", "zh", "en", "yue", "ja", "ko", "nospeech"].map((name) => {
      return [`lang_${name}`, String(IDS[name as keyof typeof IDS])];
    })),
    with_itn: String(IDS.withitn),
    without_itn: String(IDS.woitn),
  },
};

/** Writes the model into a folder as the catalog's files are named; `changes` to its metadata. */
export async function writeSynthetic(folder: string, changes: Record<string, string> = {}): Promise<void> {
  const model = writeOnnx({ ...graph, metadata: { ...graph.metadata, ...changes } });
  await Deno.writeFile(`${folder}/model.int8.onnx`, model);
  await Deno.writeTextFile(`${folder}/tokens.txt`, TOKENS.map((token, n) => `${token} ${n}\n`).join(""));
}

/** Samples of a tone: 120 ms. */
const LENGTH = 1920;

function noise(): () => number {
  let state = 1;
  return () => 1e-4 * ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1);
}

const tone = (word: string, n: number) => 0.3 * Math.sin(2 * Math.PI * WORDS[word] * n / 16_000);

/** Says tokens as tones of 120 ms with as much faint noise after each, 16 kHz. */
export function say(...words: string[]): Float32Array<ArrayBuffer> {
  const faint = noise();
  return Float32Array.from({ length: 2 * LENGTH * words.length }, (_, n) => {
    return (n % (2 * LENGTH) < LENGTH ? tone(words[Math.floor(n / LENGTH / 2)], n) : 0) + faint();
  });
}

/** The same without a pause between the tones; each swells from a sixth of its full strength. */
export function slur(...words: string[]): Float32Array<ArrayBuffer> {
  const faint = noise();
  return Float32Array.from({ length: LENGTH * words.length }, (_, n) => {
    return (1 + 5 * (n % LENGTH) / LENGTH) / 6 * tone(words[Math.floor(n / LENGTH)], n) + faint();
  });
}
