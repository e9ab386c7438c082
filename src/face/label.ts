/** What the manifest of every avatar pack says for people, whatever the pack is made of. */
import * as v from "valibot";
import { rooms } from "./background.ts";

export const voiceKinds = ["female", "male"] as const;
export type VoiceKind = typeof voiceKinds[number];

const text = (longest: number) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(longest));
/** One text for each language of the page; English stands in for those that are missing. */
const words = (longest: number) => v.object({ en: text(longest), zh: v.optional(text(longest)) });
const voices = v.pipe(v.array(v.picklist(voiceKinds)), v.minLength(1));

export const label = {
  /** An SPDX identifier, or a sentence. */
  licence: text(200),
  /** The name that is shown. */
  title: words(40),
  /** What the preview shows, for those who cannot see it. */
  about: v.optional(words(200)),
  /** The voices that suit the face. */
  voices,
  /** The room behind it, unless another one is chosen. */
  room: v.picklist(rooms),
};

/** As far as a manifest tells; a pack of another kind may tell less. */
export interface Label {
  title: { en: string; zh?: string };
  about?: { en: string; zh?: string };
  licence?: string;
  /** Undefined: not known, so no voice is held to be wrong. */
  voices?: readonly VoiceKind[];
}

/**
 * Reads what there is for people in a manifest of any kind of pack; what is missing or wrong is left out.
 *
 * @param name of the pack's folder; stands in for a missing title
 */
export function readLabel(manifest: string, name: string): Label {
  const known: Label = { title: { en: name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ") } };
  let json: Record<string, unknown>;
  try {
    json = Object(JSON.parse(manifest));
  } catch {
    return known;
  }
  for (const key of ["title", "about", "licence", "voices"] as const) {
    const result = v.safeParse(label[key], json[key]);
    if (result.success && result.output !== undefined) Object.assign(known, { [key]: result.output });
  }
  return known;
}
