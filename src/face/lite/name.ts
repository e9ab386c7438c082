/** Names of LiteAvatars, and where they lie. */

/** Everything of LiteAvatar lies below this folder of the models folder. */
export const ROOT = "LiteAvatar";
export const WEIGHTS = `${ROOT}/weights`;

/**
 * Is this the name of a LiteAvatar? They are named by the folder and the name that the gallery gives them, such as
 * "20250408/P1lXrpJL507-PZ4hMPutyF7A", so the name alone says what a face is driven by before any file is read.
 */
export function isLiteAvatar(avatarName: string): boolean {
  return avatarName.includes("/");
}

/** Where in the models folder a LiteAvatar lies. */
export function packFolder(avatarName: string): string {
  return `${ROOT}/${avatarName}`;
}
