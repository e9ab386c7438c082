/** What the caller has chosen, kept in the browser. */
import { createStore, type Store } from "./store.ts";

export interface Preferences {
  captions: boolean;
  language: "auto" | "en" | "zh";
  /** 0..1 */
  volume: number;
  /** Device ids; "" is the system's choice. */
  microphone: string;
  speaker: string;
  /** May this browser keep what was said for the next call? */
  remember: boolean;
  /** Name of the avatar, and the room behind it; "" is the server's choice. */
  avatar: string;
  background: string;
  /** The file of the caller's own face, which this browser keeps; "" while another one is chosen. */
  vrm: string;
  /** Who draws the face, where the server leaves that open. */
  drawer: "auto" | "server" | "page";
}

export const DEFAULTS: Preferences = {
  captions: true,
  language: "auto",
  volume: 1,
  microphone: "",
  speaker: "",
  remember: false,
  avatar: "",
  background: "",
  vrm: "",
  drawer: "auto",
};
const KEY = "open-avatar-chat";

/** Where preferences are kept; `localStorage` throws where the browser forbids it. */
export type Keep = Pick<Storage, "getItem" | "setItem">;

/** Takes from stored text what is still valid; the rest are the defaults. */
export function readPreferences(text: string | null): Preferences {
  let stored: Record<string, unknown>;
  try {
    stored = Object(JSON.parse(text ?? "{}"));
  } catch {
    return DEFAULTS;
  }
  const { captions, language, volume, microphone, speaker, remember, avatar, background, vrm, drawer } =
    stored;
  return {
    captions: typeof captions === "boolean" ? captions : DEFAULTS.captions,
    language: language === "en" || language === "zh" ? language : DEFAULTS.language,
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : DEFAULTS.volume,
    microphone: typeof microphone === "string" ? microphone : DEFAULTS.microphone,
    speaker: typeof speaker === "string" ? speaker : DEFAULTS.speaker,
    remember: remember === true,
    avatar: nameOr(avatar, DEFAULTS.avatar),
    background: nameOr(background, DEFAULTS.background),
    vrm: typeof vrm === "string" ? vrm : DEFAULTS.vrm,
    drawer: drawer === "server" || drawer === "page" ? drawer : DEFAULTS.drawer,
  };
}

/** The server checks it again; this keeps it from becoming part of an address that it should not. */
function nameOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && /^\w[\w.-]{0,63}(\/\w[\w.-]{0,63})?$/.test(value) ? value : otherwise;
}

/** A store that writes every change down; where that is forbidden the choice lasts as long as the page. */
export function openPreferences(keep: () => Keep): Store<Preferences> {
  const store = createStore(readPreferences(attempt(() => keep().getItem(KEY)) ?? null));
  store.subscribe(() => attempt(() => keep().setItem(KEY, JSON.stringify(store.get()))));
  return store;
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
