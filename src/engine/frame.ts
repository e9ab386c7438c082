/**
 * Everything that travels between handlers: one tagged union, no classes, so that a frame survives `postMessage`.
 *
 * All audio is mono, one Float32 sample per value, nominally -1..1. Times inside a reply are seconds counted from the
 * reply's first sample: sound, mouth and captions all hang on that one clock.
 */

/** Who and when: put on by the engine, never by a handler. */
export interface Stamp {
  /** The call this frame belongs to. */
  session: string;
  /** Number of the exchange, from 1; 0 before anybody has spoken. */
  turn: number;
  /** Raised whenever a reply is cancelled; reply frames of a lower epoch are stale. */
  epoch: number;
  /** Milliseconds on the session's clock. */
  at: number;
}

/** A phoneme, or a pause ("_" blank, " " word gap, or punctuation), and when it sounds. */
export interface PhonemeSpan {
  phoneme: string;
  /** Seconds from the first sample of the reply. */
  start: number;
  end: number;
}

/**
 * A word as it is shown, with the punctuation at it, and when it is heard. Chinese and Japanese are timed by the
 * character. The text of a reply is its spans joined, with one space before each that is not `glued`; nothing else of it
 * is lost than Markdown's marks, emoji, and white space of other kinds or lengths.
 */
export interface WordSpan {
  text: string;
  start: number;
  end: number;
  /** No space stands between the span before and this one. */
  glued?: true;
}

/** What a reply tells the face to do, see `audio/cues.ts`. */
export type CueName = "smile" | "laugh" | "sad" | "surprise" | "think" | "nod" | "shake" | "angry";

export interface Cue {
  name: CueName;
  /** Seconds from the first sample of the reply. */
  start: number;
}

/** A question and what was heard of its answer. */
export interface Exchange {
  user: string;
  reply: string;
}

/** What the face does while nothing is being said, or while it speaks. */
export type Mood = "idle" | "listening" | "thinking" | "speaking";

/** Who makes pictures of the face: the server, or the page from looks (see `face/look_code.ts`). */
export type Drawer = "server" | "page";

/** A face and what is behind it. */
export interface FaceChoice {
  /** Name of the avatar's pack. */
  avatar: string;
  /** A room, "own" for the one that suits the avatar, or "transparent". */
  background: string;
}

/** One run of samples. */
interface Pcm {
  pcm: Float32Array<ArrayBuffer>;
  /** Samples per second. */
  rate: number;
}

export type Body =
  /** The caller's microphone, continuous, 16 kHz. */
  | ({ kind: "audio.mic" } & Pcm)
  /** The caller's speech as the VAD cut it out, 16 kHz. */
  | ({ kind: "audio.speech" } & Pcm)
  /** The reply's sound; chunks follow each other without a gap, `last` closes the reply (it may be empty then). */
  | ({ kind: "audio.reply"; last: boolean } & Pcm)
  /** `lead`: how many milliseconds before this frame the speech really began, went on, or fell silent. */
  | { kind: "speech.start"; lead: number }
  | { kind: "speech.end"; lead: number }
  /** The caller may have finished: an answer is made in the dark from here on. An end or another start follows. */
  | { kind: "speech.pause"; lead: number }
  /** The caller went on before the answer was heard: what was recognised so far belongs to the same turn. */
  | { kind: "speech.resume"; lead: number }
  /** A picture of the caller's camera: JPEG, with its size in pixels. */
  | { kind: "image.user"; data: Uint8Array<ArrayBuffer>; width: number; height: number }
  /** `language`: what the caller spoke (BCP 47, "zh"), where the recogniser tells. */
  | { kind: "text.user"; text: string; final: boolean; language?: string }
  | { kind: "text.reply"; delta: string; last: boolean }
  /** How likely a message ends where the final `text.user` of this turn does, 0 to 1. */
  | { kind: "text.complete"; probability: number }
  /** Comes before the sound of its clause. */
  | { kind: "phonemes"; spans: PhonemeSpan[]; words: WordSpan[]; cues?: Cue[] }
  /**
   * Has the caller finished? The answer may be heard once so many milliseconds of silence have passed since the last
   * voiced sample; 0: now. Comes after every final `text.user`, where a handler judges it at all; a later one replaces
   * it.
   */
  | { kind: "turn.judged"; wait: number }
  /** The face begins to talk, or has finished: meanwhile the microphone may pick up its voice. */
  | { kind: "reply.sounding"; on: boolean }
  /** What was said before this call, oldest first; replaces all that was known. */
  | { kind: "memory"; exchanges: Exchange[] }
  /** A turn is over: what the caller said and how much of the reply was really heard. */
  | { kind: "turn.end"; user: string; heard: string; interrupted: boolean }
  /** Asks the face for the picture of one moment. */
  | {
    kind: "video.tick";
    /** When the picture is due, in milliseconds of media time since the call's first packet. */
    media: number;
    /** Where in the reply of this turn that moment lies, seconds; -1 when nothing is being said. */
    position: number;
    mood: Mood;
    /** How loud the caller speaks at present, 0..1; left out while the caller is silent. */
    heard?: number;
    /** The caller wishes for little motion. */
    calm?: boolean;
    /** A picture that can be decoded without those before it is wanted. */
    key: boolean;
  }
  /** The caller wishes for another face, or another room behind it. */
  | ({ kind: "face.choose" } & FaceChoice)
  /** What the pictures show from now on; `fault`: in words, why that is not what was wished for. */
  | ({ kind: "face.chosen"; fault?: string } & FaceChoice)
  /** The page can draw the face, and wants to do so from now on; or it cannot any more. */
  | { kind: "face.draw"; by: Drawer }
  /** Who draws from now on. For the page: the number of this list of names, and which weights its looks hold. */
  | { kind: "face.drawn"; by: "server" }
  | { kind: "face.drawn"; by: "page"; list: number; names: string[] }
  /** What the face looks like at one moment, for a page that draws. `media`: as in the tick that asked for it. */
  | { kind: "face.look"; data: Uint8Array<ArrayBuffer>; media: number }
  /** One encoded picture. `media`: as in the tick that asked for it. */
  | { kind: "video.reply"; data: Uint8Array<ArrayBuffer>; key: boolean; media: number }
  /** `goesOn`: the handler still has something to say in this turn, for example that it is sorry; else it is over. */
  | { kind: "fault"; handler: string; code: string; message: string; goesOn?: boolean };

export type Frame = Stamp & Body;
export type Kind = Body["kind"];
export type FrameOf<K extends Kind> = Extract<Frame, { kind: K }>;
export type BodyOf<K extends Kind> = Extract<Body, { kind: K }>;

/** The buffer that crosses to another thread with the frame, by transfer; none for frames without bulk. */
export function transferables(body: Body): ArrayBuffer[] {
  if ("pcm" in body) return [body.pcm.buffer];
  if ("data" in body) return [body.data.buffer];
  return [];
}

/**
 * Does a frame of this kind belong to one reply, so that it dies with it? What the caller says does not: a cancelled
 * reply must not lose a word of the next question.
 */
export function belongsToReply(body: Body): boolean {
  return body.kind === "text.reply" || body.kind === "phonemes" || body.kind === "audio.reply" ||
    body.kind === "text.complete" ||
    (body.kind === "text.user" && body.final);
}
