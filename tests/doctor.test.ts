/** The doctor as users run it, in a process of its own: on a sound installation, and on ones that are not. */
import assert from "node:assert/strict";
import { parseCommand } from "../src/cli.ts";
import type { Check } from "../src/doctor/check.ts";
import { judgeRelays, tryRelays } from "../src/doctor/relay.ts";
import { startCoturn } from "./coturn.ts";
import { linkTree } from "./link_tree.ts";
import { freePort } from "./served.ts";

interface Report {
  code: number;
  works: boolean;
  checks: Check[];
  /** The only check of that name. */
  of(name: Check["name"]): Check | undefined;
}

/** `deno task doctor --json`, on a port that is free unless `args` name another. */
async function doctor(args: string[] = [], env: Record<string, string> = {}): Promise<Report> {
  const command = new Deno.Command("nice", {
    args: [
      "-n",
      "19",
      Deno.execPath(),
      "run",
      "-A",
      "scripts/doctor.ts",
      "--json",
      "--port",
      `${freePort()}`,
      ...args,
    ],
    cwd: new URL("..", import.meta.url),
    env,
  });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(text.startsWith("{"), `${text}\n${new TextDecoder().decode(stderr)}`);
  const { works, checks } = JSON.parse(text);
  return { code, works, checks, of: (name) => checks.find((check: Check) => check.name === name) };
}

const badOnes = ({ checks }: Report) =>
  checks.filter(({ verdict }) => verdict === "bad").map(({ name }) => name);

Deno.test("doctor: a sound installation passes everything", async () => {
  const report = await doctor();
  assert.deepEqual(badOnes(report), []);
  assert.deepEqual([report.code, report.works], [0, true]);
  assert.match(report.of("Handlers")!.found, /LLM_Llama.*loaded in \d/);
  assert.match(report.of("Limits")!.found, /^the program and its \d workers cannot/);
  assert.match(report.of("Test call")!.found, /sound both ways and a picture/);
});

Deno.test("doctor: a model with one wrong byte is found, and nothing is loaded", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for await (const { name } of Deno.readDir("models")) {
      if (!name.startsWith(".")) await linkTree(`${Deno.cwd()}/models/${name}`, `${folder}/${name}`);
    }
    for await (const { name } of Deno.readDir("models/silero-vad-v5")) {
      const bytes = await Deno.readFile(`models/silero-vad-v5/${name}`);
      bytes[100] ^= 1;
      // What is there shares its content with the real one.
      await Deno.remove(`${folder}/silero-vad-v5/${name}`);
      await Deno.writeFile(`${folder}/silero-vad-v5/${name}`, bytes);
    }
    const report = await doctor([], { OAC_CHAT_ENGINE_MODEL_ROOT: folder });
    assert.equal(report.code, 1);
    assert.deepEqual(badOnes(report), ["Models"]);
    const { found, remedy } = report.of("Models")!;
    assert.match(found, /"silero-vad-v5".*sha256/);
    assert.match(remedy!, /fetch/);
    assert.equal(report.of("Handlers"), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("doctor: a port that another program holds is found", async () => {
  await using other = Deno.serve(
    { hostname: "0.0.0.0", port: 0, onListen() {} },
    () => new Response("hello"),
  );
  const { port } = other.addr;
  const report = await doctor(["--port", `${port}`]);
  assert.equal(report.code, 1);
  assert.deepEqual(badOnes(report), ["Port"]);
  assert.match(report.of("Port")!.found, new RegExp(`^${port} .*another program`));
  assert.match(report.of("Port")!.remedy!, new RegExp(`--port ${port + 1}`));
});

Deno.test("doctor: a configuration that is wrong is its only finding", async () => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(file, "service:\n  prot: 80\n");
  const report = await doctor(["--config", file]);
  assert.deepEqual([report.code, report.checks.length], [1, 1]);
  assert.match(report.checks[0].found, /prot.*port/);
  await Deno.remove(file);
});

Deno.test("doctor: every bad verdict has a remedy", async () => {
  const report = await doctor(["--config", "no/such.yaml"]);
  assert.equal(report.code, 1);
  for (const check of report.checks) assert.ok(check.verdict !== "bad" || check.remedy, check.name);
});

const without = (await new Deno.Command("which", { args: ["turnserver"] }).output()).code !== 0;
Deno.test(
  `doctor: a TURN server gives an address, but not for a wrong secret${without ? " (no coturn)" : ""}`,
  {
    ignore: without,
  },
  async () => {
    await using coturn = await startCoturn("127.0.0.1", "right");
    const urls = [`turn:127.0.0.1:${coturn.port}`];
    const [good] = await tryRelays([{ urls, secret: "right" }]);
    assert.match(good.address ?? good.why, /^127\.0\.0\.1:49\d+$/);
    const [refused] = await tryRelays([{ urls, secret: "wrong" }]);
    assert.equal(refused.address, null);
    assert.match(judgeRelays([refused]).found, /does not accept the credentials/);
  },
);

Deno.test("doctor: its command line", () => {
  const flags = { host: undefined, port: "80", logLevel: undefined };
  assert.deepEqual(parseCommand(["doctor", "--config", "a.yaml", "--port", "80", "--json"]), {
    kind: "doctor",
    config: "a.yaml",
    flags,
    json: true,
  });
  assert.equal(parseCommand(["--json"]).kind, "wrong");
  assert.equal(parseCommand(["doctor", "now"]).kind, "wrong");
});
