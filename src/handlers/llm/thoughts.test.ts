import assert from "node:assert/strict";
import { thoughtFilter } from "./thoughts.ts";

function filtered(text: string, cut: number): string {
  const filter = thoughtFilter();
  let out = "";
  for (let at = 0; at < text.length; at += cut) out += filter.push(text.slice(at, at + cut));
  return out + filter.finish();
}

Deno.test("thoughts: what is thought aloud is left out, however it is cut", () => {
  const text = "<think>a < b</think>Hello <b>you</b> <think>x</thi</think>there <thin";
  for (const cut of [1, 2, 3, 5, 100]) {
    assert.equal(filtered(text, cut), "Hello <b>you</b> there <thin", `cut ${cut}`);
  }
});

Deno.test("thoughts: text without thoughts is not held back; a thought without an end is dropped", () => {
  const filter = thoughtFilter();
  assert.equal(filter.push("Hello, "), "Hello, ");
  assert.equal(filter.push("3 <"), "3 ");
  assert.equal(filter.push(" 4"), "< 4");
  assert.equal(filtered("Yes. <think>but then", 4), "Yes. ");
});
