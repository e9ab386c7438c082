/**
 * The talking face: what the reply says in, encoded pictures out, one for each tick of the media clock. Every avatar is a
 * model of its own (see `drawn.ts`); this one hands a caller's frames to the avatar that the caller has chosen, and another
 * one takes over in mid-call.
 */
import * as v from "valibot";
import type { FaceChoice, Kind } from "../../engine/frame.ts";
import type { Handler, HandlerEnv, Model, SessionInfo } from "../../engine/handler.ts";
import { rooms } from "../../face/background.ts";
import { readPackAside } from "../../face/decode_aside.ts";
import { isLiteAvatar } from "../../face/lite/name.ts";
import { readPack } from "../../face/packfolder.ts";
import { isBackground, openDrawn } from "./drawn.ts";
import { liteModels, loadLite } from "./lite.ts";
import { allPacks, findPack, packName } from "./packname.ts";
import { createWardrobe } from "./wardrobe.ts";
import { type FaceNews, forgetWish, isStill, putAway, remember, takeOver, type Wearer } from "./wearer.ts";

const Name = v.pipe(
  v.string(),
  v.regex(
    /^\w[\w.-]*(\/\w[\w.-]*)?$/,
    "Expected the name of a folder: letters, digits, _ - . (of a LiteAvatar: folder/name)",
  ),
);
const Config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** Folder of an avatar pack; "sample_data" is jonas. */
  avatar_name: v.optional(Name, "sample_data"),
  /** Those that callers may choose in the page; all there are when left out. */
  avatars: v.optional(v.array(Name)),
  /** May callers choose a face that the voice does not suit? */
  any_voice: v.optional(v.boolean(), false),
  /** Pictures a second. */
  fps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(30)), 25),
  /** True: the first sound is not held back for the face. */
  enable_fast_mode: v.optional(v.boolean(), true),
  /** Pixels a side. */
  size: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(256),
      v.maxValue(720),
      v.multipleOf(2, "Expected an even number"),
    ),
    512,
  ),
  /** The room behind the face, unless the caller chooses another; "own" is the one that suits the avatar. */
  background: v.optional(v.picklist(["own", ...rooms]), "own"),
  /** Who draws: the pages that can ("client"), the server alone, or the server until it is short of processor time. */
  render: v.optional(v.picklist(["auto", "server", "client"]), "auto"),
  /** Bits a second at most. */
  bitrate: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100_000), v.maxValue(8_000_000)), 1_000_000),
});
type Config = v.InferOutput<typeof Config>;

/** Puts the names of all avatars there are in the place of a missing list, so that their folders may be read. */
async function settle(config: Config, modelRoot: string): Promise<{ config: Config }> {
  const avatars = config.avatars ?? await allPacks(modelRoot).catch(() => []);
  return { config: { ...config, avatars: [...new Set([config.avatar_name, ...avatars].map(packName))] } };
}

async function load(config: Config, env: HandlerEnv): Promise<Model<Wearer>> {
  const first = packName(config.avatar_name), offered = new Set([first, ...config.avatars ?? []]);
  let warm = true;
  const wardrobe = createWardrobe(async (name) => {
    if (isLiteAvatar(name)) return await loadLite({ ...config, avatar_name: name }, env) as Model<unknown>;
    const folder = await findPack(name, env);
    // Only the first one has nobody to wait for.
    const pack = await (warm ? readPack(folder, config.size) : readPackAside(folder, config.size));
    const model = await openDrawn(pack, config, warm);
    warm = false;
    return model as Model<unknown>;
  });
  // Never given back: whoever wishes for nothing is there at once, and so is the refuge from a pack that is broken.
  const refuge = await wardrobe.take(first);
  const dress = async (session: SessionInfo, face: FaceChoice) => {
    if (!offered.has(face.avatar)) throw new Error(`There is no avatar "${face.avatar}" to choose.`);
    if (!isBackground(face.background)) throw new Error(`There is no background "${face.background}".`);
    const worn = await wardrobe.take(face.avatar);
    const state = await worn.model.open({ ...session, face });
    return { face, worn, state };
  };
  const change = async (caller: Wearer, wish: FaceChoice) => {
    forgetWish(caller);
    const number = caller.wishes;
    try {
      const next = await dress(caller.session, wish);
      if (number === caller.wishes) caller.next = { ...next, since: null };
      else putAway(next);
    } catch (error) {
      const fault = (error as Error).message;
      env.log.warn(fault);
      if (number === caller.wishes) caller.news = { ...caller.face, fault };
    }
  };
  return {
    async open(session) {
      const usual = { avatar: first, background: config.background };
      const wish = session.face ?? usual;
      let news: FaceNews | null = null;
      const dressed = await dress(session, wish).catch((error) => {
        env.log.warn(error.message);
        news = { ...usual, fault: error.message };
        return dress(session, usual);
      });
      return { session, ...dressed, drawer: "server", next: null, told: [], news, wishes: 0 };
    },
    async close(caller) {
      forgetWish(caller);
      await caller.worn.model.close(caller.state);
      caller.worn.giveBack();
    },
    async *handle(caller, frame, ctx) {
      if (frame.kind === "face.choose") {
        const { avatar, background } = frame;
        if (avatar !== caller.face.avatar) return void change(caller, { avatar, background });
        forgetWish(caller);
        if (!isBackground(background)) return;
        caller.face = caller.news = { avatar, background };
      }
      if (frame.kind === "face.draw") caller.drawer = frame.by;
      remember(caller, frame);
      if (frame.kind === "video.tick" && caller.next && isStill(caller.next, frame)) {
        yield* takeOver(caller, caller.next, frame, ctx);
        caller.news = caller.face;
        frame = { ...frame, key: true };
      }
      yield* caller.worn.model.handle(caller.state, frame, ctx);
      if (frame.kind !== "video.tick" || !caller.news) return;
      const news = caller.news;
      caller.news = null;
      yield { kind: "face.chosen", ...news };
    },
    async [Symbol.asyncDispose]() {
      refuge.giveBack();
      await wardrobe[Symbol.asyncDispose]();
    },
  };
}

/** The folder of the pack under `/avatars/`, for the page: its poster and its idle clip lie there. */
export function avatarName(config: Pick<Config, "avatar_name">): string {
  return packName(config.avatar_name);
}

/** Those of a configuration's avatars that are LiteAvatars. */
function liteAvatars({ avatar_name, avatars = [] }: Config): string[] {
  return [...new Set([avatar_name, ...avatars])].filter(isLiteAvatar);
}

/** Drawn faces go by phonemes, LiteAvatars by the sound. */
function consumes(config: Config): Kind[] {
  const sound: Kind[] = liteAvatars(config).length > 0 ? ["audio.reply"] : [];
  const drawn = [config.avatar_name, ...config.avatars ?? []].some((name) => !isLiteAvatar(name));
  const always = ["video.tick", "turn.end", "face.choose", "face.draw"] as const;
  return [...sound, ...drawn ? ["phonemes" as const] : [], ...always];
}

export const handler: Handler<Config, Wearer> = {
  name: "Tts2Face",
  config: Config,
  consumes,
  produces: ["video.reply", "face.chosen", "face.drawn", "face.look"],
  settle,
  models: (config) => liteAvatars(config).flatMap(liteModels),
  load,
};
