import assert from "node:assert/strict";
import { certificates, readPair } from "../../tests/certificates.ts";
import { watchPair } from "./renewal.ts";

const DAY = 86_400_000;
/** Milliseconds between two looks at the files. */
const EVERY = 5;

const pause = () => new Promise((done) => setTimeout(done, 40 * EVERY));

Deno.test("renewal: a pair that expires in use is one line", async () => {
  await using made = await certificates();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  let time = Date.now();
  using _watch = watchPair({
    pair: await readPair(made.folder),
    log: { debug: write, info: write, warn: write, error: write },
    renew: () => assert.fail("nothing was renewed"),
    every: EVERY,
    now: () => time,
  });
  await pause();
  assert.deepEqual(lines, []);
  time += 398 * DAY;
  await pause();
  assert.equal(lines.length, 1);
  assert.match(lines[0], /localhost\.crt" expired on \d{4}-\d\d-\d\d\. Run scripts\/create_ssl_certs\.sh\.$/);
});
