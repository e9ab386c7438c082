/** The files in `configs/`: each is right and makes a whole, whatever weights are there. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ConfigError, loadConfig } from "../src/config/load.ts";
import { connect, PipelineError } from "../src/engine/pipeline.ts";

const ROOT = join(import.meta.dirname!, "..");
const FILES = Array.from(Deno.readDirSync(join(ROOT, "configs")), ({ name }) => name).sort();

/** An empty folder: nothing has been fetched. */
async function inEmptyFolder<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = await Deno.makeTempDir({ prefix: "oac-presets-" });
  try {
    return await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function stagesOf(file: string, root: string) {
  const { handlers } = await loadConfig({ file, root, env: {} });
  return handlers.map(({ name, consumes, produces }) => ({ name, consumes, produces }));
}

Deno.test("presets: there is one for each way to run it", () => {
  const names = [
    "chinese",
    "minicpm_o_local",
    "minicpm_o_local_int4",
    "minicpm_o_server",
    "openai_compatible",
    "sample",
    "voice_only",
  ];
  for (const name of names) assert.ok(FILES.includes(`${name}.yaml`), name);
});

for (const file of FILES) {
  Deno.test(`presets: ${file} is right, without any weights`, async () => {
    const pipeline = await inEmptyFolder(async (root) =>
      connect(await stagesOf(join(ROOT, "configs", file), root))
    );
    const face = pipeline.consumers("video.tick").length > 0;
    assert.equal(face, file !== "voice_only.yaml");
  });
}

/** What is wrong with these handlers (YAML, flow style), line by line. */
function wrong(handlers: string): Promise<string[]> {
  return inEmptyFolder(async (root) => {
    await Deno.mkdir(join(root, "configs"));
    await Deno.writeTextFile(
      join(root, "configs/x.yaml"),
      `chat_engine: { handler_configs: { ${handlers} } }`,
    );
    try {
      connect(await stagesOf("configs/x.yaml", root));
    } catch (error) {
      if (error instanceof ConfigError || error instanceof PipelineError) return error.lines;
      throw error;
    }
    return [];
  });
}

const EARS = "SileraVad: {}, ASR_Moonshine: {}, SmartTurn: {}";

Deno.test("presets: a local MiniCPM-o without ears or voice is told what is missing, in one line each", async () => {
  assert.deepEqual(await wrong(`${EARS}, S2S_MiniCPM: {}, TTS_Piper: {}`), []);
  assert.deepEqual(await wrong("SileraVad: {}, S2S_MiniCPM: {}, TTS_Piper: {}"), [
    '"rtc" and "S2S_MiniCPM" need "text.user", but no configured handler produces it. Add an ASR handler, such as ASR_Moonshine.',
  ]);
  assert.deepEqual(await wrong(`${EARS}, S2S_MiniCPM: {}`), [
    '"rtc" needs "audio.reply", but no configured handler produces it. Add a TTS handler, such as TTS_Piper.',
  ]);
});

Deno.test("presets: a MiniCPM-o on a server that hears or speaks by itself needs no ears or voice, and takes none beside it", async () => {
  const alone = "{ engine: server, transcripts: none, audio_out: true }";
  assert.deepEqual(await wrong(`SileraVad: {}, SmartTurn: {}, S2S_MiniCPM: ${alone}`), []);
  assert.deepEqual(await wrong(`SileraVad: {}, S2S_MiniCPM: ${alone}`), []);
  const [voices] = await wrong(`${EARS}, S2S_MiniCPM: { engine: server, audio_out: true }, TTS_Piper: {}`);
  assert.match(voices, /"S2S_MiniCPM" and "TTS_Piper" both produce "phonemes"/);
  const [ears] = await wrong(`${EARS}, S2S_MiniCPM: { engine: server, transcripts: none }, TTS_Piper: {}`);
  assert.match(ears, /"ASR_Moonshine" and "S2S_MiniCPM" both produce "text.user"/);
});

Deno.test("presets: what only a server can do is refused of the local engine", async () => {
  for (const key of ["audio_out: true", "transcripts: none", "ref_audio: a.wav"]) {
    const [line, more] = await wrong(`${EARS}, S2S_MiniCPM: { ${key} }, TTS_Piper: {}`);
    assert.match(line, new RegExp(`"S2S_MiniCPM.${key.split(":")[0]}" .*Only a server`));
    assert.equal(more, undefined);
  }
});
