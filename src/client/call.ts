/** The call as the page sees it: microphone, connection, trying again, and what was said. No drawing here. */
import { type Exchange, type FaceChoice, REMEMBERED, type ServerMessage } from "../rtc/signalling.ts";
import { backoff } from "./backoff.ts";
import { converse, type Event } from "./conversation.ts";
import { exchangesOf } from "./memory.ts";
import { Drawing, type DrawingTools } from "./drawing.ts";
import type { FaultCode } from "./faults.ts";
import type { Line, LinkEvents } from "./link.ts";
import { Sight, type SightTools } from "./sight.ts";
import { createStore, type Store } from "./store.ts";
import type { Timers } from "./timers.ts";
import { type CallView, IDLE } from "./view.ts";
import { Voice, type VoiceTools } from "./voice.ts";

/** The world outside, replaced in tests. */
export interface CallTools extends VoiceTools, SightTools, DrawingTools {
  timers: Timers;
  /** Can this browser do WebRTC at all? */
  supported(): boolean;
  /** What was said in earlier calls. */
  recall(): Exchange[];
  /** Does the caller wish for little motion? */
  calm(): boolean;
  /** Takes what shall be known in the next call. */
  keep(exchanges: Exchange[]): void;
  /** What the caller wishes to see. */
  face(): FaceChoice;
  /** `face`: what the first picture shall show. */
  connect(microphone: MediaStreamTrack | null, face: FaceChoice, events: LinkEvents): Line;
}

/** Typed lines that wait for the connection; more are refused. */
const LONGEST_WAIT = 8;

export class Call {
  readonly view: Store<CallView> = createStore(IDLE);
  readonly #tools: CallTools;
  #line: Line | null = null;
  #waiting: string[] = [];
  /** Of earlier calls, and the connection with which this one began. */
  #recalled: Exchange[] = [];
  #firstConnection = 0;
  #retriedMedia = false;
  /** When a live call was lost; undefined when it was not. */
  #lostAt: number | undefined;
  #tries = 0;
  #cancelRetry = () => {};
  readonly #voice: Voice;
  readonly #sight: Sight;
  readonly #drawing: Drawing;

  constructor(tools: CallTools) {
    this.#tools = tools;
    this.#voice = new Voice(tools, this.view, (track) => void this.#line?.useMicrophone(track));
    this.#sight = new Sight(tools, this.view, (picture) => this.#line?.sendPicture(picture));
    this.#drawing = new Drawing(tools, this.view, (message) => this.#line?.send(message));
  }

