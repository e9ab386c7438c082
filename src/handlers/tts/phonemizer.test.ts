import assert from "node:assert/strict";
import { pronounce } from "./phonemizer.ts";

/** A letter for a phoneme; like eSpeak it joins "of the", makes two words of "25" and drops punctuation. */
function spell(text: string): string {
  return text.toLowerCase().replace("of the", "ofthe").replace("25", "twenty five").replace(/[^a-z ]/g, "")
    .trim().split(/ +/).map((word) => [...word].join("_")).join(" ");
}

function spoken(text: string): [string, string][] {
  const { symbols, words } = pronounce(spell, text);
  return words.map((word) => [word.text, symbols.slice(word.from, word.to).join("")]);
}

Deno.test("phonemizer: phonemes word by word, with the marks that eSpeak drops", () => {
  assert.equal(pronounce(spell, "Well, hi there! Yes…").symbols.join(""), "well, hi there! yes.");
  assert.deepEqual(spoken("Well, hi there!"), [["Well,", "well"], ["hi", "hi"], ["there!", "there"]]);
});

Deno.test("phonemizer: every word gets its sound when eSpeak counts other words", () => {
  assert.deepEqual(spoken("some of the 25 cats"), [
    ["some", "some"],
    ["of", "of"],
    ["the", "the"],
    ["25", "twenty five"],
    ["cats", "cats"],
  ]);
});

Deno.test("phonemizer: what has no sound is kept as a word", () => {
  assert.deepEqual(spoken("well – hi"), [["well", "well"], ["–", ""], ["hi", "hi"]]);
  assert.deepEqual(pronounce(spell, "… !"), {
    symbols: [],
    words: [{ text: "…", from: 0, to: 0 }, { text: "!", from: 0, to: 0 }],
  });
});

Deno.test("phonemizer: a change of language, clause borders and empty phonemes are no sounds", () => {
  const { symbols } = pronounce(() => "(fr)_v_ˈu__ | w_i(en)", "vous oui");
  assert.deepEqual(symbols, ["v", "ˈu", " ", "w", "i"]);
});
