/** The avatars that callers may choose, as the page shows them, and whether face and voice go together. */
import type { Kind } from "../../engine/frame.ts";
import { join } from "node:path";
import type { VoiceKind } from "../../face/label.ts";
import { isLiteAvatar, packFolder } from "../../face/lite/name.ts";
import { readFolderLabel } from "../../face/packfolder.ts";
import { knownModel } from "../../models/catalog.ts";
import type { AvatarInfo, Gallery } from "../../rtc/signalling.ts";
import { findPack, packName } from "./packname.ts";

export interface Roots {
  avatarRoot: string;
  modelRoot: string;
}

/** A handler of the chain, as far as it matters here. */
export interface Part {
  name: string;
  config: unknown;
  produces: readonly Kind[];
}

interface FaceSettings {
  avatar_name: string;
  avatars?: string[];
  any_voice: boolean;
  background: string;
}

export interface Offer {
  /** Undefined where there is no face. */
  gallery?: Gallery;
  /** Folders of those that did not come with the program, by name. */
  own: Map<string, string>;
  /** One line when the face of the settings and the voice of the settings do not go together. */
  mismatch?: string;
}

/** What kind of voice the chain speaks with, where that is known: that of its first voice. */
export function voiceOf(parts: readonly Part[]): VoiceKind | undefined {
  const speaker = parts.find(({ produces }) => produces.includes("audio.reply"));
  const { model_name: name } = Object(speaker?.config);
  return typeof name === "string" ? knownModel(name)?.voice : undefined;
}

/** A pack that is not there is left out; the worker reports the first one. */
export async function offerAvatars(parts: readonly Part[], roots: Roots): Promise<Offer> {
  const offer: Offer = { own: new Map() }, offered: AvatarInfo[] = [];
  const face = parts.find(({ produces }) => produces.includes("face.chosen"));
  if (!face) return offer;
  const settings = face.config as FaceSettings, { avatar_name, avatars = [] } = settings;
  const first = packName(avatar_name);
  const voice = voiceOf(parts);
  for (const name of new Set([first, ...avatars])) {
    const folder = isLiteAvatar(name)
      ? join(roots.modelRoot, packFolder(name))
      : await findPack(name, roots).catch(() => null);
    if (!folder) continue;
    const { title, about, licence, voices } = await readFolderLabel(folder);
    const needs = voice && voices && !voices.includes(voice) ? voices : undefined;
    offered.push({ name, title, about, licence, needs });
    if (!folder.startsWith(roots.avatarRoot)) offer.own.set(name, folder);
    if (name === first && needs) offer.mismatch = mismatchOf(face.name, avatar_name, needs, voice!);
  }
  const { any_voice: anyVoice, background } = settings;
  offer.gallery = { avatars: offered, anyVoice, background };
  return offer;
}

function mismatchOf(handler: string, avatar: string, needs: readonly VoiceKind[], voice: VoiceKind): string {
  return `${handler}: the face "${avatar}" suits a ${
    needs.join(" or ")
  } voice, but the voice of this chain is ${voice}. ` +
    'Choose another "avatar_name" or another voice.';
}
