import assert from "node:assert/strict";
import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import { FetchError } from "./fetch.ts";
import { type Offer, offerModels } from "./offer.ts";

/** A project without models. */
async function inProject(use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Somebody who types this, or nobody. */
function offer(typed: string | null | undefined, more: Partial<Offer> = {}) {
  const asked: string[] = [], fetched: string[] = [];
  return {
    asked,
    fetched,
    attended: () => typed !== undefined,
    ask: (question: string) => (asked.push(question), typed ?? null),
    fetch: (models: readonly { name: string }[]) =>
      Promise.resolve(void fetched.push(...models.map(({ name }) => name))),
    ...more,
  };
}

const MISSING =
  /^Models are missing: silero-vad-v5, .*en_US-joe-medium \(\d+ MB\)\. Run: deno task models fetch$/;

Deno.test("offer: where nobody can be asked, one line says what to run", () =>
  inProject(async (root) => {
    const nobody = offer(undefined);
    const [line, ...rest] = await offerModels(await loadConfig({ root }), root, nobody);
    assert.match(line, MISSING);
    assert.deepEqual([rest, nobody.asked, nobody.fetched], [[], [], []]);
  }));

Deno.test("offer: Enter and yes fetch, no and the end of input do not", () =>
  inProject(async (root) => {
    const config = await loadConfig({ root });
    for (const typed of ["", "y", "Yes", " Y "]) {
      const willing = offer(typed);
      assert.deepEqual(await offerModels(config, root, willing), []);
      assert.match(willing.asked[0], /\nFetch \d+ MB now\? \[Y\/n\]$/);
      assert.equal(willing.fetched[0], "silero-vad-v5");
    }
    for (const typed of ["n", "no", "later", null]) {
      const unwilling = offer(typed);
      assert.match((await offerModels(config, root, unwilling))[0], MISSING);
      assert.deepEqual(unwilling.fetched, []);
    }
  }));

Deno.test("offer: what cannot be fetched is told in the fetcher's words", () =>
  inProject(async (root) => {
    const failing = offer("y", { fetch: () => Promise.reject(new FetchError(["No room."])) });
    assert.deepEqual(await offerModels(await loadConfig({ root }), root, failing), ["No room."]);
  }));

Deno.test("offer: a configuration of one's own is named in what to run", () =>
  inProject(async (root) => {
    await Deno.mkdir(join(root, "my settings"));
    const file = join("my settings", "a.yaml");
    await Deno.writeTextFile(join(root, file), "");
    const [line] = await offerModels(await loadConfig({ root, file }), root, offer(undefined));
    assert.ok(line.endsWith(' Run: deno task models fetch --for "my settings/a.yaml"'), line);
  }));

Deno.test("offer: nothing is asked when all is there", async () => {
  const somebody = offer("y");
  assert.deepEqual(await offerModels(await loadConfig({ root: Deno.cwd() }), Deno.cwd(), somebody), []);
  assert.deepEqual(somebody.asked, []);
});
