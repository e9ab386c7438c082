import assert from "node:assert/strict";
import { type Ending, endingOf } from "./ending.ts";

const CASES: Record<Ending, string[]> = {
  question: ["What is your name?", "What are you looking for?", "What is it like?", "Where are you from?"],
  answer: ["Yes.", "Yes, please.", "No, thanks", "Thank you.", "Okay.", "Of course."],
  stop: [
    "I live in a small town.",
    "Go forward ten meters.",
    "Stop it!",
    "I have two children.",
    "It is five.",
    "She is better than he was.",
    "My number is five five five one two three four.",
    "Call 5551234.",
  ],
  loose: ["I went to the shop", "First of all, I went home,", "It was.", "I went in.", "I think so"],
  number: ["My number is five five.", "Thirty three four, six", "It is 0 1 2"],
  hanging: [
    "I went to the.",
    "I like cats and.",
    "Because.",
    "I would like to.",
    "Do you have a?",
    "It was, um.",
    "It is, you know,",
    "I went to...",
    "It was good but—",
  ],
};

for (const [ending, texts] of Object.entries(CASES)) {
  Deno.test(`endings: ${ending}`, () => {
    for (const text of texts) assert.equal(endingOf(text), ending, `"${text}"`);
  });
}
