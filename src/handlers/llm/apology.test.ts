import assert from "node:assert/strict";
import { apology, apologyFor, withoutApology } from "./apology.ts";
import * as v from "valibot";

const words = v.parse(apology, {});

Deno.test("apology: in the language of the turn, or of the question's script", () => {
  assert.equal(apologyFor(words, "Hello", "zh-CN"), words.zh);
  assert.equal(apologyFor(words, "你好", "en"), words.en);
  assert.equal(apologyFor(words, "你好"), words.zh);
  assert.equal(apologyFor(words, "Hello"), words.en);
  assert.match(apologyFor(v.parse(apology, { en: "Oops." }), "Hello"), /^Oops/);
});

Deno.test("apology: history keeps what was heard before it", () => {
  assert.equal(withoutApology("The capital is Sorry, I lost", "The capital is "), "The capital is");
  assert.equal(withoutApology("The cap", "The capital is "), "The cap");
  assert.equal(withoutApology("Sorry, I", ""), "");
  assert.equal(withoutApology("", "The"), "");
});
