import assert from "node:assert/strict";
import { join } from "node:path";
import { downloadMiniCpm } from "../scripts/download_minicpm.ts";
import { EXIT_WRONG } from "../src/cli.ts";
import { freeBytes } from "../src/models/disk.ts";
import { type Content, hash, type Hub, serveHub } from "./hub_server.ts";

const GONE = "http://127.0.0.1:1";

function bytes(size: number, seed: number): Content {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 255);
}

const WEIGHTS = "model-00001-of-00001.safetensors";
const full: Record<string, Content> = {
  ".gitattributes": bytes(50, 0),
  "config.json": bytes(300, 1),
  [WEIGHTS]: bytes(300_000, 2),
  "assets/ref_audios/default.wav": bytes(5000, 3),
  "empty.py": bytes(0, 0),
};
const ggufs: Record<string, Content> = {
  "README.md": bytes(100, 1),
  "Model-7.6B-Q4_K_M.gguf": bytes(40_000, 4),
  "Model-7.6B-Q8_0.gguf": bytes(80_000, 5),
  "mmproj-model-f16.gguf": bytes(9000, 6),
};

/** Runs one command in a folder of its own. `hf`, `ms`: the two hubs, out of reach when left out. */
function place(options: { hf?: Hub; ms?: Hub; token?: string; room?: () => Promise<number> }) {
  const root = Deno.makeTempDirSync({ prefix: "oac-minicpm-" });
  const printed: string[] = [], said: string[] = [];
  const hubs = { huggingface: options.hf?.address ?? GONE, modelscope: options.ms?.address ?? GONE };
  const env = {
    hubs,
    token: options.token,
    timeouts: { connect: 2000, stall: 2000 },
    progress: { update() {}, end() {}, say: (line: string) => void said.push(line) },
    room: options.room ?? freeBytes,
  };
  const into = (lines: string[]) => (line: string) => void lines.push(line);
  const output = { print: into(printed), complain: into(said) };
  return {
    root,
    printed,
    said,
    run: (variant: "full" | "int4", ...args: string[]) =>
      downloadMiniCpm(variant, ["--models", root, ...args], env, output),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const walk = async (below: string) => {
    for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
      const path = join(below, name);
      if (isDirectory) await walk(path);
      else found[path] = hash("sha256", await Deno.readFile(join(folder, path)));
    }
  };
  await walk("");
  return found;
}

const hashes = (files: Record<string, Content>) =>
  Object.fromEntries(
    Object.entries(files).filter(([path]) => path !== ".gitattributes")
      .map(([path, data]) => [path, hash("sha256", data)]),
  );
const filesAsked = (hub: Hub) => hub.asked.filter(({ path }) => path.includes("/resolve/"));

for (const [hub, revision] of [["hf", "main"], ["ms", "master"]] as const) {
  for (const [variant, folder] of [["full", "MiniCPM-o-2_6"], ["int4", "MiniCPM-o-2_6-int4"]] as const) {
    Deno.test(`All files of ${variant} come from ${hub}, and a second run fetches nothing`, async () => {
      await using server = serveHub(full);
      await using at = place({ [hub]: server });
      assert.equal(await at.run(variant), 0, at.said.join("\n"));
      assert.deepEqual(await contents(join(at.root, folder)), hashes(full));
      const owner = hub === "hf" ? "/openbmb" : "/models/OpenBMB";
      const paths = filesAsked(server).map(({ path }) => path);
      assert.ok(
        paths.includes(`${owner}/${folder}/resolve/${revision}/assets/ref_audios/default.wav`),
        `${paths}`,
      );
      const before = paths.length;
      assert.equal(await at.run(variant), 0);
      assert.equal(filesAsked(server).length, before);
      assert.match(at.printed.at(-1)!, /4 files, .* every checksum right; nothing was missing$/);
    });
  }
}

