/**
 * The executable, moved to an empty folder and started with an empty environment: it holds a call, keeps to its rights
 * and leaves nothing behind. Runs when `deno task compile` has built it from the present commit.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { openCaller } from "./caller.ts";
import { compose, recording } from "./dialogue.ts";
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

/** Files that are linked instead of copied: the models are large. */
async function linkTree(from: URL | string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const source = join(from instanceof URL ? from.pathname : from, name);
    if (isDirectory) await linkTree(source, join(to, name));
    else await Deno.link(source, join(to, name)).catch(() => Deno.copyFile(source, join(to, name)));
  }
}

/** A folder with the executable, models and configuration; its path has spaces and Chinese characters. */
async function install(): Promise<Program & { cwd: string }> {
  const cwd = join(await Deno.makeTempDir({ dir: new URL("dist/", ROOT).pathname }), "a new 文件夹");
  await linkTree(new URL("models/", ROOT), join(cwd, "models"));
  await linkTree(new URL("configs/", ROOT), join(cwd, "configs"));
  await Deno.copyFile(EXECUTABLE, join(cwd, "open-avatar-chat"));
  return { command: join(cwd, "open-avatar-chat"), args: [], cwd, env: {}, clearEnv: true };
}

async function said(program: Program, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program.command, { ...program, args }).output();
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

Deno.test({
  name: "executable: in an empty folder it talks, keeps to its rights, and ends without a trace",
  ignore: Deno.build.os !== "linux" || !await isBuilt(),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const program = await install();
    try {
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
      const left = Array.from(Deno.readDirSync(program.cwd), ({ name }) => name).toSorted();
      assert.deepEqual(left.filter((name) => name !== "logs"), [
        ".open-avatar-chat",
        "configs",
        "models",
        "open-avatar-chat",
      ]);
    } finally {
      await Deno.remove(join(program.cwd, ".."), { recursive: true });
    }
  },
});
