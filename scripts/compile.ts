/**
 * `deno task compile`: builds `dist/open-avatar-chat`, one file with the program, its page, its workers, the avatars and
 * the sample configuration. It is built for the machine it is built on.
 */
import { join } from "node:path";
import type { Build } from "../src/version.ts";
import { buildClient } from "./client.ts";
import { compiledPermissions } from "./permissions.ts";

const OUTPUT = `dist/open-avatar-chat${Deno.build.os === "windows" ? ".exe" : ""}`;
/** Says from which commit it was built; `src/version.ts` reads it. */
const BUILD = "dist/build.json";
const PACKAGES = "node_modules/.deno";

/** What the packages carry for other machines, for building them anew, or for parts that are not imported here. */
const UNUSED: Record<string, string[]> = {
  // Its code is bundled once more in lib/index.mjs, which is what an import gets.
  "werift": inFolder("lib", [
    "common",
    "dtls",
    "ice",
    "ice-server",
    "nonstandard",
    "polyfill",
    "rtp",
    "sctp",
    "webrtc",
  ]),
  // Only its WebAssembly is imported, see src/rtc/opus.ts.
  "@evan/opus": ["node", "tests"],
  "node-av": ["dist/api", "dist/webrtc"],
  "onnxruntime-node": otherPlatforms("bin/napi-v6"),
  "node-llama-cpp": [
    "templates",
    ...inFolder("llama", [
      "addon",
      "cmake",
      "gitRelease.bundle",
      "grammars",
      "patches",
      "profiles",
      "toolchains",
      "xpack",
    ]),
  ],
};
/** Dependencies of theirs that only parts need which are not imported here: file formats, installing, building. */
const UNREACHED: Record<string, string[]> = {
  "werift": ["mediabunny"],
  "node-av": ["werift", "unzipper"],
  "onnxruntime-node": ["adm-zip", "global-agent"],
  "node-llama-cpp": ["cmake-js", "node-addon-api", "validate-npm-package-name", "yargs"],
};
/** Of the sources: the tests, and what the page's script and the WebAssembly were built from. */
const NOT_RUN = /\.test\.ts$|^src.(client|painters|face.fill.program)./;
/** Never read when the program runs: Deno runs no TypeScript of packages. */
const DOCUMENTS = /\.(map|md|flow|[cm]?ts)$/;

/** llama.cpp for graphics cards is fetched beside the models by whoever has one. */
function isForGpu(name: string): boolean {
  return name.startsWith("@node-llama-cpp/") && /-(cuda|vulkan|metal)/.test(name);
}

function inFolder(folder: string, names: string[]): string[] {
  return names.map((name) => `${folder}/${name}`);
}

function otherPlatforms(folder: string): string[] {
  const os = { linux: "linux", darwin: "darwin", windows: "win32" }[Deno.build.os as "linux"];
  const arch = Deno.build.arch === "x86_64" ? "x64" : "arm64";
  const others = ["linux", "darwin", "win32"].filter((name) => name !== os).map((name) =>
    `${folder}/${name}`
  );
  return [...others, `${folder}/${os}/${arch === "x64" ? "arm64" : "x64"}`];
}

interface Package {
  name: string;
  /** Its folder in `PACKAGES`. */
  folder: string;
}

/** What `deno info --json` says, as far as it is used. */
interface Info {
  modules: { npmPackage?: string }[];
  npmPackages: Record<string, { dependencies: string[] }>;
}

/** The packages that the program reaches from `main.ts`; those of the tests lie in the same folder. */
async function packages(): Promise<Package[]> {
  const info: Info = JSON.parse(await output(Deno.execPath(), "info", "--json", "main.ts"));
  const used = new Set<string>();
  const reach = (key: string) => {
    if (used.has(key)) return;
    used.add(key);
    const skipped = UNREACHED[nameOf(key)] ?? [];
    for (const other of info.npmPackages[key]?.dependencies ?? []) {
      if (!skipped.includes(nameOf(other))) reach(other);
    }
  };
  for (const { npmPackage } of info.modules) if (npmPackage) reach(npmPackage);
  return Array.from(
    used,
    (key) => ({ name: nameOf(key), folder: key.replaceAll("/", "+") }),
  );
}

/** `@scope/name@1.2.3` without its version. */
const nameOf = (key: string) => key.replace(/(?<!^)@.*/, "");

async function output(program: string, ...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await new Deno.Command(program, { args }).output();
  if (code !== 0) {
    throw new Error(`"${program} ${args.join(" ")}" failed: ${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout).trim();
}

/** Everything in `node_modules` and `src` that the executable can do without. */
async function excluded(): Promise<string[]> {
  const used = (await packages()).filter(({ name }) => !isForGpu(name));
  const folders = new Set(used.map(({ folder }) => folder));
  const paths: string[] = [];
  for await (const file of files("src")) if (NOT_RUN.test(file)) paths.push(file);
  for await (const { name, isDirectory } of Deno.readDir(PACKAGES)) {
    if (!isDirectory || name === "node_modules" || folders.has(name)) continue;
    // Naming the package's own folder would have no effect, only what lies in it can be left out.
    for await (const file of files(join(PACKAGES, name))) paths.push(file);
  }
  for (const { name, folder } of used) {
    const root = join(PACKAGES, folder, "node_modules", name);
    // Optional packages for other machines are named, but not there.
    if (!await Deno.stat(root).catch(() => null)) continue;
    for (const part of UNUSED[name] ?? []) paths.push(join(root, part));
    for await (const file of files(root)) if (DOCUMENTS.test(file)) paths.push(file);
  }
  return paths;
}

async function* files(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* files(path);
    else if (entry.isFile) yield path;
  }
}

/** Today's date where there is no commit to ask. */
async function present(): Promise<Build> {
  try {
    const [commit, date] = (await output("git", "log", "-1", "--abbrev=12", "--format=%h %ct")).split(" ");
    return { commit, date: Number(date) * 1000 };
  } catch {
    return { commit: "unknown", date: Date.now() };
  }
}

async function compile(): Promise<number> {
  const built = await buildClient(Deno.cwd());
  if (built !== 0) return built;
  await Deno.mkdir("dist", { recursive: true });
  await Deno.writeTextFile(BUILD, JSON.stringify(await present()));
  const include = ["static", "src", BUILD, "configs/sample.yaml", "package.json"];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      "--no-check",
      // The native libraries look for each other beside themselves, on a real disk.
      "--self-extracting",
      ...compiledPermissions,
      ...include.flatMap((path) => ["--include", path]),
      ...(await excluded()).flatMap((path) => ["--exclude", path]),
      "--output",
      OUTPUT,
      "main.ts",
    ],
  }).spawn().status;
  if (code !== 0) return code;
  const { size } = await Deno.stat(OUTPUT);
  console.log(`${OUTPUT}: ${(size / 1e6).toFixed(0)} MB`);
  return 0;
}

if (import.meta.main) Deno.exitCode = await compile();
