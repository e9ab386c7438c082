/** A Piper voice: phoneme ids to latent frames, and those to sound, a few at a time. */
import { type OnnxModel, openModel } from "../../audio/onnx.ts";
import type { Log } from "../../engine/handler.ts";
import { readDescription, type VoiceDescription } from "./description.ts";
import { type SplitVoice, splitVoice, type WholeVoice, wholeVoice } from "./graph.ts";

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

/** Frames within which one frame of a vocoder is heard, at most; Piper's have 10 (medium) to 13 (high). */
const FARTHEST = 24;
/** What a vocoder makes of a frame farther away is smaller than this, a hundred decibels below full scale. */
const UNHEARD = 1e-5;

/** What the text, or the rest of it, is fed to the model as. */
function feeds({ Tensor, inputs }: OnnxModel, ids: number[], manner: Manner, speaker: number) {
  return {
    input: new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
    input_lengths: new Tensor("int64", BigInt64Array.of(BigInt(ids.length)), [1]),
    scales: new Tensor("float32", Float32Array.of(manner.noise, manner.length, manner.noiseWidth), [3]),
    ...inputs.includes("sid") ? { sid: new Tensor("int64", BigInt64Array.of(BigInt(speaker)), [1]) } : {},
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

/** How many frames away a change of one frame is still heard in what `render` makes. */
async function reach(channels: number, hop: number, render: (latent: Latent) => Promise<Float32Array>) {
  const frames = 2 * FARTHEST + 1;
  const latent = { channels, frames, durations: new Float32Array(0) };
  const still = new Float32Array(channels * frames);
  const struck = still.map((_, i) => i % frames === FARTHEST ? 3 : 0);
  const silence = await render({ ...latent, data: still });
  const sound = await render({ ...latent, data: struck });
  const heard = (i: number) => Math.abs(sound[i] - silence[i]) > UNHEARD;
  const first = sound.findIndex((_, i) => heard(i));
  const last = sound.findLastIndex((_, i) => heard(i));
  return Math.max(FARTHEST - Math.floor(first / hop), Math.floor(last / hop) - FARTHEST, 0);
}

async function openSplit(parts: SplitVoice, description: VoiceDescription, speaker: number): Promise<Voice> {
  const encoder = await openModel(parts.encoder);
  const vocoder = await openModel(parts.vocoder);
  const encode = async (ids: number[], manner: Manner): Promise<Latent> => {
    const results = await encoder.run(feeds(encoder, ids, manner, speaker));
    const { dims: [, channels, frames], data } = results[parts.latent];
    return {
      data: data as Float32Array,
      channels,
      frames,
      durations: results[parts.durations].data as Float32Array,
    };
  };
  const who = vocoder.inputs.includes("sid")
    ? { sid: new vocoder.Tensor("int64", BigInt64Array.of(BigInt(speaker)), [1]) }
    : undefined;
  const render = async (latent: Latent, from = 0, to = latent.frames) => {
    const part = new vocoder.Tensor("float32", slice(latent, from, to), [1, latent.channels, to - from]);
    return (await vocoder.run({ [parts.latent]: part, ...who }))[parts.sound].data as Float32Array;
  };
  // The shortest text there is, "^_$", run once: tells the hop and warms both halves.
  const { phoneme_id_map: map } = description;
  const still: Manner = { noise: 0, length: 1, noiseWidth: 0 };
  const probe = await encode([...map["^"], ...map["_"], ...map["$"]], still);
  const hop = (await render(probe)).length / probe.frames;
  const margin = await reach(probe.channels, hop, render);
  return {
    description,
    hop,
    encode,
    vocode: async (latent, from, to) => {
      const first = Math.max(0, from - margin);
      const pcm = await render(latent, first, Math.min(latent.frames, to + margin));
      return new Float32Array(pcm.subarray((from - first) * hop, (to - first) * hop));
    },
    [Symbol.asyncDispose]: async () => {
      await encoder[Symbol.asyncDispose]();
      await vocoder[Symbol.asyncDispose]();
    },
  };
}

/** A voice of another build: all of a clause's sound is made at once and then handed out in pieces. */
async function openWhole(whole: WholeVoice, description: VoiceDescription, speaker: number): Promise<Voice> {
  const { model, durations, sound } = whole;
  const voice = await openModel(model);
  const hop = description.hop_length;
  const encode = async (ids: number[], manner: Manner): Promise<Latent> => {
    const results = await voice.run(feeds(voice, ids, manner, speaker));
    const data = results[sound].data as Float32Array;
    const frames = data.length / hop;
    // Without times of its own every id gets the same.
    const even = () => new Float32Array(ids.length).fill(frames / ids.length);
    return {
      data,
      channels: hop,
      frames,
      durations: durations ? results[durations].data as Float32Array : even(),
    };
  };
  return {
    description,
    hop,
    encode,
    vocode: ({ data }, from, to) => Promise.resolve(new Float32Array(data.subarray(from * hop, to * hop))),
    [Symbol.asyncDispose]: () => voice[Symbol.asyncDispose](),
  };
}

function cut(bytes: Uint8Array): SplitVoice | Error {
  try {
    return splitVoice(bytes);
  } catch (error) {
    return error as Error;
  }
}

/**
 * Loads a voice. One that is not built like Piper's own is used uncut: then nothing of a clause is heard before all of it
 * has been made, which is said in the log.
 *
 * @param path Of the `.onnx` file; its `.onnx.json` lies beside it.
 * @param speaker Which one speaks, where there are several.
 * @throws {Error} naming the file, if either is missing or no Piper voice, or it has no such speaker.
 */
export async function openVoice(path: string, log: Log, speaker = 0): Promise<Voice> {
  try {
    const description = await readDescription(`${path}.json`);
    const { num_speakers: speakers } = description;
    if (speaker >= speakers) {
      const range = speakers > 1 ? `0 to ${speakers - 1}` : "0";
      throw new Error(`it has no speaker ${speaker}. Set speaker_id to ${range}, or leave it out`);
    }
    const bytes = await Deno.readFile(path);
    const parts = cut(bytes);
    if (!(parts instanceof Error)) return await openSplit(parts, description, speaker);
    const whole = wholeVoice(bytes);
    const times = whole.durations ? "" : " Its phoneme times are guessed.";
    log.warn(`The voice "${path}" makes each clause in one piece. ${parts.message}.${times}`);
    return await openWhole(whole, description, speaker);
  } catch (error) {
    throw new Error(`Cannot use the voice "${path}": ${(error as Error).message}`, { cause: error });
  }
}
