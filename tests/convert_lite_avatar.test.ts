/**
 * scripts/convert_lite_avatar.py on the files of a synthetic LiteAvatar. It needs PyTorch, 3 GB with what that installs, so
 * this runs only where OAC_TEST_PYTHON names a Python that has what the script asks for.
 */
import assert from "node:assert/strict";
import { openPack, openWeights } from "../src/face/lite/pack.ts";
import { loadLite } from "../src/handlers/avatar/lite.ts";
import { context, env, stamp } from "./hearing.ts";

const PYTHON = Deno.env.get("OAC_TEST_PYTHON");
const CONVERT = `${import.meta.dirname}/../scripts/convert_lite_avatar.py`;
const ignore = PYTHON === undefined;

async function python(...args: string[]): Promise<{ success: boolean; said: string }> {
  const { success, stderr } = await new Deno.Command(PYTHON!, { args: ["-W", "ignore", ...args] }).output();
  return { success, said: new TextDecoder().decode(stderr).trim() };
}

async function withSource(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const made = await python(
      `${import.meta.dirname}/synthetic_lite_avatar.py`,
      `${folder}/source`,
      "--pictures",
      "5",
    );
    assert.ok(made.success, made.said);
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "weights and a pack, as a folder and as a .zip, are converted to what runs",
  ignore,
  fn: () =>
    withSource(async (folder) => {
      const [source, target] = [`${folder}/source`, `${folder}/LiteAvatar`];
      const zip = "import shutil, sys; shutil.make_archive(sys.argv[1], 'zip', sys.argv[2], 'pack')";
      assert.ok((await python("-c", zip, `${folder}/packed`, source)).success);
      for (
        const args of [
          ["weights", `${source}/weights`, `${target}/weights`],
          ["pack", `${source}/pack`, `${target}/a/folder`, "--side", "180"],
          ["pack", `${folder}/packed.zip`, `${target}/a/archive`],
        ]
      ) {
        const { success, said } = await python(CONVERT, ...args);
        assert.ok(success, said);
      }
      await openWeights(`${target}/weights`);
      const small = (await openPack(`${target}/a/folder`)).manifest;
      assert.deepEqual([small.width, small.height, small.pictures, small.box.top], [180, 320, 5, 125.5]);
      await using model = await loadLite({ avatar_name: "a/archive", fps: 25, bitrate: 1e6 }, {
        ...env,
        modelRoot: folder,
      });
      const state = await model.open({ id: "a", video: { codec: "vp8", bitrate: 1e6 } });
      const tick = stamp({ kind: "video.tick", media: 40, position: -1, mood: "idle", key: true });
      const answers = await Array.fromAsync(model.handle(state, tick, context()));
      assert.equal(answers[0].kind, "video.reply");
      await model.close(state);
    }),
});

Deno.test({
  name: "what is wrong with the files is said in one line, and nothing is left behind",
  ignore,
  fn: () =>
    withSource(async (folder) => {
      const source = `${folder}/source`;
      const refused = async (what: string, from: string, message: RegExp) => {
        const { success, said } = await python(CONVERT, what, from, `${folder}/out/x`);
        assert.ok(!success);
        assert.match(said, message);
        assert.ok(!said.includes("\n"), said);
        assert.deepEqual(await Array.fromAsync(Deno.readDir(`${folder}/out`)), []);
      };
      await Deno.writeTextFile(`${source}/pack/face_box.txt`, "0 9999 0 10\n");
      await refused("pack", `${source}/pack`, /"face_box\.txt" lies outside the background/);
      await Deno.remove(`${source}/pack/ref_frames/ref_00002.jpg`);
      await refused("pack", `${source}/pack`, /ref_00002\.jpg" can't be read/);
      await Deno.writeTextFile(`${source}/pack/net_encode.pt`, "no net");
      await refused("pack", `${source}/pack`, /"net_encode\.pt" is no TorchScript/);
      await refused("pack", `${source}/weights/am.mvn`, /is neither a folder nor a \.zip/);
      await Deno.writeTextFile(`${source}/weights/model.pb`, "no net");
      await refused("weights", `${source}/weights`, /model\.pb" can't be read/);
      await Deno.writeTextFile(`${source}/weights/am.mvn`, "[ 1 2 ]");
      await refused("weights", `${source}/weights`, /should hold two rows of 560 numbers/);
    }),
});
