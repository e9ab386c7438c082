import assert from "node:assert/strict";
import { interrupts } from "./interruption.ts";

const spoken = "The capital of France is Paris. It lies on the river Seine.";
const chinese = "法国的首都是巴黎，它在塞纳河边。";
const inChinese: [string, boolean][] = [
  ["嗯嗯", false],
  ["好的，好的。", false],
  ["等一下", true],
  ["它在塞纳河边", false],
  ["的首都是巴黎，它在", false],
  ["巴黎", true],
  ["它在莱茵河边吗？", true],
];
const table: [string, boolean][] = [
  ["", false],
  ["...", false],
  ["Uh-huh.", false],
  ["Yeah.", false],
  ["Mm-hmm, okay.", false],
  ["嗯", false],
  ["Stop.", true],
  ["No, wait.", true],
  ["Yeah, but what about Lyon?", true],
  ["Yes yes yes yes", true],
  ["lies on the river Seine", false],
  ["It lies on the river.", false],
  ["Paris", true],
  ["What lies on the river Rhine?", true],
  ["等一下", true],
];

Deno.test("interruption: words that take the turn, and those that only listen or echo", () => {
  for (const [text, expected] of table) assert.equal(interrupts(text, spoken), expected, text);
  for (const [text, expected] of inChinese) assert.equal(interrupts(text, chinese), expected, text);
});
