/** The front end of ASR_SenseVoice against FunASR's own, which the test installs into a folder of its own. */
import assert from "node:assert/strict";
import { fbank } from "../src/handlers/asr/fbank.ts";
import { stack } from "../src/handlers/asr/stacking.ts";
import { runCommand } from "../src/models/command.ts";
import { readRecording, readTexts } from "./hearing.ts";

const PACKAGES = ["numpy==2.4.6", "kaldi-native-fbank==1.22.4", "funasr-onnx==0.4.3"];
const SCRIPT = `${import.meta.dirname}/fbank_reference.py`;

let folder = "";
Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir();
  const pip = ["python3", "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, ...PACKAGES];
  const { code, errors } = await runCommand(pip, { signal: AbortSignal.timeout(300_000) });
  assert.equal(code, 0, `pip could not install ${PACKAGES.join(", ")}: ${errors}`);
});
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

async function reference(pcm: Float32Array<ArrayBuffer>): Promise<Float32Array[]> {
  const paths = ["sound", "frames", "stacks"].map((name) => `${folder}/${name}.f32`);
  await Deno.writeFile(paths[0], new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
  const python = new Deno.Command("python3", { args: [SCRIPT, ...paths], env: { PYTHONPATH: folder } });
  const { success, stderr } = await python.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return await Promise.all(
    paths.slice(1).map(async (path) => {
      return new Float32Array((await Deno.readFile(path)).buffer);
    }),
  );
}

function farthest(values: Float32Array, expected: Float32Array): number {
  assert.equal(values.length, expected.length);
  return values.reduce((most, value, n) => Math.max(most, Math.abs(value - expected[n])), 0);
}

Deno.test("filter bank, stacks and normalisation of real recordings are FunASR's", async () => {
  const stacking = {
    size: 7,
    step: 6,
    negativeMean: Float32Array.from({ length: 560 }, (_, n) => -8 - n / 100),
    inverseDeviation: Float32Array.from({ length: 560 }, (_, n) => 0.1 + n % 7 / 50),
  };
  for (const name of Object.keys(await readTexts())) {
    const pcm = await readRecording(name);
    const [frames, stacks] = await reference(pcm);
    const own = fbank(pcm);
    const far = [farthest(own, frames), farthest(stack(own, stacking), stacks)];
    console.log(
      `${name}: largest difference ${far[0].toExponential(1)} in frames, ${
        far[1].toExponential(1)
      } in stacks`,
    );
    assert.ok(far[0] < 2e-3 && far[1] < 5e-4, `${name}: ${far}`);
  }
});