  /** Starts a call, with the microphone or by text alone. Does nothing while there is one. */
  async start(withMicrophone: boolean): Promise<void> {
    if (this.active) return;
    const { conversation } = this.view.get();
    this.#recalled = this.#tools.recall();
    this.#firstConnection = conversation.connection + 1;
    this.view.set({ ...this.#ground, conversation, phase: "starting", asking: withMicrophone });
    this.#retriedMedia = false;
    if (!this.#tools.supported()) return this.#fail("unsupported");
    const failure = withMicrophone ? await this.#voice.open() : null;
    if (failure === "outdated") return;
    if (failure) this.#fail(failure);
    else this.#connect();
  }

  /** Hangs up. The transcript stays. */
  end(): void {
    this.#waiting = [];
    this.#release();
    const conversation = converse(this.view.get().conversation, { type: "typed", text: "" });
    this.view.set({ ...this.#ground, conversation, times: this.view.get().times });
  }

  /** Sends a typed line; without a call it starts one by text. */
  say(text: string): void {
    if (text.trim() === "") return;
    this.#converse({ type: "typed", text });
    if (this.#line?.send({ type: "text", text })) return;
    if (this.#waiting.length < LONGEST_WAIT) this.#waiting.push(text);
    if (!this.active) void this.start(false);
  }

  /** Stops the answer that is being spoken. */
  stopAnswer(): void {
    this.#line?.send({ type: "stop" });
  }

  setMuted(muted: boolean): void {
    this.#voice.mute(muted);
  }

  /** Opens the microphone (anew) within the call: the first time in a call by text, or another device. */
  async changeMicrophone(): Promise<void> {
    await this.#voice.change();
  }

  /** Switches the caller's camera on or off within the call. */
  async setCamera(on: boolean): Promise<void> {
    if (on) await this.#sight.open();
    else this.#sight.close();
  }

  /** Shows another face, or another room behind it, within the call; the picture changes when the server says so. */
  changeFace(face: FaceChoice): void {
    this.#line?.send({ type: "avatar", ...face });
  }

  /** Somebody else shall draw the face. */
  changeDrawer(): void {
    this.#drawing.update();
  }

  /** Draws the face in the page, where that is its business; `now`: milliseconds of `performance.now()`. */
  paint(now: number): void {
    this.#drawing.paint(this.#line?.heard(now) ?? null, now);
  }

  /** A picture of the server's is on the screen. */
  pictureShown(): void {
    this.#drawing.pictureShown();
  }

  /** Takes the message about the last fault away. */
  dismiss(): void {
    this.view.set(this.active ? { notice: null } : { fault: null, phase: "idle" });
  }

  clearTranscript(): void {
    this.#converse({ type: "clear" });
  }

  stats(): Promise<RTCStatsReport | null> {
    return this.#line?.stats() ?? Promise.resolve(null);
  }

  /** What a call begins and ends with; a face that is drawn between calls stays. */
  get #ground(): CallView {
    const { canvas, drawn } = this.view.get();
    return { ...IDLE, canvas, drawn };
  }

  /** From the press on Start to the end, also while it waits or tries again. */
  get active(): boolean {
    const { phase } = this.view.get();
    return phase !== "idle" && phase !== "error";
  }

  #connect(): void {
    const face = this.#tools.face();
    this.view.set({ face });
    this.#line = this.#tools.connect(this.#voice.track, face, {
      queue: (place) => this.view.set({ phase: "queue", place }),
      loading: () => this.view.set({ phase: "loading" }),
      welcome: () => this.#welcome(),
      live: (stream) => this.#live(stream),
      open: () => this.#flush(),
      message: (message) => this.#receive(message),
      look: (data) => this.#drawing.look(data),
      closed: (code, detail) => this.#closed(code, detail),
    });
  }

  #welcome(): void {
    this.#converse({ type: "connected" });
    this.view.set({ phase: this.#lostAt === undefined ? "starting" : "reconnecting" });
  }

  #live(stream: MediaStream): void {
    this.#lostAt = undefined;
    this.#tries = 0;
    this.view.set({ phase: "live", mood: "listening", stream });
  }

  /** What was said in earlier calls and, before a connection was lost, in this one. */
  get #said(): Exchange[] {
    const { entries } = this.view.get().conversation;
    const present = entries.filter(({ turn }) => Number(turn.split(".")[0]) >= this.#firstConnection);
    return [...this.#recalled, ...exchangesOf(present)].slice(-REMEMBERED);
  }

  /** Forgets earlier calls and, as far as the server knows it, this one. */
  forget(): void {
    this.#recalled = [];
    this.#firstConnection = this.view.get().conversation.connection + 1;
    this.#line?.send({ type: "memory", exchanges: [] });
  }

  /** Little motion is wished for, or no longer. */
  setCalm(on: boolean): void {
    this.#line?.send({ type: "calm", on });
  }

  #flush(): void {
    if (this.#tools.calm()) this.setCalm(true);
    if (this.#said.length > 0) this.#line?.send({ type: "memory", exchanges: this.#said });
    const lines = this.#waiting;
    this.#waiting = [];
    for (const text of lines) this.#line?.send({ type: "text", text });
    this.#drawing.open();
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case "state":
        return this.view.set({ mood: message.state });
      case "times":
        return this.view.set({ times: message.times });
      case "avatar": {
        const { avatar, background, fault } = message;
        this.view.set({ face: { avatar, background } });
        if (fault !== undefined) this.view.set({ notice: { code: "avatar", detail: fault } });
        else if (this.view.get().notice?.code === "avatar") this.view.set({ notice: null });
        return this.#drawing.update();
      }
      case "draw":
      case "drawn":
        return this.#drawing.receive(message);
      case "fault":
        return this.view.set({ notice: { code: "server", detail: message.message } });
      default:
        this.#converse(message);
        if (message.type === "reply" && message.final) this.#tools.keep(this.#said);
    }
  }

  #closed(code: FaultCode, detail?: string): void {
    this.#line = null;
    const { phase } = this.view.get();
    this.view.set({ stream: null, mood: "idle" });
    this.#drawing.close();
    if (phase === "live") {
      this.#lostAt = this.#tools.timers.now();
      // A line that was sent and not confirmed is lost with the connection.
      this.#converse({ type: "typed", text: "" });
    }
    if (this.#lostAt !== undefined) return this.#retry(this.#lostAt);
    if (code === "media" && !this.#retriedMedia) {
      this.#retriedMedia = true;
      return this.#connect();
    }
    this.#fail(code, detail);
  }

  #retry(lostAt: number): void {
    const wait = backoff(this.#tries++, this.#tools.timers.now() - lostAt);
    if (wait === undefined) return this.#fail("lost");
    this.view.set({ phase: "reconnecting" });
    this.#cancelRetry = this.#tools.timers.after(wait, () => this.#connect());
  }

  #fail(code: FaultCode, detail?: string): void {
    this.#release();
    const { conversation, times } = this.view.get();
    this.view.set({ ...this.#ground, conversation, times, phase: "error", fault: { code, detail } });
  }

  /** Lets go of microphone, connection and timers. Lines typed before a failed start are kept for the next. */
  #release(): void {
    this.#cancelRetry();
    // Before the connection goes, so that the page can keep the last picture.
    this.view.set({ stream: null });
    this.#drawing.close();
    this.#line?.[Symbol.dispose]();
    this.#line = null;
    this.#lostAt = undefined;
    this.#tries = 0;
    this.#voice.close();
    this.#sight.close();
  }

  #converse(event: Event): void {
    this.view.set({ conversation: converse(this.view.get().conversation, event) });
  }
}
