/**
 * MiniCPM-o's own demo server (github.com/OpenBMB/MiniCPM-o, web_demos/minicpm-o_2.6/model_server.py, as of 2.6). It takes
 * the sound while it is being spoken, 200 ms a request, and decides by itself when the caller has finished: after a
 * second of silence, which is therefore sent at once when the turn is over. It serves one caller.
 */
import { hostOf } from "../../remote/address.ts";
import { breakdown, RemoteError } from "../../remote/failure.ts";
import { createPatience } from "../../remote/patience.ts";
import { DemoTurn, message, openWire, type Wire } from "./demo_turn.ts";
import type { Piece } from "./omni.ts";
import { IMITATE } from "./prompt.ts";
import { type Config, VOICES } from "./settings.ts";
import type { Line, Question, Source } from "./source.ts";

/** How the model is to speak. Without a voice of the server's (0) it would not even take the prompts. */
function optionsOf({ voice_prompt, assistant_prompt, demo_voice }: Config): unknown {
  return message([{
    type: "options",
    options: {
      hd_video: false,
      use_audio_prompt: VOICES.indexOf(demo_voice) + 1,
      vad_threshold: 0.8,
      voice_clone_prompt: voice_prompt || IMITATE,
      assistant_prompt,
    },
  }]);
}

/** Chunks of speech that wait while the server answers (20 s as the VAD cuts them). */
const KEPT = 640;

interface Heard {
  pcm: Float32Array<ArrayBuffer>;
  picture: Uint8Array | null;
}

/** One caller and the server he has to himself. */
interface Post {
  server: string;
  wire: Wire;
  options: unknown;
  config: Config;
}

class DemoLine implements Line {
  readonly #post: Post;
  readonly #done: () => void;
  /** What has to be over before the next turn begins. */
  #before: Promise<unknown> = Promise.resolve();
  #turn: DemoTurn | null = null;
  /** While it answers, the server passes over what it is sent: that waits for the next turn. */
  #answering: DemoTurn | null = null;
  #kept: Heard[] = [];

  constructor(post: Post, done: () => void) {
    this.#post = post;
    this.#done = done;
    this.#init();
  }

  #first(work: Promise<unknown>): void {
    this.#before = work;
    // Whoever begins the next turn sees why it failed.
    work.catch(() => {});
  }

  #init(): void {
    const { wire, options } = this.#post;
    this.#first(wire.post("init_options", options).then((response) => response.text()));
  }

  #begin(): DemoTurn {
    return this.#turn ??= new DemoTurn(this.#post.wire, this.#before);
  }

  #catchUp(): void {
    for (const { pcm, picture } of this.#kept.splice(0)) this.#begin().hear(pcm, picture);
  }

  async #stop(turn: DemoTurn): Promise<void> {
    if (this.#turn === turn) this.#turn = null;
    this.#first(turn.stop());
    await this.#before;
  }

  async *#attempt(signal: AbortSignal): AsyncGenerator<Piece> {
    const { server, config: { timeout, stall_timeout } } = this.#post;
    const turn = this.#begin();
    this.#answering = turn;
    using patience = createPatience(server, 1000 * timeout, 1000 * stall_timeout, signal);
    let whole = false;
    try {
      for await (const piece of turn.answer(patience)) {
        whole = piece.kind === "end";
        yield piece;
      }
    } catch (error) {
      throw patience.signal.aborted ? patience.signal.reason : breakdown(hostOf(server), error, null);
    } finally {
      if (!whole) await this.#stop(turn);
      else if (this.#turn === turn) this.#turn = null;
      if (this.#answering === turn) this.#answering = null;
    }
  }

  hear(pcm: Float32Array<ArrayBuffer>, picture: Uint8Array | null): void {
    this.#kept = [...this.#kept.slice(1 - KEPT), { pcm, picture }];
    if (!this.#answering) this.#catchUp();
  }

  async *ask({ pcm, picture }: Question, signal: AbortSignal): AsyncGenerator<Piece> {
    if (!pcm) throw new Error("MiniCPM-o's demo server takes no typed text, only speech");
    this.#catchUp();
    let given = false;
    try {
      for await (const piece of this.#attempt(signal)) {
        given = true;
        yield piece;
      }
    } catch (error) {
      const helps = error instanceof RemoteError && error.passing && !error.late;
      if (signal.aborted || given || !helps) throw error;
      // A server that was started again knows nothing: it is told everything once more.
      this.#init();
      this.#begin().hear(pcm, picture);
      yield* this.#attempt(signal);
    }
  }

  /** The server remembers by itself, and only this call, and what it said, not what was heard of it. */
  recall(): void {}

  end(): void {}

  async close(): Promise<void> {
    if (this.#turn) await this.#stop(this.#turn);
    this.#done();
  }
}

export function openDemo(config: Config): Source {
  const client = Deno.createHttpClient({ http2: false });
  const options = optionsOf(config);
  const taken = new Set<string>();
  return {
    open(session) {
      const server = config.base_url.find((url) => !taken.has(url));
      if (server === undefined) {
        const most = config.base_url.length;
        throw new Error(
          `S2S_MiniCPM: A demo server of MiniCPM-o serves one caller, and ${most} of ${most} are taken; ` +
            `set "service.concurrent_limit: ${most}"`,
        );
      }
      taken.add(server);
      const post = { server, wire: openWire(server, session, client), options, config };
      return new DemoLine(post, () => taken.delete(server));
    },
    [Symbol.asyncDispose]() {
      client.close();
      return Promise.resolve();
    },
  };
}
