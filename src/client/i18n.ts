/** The page's languages. A key that is missing in one of them does not compile. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { en } from "./en.ts";
import { zh } from "./zh.ts";
import type { Preferences } from "./preferences.ts";

export type Language = "en" | "zh";
export type Words = typeof en;

export const LANGUAGES: Record<Language, Words> = { en, zh };

/** Full tags for `<html lang>`: they also choose the right Chinese glyphs. */
export const TAGS: Record<Language, string> = { en: "en", zh: "zh-Hans" };

/**
 * The language to speak: the address's `lang`, then the caller's choice, then the browser's first language that the
 * page knows, then English.
 */
export function chooseLanguage(
  address: string | null,
  choice: Preferences["language"],
  browser: readonly string[],
): Language {
  const wanted = [address ?? "", choice, ...browser].map((tag) => tag.toLowerCase().split("-")[0]);
  return wanted.find((tag): tag is Language => tag === "en" || tag === "zh") ?? "en";
}

/** Puts values in the place of `{name}`. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export const WordsContext = createContext<Words>(en);

/** The words of the present language. */
export function useWords(): Words {
  return useContext(WordsContext);
}