Deno.test("What broke off is continued with a range, in the same run and in the next one", async () => {
  await using server = serveHub(full, { cut: { [WEIGHTS]: 100_000 } });
  await using at = place({ hf: server });
  const folder = join(at.root, "MiniCPM-o-2_6");
  await Deno.mkdir(folder);
  await Deno.writeFile(join(folder, `${WEIGHTS}.part`), full[WEIGHTS].slice(0, 50_000));
  assert.equal(await at.run("full"), 0, at.said.join("\n"));
  assert.deepEqual(await contents(folder), hashes(full));
  const ranges = filesAsked(server).filter(({ path }) => path.endsWith(WEIGHTS)).map(({ range }) => range);
  assert.deepEqual(ranges, ["bytes=50000-", "bytes=150000-"]);
});

for (const [name, damaged] of [[WEIGHTS, "sha256"], ["config.json", "git hash"]]) {
  Deno.test(`A file with the wrong ${damaged} is thrown away and the next hub is asked`, async () => {
    const wrong = bytes(full[name].length, 9);
    await using liar = serveHub(full, { other: { [name]: wrong } });
    await using right = serveHub(full);
    await using at = place({ hf: liar, ms: right });
    assert.equal(await at.run("full"), 0, at.said.join("\n"));
    assert.deepEqual(await contents(join(at.root, "MiniCPM-o-2_6")), hashes(full));
    assert.equal(at.said.length, 1);
    assert.ok(at.said[0].startsWith(`Not from Hugging Face: "${name}" has the ${damaged} `), at.said[0]);
    await using alone = place({ hf: liar });
    assert.equal(await alone.run("full"), 1);
    assert.ok(!(name in await contents(join(alone.root, "MiniCPM-o-2_6"))), "A wrong file was left behind");
  });
}

Deno.test("When the first hub fails on the way, the second goes on with what is there", async () => {
  await using failing = serveHub(full, { status: 503 });
  await using second = serveHub(full);
  await using at = place({ hf: failing, ms: second });
  const folder = join(at.root, "MiniCPM-o-2_6");
  await Deno.mkdir(folder);
  await Deno.writeFile(join(folder, `${WEIGHTS}.part`), full[WEIGHTS].slice(0, 200_000));
  assert.equal(await at.run("full"), 0, at.said.join("\n"));
  assert.deepEqual(at.said, ["Not from Hugging Face: it answered 503"]);
  const asked = filesAsked(second).find(({ path }) => path.endsWith(WEIGHTS));
  assert.equal(asked?.range, "bytes=200000-");
  assert.deepEqual(await contents(folder), hashes(full));
});

Deno.test("Nothing is fetched to a disk without room; a disk that fills up on the way is named", async () => {
  await using server = serveHub(full);
  await using at = place({ hf: server, room: () => Promise.resolve(305_000) });
  assert.equal(await at.run("full"), 1);
  assert.equal(filesAsked(server).length, 0);
  assert.match(at.said[0], /needs 1 MB more, but its disk has 1 MB left/);
  await using filling = place({ hf: server, ms: server });
  const folder = join(filling.root, "MiniCPM-o-2_6");
  await Deno.mkdir(folder);
  await Deno.symlink("/dev/full", join(folder, `${WEIGHTS}.part`));
  assert.equal(await filling.run("full"), 1);
  assert.equal(filling.said.length, 1, "A full disk was taken for a fault of the hub");
  assert.match(filling.said[0], /^Nothing more can be put into ".*MiniCPM-o-2_6": No space left on device/);
});

Deno.test("A dry run names files, sizes, states and sources, and writes nothing", async () => {
  await using server = serveHub(full);
  await using at = place({ hf: server });
  const empty = join(at.root, "none");
  assert.equal(await at.run("full", "--dry-run", "--models", empty), 0, at.said.join("\n"));
  await assert.rejects(Deno.stat(empty), Deno.errors.NotFound);
  assert.equal(filesAsked(server).length, 0);
  const url = `${server.address}/openbmb/MiniCPM-o-2_6/resolve/main/${WEIGHTS}`;
  assert.equal(at.printed[1], `${WEIGHTS}        300000 bytes  missing  ${url}`);
  assert.match(
    at.printed.at(-1)!,
    /^4 files, 0\.00 GB; 0\.00 GB to fetch from Hugging Face; [\d.]+ GB free$/,
  );
});

