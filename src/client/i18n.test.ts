import assert from "node:assert/strict";
import { chooseLanguage, fill, LANGUAGES, type Words } from "./i18n.ts";

/** Every text with its path, for example "faults.busy.title". */
function flat(words: object, path = ""): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === "string") texts.set(path + key, value);
    else for (const [inner, text] of flat(value, `${path}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

const en = flat(LANGUAGES.en);
const zh = flat(LANGUAGES.zh);
const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

Deno.test("i18n: both languages say everything, with the same holes to fill", () => {
  assert.deepEqual([...zh.keys()].sort(), [...en.keys()].sort());
  for (const [key, text] of en) {
    assert.notEqual(text.trim(), "", key);
    assert.notEqual(zh.get(key)!.trim(), "", key);
    assert.deepEqual(holes(zh.get(key)!), holes(text), key);
  }
});

Deno.test("i18n: Chinese is Chinese, with Chinese punctuation", () => {
  for (const [key, text] of zh) {
    if (!/^([：—]+|\{n\}%)$/.test(text)) assert.match(text, /\p{Script=Han}/u, key);
    assert.doesNotMatch(text, /\p{Script=Han}[,.;:?!()]/u, key);
    assert.doesNotMatch(text, /\.\.\.|(?<![…])…(?![…])/, key);
  }
});

Deno.test("i18n: the buttons have the names that the page promises", () => {
  const names = (words: Words) => [words.start, words.end];
  assert.deepEqual([names(LANGUAGES.en), names(LANGUAGES.zh)], [["Start", "End"], ["开始", "结束"]]);
});

Deno.test("i18n: the address comes first, then the choice, then the browser", () => {
  assert.equal(chooseLanguage("zh", "en", ["en-US"]), "zh");
  assert.equal(chooseLanguage(null, "zh", ["en-US"]), "zh");
  assert.equal(chooseLanguage(null, "auto", ["fr-FR", "zh-TW", "en"]), "zh");
  assert.equal(chooseLanguage(null, "auto", ["fr-FR"]), "en");
  assert.equal(chooseLanguage("klingon", "auto", ["zh-CN"]), "zh");
});

Deno.test("i18n: filling leaves unknown holes as they are", () => {
  assert.equal(fill("{place} of {all}", { place: "3" }), "3 of {all}");
});
