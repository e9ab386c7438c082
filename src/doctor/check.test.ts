import assert from "node:assert/strict";
import { bad, ok, warning, works } from "./check.ts";
import { jsonOf, lineOf, summaryOf } from "./report.ts";

const fine = ok("Port", "8282 is free");
const slow = warning("Processor", "without AVX2", "Take another.");
const broken = bad("Disk", "no room", "Make room.");

Deno.test("doctor: only what is bad keeps a call from working", () => {
  assert.equal(works([fine, slow]), true);
  assert.equal(works([fine, slow, broken]), false);
  assert.equal(summaryOf([fine, slow]), "A call would work. 1 warning.");
  assert.equal(summaryOf([broken, broken]), "A call would not work: 2 things are bad.");
});

Deno.test("doctor: lines are aligned, the remedy stands below", () => {
  assert.equal(lineOf(fine, false), "ok    Port           8282 is free");
  assert.equal(lineOf(broken, false), `BAD   Disk           no room\n${" ".repeat(21)}Make room.`);
  // deno-lint-ignore no-control-regex
  const plain = lineOf(slow, true).replaceAll(/\x1b\[\d+m/g, "");
  assert.equal(plain, lineOf(slow, false));
  assert.notEqual(lineOf(slow, true), plain, "on a terminal the mark is coloured");
});

Deno.test("doctor: JSON says the same", () => {
  const report = JSON.parse(jsonOf([fine, broken], "Open Avatar Chat"));
  assert.equal(report.works, false);
  assert.deepEqual(report.checks, [fine, broken]);
});
