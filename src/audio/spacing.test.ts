import assert from "node:assert/strict";
import { joinWords } from "./spacing.ts";

Deno.test("words are joined as their script is written", () => {
  const cases: [string[], string][] = [
    [["Good", "morning,", "Anna."], "Good morning, Anna."],
    [["你", "好", "，", "世界", "。"], "你好，世界。"],
    [["你好。", "今天天气怎么样？"], "你好。今天天气怎么样？"],
    [["今日", "は", "いい", "テンキ", "です。"], "今日はいいテンキです。"],
    [["안녕하세요", "여러분"], "안녕하세요 여러분"],
    [["我喜欢", "Python", "语言"], "我喜欢 Python 语言"],
    [["Python，", "很好"], "Python，很好"],
    [["他说", "“好”", "了"], "他说“好”了"],
    [["", "one", "", "two", ""], "one two"],
    [[], ""],
  ];
  for (const [pieces, text] of cases) assert.equal(joinWords(pieces), text);
});
