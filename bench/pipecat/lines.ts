/**
 * `deno run -A bench/pipecat/lines.ts FOLDER --turns N --pauses N`: writes what is played to Pipecat into a folder: WAV
 * files of one call each and `lines.json`, which says what is said in them when, and how the model is told to answer.
 * The recordings and the pauses put into them are those of `bench/lines.ts`. A call is one round of six lines, so that Pipecat, which forgets nothing, has no longer a history
 * to read than our handler keeps.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readWav } from "../../src/audio/wav.ts";
import { compose, type Line, RATE, type Utterance } from "../../tests/dialogue.ts";
import { type Span, voiced } from "../../tests/voiced.ts";
import { CLIPS, pausedLines, plainLines } from "../lines.ts";
import { type Config, settingsOf } from "../../src/handlers/llm/settings.ts";
import { readConfig } from "../machine.ts";

/** Seconds. */
const LEAD = 5;
const AFTER = 8;
const LINES_A_CALL = CLIPS.length;

interface Said extends Utterance {
  /** Milliseconds of silence put in; 0: none. */
  pause: number;
}

interface Call {
  file: string;
  lines: (Line & { pause: number })[];
  /** Where the file is voiced, for the Python side to check its own reckoning. */
  voiced: Span[];
}

const plain = async (count: number): Promise<Said[]> =>
  (await plainLines(count)).map((line) => ({ ...line, pause: 0 }));

async function writeCalls(folder: string, name: string, said: Said[]): Promise<Call[]> {
  const calls: Call[] = [];
  for (let at = 0; at < said.length; at += LINES_A_CALL) {
    const part = said.slice(at, at + LINES_A_CALL);
    const { wav, lines } = compose(part, LEAD, AFTER);
    const file = join(folder, `${name}-${calls.length}.wav`);
    await Deno.writeFile(file, wav);
    const spans = voiced(readWav(wav).pcm, RATE);
    calls.push({ file, lines: lines.map((line, i) => ({ ...line, pause: part[i].pause })), voiced: spans });
  }
  return calls;
}

const { values: options, positionals: [folder] } = parseArgs({
  allowPositionals: true,
  options: { turns: { type: "string", default: "12" }, pauses: { type: "string", default: "6" } },
});
const config = await readConfig("configs/sample.yaml");
const brain = config.handlers.find(({ name }) => name === "LLM_Llama")!.config as Config;
const { settings: llm } = await settingsOf(brain, config.chat_engine.model_root);
await Deno.mkdir(folder, { recursive: true });
const written = {
  system: llm.system_prompt,
  examples: llm.examples.flatMap(({ user, reply }) => [
    { role: "user", content: user },
    { role: "assistant", content: reply },
  ]),
  maxTokens: llm.max_tokens,
  threads: llm.threads,
  calls: [
    ...await writeCalls(folder, "plain", await plain(Number(options.turns))),
    ...await writeCalls(folder, "paused", await pausedLines(Number(options.pauses))),
  ],
};
await Deno.writeTextFile(join(folder, "lines.json"), JSON.stringify(written));
