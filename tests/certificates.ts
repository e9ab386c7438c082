/** What `scripts/create_ssl_certs.sh` makes, in a temporary folder. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { type Pair, readTls } from "../src/server/tls.ts";

export const SCRIPT = new URL("../scripts/create_ssl_certs.sh", import.meta.url).pathname;

/** Runs a program to its end. */
export async function run(program: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** A temporary folder with what the script makes. */
export async function certificates() {
  const folder = await Deno.makeTempDir();
  const { code, out, err } = await run(SCRIPT, folder);
  assert.equal(code, 0, err);
  const text = (name: string) => Deno.readTextFile(`${folder}/${name}`);
  return {
    folder,
    out,
    text,
    certificate: async (name: string) => new X509Certificate(await text(name)),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** The pair in that folder, which must be good. */
export async function readPair(folder: string): Promise<Pair> {
  const tls = await readTls(`${folder}/localhost.crt`, `${folder}/localhost.key`);
  assert.ok(!("reason" in tls), JSON.stringify(tls));
  return tls;
}
