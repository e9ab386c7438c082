/**
 * A server with nothing behind it but the media line: it answers browsers with the real peer and pacer, sends the test
 * pattern and keeps what comes in.
 */
import { type NetworkSettings, openNetwork } from "../src/rtc/ice.ts";
import { createOpusEncoder } from "../src/rtc/opus.ts";
import { Outbound } from "../src/rtc/outbound.ts";
import { answer, type Peer } from "../src/rtc/peer.ts";
import type { ClientMessage } from "../src/rtc/signalling.ts";
import type { PatternReply, PatternRequest } from "./pattern.ts";

export interface LineCall {
  readonly peer: Peer;
  readonly outbound: Outbound;
  /** Runs of 512 samples at 16 kHz, the newest last; at most 32 s. */
  readonly mic: Float32Array[];
  readonly messages: ClientMessage[];
  /** When keyframes were asked for and when they left, by `performance.now()`. */
  readonly wanted: number[];
  readonly keyframes: number[];
  /** Resolves with the reason. */
  readonly gone: Promise<string>;
}

export interface Line extends AsyncDisposable {
  readonly url: string;
  /** By the number that the page is given with its answer. */
  readonly calls: Map<string, LineCall>;
  /** Ends one call. */
  end(id: string): Promise<void>;
}

const KEPT = 1_000;
const FPS = 25;
const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** The worker with the test pattern and those who wait for its pictures. */
async function startPattern() {
  const worker = new Worker(new URL("./pattern.ts", import.meta.url), { type: "module" });
  const ready = Promise.withResolvers<void>();
  const takers = new Map<string, (media: number, data: Uint8Array, key: boolean) => void>();
  worker.onmessage = ({ data: reply }: MessageEvent<PatternReply>) => {
    if (reply.type === "ready") ready.resolve();
    else takers.get(reply.call)?.(reply.media, reply.data, reply.key);
  };
  await ready.promise;
  return { takers, worker, ask: (request: PatternRequest) => worker.postMessage(request) };
}

/**
 * @param sound makes each packet's 960 samples at 48 kHz of what is sent; silence by default.
 * @param settings of the network; by default the calls take any port.
 */
export async function openLine(
  port: number,
  sound?: (packet: number) => Float32Array,
  settings: Partial<NetworkSettings> = {},
): Promise<Line> {
  const network = await openNetwork({
    servers: [],
    publicAddress: null,
    ports: null,
    behindNat: false,
    log: quiet,
    ...settings,
  });
  const pattern = await startPattern();
  const page = await Deno.readTextFile(new URL("../bench/connect.html", import.meta.url));
  const calls = new Map<string, LineCall>();
  let count = 0;

  const accept = async (id: string, sdp: string): Promise<LineCall> => {
    const gone = Promise.withResolvers<string>();
    const mic: Float32Array[] = [];
    const messages: ClientMessage[] = [];
    const wanted: number[] = [];
    const keyframes: number[] = [];
    const peer = await answer({
      id,
      network,
      offer: sdp,
      video: true,
      log: quiet,
      now: () => performance.now(),
      events: {
        connected: () => outbound.start(),
        mic: (pcm) => mic.push(pcm) > KEPT && mic.shift(),
        message: (message) => messages.push(message),
        keyframeWanted: () => {
          wanted.push(performance.now());
          outbound.wantKey();
        },
        gone: gone.resolve,
      },
    });
    if (peer.video) pattern.ask({ type: "open", call: id, codec: peer.video.codec });
    const encoder = createOpusEncoder();
    const whole = new Map<number, boolean>();
    let packet = 0;
    const outbound = new Outbound({
      fps: peer.video ? FPS : 0,
      hold: 0,
      clock: {
        now: () => performance.now(),
        setTimer: (ms, f) => {
          const timer = setTimeout(f, ms);
          return { cancel: () => clearTimeout(timer) };
        },
      },
      encodeOpus: (pcm) => encoder.encode(sound?.(packet++) ?? pcm),
      sendAudio: peer.sendAudio,
      sendVideo: (data, media) => {
        if (whole.get(media)) keyframes.push(performance.now());
        whole.delete(media);
        peer.sendVideo(data, media);
      },
      sendLook: peer.sendLook,
      tick: ({ media, key }) => pattern.ask({ type: "draw", call: id, media, key }),
      started() {},
      played() {},
      finished() {},
    });
    pattern.takers.set(id, (media, data, key) => {
      if (key) whole.set(media, true);
      outbound.picture(media, data);
    });
    return { peer, outbound, mic, messages, wanted, keyframes, gone: gone.promise };
  };
  const end = async (id: string) => {
    const call = calls.get(id);
    calls.delete(id);
    pattern.takers.delete(id);
    pattern.ask({ type: "close", call: id });
    call?.outbound[Symbol.dispose]();
    await call?.peer[Symbol.asyncDispose]();
  };
  const serve = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/") return new Response(page, { headers: { "content-type": "text/html" } });
    if (pathname === "/offer") {
      const id = String(++count);
      const call = await accept(id, await request.text());
      calls.set(id, call);
      return Response.json({ id, sdp: call.peer.sdp });
    }
    if (pathname === "/candidate") {
      await calls.get(searchParams.get("id") ?? "")?.peer.addCandidate(await request.json());
      return new Response(null, { status: 204 });
    }
    return new Response(null, { status: 404 });
  };
  const server = Deno.serve({ port, hostname: "127.0.0.1", onListen() {} }, serve);

  return {
    url: `http://127.0.0.1:${port}/`,
    calls,
    end,
    async [Symbol.asyncDispose]() {
      await Promise.all([...calls.keys()].map(end));
      await server.shutdown();
      await network[Symbol.asyncDispose]();
      pattern.worker.terminate();
    },
  };
}
