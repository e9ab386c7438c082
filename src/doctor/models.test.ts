import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { checkPage, judgeModels, takeStock } from "./models.ts";

Deno.test("models: what is missing is counted, with the line that says so", async () => {
  const empty = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${empty}/mine`);
    await Deno.writeFile(`${empty}/mine/mine.gguf`, new Uint8Array(1000));
    const stock = await takeStock(["silero-vad-v5", "mine"], empty);
    assert.equal(stock.lines.length, 1);
    assert.equal(stock.bytes, stock.missing + 1000, "one's own model is counted by its file");
    const check = judgeModels(stock);
    assert.equal(check.verdict, "bad");
    assert.match(check.found, /silero/);
    assert.ok(check.remedy);
  } finally {
    await Deno.remove(empty, { recursive: true });
  }
});

Deno.test("models: verified ones are named", () => {
  const check = judgeModels({ names: ["a", "b"], lines: [], bytes: 3e6, missing: 0 });
  assert.deepEqual([check.verdict, check.found], ["ok", "2 verified, 3 MB: a, b"]);
});

Deno.test("page: without its script there is no call", async () => {
  assert.equal((await checkPage(pathToFileURL("/no/such/client.js"))).verdict, "bad");
  assert.equal((await checkPage(new URL(import.meta.url))).verdict, "ok");
});
