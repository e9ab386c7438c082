/**
 * Moonshine's encoder and its greedy decoder with a key/value cache (arXiv 2410.15608; the graphs are those of
 * github.com/moonshine-ai/moonshine).
 */
import type { Tensor } from "onnxruntime-node";
import { openModel } from "../../audio/onnx.ts";
import { loop } from "./guard.ts";
import { decode, readVocabulary } from "./tokenizer.ts";

const BEGIN = 1;
const END = 2;
/** Keys and values of one layer: [1, heads, length, width]. */
const HEADS = 8;
const WIDTH = 36;

/** What a run came to. */
export interface Transcript {
  text: string;
  tokens: number[];
  /** Did `stop` end it before the model did? */
  stopped: boolean;
}

export interface Options {
  /** Most tokens to decode. */
  limit: number;
  /**
   * Tokens of an earlier run over the beginning of the same sound. They are checked in one step instead of one step
   * each; those that no longer hold are dropped, so the result is the same as without them.
   */
  draft?: readonly number[];
  /** Asked between steps, with the number of steps so far; true ends the run there. */
  stop?(steps: number): boolean | Promise<boolean>;
}

/** A loaded Moonshine. */
export interface Moonshine extends AsyncDisposable {
  /**
   * Recognises speech of 16 kHz; blocks the thread for the encoder's run and for each step. A loop ends the run and
   * is cut to one turn.
   */
  transcribe(pcm: Float32Array<ArrayBuffer>, options: Options): Promise<Transcript>;
}

type Values = Record<string, Tensor>;

/** The likeliest token of each position. */
function best(logits: Tensor): number[] {
  const [, length, size] = logits.dims;
  const data = logits.data as Float32Array;
  return Array.from({ length }, (_, position) => {
    let winner = position * size;
    for (let n = winner + 1; n < (position + 1) * size; n++) if (data[n] > data[winner]) winner = n;
    return winner - position * size;
  });
}

/** The first `length` positions of a cache tensor. */
function head(data: Float32Array, from: number, length: number): Float32Array {
  const kept = new Float32Array(HEADS * length * WIDTH);
  for (let h = 0; h < HEADS; h++) {
    const start = h * from * WIDTH;
    kept.set(data.subarray(start, start + length * WIDTH), h * length * WIDTH);
  }
  return kept;
}

/**
 * Loads Moonshine from a folder with `encoder_model.ort`, `decoder_model_merged.ort` and `tokenizer.bin`.
 *
 * @throws {Error} naming the file that is missing or broken.
 */
export async function openMoonshine(folder: string): Promise<Moonshine> {
  const vocabulary = readVocabulary(await Deno.readFile(`${folder}/tokenizer.bin`));
  await using stack = new AsyncDisposableStack();
  const encoder = stack.use(await openModel(`${folder}/encoder_model.ort`));
  const decoder = stack.use(await openModel(`${folder}/decoder_model_merged.ort`));
  const { Tensor } = encoder;
  const selfCache = decoder.inputs.filter((name) => name.includes(".decoder."));
  const crossCache = decoder.inputs.filter((name) => name.includes(".encoder."));
  const present = (name: string) => name.replace("past_key_values", "present");
  // Later steps leave the encoder's keys and values as the first step made them.
  const later = ["logits", ...selfCache.map(present)];

  const ids = (tokens: readonly number[]) =>
    new Tensor("int64", BigInt64Array.from(tokens, BigInt), [1, tokens.length]);
  const flag = (value: boolean) => new Tensor("bool", Uint8Array.of(Number(value)), [1]);

  async function encode(pcm: Float32Array<ArrayBuffer>): Promise<Values> {
    const mask = new Tensor("int64", new BigInt64Array(pcm.length).fill(1n), [1, pcm.length]);
    const sound = new Tensor("float32", pcm, [1, pcm.length]);
    const { last_hidden_state } = await encoder.run({ input_values: sound, attention_mask: mask });
    return { encoder_hidden_states: last_hidden_state as Tensor, encoder_attention_mask: mask };
  }

  /** The first step: takes the draft in at once and returns what of it holds, and the token after that. */
  async function begin(feeds: Values, draft: readonly number[]): Promise<{ tokens: number[]; next: number }> {
    const empty = new Tensor("float32", new Float32Array(HEADS * WIDTH), [1, HEADS, 1, WIDTH]);
    for (const name of [...selfCache, ...crossCache]) feeds[name] = empty;
    const results = await decoder.run(
      { ...feeds, input_ids: ids([BEGIN, ...draft]), use_cache_branch: flag(false) },
    ) as Values;
    const winners = best(results.logits);
    let right = 0;
    while (right < draft.length && draft[right] === winners[right]) right++;
    for (const name of crossCache) feeds[name] = results[present(name)];
    for (const name of selfCache) {
      const data = results[present(name)].data as Float32Array;
      const length = right + 1;
      feeds[name] = new Tensor("float32", head(data, draft.length + 1, length), [1, HEADS, length, WIDTH]);
    }
    return { tokens: draft.slice(0, right), next: winners[right] };
  }

  async function step(feeds: Values, token: number): Promise<number> {
    const results = await decoder.run(
      { ...feeds, input_ids: ids([token]), use_cache_branch: flag(true) },
      later,
    ) as Values;
    for (const name of selfCache) feeds[name] = results[present(name)];
    return best(results.logits)[0];
  }

  const owned = stack.move();
  return {
    async transcribe(pcm, { limit, draft = [], stop = () => false }) {
      const feeds = await encode(pcm);
      if (await stop(0)) return { text: "", tokens: [], stopped: true };
      let { tokens, next } = await begin(feeds, draft.slice(0, limit));
      let stopped = false;
      for (let steps = 1; next !== END && tokens.length < limit && !stopped; steps++) {
        tokens = [...tokens, next];
        const kept = loop(tokens);
        if (kept > 0) {
          tokens = tokens.slice(0, kept);
          break;
        }
        stopped = await stop(steps);
        if (!stopped) next = await step(feeds, next);
      }
      return { text: decode(vocabulary, tokens), tokens, stopped };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
