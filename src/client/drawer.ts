/** Who draws the face, and with which script. */
import type { Drawer, Render } from "../rtc/signalling.ts";
import { type Graphics, graphics } from "./graphics.ts";
import { readVrm } from "./own_vrm.ts";
import type { Model, PackScript, Painting, Quality, VrmScript } from "./painting.ts";
import type { Preferences } from "./preferences.ts";

/**
 * @param render what the server allows
 * @returns "auto": the page will draw when the server asks for it
 */
export function drawerOf(
  render: Render | undefined,
  { drawer, vrm }: Pick<Preferences, "drawer" | "vrm">,
  graphics: Graphics,
): Drawer | "auto" {
  if (graphics === "none" || render === undefined || render === "server") return "server";
  // Nobody but the page has the caller's own file.
  if (render === "client" || vrm !== "") return "page";
  // Without a graphics card the page would take from its own machine more than it gives to the server.
  return drawer === "auto" && graphics === "slow" ? "server" : drawer;
}

/** Packs are drawn here, and the caller's own VRM; a LiteAvatar, whose name has a folder, is not. */
export function modelOf(avatar: string, { vrm }: Pick<Preferences, "vrm">): Model | null {
  if (vrm !== "") return { kind: "vrm", name: vrm };
  return avatar === "" || avatar.includes("/") ? null : { kind: "pack", name: avatar };
}

/** Sides of a pack's picture, pixels: as the server draws it, and as fine as packs are made. */
const SMALL = 512, LARGE = 720;

export async function openModel({ kind, name }: Model): Promise<Painting> {
  if (kind === "vrm") {
    const file = await readVrm();
    if (!file) throw new Error("the VRM is not kept in this browser any more; choose it again");
    return await openFile(await file.arrayBuffer());
  }
  const { openPack }: PackScript = await load("/pack.js");
  return await openPack(name, quality());
}

/** @throws Error in one line when the file cannot be shown */
export async function openFile(file: ArrayBuffer): Promise<Painting> {
  const { openVrm }: VrmScript = await load("/vrm.js");
  return await openVrm(file, quality());
}

/** As fine as the page shows it. */
function quality(): Quality {
  const side = (document.querySelector(".face")?.clientWidth ?? SMALL) * devicePixelRatio;
  const smooth = graphics() === "fast";
  return { size: smooth && side > SMALL * 1.1 ? LARGE : SMALL, smooth };
}

/** Named at run time, so that it stays a script of its own. */
async function load<Script>(address: string): Promise<Script> {
  return await import(address);
}
