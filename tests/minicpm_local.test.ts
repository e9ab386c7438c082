/**
 * `S2S_MiniCPM` with `engine: local`. SmolLM2 stands in for MiniCPM-o's language model, which is 4.7 GB: its file lies
 * where the download script would put the real one.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as v from "valibot";
import type { Body, Frame } from "../src/engine/frame.ts";
import type { Context, Model } from "../src/engine/handler.ts";
import { handler } from "../src/handlers/s2s/minicpm.ts";
import { findWeights } from "../src/handlers/s2s/weights.ts";
import { sight } from "../src/models/catalog/sight.ts";
import { fetchModels } from "../src/models/fetch.ts";
import { context, env, session, stamp } from "./hearing.ts";
import { randomProjector } from "./projector.ts";

const NAME = "MiniCPM-o-2_6-int4";
let root: string;

Deno.test.beforeAll(async () => {
  root = await Deno.makeTempDir();
  const folder = join(env.modelRoot, "SmolLM2-135M-Instruct");
  const files = await Array.fromAsync(Deno.readDir(folder));
  const { name } = files.find(({ name }) => name.endsWith(".gguf"))!;
  await Deno.mkdir(join(root, NAME));
  await Deno.symlink(await Deno.realPath(join(folder, name)), join(root, NAME, "Model-7.6B-Q4_K_M.gguf"));
});
Deno.test.afterAll(async () => await Deno.remove(root, { recursive: true }));

async function withModel(settings: object, use: (model: Model<unknown>, caller: unknown) => Promise<void>) {
  const config = v.parse(handler.config, {
    model_name: NAME,
    assistant_prompt: "You are Joe.",
    max_tokens: 24,
    max_callers: 1,
    context_size: 1024,
    threads: 1,
    ...settings,
  });
  const model = await handler.load(config, { ...env, modelRoot: root }) as Model<unknown>;
  const caller = await model.open(session);
  try {
    await use(model, caller);
  } finally {
    await model.close(caller);
    await model[Symbol.asyncDispose]();
  }
}

async function give(
  model: Model<unknown>,
  caller: unknown,
  body: Body,
  at: Partial<Frame> = {},
  ctx?: Context,
) {
  const out: Body[] = [];
  const frame = { ...stamp(body), ...at } as Frame;
  for await (const answer of model.handle(caller, frame, ctx ?? context())) out.push(answer);
  return out;
}

const textOf = (bodies: Body[]) =>
  bodies.filter((body) => body.kind === "text.reply").map(({ delta }) => delta).join("");
const question = (text: string): Body => ({ kind: "text.user", text, final: true });

// The library keeps a timer of its own once it is loaded.
const native = { sanitizeResources: false, sanitizeOps: false };

Deno.test("minicpm, SmolLM2 in its place: the folder's GGUF answers in words", native, async () => {
  await withModel({}, async (model, caller) => {
    const out = await give(model, caller, question("What is the capital of France?"));
    assert.match(textOf(out), /Paris/);
    const replies = out.filter((body) => body.kind === "text.reply");
    assert.ok(replies.at(-1)!.last && replies.length > 2);
  });
});

Deno.test("minicpm: which GGUF is taken, and what is said when there is none", async () => {
  assert.deepEqual(await findWeights(root, NAME), {
    model: `${NAME}/Model-7.6B-Q4_K_M.gguf`,
    projector: null,
  });
  await assert.rejects(
    findWeights(root, "MiniCPM-o-2_6"),
    /no GGUF file. Run: scripts\/download_MiniCPM-o_2.6.sh --gguf/,
  );
  const folder = join(root, "several");
  await Deno.mkdir(folder);
  const put = (name: string) => Deno.writeTextFile(join(folder, name), "");
  await put("Model-7.6B-F16.gguf");
  await put("mmproj-model-f16.gguf");
  const taken = await findWeights(root, "several");
  assert.deepEqual(taken, {
    model: "several/Model-7.6B-F16.gguf",
    projector: join(folder, "mmproj-model-f16.gguf"),
  });
  await put("Model-7.6B-Q8_0.gguf");
  assert.equal((await findWeights(root, "several")).model, "several/Model-7.6B-Q8_0.gguf");
  await Deno.remove(join(folder, "Model-7.6B-Q8_0.gguf"));
  await put("Model-7.6B-Q4_0.gguf");
  await assert.rejects(findWeights(root, "several"), /several GGUF files .*Q8_0 is expected/);
});

Deno.test("minicpm: a camera without an image part is refused", async () => {
  await assert.rejects(
    withModel({ enable_video_input: true }, () => Promise.resolve()),
    /put mmproj-model-f16.gguf/,
  );
});

Deno.test(
  "minicpm, SmolLM2 with random eyes: pictures reach the model, and only fresh ones",
  native,
  async () => {
    await fetchModels([sight], env.modelRoot);
    await Deno.symlink(await Deno.realPath(join(env.modelRoot, sight.name)), join(root, sight.name));
    await Deno.writeFile(join(root, NAME, "mmproj-model-f16.gguf"), randomProjector());
    const data = await Deno.readFile(new URL("../docs/images/call.jpg", import.meta.url));
    await withModel({ enable_video_input: true }, async (model, caller) => {
      const plain = textOf(await give(model, caller, question("What is this?")));
      await give(model, caller, { kind: "image.user", data, width: 2, height: 2 }, { at: 1_000 });
      const seen = textOf(
        await give(model, caller, question("What is this?"), { at: 2_000 }),
      );
      assert.notEqual(seen, plain, "a picture, even one that says nothing, changes what follows");
      const later = textOf(
        await give(model, caller, question("What is this?"), { at: 20_000 }),
      );
      assert.equal(later, plain);
    });
  },
);

Deno.test(
  "minicpm, SmolLM2 with random eyes: an interruption stops the model, a second caller waits",
  native,
  async () => {
    await withModel({ enable_video_input: true, max_tokens: 400 }, async (model, caller) => {
      const cancel = new AbortController();
      const story = question("Tell me a long story about the sea.");
      const long = give(model, caller, story, {}, context({ signal: cancel.signal }));
      const other = await model.open({ ...session, id: "other" });
      const short = give(model, other, question("What is the capital of France?"));
      setTimeout(() => cancel.abort(), 800);
      const since = performance.now();
      const out = await long;
      assert.ok(performance.now() - since < 5_000, "it went on");
      assert.ok(!out.some((body) => body.kind === "text.reply" && body.last), "nobody waits for the end");
      assert.match(textOf(await short), /Paris/);
    });
  },
);
