/** What the caller shows of himself in a call: the camera, switched on and off. */
import type { Store } from "./store.ts";
import type { CallView } from "./view.ts";

/** The world outside, replaced in tests. */
export interface SightTools {
  openCamera(): Promise<MediaStream>;
  closeDevice(stream: MediaStream | null): void;
  /** Shows picture after picture (JPEG) until it is disposed of. */
  watchCamera(stream: MediaStream, show: (picture: ArrayBuffer) => void): Disposable;
}

export class Sight {
  readonly #tools: SightTools;
  readonly #view: Store<CallView>;
  readonly #send: (picture: ArrayBuffer) => void;
  #watching: Disposable | null = null;
  /** Raised by every switching, so that a camera that the browser gives too late is let go of. */
  #number = 0;

  constructor(tools: SightTools, view: Store<CallView>, send: (picture: ArrayBuffer) => void) {
    this.#tools = tools;
    this.#view = view;
    this.#send = send;
  }

  /** A camera that does not start is told as a notice; the call goes on. */
  async open(): Promise<void> {
    this.close();
    const number = this.#number;
    let stream: MediaStream;
    try {
      stream = await this.#tools.openCamera();
    } catch {
      if (number === this.#number) this.#view.set({ notice: { code: "camera" } });
      return;
    }
    if (number !== this.#number) return this.#tools.closeDevice(stream);
    for (const track of stream.getTracks()) track.onended = () => this.close();
    this.#view.set({ camera: stream, notice: null });
    this.#watching = this.#tools.watchCamera(stream, this.#send);
  }

  close(): void {
    this.#number++;
    this.#watching?.[Symbol.dispose]();
    this.#watching = null;
    this.#tools.closeDevice(this.#view.get().camera);
    this.#view.set({ camera: null });
  }
}
