/** Real OpenAI-compatible servers for tests, each installed from PyPI into a Python environment of its own. */
import { TextLineStream } from "./lines.ts";
import { freePort } from "./served.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const CACHE = `${ROOT}.cache/servers`;

export interface Served extends AsyncDisposable {
  /** Up to and with "/v1". */
  readonly url: string;
  readonly port: number;
  /** What it has logged so far. */
  readonly lines: string[];
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** @returns the environment's Python; installs it when the list of packages has changed since. */
async function python(name: string): Promise<string> {
  const wanted = await Deno.readTextFile(`${ROOT}tests/servers/${name}.txt`);
  const folder = `${CACHE}/${name}`;
  const stamp = `${folder}/installed.txt`;
  const program = `${folder}/bin/python`;
  if (await Deno.readTextFile(stamp).catch(() => "") === wanted) return program;
  await run("python3", "-m", "venv", "--clear", folder);
  await run(
    program,
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-deps",
    "-r",
    `${ROOT}tests/servers/${name}.txt`,
  );
  await Deno.writeTextFile(stamp, wanted);
  return program;
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stderr: "piped" }).output();
  if (!success) {
    throw new Error(`"${program} ${args.join(" ")}" failed:\n${new TextDecoder().decode(stderr)}`);
  }
}

async function start(name: string, port: number, args: string[]): Promise<Served> {
  const child = new Deno.Command("nice", {
    args: ["-n", "19", await python(name), `${ROOT}tests/servers/${name}.py`, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    const text = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of text) lines.push(line);
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  let ended = false;
  const status = child.status.then(() => ended = true);
  const kill = async () => {
    if (!ended) child.kill("SIGKILL");
    await status;
    await reading;
  };
  const url = `http://127.0.0.1:${port}/v1`;
  for (let tries = 0; tries < 600; tries++) {
    if (ended) throw new Error(`The ${name} server ended before it was ready:\n${lines.join("\n")}`);
    if (await answers(`${url}/models`)) return { url, port, lines, kill, [Symbol.asyncDispose]: kill };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await kill();
  throw new Error(`The ${name} server was not ready within a minute:\n${lines.join("\n")}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

export interface ChatOptions {
  port?: number;
  slots?: number;
  /** Tokens of all slots together. */
  context?: number;
  /** Takes pictures, of which it understands nothing: see servers/projector.py. */
  pictures?: boolean;
}

/** llama.cpp's server with the default language model. */
export async function startChat(
  { port = freePort(), slots = 2, context = 4096, pictures = false }: ChatOptions = {},
): Promise<Served> {
  const folder = `${ROOT}models/SmolLM2-135M-Instruct`;
  const files = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  const model = files.find((name) => name.endsWith(".gguf"));
  if (!model) {
    throw new Error(`No GGUF file in "${folder}". Run: deno task models fetch --for configs/sample.yaml`);
  }
  const projector = `${CACHE}/projector.gguf`;
  if (pictures) await run(await python("chat"), `${ROOT}tests/servers/projector.py`, projector);
  const more = pictures ? [projector] : [];
  return await start("chat", port, [`${folder}/${model}`, port, slots, context, ...more].map(String));
}

/** Bootlegger with Moonshine and the default voice. */
export async function startSpeech(port = freePort()): Promise<Served> {
  const voice = `${ROOT}models/en_US-joe-medium/en_US-joe-medium.onnx`;
  return await start("speech", port, [voice, String(port)]);
}
