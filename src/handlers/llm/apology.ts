/** What is said when no answer can be given; what went wrong is shown, never spoken. */
import * as v from "valibot";

const words = (preset: string) => v.optional(v.pipe(v.string(), v.nonEmpty()), preset);

/** By language. */
export const apology = v.strictObject({
  en: words("Sorry, I lost my train of thought. Could you say that again?"),
  zh: words("抱歉，我刚才走神了。可以请您再说一遍吗？"),
});
export type Apology = v.InferOutput<typeof apology>;

/** @param language of the turn as the recogniser heard it (BCP 47); without it the question's script decides. */
export function apologyFor(apology: Apology, question: string, language?: string): string {
  const chinese = language === undefined ? /\p{Script=Han}/u.test(question) : /^(zh|yue)\b/i.test(language);
  return chinese ? apology.zh : apology.en;
}

const bare = (text: string) => text.replace(/\s+/g, "");

/**
 * What was heard of an answer, without the apology behind it: the model is not to learn to apologise.
 * @param said what was given out before the apology.
 */
export function withoutApology(heard: string, said: string): string {
  const limit = bare(said).length;
  let letters = 0;
  for (let at = 0; at < heard.length; at++) {
    if (letters === limit) return heard.slice(0, at).trimEnd();
    if (/\S/.test(heard[at])) letters++;
  }
  return heard;
}
