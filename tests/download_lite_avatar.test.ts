import assert from "node:assert/strict";
import { join } from "node:path";
import { downloadLiteAvatar } from "../scripts/download_lite_avatar.ts";
import { EXIT_WRONG } from "../src/cli.ts";
import { type Content, serveHub } from "./hub_server.ts";

const bytes = (size: number): Content => Uint8Array.from({ length: size }, (_, n) => n * 31 & 255);
/** The stand-in serves one repository, so this is the gallery and Paraformer in one. */
const files: Record<string, Content> = {
  "lite_avatar_weights/model_1.onnx": bytes(5_000),
  "lite_avatar_weights/model.pb": bytes(9_000),
  "lite_avatar_weights/lm.pb": bytes(7_000),
  "am.mvn": bytes(300),
  "20250408/one.zip": bytes(2_000),
  "20250408/two.zip": bytes(2_001),
};
const ALL = ["am.mvn", "model.pb", "model_1.onnx"];

async function run(address: string, ...args: string[]) {
  const models = await Deno.makeTempDir();
  const printed: string[] = [], said: string[] = [];
  const code = await downloadLiteAvatar(["--models", models, ...args], {
    hubs: { huggingface: "http://127.0.0.1:1", modelscope: address },
    timeouts: { connect: 2_000, stall: 2_000 },
    progress: { update() {}, end() {}, say() {} },
    room: () => Promise.resolve(1e9),
  }, { print: (line) => void printed.push(line), complain: (line) => void said.push(line) });
  const list = async (folder: string) =>
    (await Array.fromAsync(Deno.readDir(join(models, folder))).catch(() => [])).map(({ name }) => name)
      .sort();
  const weights = await list("LiteAvatar/original/lite_avatar_weights");
  const avatars = await list("LiteAvatar/original/20250408");
  await Deno.remove(models, { recursive: true });
  return { code, printed, said, weights, avatars };
}

Deno.test("weights and avatars come from ModelScope, and what is to be done next is said", async () => {
  await using hub = serveHub(files);
  const { code, printed, weights, avatars } = await run(hub.address, "20250408/one");
  assert.equal(code, 0);
  assert.deepEqual(weights, ALL);
  assert.deepEqual(avatars, ["one.zip"]);
  assert.ok(hub.asked.some(({ path }) => path.includes("HumanAIGC-Engineering/LiteAvatarGallery/")));
  assert.match(
    printed.at(-2)!,
    /convert_lite_avatar\.py weights .*lite_avatar_weights .*LiteAvatar\/weights$/,
  );
  assert.match(
    printed.at(-1)!,
    /convert_lite_avatar\.py pack .*20250408\/one\.zip .*LiteAvatar\/20250408\/one$/,
  );
});

Deno.test("a dry run names files and sizes, and writes nothing", async () => {
  await using hub = serveHub(files);
  const { code, printed, weights } = await run(hub.address, "--dry-run", "20250408/two");
  assert.equal(code, 0);
  assert.deepEqual(weights, []);
  const text = printed.join("\n");
  assert.match(text, /model\.pb +9000 bytes +missing/);
  assert.match(text, /20250408\/two\.zip +2001 bytes +missing/);
  assert.ok(!text.includes("lm.pb"));
});

Deno.test("what is wrong is said in one line", async () => {
  await using hub = serveHub(files);
  const unknown = await run(hub.address, "--no-weights", "20250408/three");
  assert.equal(unknown.code, 1);
  assert.match(unknown.said[0], /has no "20250408\/three\.zip"/);
  for (const args of [["../x/y"], ["one"], ["--no-weights"], ["--colour"]]) {
    const { code, said } = await run(hub.address, ...args);
    assert.equal(code, EXIT_WRONG, args.join(" "));
    assert.equal(said.length, 1);
  }
});
