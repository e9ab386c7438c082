import assert from "node:assert/strict";
import type { Model } from "../../engine/handler.ts";
import { createWardrobe } from "./wardrobe.ts";

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A wardrobe of models that write down when they are loaded and let go. */
function stage(spare: number) {
  const events: string[] = [];
  let broken = "";
  const wardrobe = createWardrobe<null>((name) => {
    events.push(`+${name}`);
    if (name === broken) return Promise.reject(new Error(`${name} is broken`));
    const model: Model<null> = {
      open: () => null,
      close: () => {},
      async *handle() {},
      [Symbol.asyncDispose]: () => Promise.resolve(void events.push(`-${name}`)),
    };
    return Promise.resolve(model);
  }, spare);
  return { wardrobe, events, breakOne: (name: string) => broken = name };
}

Deno.test("wardrobe: two callers share one avatar, and it is loaded once", async () => {
  const { wardrobe, events } = stage(1);
  const [a, b] = await Promise.all([wardrobe.take("mira"), wardrobe.take("mira")]);
  assert.equal(a.model, b.model);
  assert.deepEqual(events, ["+mira"]);
});

Deno.test("wardrobe: what is worn stays, of the rest only the last given back", async () => {
  const { wardrobe, events } = stage(1);
  const worn = await wardrobe.take("jonas");
  for (const name of ["mira", "amara", "mira"]) {
    (await wardrobe.take(name)).giveBack();
    await settled();
  }
  assert.deepEqual(events, ["+jonas", "+mira", "+amara", "-mira", "+mira", "-amara"]);
  worn.giveBack();
  worn.giveBack();
  await settled();
  assert.deepEqual(wardrobe.names, ["jonas"]);
});

Deno.test("wardrobe: what could not be loaded is tried again", async () => {
  const { wardrobe, events, breakOne } = stage(1);
  breakOne("mira");
  await assert.rejects(wardrobe.take("mira"), /mira is broken/);
  breakOne("");
  await wardrobe.take("mira");
  assert.deepEqual(events, ["+mira", "+mira"]);
  await wardrobe[Symbol.asyncDispose]();
  assert.deepEqual([events.at(-1), wardrobe.names], ["-mira", []]);
});
