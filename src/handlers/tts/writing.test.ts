import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { chineseWords } from "./chinese.ts";
import { wordsOf, type Written } from "./writing.ts";

const texts = (words: Written[]) => words.map(({ text }) => text);
const joined = (words: Written[]) =>
  words.map(({ text, glued }, i) => (i > 0 && !glued ? " " : "") + text).join("");

Deno.test("writing: words stand between spaces, Chinese and Japanese characters alone", () => {
  assert.deepEqual(texts(wordsOf("Well, it's “fine”. ", false)), ["Well,", "it's", "“fine”."]);
  assert.deepEqual(texts(wordsOf("我喜欢OpenAI的“模型”（新）！", false)), [
    ..."我喜欢",
    "OpenAI",
    "的",
    "“模",
    "型”",
    "（新）！",
  ]);
  assert.deepEqual(texts(wordsOf("スーパー 안녕하세요 여러분", false)), [
    "ス",
    "ー",
    "パ",
    "ー",
    "안녕하세요",
    "여러분",
  ]);
});

Deno.test("writing: only what follows a space, or begins the text, is not glued", () => {
  const glued = (words: Written[]) => words.map((word) => word.glued ?? false);
  assert.deepEqual(glued(wordsOf("我 OK了", false)), [false, false, true]);
  assert.deepEqual(glued(wordsOf("我", true)), [true]);
  assert.deepEqual(glued(wordsOf(" 我", true)), [false]);
});

Deno.test("writing: the words joined are the text, in Chinese with numbers too", () => {
  const unit = fc.constantFrom(
    ..."我|们|，|。|“|”|（|）| |OpenAI|GPT-4|2024年|3 kg|50%|-5℃|10:30|ー|é|한|$5|1/2|&|...|、".split("|"),
  );
  fc.assert(fc.property(fc.array(unit, { maxLength: 20 }), (parts) => {
    const text = parts.join("").replace(/\s+/g, " ").trim();
    assert.equal(joined(wordsOf(text, false)), text);
    assert.equal(joined(chineseWords(text, false)), text);
  }));
});

Deno.test("writing: Chinese numbers, dates, times, units and signs are read in characters", () => {
  const spoken = (text: string) => text.replace(/[，、]/g, "");
  const read = (text: string) => spoken(chineseWords(text, false).map(({ reading }) => reading).join(""));
  const cases: Record<string, string> = {
    "2024年3月15日": "二零二四年三月十五日",
    "2024-03-15": "二零二四年三月十五日",
    "1000年前": "一千年前",
    "10:05到14:00，2:30": "十点零五分到十四点，两点三十分",
    "3.50元": "三点五零元",
    "占50%": "占百分之五十",
    "-5℃": "零下五摄氏度",
    "-5": "负五",
    "3 kg和5km": "三公斤和五公里",
    "2个人2000块": "两个人两千块",
    "12月22号": "十二月二十二号",
    "1,234,567": "一百二十三万四千五百六十七",
    "10010": "一万零一十",
    "20000000": "两千万",
    "100000000": "一亿",
    "200030004": "二零零零三零零零四",
    "13812345678": "幺三八幺二三四五六七八",
    "007": "零零七",
    "1/2": "二分之一",
    "3-5个": "三到五个",
    "$5、¥3.5": "五美元、三点五元",
    "A&B、3+4=7": "A&B、三加四等于七",
    "GPT-4": "GPT-四",
    "0": "零",
  };
  for (const [text, reading] of Object.entries(cases)) assert.equal(read(text), spoken(reading), text);
});
