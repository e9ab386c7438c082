import assert from "node:assert/strict";
import { type Ending, endingOf } from "./ending.ts";

const CASES: Record<Ending, string[]> = {
  question: [
    "What is your name?",
    "What are you looking for?",
    "What is it like?",
    "Where are you from?",
    "你叫什么名字？",
    "你吃饭了吗",
  ],
  answer: ["Yes.", "Yes, please.", "No, thanks", "Thank you.", "Okay.", "Of course.", "好的，谢谢。"],
  stop: [
    "I live in a small town.",
    "Go forward ten meters.",
    "Stop it!",
    "I have two children.",
    "It is five.",
    "She is better than he was.",
    "My number is five five five one two three four.",
    "Call 5551234.",
    "我住在一个小城市。",
    "我有两个孩子。",
    "我的电话是13812345678。",
  ],
  loose: [
    "I went to the shop",
    "First of all, I went home,",
    "It was.",
    "I went in.",
    "I think so",
    "我昨天去了商店",
  ],
  number: ["My number is five five.", "Thirty three four, six", "It is 0 1 2", "号码是一三八。"],
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
    "我喜欢猫和",
    "因为。",
    "我想要那个，",
    "我昨天……",
  ],
};

for (const [ending, texts] of Object.entries(CASES)) {
  Deno.test(`endings: ${ending}`, () => {
    for (const text of texts) assert.equal(endingOf(text), ending, `"${text}"`);
  });
}
