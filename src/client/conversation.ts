/** What was said: one list for the transcript, its end for the captions. Pure: messages in, a new list out. */
import type { ServerMessage } from "../rtc/signalling.ts";

export interface Entry {
  /** Unique on this page: number of the connection and of the turn in it. */
  key: string;
  turn: string;
  who: "user" | "reply";
  text: string;
  final: boolean;
  interrupted: boolean;
}

export interface Conversation {
  /** The server counts turns anew on every connection; this tells them apart. */
  connection: number;
  /** Oldest first. */
  entries: Entry[];
  /** Turn whose words the captions show; "" before anybody has spoken. */
  turn: string;
  /** Typed and not yet confirmed by the server. */
  typed: string;
}

export const SILENCE: Conversation = { connection: 0, entries: [], turn: "", typed: "" };

/** A transcript longer than this loses its oldest entries. */
const LONGEST = 1_000;

export type Event =
  | Extract<ServerMessage, { type: "user" | "reply" }>
  | { type: "typed"; text: string }
  /** A new connection: the captions begin anew, the transcript stays. */
  | { type: "connected" }
  /** The caller wants the transcript gone. */
  | { type: "clear" };

export function converse(state: Conversation, event: Event): Conversation {
  switch (event.type) {
    case "typed":
      return { ...state, typed: event.text };
    case "connected":
      return { ...state, connection: state.connection + 1, turn: "" };
    case "clear":
      return { ...state, entries: [], turn: "" };
    default:
      return heard(state, event);
  }
}

function heard(state: Conversation, event: Extract<Event, { type: "user" | "reply" }>): Conversation {
  const turn = `${state.connection}.${event.turn}`;
  const entry: Entry = {
    key: `${turn}.${event.type}`,
    turn,
    who: event.type,
    text: event.text.trim(),
    final: event.final,
    interrupted: event.type === "reply" && event.interrupted,
  };
  const at = state.entries.findIndex((other) => other.key === entry.key);
  const entries = [...state.entries];
  if (at >= 0) entries[at] = entry;
  else entries.push(entry);
  return {
    ...state,
    // An utterance in which no word was found leaves nothing behind.
    entries: entries.filter((other) => other.text !== "" || !other.final).slice(-LONGEST),
    turn: entry.text === "" && at < 0 ? state.turn : turn,
    typed: event.type === "user" ? "" : state.typed,
  };
}

/** The newest turn's words; null where there are none. */
export function captions(state: Conversation): { user: Entry | null; reply: Entry | null } {
  const of = (who: Entry["who"]) =>
    state.entries.findLast((entry) => entry.turn === state.turn && entry.who === who) ?? null;
  if (state.typed === "") return { user: of("user"), reply: of("reply") };
  const typed: Entry = {
    key: "typed",
    turn: state.turn,
    who: "user",
    text: state.typed,
    final: false,
    interrupted: false,
  };
  return { user: typed, reply: null };
}

/** An entry as it is shown: a reply that was cut off ends in the language's dash. */
export function shown(entry: Entry, dash: string): string {
  return entry.interrupted ? `${entry.text}${dash}` : entry.text;
}

/** The whole conversation as plain text, one line an entry, for the clipboard. */
export function plain(entries: Entry[], names: { user: string; reply: string; dash: string }): string {
  return entries.map((entry) => `${names[entry.who]}${shown(entry, names.dash)}`).join("\n");
}
