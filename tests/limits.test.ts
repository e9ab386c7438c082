/** What the program refuses under `deno task start`; `executable.test.ts` does the same with the executable. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { linkTree } from "./link_tree.ts";
import { freePort, sources } from "./served.ts";

/** Runs it to its end. `command`: the flags of Deno and the script. */
async function run(command: string[], modelRoot: string): Promise<{ code: number; last: string }> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...command, "--host", "127.0.0.1", "--port", `${freePort()}`],
    cwd: new URL("..", import.meta.url),
    env: { OAC_CHAT_ENGINE_MODEL_ROOT: modelRoot },
  }).output();
  return { code, last: new TextDecoder().decode(stderr).trim().split("\n").at(-1)! };
}

Deno.test("limits: models outside of what was granted are one line with a remedy", async () => {
  const folder = await Deno.makeTempDir();
  const { code, last } = await run(sources([]).args, folder);
  assert.equal(code, 2);
  assert.equal(
    last,
    `"chat_engine.model_root" is "${folder}", which this program may not read. Start it with: deno task start`,
  );
  await Deno.remove(folder);
});

Deno.test("limits: a link in a model's folder that leads out of the models is refused", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const models = join(folder, "models");
    for (const name of ["silero-vad-v5", "moonshine-tiny-en", "SmolLM2-135M-Instruct", "en_US-joe-medium"]) {
      await linkTree(`${Deno.cwd()}/models/${name}`, join(models, name));
    }
    await Deno.writeTextFile(join(folder, "secret"), "x");
    const link = join(models, "en_US-joe-medium", "more");
    await Deno.symlink(join(folder, "secret"), link);
    const { code, last } = await run(sources([models]).args, models);
    assert.equal(code, 2);
    assert.equal(
      last,
      `Model "en_US-joe-medium": "${link}" is a link that leads out of "${models}". Put the file itself there.`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
