import assert from "node:assert/strict";
import { hasExpired, readTls } from "./tls.ts";

const DAY = 86_400_000;

async function openssl(...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("openssl", { args }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** A folder with pairs `a` and `b`, ten days valid, and what can be wrong with them. */
async function pairs(): Promise<string> {
  const folder = await Deno.makeTempDir();
  const at = (name: string) => `${folder}/${name}`;
  const make = (name: string, ...kind: string[]) =>
    openssl(
      "req",
      ...["-x509", "-nodes", "-days", "10", "-subj", "/CN=test", ...kind],
      ...["-keyout", at(`${name}.key`), "-out", at(`${name}.crt`)],
    );
  const curve = (name: string) => ["-newkey", "ec", "-pkeyopt", `ec_paramgen_curve:${name}`];
  await make("a", ...curve("P-256"));
  await make("b", ...curve("P-256"));
  await make("koblitz", ...curve("secp256k1"));
  const passphrase = ["-passout", "pass:secret"];
  await openssl("pkey", "-in", at("a.key"), "-aes128", ...passphrase, "-out", at("locked.key"));
  await openssl("ec", "-in", at("a.key"), "-aes128", ...passphrase, "-out", at("locked_older.key"));
  await Deno.writeTextFile(at("text"), "certainly");
  await Deno.mkdir(at("folder"));
  return folder;
}

Deno.test("tls: a pair that fits is used, anything else is one clause with the file", async () => {
  const folder = await pairs();
  const read = async (cert: string, key: string, now?: number) => {
    const tls = await readTls(`${folder}/${cert}`, `${folder}/${key}`, now);
    return "reason" in tls ? tls.reason.replaceAll(`${folder}/`, "") : tls;
  };
  try {
    const pair = await read("a.crt", "a.key");
    assert.ok(typeof pair === "object" && pair.authority === undefined);
    assert.equal(pair.cert, await Deno.readTextFile(`${folder}/a.crt`));
    const until = Date.parse(pair.leaf.validTo), day = new Date(until).toISOString().slice(0, 10);
    assert.deepEqual([hasExpired(pair.leaf, until), hasExpired(pair.leaf, until + 1)], [false, true]);

    assert.equal(await read("none.crt", "a.key"), '"none.crt" is not there');
    assert.equal(await read("a.crt", "none.key"), '"none.key" is not there');
    assert.equal(await read("folder", "a.key"), '"folder" cannot be read');
    assert.equal(await read("text", "a.key"), '"text" is not a PEM certificate');
    assert.equal(await read("a.crt", "text"), '"text" is not a PEM private key');
    assert.equal(await read("a.crt", "b.key"), '"b.key" is not the key of "a.crt"');
    for (const key of ["locked.key", "locked_older.key"]) {
      assert.equal(
        await read("a.crt", key),
        `"${key}" has a passphrase, which the server cannot ask for`,
      );
    }
    assert.equal(await read("a.crt", "a.key", until + 1), `"a.crt" expired on ${day}`);
    assert.match(
      await read("a.crt", "a.key", until - 11 * DAY) as string,
      /^"a.crt" is only valid from \d{4}-/,
    );
    assert.match(
      await read("koblitz.crt", "koblitz.key") as string,
      /^"koblitz.crt" and its key cannot be used for https \(/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
