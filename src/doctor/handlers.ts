/** Loads every configured handler the way the server does, in workers with their rights, and draws one picture. */
import type { Frame, FrameOf } from "../engine/frame.ts";
import { kindsOf, type Log } from "../engine/handler.ts";
import { type Crew, startCrew } from "../workers/crew.ts";
import type { Folders, Position } from "../workers/rights.ts";
import { bad, type Check, ok, size } from "./check.ts";

export interface Loaded {
  crew: Crew;
  /** Milliseconds that loading took. */
  took: number;
  /** Bytes by which the process grew. */
  grown: number;
  /** The first picture of the face as H.264; null without a face. */
  picture: Uint8Array<ArrayBuffer> | null;
}

const SESSION = "doctor";
/** Milliseconds for opening a call and drawing its first picture. */
const PICTURE_PATIENCE = 10_000;

const silent = () => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

/**
 * @returns everything loaded, with a call open and closed again
 * @throws with a line for each handler that failed
 */
export async function loadHandlers(positions: readonly Position[], folders: Folders): Promise<Loaded> {
  const before = Deno.memoryUsage().rss;
  const since = performance.now();
  const drawn = Promise.withResolvers<FrameOf<"video.reply">>();
  const deliver = (frame: Frame) => {
    if (frame.kind === "video.reply") drawn.resolve(frame);
    if (frame.kind === "fault") drawn.reject(new Error(`Handler "${frame.handler}": ${frame.message}`));
    return Promise.resolve();
  };
  const lost = (handler: string) => drawn.reject(new Error(`Handler "${handler}": it died`));
  drawn.promise.catch(silent);
  const crew = await startCrew({ positions, folders, log, deliver, spent: silent, lost });
  const took = performance.now() - since;
  try {
    const draws = ({ handler, config }: Position) =>
      kindsOf(handler.produces, config).includes("video.reply");
    const face = positions.find(draws)?.name;
    const picture = await drawOne(crew, face, drawn.promise);
    return { crew, took, grown: Deno.memoryUsage().rss - before, picture };
  } catch (error) {
    await crew[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens a call in every handler; that is where the face makes its encoder. */
async function drawOne(
  crew: Crew,
  face: string | undefined,
  drawn: Promise<FrameOf<"video.reply">>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const zero = performance.timeOrigin + performance.now();
  const video = face === undefined ? null : { codec: "h264" as const, bitrate: 1_000_000 };
  await crew.open({ id: SESSION, video }, zero);
  let late: ReturnType<typeof setTimeout> | undefined;
  try {
    if (face === undefined) return null;
    const patience = new Promise<never>((_, reject) => {
      const words = `Handler "${face}": no picture within ${PICTURE_PATIENCE / 1000} s`;
      late = setTimeout(() => reject(new Error(words)), PICTURE_PATIENCE);
    });
    const stamp = { session: SESSION, turn: 0, epoch: 0, at: 0 };
    await crew.post(face, { ...stamp, kind: "video.tick", media: 0, position: -1, mood: "idle", key: true });
    return (await Promise.race([drawn, patience])).data;
  } finally {
    clearTimeout(late);
    await crew.close(SESSION);
  }
}

export function judgeHandlers(
  { crew, took, grown }: Pick<Loaded, "took" | "grown"> & { crew: Pick<Crew, "hosts"> },
): Check {
  const names = [...crew.hosts.keys()].join(", ");
  return ok("Handlers", `${names}: loaded in ${(took / 1000).toFixed(1)} s, ${size(grown)} of memory`);
}

/** @param message a line for each handler that failed */
export function judgeUnloaded(message: string): Check {
  return bad(
    "Handlers",
    message.replaceAll("\n", " "),
    "Install the packages anew (delete node_modules, start again), on Linux with glibc. Then check this handler's settings.",
  );
}
