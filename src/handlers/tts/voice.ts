/** A Piper voice: phoneme ids to latent frames, and those to sound, a few at a time. */
import * as v from "valibot";
import { openModel } from "../../audio/onnx.ts";
import { splitVoice } from "./graph.ts";

const Description = v.object({
  audio: v.object({ sample_rate: v.pipe(v.number(), v.integer(), v.minValue(8_000), v.maxValue(48_000)) }),
  espeak: v.object({ voice: v.string() }),
  inference: v.object({ noise_scale: v.number(), length_scale: v.number(), noise_w: v.number() }),
  phoneme_id_map: v.record(v.string(), v.array(v.pipe(v.number(), v.integer()))),
});

/** What the `.onnx.json` beside a voice says of it. */
export type VoiceDescription = v.InferOutput<typeof Description>;

/** How a clause is to sound. */
export interface Manner {
  /** How much the sound varies. */
  noise: number;
  /** How long phonemes last, against the voice's own pace. */
  length: number;
  /** How much their lengths vary. */
  noiseWidth: number;
}

/** A clause, ready to be turned into sound. */
export interface Latent {
  /** Channels by frames, row by row. */
  data: Float32Array;
  channels: number;
  frames: number;
  /** Frames of every phoneme id; their sum is `frames`. */
  durations: Float32Array;
}

export interface Voice extends AsyncDisposable {
  readonly description: VoiceDescription;
  /** Samples per frame. */
  readonly hop: number;
  encode(ids: number[], manner: Manner): Promise<Latent>;
  /** The samples of the frames `[from, to)`. The native call blocks the thread: about 1 ms a frame. */
  vocode(latent: Latent, from: number, to: number): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * The vocoder's output depends on this many frames on either side; with them, chunks join without a seam (they differ
 * from the sound computed at once by less than -100 dB).
 */
const MARGIN = 10;

async function describe(path: string): Promise<VoiceDescription> {
  const parsed = v.safeParse(Description, JSON.parse(await Deno.readTextFile(path)));
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`its description says at "${v.getDotPath(issue)}": ${issue.message}`);
}

async function openHalves(path: string) {
  const description = await describe(`${path}.json`);
  const { encoder, vocoder, latent, durations } = splitVoice(await Deno.readFile(path));
  return {
    description,
    encoder: await openModel(encoder),
    vocoder: await openModel(vocoder),
    latentName: latent,
    durationsName: durations,
  };
}

/** The frames `[from, to)` of all channels. */
function slice({ data, channels, frames }: Latent, from: number, to: number): Float32Array {
  const width = to - from;
  const part = new Float32Array(channels * width);
  for (let channel = 0; channel < channels; channel++) {
    part.set(data.subarray(channel * frames + from, channel * frames + to), channel * width);
  }
  return part;
}

/**
 * Loads a voice.
 *
 * @param path Of the `.onnx` file; its `.onnx.json` lies beside it.
 * @throws {Error} naming the file, if either is missing or no single-speaker Piper voice.
 */
export async function openVoice(path: string): Promise<Voice> {
  const { description, encoder, vocoder, latentName, durationsName } = await openHalves(path).catch(
    (error) => {
      throw new Error(`Cannot use the voice "${path}": ${error.message}`, { cause: error });
    },
  );

  const encode = async (ids: number[], manner: Manner): Promise<Latent> => {
    const { Tensor } = encoder;
    const results = await encoder.run({
      input: new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
      input_lengths: new Tensor("int64", BigInt64Array.of(BigInt(ids.length)), [1]),
      scales: new Tensor("float32", Float32Array.of(manner.noise, manner.length, manner.noiseWidth), [3]),
    });
    const [, channels, frames] = results[latentName].dims;
    return {
      data: results[latentName].data as Float32Array,
      channels,
      frames,
      durations: results[durationsName].data as Float32Array,
    };
  };

  const render = async (latent: Latent, from: number, to: number) => {
    const part = new vocoder.Tensor("float32", slice(latent, from, to), [1, latent.channels, to - from]);
    return (await vocoder.run({ [latentName]: part })).output.data as Float32Array;
  };

  // The shortest text there is, "^_$", run once: tells the hop and warms both halves.
  const probe = await encode([1, 0, 2], { noise: 0, length: 1, noiseWidth: 0 });
  const hop = (await render(probe, 0, probe.frames)).length / probe.frames;

  return {
    description,
    hop,
    encode,
    vocode: async (latent, from, to) => {
      const first = Math.max(0, from - MARGIN);
      const pcm = await render(latent, first, Math.min(latent.frames, to + MARGIN));
      return new Float32Array(pcm.subarray((from - first) * hop, (to - first) * hop));
    },
    [Symbol.asyncDispose]: async () => {
      await encoder[Symbol.asyncDispose]();
      await vocoder[Symbol.asyncDispose]();
    },
  };
}
