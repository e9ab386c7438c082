/** The steps of LiteAvatar that are no nets, value for value against NumPy, SciPy and OpenCV, which the test installs. */
import assert from "node:assert/strict";
import reference from "../src/face/lite/reference.json" with { type: "json" };
import { runCommand } from "../src/models/command.ts";
import { FARTHEST, ownSteps } from "./lite_steps.ts";

const PACKAGES = ["numpy==2.4.6", "scipy==1.17.1", "opencv-python-headless==5.0.0.93"];
const SCRIPT = `${import.meta.dirname}/lite_reference.py`;

let folder = "";
Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir();
  const pip = ["python3", "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, ...PACKAGES];
  const { code, errors } = await runCommand(pip, { signal: AbortSignal.timeout(300_000) });
  assert.equal(code, 0, `pip could not install ${PACKAGES.join(", ")}: ${errors}`);
});
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

async function ask(target: string): Promise<void> {
  const python = new Deno.Command("python3", { args: [SCRIPT, target], env: { PYTHONPATH: folder } });
  const { success, stderr } = await python.output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

Deno.test("every value of every step is the original's", async () => {
  await ask(folder);
  for (const [name, own] of Object.entries(ownSteps())) {
    const expected = new Float64Array((await Deno.readFile(`${folder}/${name}.f64`)).buffer);
    assert.equal(own.length, expected.length, name);
    const far = own.reduce((most, value, n) => Math.max(most, Math.abs(value - expected[n])), 0);
    console.log(`${name}: ${own.length} values, largest difference ${far.toExponential(1)}`);
    assert.ok(far <= FARTHEST[name], `${name}: ${far}`);
  }
});

Deno.test("the reference beside the unit tests is what NumPy says", async () => {
  await ask(`${folder}/reference.json`);
  assert.deepEqual(JSON.parse(await Deno.readTextFile(`${folder}/reference.json`)), reference);
});
