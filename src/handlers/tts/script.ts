/** Which of several voices reads a text: told by its script, and where many languages share that, by the caller's. */

/** Among Chinese characters this share of kana makes a text Japanese. */
const KANA_SHARE = 0.2;

/** "zh_CN", "cmn" or "en-us" → language ("zh", "en") and the script it is mostly written in ("Hans", "Latn"). */
export function localeOf(tag: string): { language: string; script: string } {
  try {
    const { language, script } = new Intl.Locale(tag.replaceAll("_", "-")).maximize();
    return { language, script: script === "Hant" ? "Hans" : script ?? "Latn" };
  } catch {
    return { language: tag, script: "Latn" };
  }
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/**
 * The script most of a text is written in, of `scripts`; undefined if none of them. A Chinese or Japanese character
 * counts as much as a word of another script, and so do two Korean syllables.
 *
 * @param scripts ISO 15924: "Hans" (Chinese of both kinds), "Jpan", "Kore", "Latn", "Cyrl", …
 * @param language What the caller speaks: Chinese characters alone are Japanese to a Japanese.
 */
export function mainScript(
  text: string,
  scripts: readonly string[],
  language?: string,
): string | undefined {
  const kana = count(text, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const ideographs = kana + count(text, /\p{Script=Han}/gu);
  const japanese = ideographs > 0 && (kana >= KANA_SHARE * ideographs || language === "ja");
  const weight = (script: string): number => {
    if (script === "Hans") return japanese && scripts.includes("Jpan") ? 0 : ideographs;
    if (script === "Jpan") return japanese || !scripts.includes("Hans") ? ideographs : 0;
    if (script === "Kore") return count(text, /\p{Script=Hangul}/gu) / 2;
    return count(text, new RegExp(`(?<!\\p{L})\\p{Script=${script}}[\\p{L}\\p{M}'’]*`, "gu")) +
      count(text, new RegExp(`(?<=[\\p{Script=Han}\\p{Script=Hangul}])\\p{Script=${script}}`, "gu"));
  };
  let main: string | undefined;
  let most = 0;
  for (const script of scripts) {
    const weighs = weight(script);
    if (weighs > most) [main, most] = [script, weighs];
  }
  return main;
}

/** A voice, as far as the choice goes. */
export interface Reader {
  language: string;
  script: string;
}

/**
 * The voice for a text: of those that can read its script the one of the caller's language, else the first.
 *
 * @param readers The default voice first.
 * @param language What the caller speaks (BCP 47), if that is known.
 */
export function readerOf<R extends Reader>(text: string, readers: readonly R[], language?: string): R {
  if (readers.length === 1) return readers[0];
  const caller = language === undefined ? undefined : localeOf(language).language;
  const script = mainScript(text, [...new Set(readers.map((reader) => reader.script))], caller);
  const able = script === undefined ? [...readers] : readers.filter((reader) => reader.script === script);
  return able.find((reader) => reader.language === caller) ?? able[0];
}
