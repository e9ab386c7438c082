import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { clauseSplitter, withoutMarks } from "./clauses.ts";
import { cueClock, cueFilter } from "./cues.ts";

/** What passes, and the names of what was taken out with the text before it. */
function filtered(...pieces: string[]) {
  const filter = cueFilter();
  let text = "";
  const taken: [string | null, string][] = [];
  for (const passed of [...pieces.map((piece) => filter.push(piece)), filter.finish()]) {
    for (const { name, at } of passed.taken) taken.push([name, text + passed.text.slice(0, at)]);
    text += passed.text;
  }
  return { text, taken };
}
function split(...deltas: string[]) {
  const splitter = clauseSplitter();
  return [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.finish()];
}

Deno.test("a known direction is taken out in any case and form, wherever it stands", () => {
  for (
    const [tag, name] of [
      ["[smile]", "smile"],
      ["[SMILE]", "smile"],
      ["[ Laughs softly ]", "laugh"],
      ["[sighs]", "sad"],
      ["[shakes head]", "shake"],
      ["[Nods]", "nod"],
      ["【微笑】", "smile"],
      ["[点头]", "nod"],
      ["［惊讶］", "surprise"],
    ]
  ) {
    assert.deepEqual(filtered(`One${tag}two`), { text: "Onetwo", taken: [[name, "One"]] }, tag);
    assert.deepEqual(filtered(tag), { text: "", taken: [[name, ""]] }, tag);
  }
});

Deno.test("unknown directions are left out, brackets that a person would read are not", () => {
  for (const gone of ["[excited]", "[clears throat]", "[pause]"]) {
    assert.deepEqual(filtered(`So ${gone} yes`), { text: "So  yes", taken: [[null, "So "]] }, gone);
  }
  for (
    const kept of [
      "[1]",
      "[sic]",
      "[x]",
      "[ ]",
      "[]",
      "[Paris]",
      "[the president]",
      "[your name]",
      "[smile](https://a.b)",
      "[home page](https://a.b)",
      "[^2]",
      "word[s] and array[index]",
      "[re]start",
      "[one two three four five]",
      "【注意】",
      "[天气]",
      "[smile",
      "[laughs, softly]",
      "[smile\n]",
      "a ] b [",
    ]
  ) assert.deepEqual(filtered(kept), { text: kept, taken: [] }, kept);
  assert.equal(filtered("[[smile]]").text, "[]");
});

const reply = fc.array(
  fc.constantFrom(
    ..."[smile]|[laughs softly]|[excited]|【微笑】|[1]|[|]|(|[the end]|**|😀|Hello, | you.| |好的。|word|!|\n"
      .split("|"),
  ),
  { maxLength: 25 },
).map((parts) => parts.join(""));

Deno.test("however the text is broken, the same is taken out at the same places", () => {
  fc.assert(fc.property(reply, fc.array(fc.nat(200), { maxLength: 20 }), (text, places) => {
    const cuts = [0, ...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
    const pieces = cuts.slice(1).map((cut, i) => text.slice(cuts[i], cut));
    assert.deepEqual(filtered(...pieces), filtered(text));
    assert.deepEqual(split(...pieces), split(text));
    assert.deepEqual(split(...text), split(text));
    const bare = (s: string) => s.replace(/\s/g, "");
    assert.equal(bare(split(text).map((clause) => clause.text).join("")), bare(withoutMarks(text)));
  }));
});

Deno.test("clauses carry their directions, with what stands before them", () => {
  assert.deepEqual(split("Hi, [sm", "ile] my **friend**. [n", "od", "] Yes [sad]. Bye! [laugh]"), [
    { text: "Hi,", end: "phrase" },
    { text: "my friend.", end: "sentence", cues: [{ name: "smile", at: 0 }] },
    { text: "Yes.", end: "sentence", cues: [{ name: "nod", at: 0 }, { name: "sad", at: 3 }] },
    { text: "Bye!", end: "sentence" },
    { text: "", end: "sentence", cues: [{ name: "laugh", at: 0 }] },
  ]);
  assert.equal(withoutMarks("Well [sighs], no [1] and [sic]."), "Well, no [1] and [sic].");
});

Deno.test("a closed direction does not hold back the text before it", () => {
  const splitter = clauseSplitter();
  assert.deepEqual(splitter.push("Hello! [smi"), [{ text: "Hello!", end: "sentence" }]);
});

Deno.test("a direction is due when the word after it begins, or when the words end", () => {
  const word = (text: string, start: number) => ({ text, start, end: start + 0.3 });
  const clock = cueClock([
    { name: "smile", at: 0 },
    { name: "nod", at: 3 },
    { name: "think", at: 5 },
    { name: "sad", at: 9 },
  ]);
  assert.deepEqual(clock.reach([word("One", 0.1), word("two", 0.4)]), [
    { name: "smile", start: 0.1 },
    { name: "nod", start: 0.4 },
    { name: "think", start: 0.4 },
  ]);
  assert.deepEqual(clock.reach([word("si.", 0.7)]), []);
  assert.deepEqual(clock.rest(1), [{ name: "sad", start: 1 }]);
  assert.deepEqual(clock.rest(2), []);
});
