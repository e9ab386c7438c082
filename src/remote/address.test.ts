import assert from "node:assert/strict";
import * as v from "valibot";
import { addresses, hostOf, keyName } from "./address.ts";

Deno.test("address: one or several, without the slash at the end, each once", () => {
  assert.deepEqual(v.parse(addresses, "http://a:1/v1/"), ["http://a:1/v1"]);
  assert.deepEqual(v.parse(addresses, ["https://a/v1", "https://a/v1/", "http://b/v1"]), [
    "https://a/v1",
    "http://b/v1",
  ]);
  for (const wrong of ["", "a:1/v1", "ftp://a/v1", "http://u:p@a/v1", "http://a/v1?key=1", [], 3]) {
    assert.ok(!v.safeParse(addresses, wrong).success, JSON.stringify(wrong));
  }
});

Deno.test("address: host and port as permissions name them", () => {
  assert.equal(hostOf("http://a:8000/v1"), "a:8000");
  assert.equal(hostOf("https://api.example.org/v1"), "api.example.org:443");
  assert.equal(hostOf("http://[::1]/v1"), "[::1]:80");
});

Deno.test("address: a key is no name of a variable", () => {
  assert.ok(v.safeParse(keyName, "OPENAI_API_KEY").success);
  for (const key of ["sk-abc", "hf_abc", "abc", "A".repeat(80), ""]) {
    assert.ok(!v.safeParse(keyName, key).success, key);
  }
});
