/** A voice with all it takes to speak a clause; shared by all callers. */
import { join } from "node:path";
import type { HandlerEnv } from "../../engine/handler.ts";
import { type Alphabet, openAlphabet } from "./alphabet.ts";
import { gainFor } from "./level.ts";
import { localeOf, type Reader } from "./script.ts";
import { type Manner, openVoice, type Voice } from "./voice.ts";

export interface Speaker extends Reader, AsyncDisposable {
  voice: Voice;
  alphabet: Alphabet;
  manner: Manner;
  /** Samples per second of the voice. */
  rate: number;
  /** Brings the voice to the target loudness. */
  gain: number;
}

/** What is set for all voices. */
export interface SpeakerOptions {
  speed: number;
  noise_scale?: number;
  noise_w?: number;
  speaker_id?: number;
}

/** What a reply may be like; measures how loud a voice is. */
const PROBES: Record<string, string> = {
  Hans: "你好！我听得很清楚。我们聊点什么呢？",
  Jpan: "こんにちは。よくきこえます。なにをはなしましょうか。",
  Kore: "안녕하세요! 잘 들립니다. 무슨 이야기를 할까요?",
};
const PROBE = "Hello there! I can hear you well. What shall we talk about?";

/**
 * Loads a voice and measures its loudness.
 *
 * @param model Name of its folder and, with ".onnx", of its file.
 * @param language What it speaks (BCP 47); as its description says when left out.
 * @throws {Error} naming the file, if it is no Piper voice.
 */
export async function openSpeaker(
  model: string,
  options: SpeakerOptions,
  env: HandlerEnv,
  language?: string,
): Promise<Speaker> {
  const voice = await openVoice(join(env.modelRoot, model, `${model}.onnx`), env.log, options.speaker_id);
  const { inference, audio, espeak } = voice.description;
  const alphabet = await openAlphabet(voice.description);
  const manner: Manner = {
    noise: options.noise_scale ?? inference.noise_scale,
    length: inference.length_scale / options.speed,
    noiseWidth: options.noise_w ?? inference.noise_w,
  };
  const reader = localeOf(language ?? espeak.voice);
  const { ids } = alphabet.idsOf(alphabet.pronounce(PROBES[reader.script] ?? PROBE).symbols);
  // With its noise, because without it a voice is some 2 dB softer.
  const latent = await voice.encode(ids, manner);
  const gain = gainFor(await voice.vocode(latent, 0, latent.frames), audio.sample_rate);
  return {
    ...reader,
    voice,
    alphabet,
    manner,
    rate: audio.sample_rate,
    gain,
    [Symbol.asyncDispose]: () => voice[Symbol.asyncDispose](),
  };
}