Deno.test("A GGUF is picked by its quantisation; one that is not there is answered with those that are", async () => {
  await using server = serveHub(ggufs);
  await using at = place({ hf: server });
  assert.equal(await at.run("int4", "--gguf"), 0, at.said.join("\n"));
  assert.equal(await at.run("full", "--gguf"), 0, at.said.join("\n"));
  assert.deepEqual(Object.keys(await contents(join(at.root, "MiniCPM-o-2_6-int4"))), [
    "Model-7.6B-Q4_K_M.gguf",
  ]);
  assert.deepEqual(Object.keys(await contents(join(at.root, "MiniCPM-o-2_6"))), ["Model-7.6B-Q8_0.gguf"]);
  assert.ok(
    server.asked.some(({ path }) => path.startsWith("/openbmb/MiniCPM-o-2_6-gguf/resolve/main/Model")),
  );
  assert.equal(await at.run("full", "--gguf", "--quant", "Q3_K"), 1);
  assert.equal(at.said[0], 'Not from Hugging Face: there is no GGUF "Q3_K", but Q4_K_M, Q8_0');
});

Deno.test("The token goes to Hugging Face, to no other host, and into no message", async () => {
  await using store = serveHub(full);
  const elsewhere = store.address.replace("127.0.0.1", "localhost");
  await using gated = serveHub(full, { wants: "Bearer hf_secret", elsewhere });
  await using scope = serveHub(full);
  await using at = place({ hf: gated, ms: scope, token: "hf_secret" });
  assert.equal(await at.run("full"), 0, at.said.join("\n"));
  assert.ok(store.asked.length > 0 && store.asked.every(({ authorization }) => authorization === null));
  await using wrong = place({ hf: gated, token: "hf_other" });
  assert.equal(await wrong.run("full"), 1);
  assert.match(
    wrong.said[0],
    /^Not from Hugging Face: it answered 401 \(no such files, or only with the token/,
  );
  await using second = place({ ms: scope, token: "hf_secret" });
  assert.equal(await second.run("full", "--dry-run"), 0);
  assert.ok(scope.asked.every(({ authorization }) => authorization === null));
  assert.doesNotMatch([...at.said, ...at.printed, ...wrong.said, ...second.printed].join("\n"), /hf_/);
});

Deno.test("A list with paths that lead elsewhere, or without checksums, is refused", async () => {
  const sha256 = "a".repeat(64);
  const bad = ["../x", "/etc/x", "a//b", "a\\b", "x\n", ""].map((path) => ({
    path,
    size: 1,
    lfs: { oid: sha256 },
  }));
  const rows = [...bad, { path: "x", size: 1 }, { path: "x", size: -1, lfs: { oid: sha256 } }, { size: 1 }];
  for (const row of rows) {
    await using server = serveHub(full, { rows: [{ type: "file", ...row }] });
    await using at = place({ hf: server });
    assert.equal(await at.run("full"), 1, JSON.stringify(row));
    assert.match(at.said[0], /which is no path inside it|without a size and a checksum/);
    assert.equal(filesAsked(server).length, 0);
  }
});

Deno.test("Wrong flags are answered with one line", async () => {
  await using at = place({});
  assert.equal(await at.run("full", "--quant", "Q8_0"), EXIT_WRONG);
  assert.equal(await at.run("full", "--ggfu"), EXIT_WRONG);
  assert.deepEqual(at.said, [
    '"--quant Q8_0" chooses a GGUF: give --gguf too.',
    "Unknown option '--ggfu'. See --help.",
  ]);
});

for (const [script, folder] of [["", "MiniCPM-o-2_6"], ["-int4", "MiniCPM-o-2_6-int4"]]) {
  Deno.test(`scripts/download_MiniCPM-o_2.6${script}.sh runs it with the rights it needs`, async () => {
    await using server = serveHub(full);
    await using at = place({});
    const npx = join(at.root, "npx");
    await Deno.writeTextFile(npx, `#!/bin/sh\nshift 2\nexec '${Deno.execPath()}' "$@"\n`, { mode: 0o755 });
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: [`scripts/download_MiniCPM-o_2.6${script}.sh`, "--models", join(at.root, "models")],
      env: { PATH: `${at.root}:${Deno.env.get("PATH")}`, HF_ENDPOINT: server.address },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /4 files, .* every checksum right/);
    assert.deepEqual(await contents(join(at.root, "models", folder)), hashes(full));
  });
}
