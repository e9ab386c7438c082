import assert from "node:assert/strict";
import { localeOf, mainScript, readerOf } from "./script.ts";

const reader = (tag: string) => ({ tag, ...localeOf(tag) });
const voices = ["en-us", "zh_CN", "ja", "ko", "de", "ru"].map(reader);
const chosen = (text: string, language?: string, among = voices) => readerOf(text, among, language).tag;

Deno.test("script: languages of voices and of eSpeak are understood", () => {
  assert.deepEqual(localeOf("zh_CN"), { language: "zh", script: "Hans" });
  assert.deepEqual(localeOf("cmn"), { language: "zh", script: "Hans" });
  assert.deepEqual(localeOf("en-us"), { language: "en", script: "Latn" });
  assert.equal(localeOf("zh-TW").script, "Hans");
  assert.equal(localeOf("not a tag").script, "Latn");
});

Deno.test("script: a clause is read by the voice of its main script", () => {
  assert.equal(chosen("我喜欢 OpenAI 的模型。"), "zh_CN");
  assert.equal(chosen("我喜欢用Visual Studio Code"), "zh_CN");
  assert.equal(chosen("The word 你好 means hello."), "en-us");
  assert.equal(chosen("今日はいい天気です。"), "ja");
  assert.equal(chosen("안녕하세요."), "ko");
  assert.equal(chosen("Привет!"), "ru");
});

Deno.test("script: what many languages share is read by the caller's language, else by the first voice", () => {
  assert.equal(chosen("Hallo!", "de-DE"), "de");
  assert.equal(chosen("Hallo!", "fr"), "en-us");
  assert.equal(chosen("Hello!", "zh"), "en-us");
  assert.equal(chosen("東京大学", "ja"), "ja");
  assert.equal(chosen("東京大学"), "zh_CN");
  assert.equal(chosen("25!", "de"), "de", "a number is read in the caller's language");
  assert.equal(chosen("25!"), "en-us");
});

Deno.test("script: without a voice for a script the first one tries", () => {
  const two = [reader("zh"), reader("en")];
  assert.equal(chosen("नमस्ते", "hi", two), "zh");
  assert.equal(chosen("カラオケ", undefined, two), "zh");
  assert.equal(chosen("Hello there", "zh", two), "en");
  assert.equal(mainScript("...", ["Latn"]), undefined);
});
