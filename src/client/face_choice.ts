/** Which face the page shows, and what may be chosen instead. */
import { type Room, rooms } from "../face/background.ts";
import type { AvatarInfo, FaceChoice, PageInfo } from "../rtc/signalling.ts";
import type { Preferences } from "./preferences.ts";

/** The suited room, and those that suit every face. */
export const backgrounds: readonly ("own" | Room)[] = ["own", ...rooms];

/** May this face be chosen, or does nobody here speak with its voice? */
export function choosable(avatar: AvatarInfo, { gallery, avatar: usual }: PageInfo): boolean {
  return !avatar.needs || avatar.name === usual || gallery?.anyVoice === true;
}

/**
 * What the caller has chosen, as far as it is there; else the server's choice.
 *
 * @param transparent the page lies over another one and shows nothing but the face
 */
export function chosenFace(
  { avatar, background }: Pick<Preferences, "avatar" | "background">,
  page: PageInfo,
  transparent: boolean,
): FaceChoice {
  const { gallery } = page;
  // Before the server has told what it offers, its earlier word is taken: the poster would jump otherwise.
  const there = !gallery || gallery.avatars.some((one) => one.name === avatar && choosable(one, page));
  const room = (backgrounds as readonly string[]).includes(background)
    ? background
    : gallery?.background ?? "own";
  return {
    avatar: avatar !== "" && there ? avatar : page.avatar,
    background: transparent ? "transparent" : room,
  };
}
