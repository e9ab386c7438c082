/** What the caller says in a call: the microphone, opened, muted, changed for another one, and lost. */
import { type FaultCode, microphoneFault } from "./faults.ts";
import type { Store } from "./store.ts";
import type { CallView } from "./view.ts";

/** The world outside, replaced in tests. */
export interface VoiceTools {
  /** Can this page ask for a microphone at all? */
  microphoneAvailable(): boolean;
  openMicrophone(): Promise<MediaStream>;
  closeDevice(stream: MediaStream | null): void;
}

export class Voice {
  readonly #tools: VoiceTools;
  readonly #view: Store<CallView>;
  readonly #use: (track: MediaStreamTrack | null) => void;
  /** Raised by every end, so that a microphone that the browser gives too late is let go of. */
  #number = 0;

  /** @param use is told which track the other side shall hear from now on */
  constructor(tools: VoiceTools, view: Store<CallView>, use: (track: MediaStreamTrack | null) => void) {
    this.#tools = tools;
    this.#view = view;
    this.#use = use;
  }

  /** What the other side shall hear; null without a microphone. */
  get track(): MediaStreamTrack | null {
    return this.#view.get().microphone?.getAudioTracks()[0] ?? null;
  }

  /** Null when it is open; the reason when it is not; "outdated" when the call it was for is over. */
  async open(): Promise<FaultCode | "outdated" | null> {
    const number = this.#number;
    if (!this.#tools.microphoneAvailable()) return "insecure";
    let stream: MediaStream;
    try {
      stream = await this.#tools.openMicrophone();
    } catch (error) {
      return number === this.#number ? microphoneFault(error) : "outdated";
    }
    if (number !== this.#number) {
      this.#tools.closeDevice(stream);
      return "outdated";
    }
    for (const track of stream.getAudioTracks()) {
      track.onended = () => this.#gone();
      track.enabled = !this.#view.get().muted;
    }
    this.#view.set({ asking: false, notice: null, microphone: stream });
    return null;
  }

  /** Opens it (anew) within the call: the first time in a call by text, or another device. */
  async change(): Promise<void> {
    const old = this.#view.get().microphone, failure = await this.open();
    if (failure === "outdated") return;
    // In a call the microphone can fail without ending it.
    if (failure) return this.#view.set({ notice: { code: failure } });
    this.#tools.closeDevice(old);
    this.#use(this.track);
  }

  mute(muted: boolean): void {
    const { microphone } = this.#view.get();
    if (!microphone) return;
    for (const track of microphone.getAudioTracks()) track.enabled = !muted;
    this.#view.set({ muted });
  }

  /** The call is over. */
  close(): void {
    this.#number++;
    this.#tools.closeDevice(this.#view.get().microphone);
  }

  #gone(): void {
    this.#tools.closeDevice(this.#view.get().microphone);
    this.#view.set({ microphone: null, muted: false, notice: { code: "microphoneGone" } });
    this.#use(null);
  }
}
