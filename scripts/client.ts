/** `deno task client`: builds the page's scripts whose sources have changed. */
import { fileURLToPath } from "node:url";
import { join } from "node:path";

interface Script {
  output: string;
  entry: string;
  /** What it is made of: files and folders. */
  sources: string[];
}

const SHARED = ["src/face", "src/rtc/signalling.ts", "deno.json"];
const SCRIPTS: Script[] = [
  { output: "static/client.js", entry: "src/client/main.tsx", sources: ["src/client", ...SHARED] },
  // Loaded by the page when it draws the face itself.
  { output: "static/pack.js", entry: "src/painters/pack.ts", sources: ["src/painters", ...SHARED] },
  { output: "static/decoding.js", entry: "src/face/decoding.ts", sources: SHARED },
  { output: "static/vrm.js", entry: "src/painters/vrm.ts", sources: ["src/painters", ...SHARED] },
];

/** Builds every script that is older than something it is made of. @returns the exit code. */
export async function buildClient(root: string): Promise<number> {
  for (const { output, entry, sources } of SCRIPTS) {
    const built = await newest(join(root, output));
    const changed = await Promise.all(sources.map((source) => newest(join(root, source))));
    if (built > Math.max(...changed)) continue;
    const args = ["bundle", "--quiet", "--platform", "browser", "--minify", "-o", output, entry];
    const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).spawn().status;
    if (code !== 0) return code;
  }
  return 0;
}

/** When the file, or the newest file below the folder, was changed, in milliseconds; 0 when there is none. */
async function newest(path: string): Promise<number> {
  const info = await Deno.stat(path).catch(() => null);
  if (!info?.isDirectory) return info?.mtime?.getTime() ?? 0;
  let time = 0;
  for await (const { name } of Deno.readDir(path)) time = Math.max(time, await newest(join(path, name)));
  return time;
}

if (import.meta.main) Deno.exitCode = await buildClient(fileURLToPath(new URL("..", import.meta.url)));
