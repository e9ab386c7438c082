/**
 * What was said in earlier calls, for the next one. It is kept in the browser alone, and only once the caller has said
 * that it may be; the server is told it at the beginning of a call and keeps nothing.
 */
import { type Exchange, REMEMBERED, REMEMBERED_LENGTH } from "../rtc/signalling.ts";
import type { Entry } from "./conversation.ts";
import type { Keep } from "./preferences.ts";

export interface Memory {
  /** Oldest first. */
  recall(): Exchange[];
  /** Replaces what was known before. Nothing is kept where the browser forbids it. */
  keep(exchanges: Exchange[]): void;
  forget(): void;
}

const KEY = "open-avatar-chat.memory";

/** Questions with what was heard of their answers; the newest few, none of them long. */
export function exchangesOf(entries: readonly Entry[]): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const reply of entries) {
    if (reply.who !== "reply" || !reply.final || reply.text === "") continue;
    const user = entries.find((entry) => entry.who === "user" && entry.turn === reply.turn);
    if (user) exchanges.push({ user: cut(user.text), reply: cut(reply.text) });
  }
  return exchanges.slice(-REMEMBERED);
}

const cut = (text: string) => [...text].slice(0, REMEMBERED_LENGTH).join("");

/** Takes from stored text what is still valid. */
export function readMemory(text: string | null): Exchange[] {
  try {
    const stored: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(stored)) return [];
    return stored.filter((item) => typeof item?.user === "string" && typeof item?.reply === "string")
      .map(({ user, reply }) => ({ user: cut(user), reply: cut(reply) })).slice(-REMEMBERED);
  } catch {
    return [];
  }
}

/** `localStorage` throws where the browser forbids it. */
export function openMemory(storage: () => Keep & Pick<Storage, "removeItem">): Memory {
  const attempt = <T>(run: () => T): T | undefined => {
    try {
      return run();
    } catch {
      return undefined;
    }
  };
  return {
    recall: () => readMemory(attempt(() => storage().getItem(KEY)) ?? null),
    keep: (exchanges) => void attempt(() => storage().setItem(KEY, JSON.stringify(exchanges))),
    forget: () => void attempt(() => storage().removeItem(KEY)),
  };
}
