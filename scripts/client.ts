/** Builds the page's script when its sources have changed. */
import { join } from "node:path";

const OUTPUT = "static/client.js";
const SOURCES = ["src/client", "src/rtc/signalling.ts", "deno.json"];

/** Runs `deno task client` unless its output is newer than everything it is made of. @returns the exit code. */
export async function buildClient(root: string): Promise<number> {
  const built = await newest(join(root, OUTPUT));
  const changed = await Promise.all(SOURCES.map((source) => newest(join(root, source))));
  if (built > Math.max(...changed)) return 0;
  const command = new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "client"], cwd: root });
  return (await command.spawn().status).code;
}

/** When the file, or the newest file below the folder, was changed, in milliseconds; 0 when there is none. */
async function newest(path: string): Promise<number> {
  const info = await Deno.stat(path).catch(() => null);
  if (!info?.isDirectory) return info?.mtime?.getTime() ?? 0;
  let time = 0;
  for await (const { name } of Deno.readDir(path)) time = Math.max(time, await newest(join(path, name)));
  return time;
}
