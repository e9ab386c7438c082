/**
 * `deno run -A bench/pipecat/lines.ts FOLDER --turns N --pauses N`: writes what is played to Pipecat into a folder: WAV
 * files of one call each and `lines.json`, which says what is said in them when, and how the model is told to answer.
 * The recordings, the silence around them and the pauses put into them are those of `bench/main.ts` and
 * `bench/cutoffs.ts`. A call is one round of six lines, so that Pipecat, which forgets nothing, has no longer a history
 * to read than our handler keeps.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readWav } from "../../src/audio/wav.ts";
import { compose, type Line, RATE, recording, type Utterance } from "../../tests/dialogue.ts";
import { openTranscriber } from "../../tests/transcribe.ts";
import { type Span, voiced } from "../../tests/voiced.ts";
import { readConfig } from "../machine.ts";
import { withPause, wordGaps } from "../pauses.ts";

const CLIPS = ["austen-0880", "go-forward", "austen-0930", "austen-0890", "cards", "austen-0920"];
const PAUSED_CLIPS = [
  "austen-0880",
  "cards",
  "austen-0890",
  "go-forward",
  "austen-0870",
  "austen-0920",
  "austen-0930",
];
/** Milliseconds. */
const PAUSES = [300, 600, 900];
/** Places used of each recording. */
const PLACES = 2;
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

async function plain(count: number): Promise<Said[]> {
  const said: Said[] = [];
  for (let i = 0; i < count; i++) said.push({ ...await recording(CLIPS[i % CLIPS.length]), pause: 0 });
  return said;
}

/** Every place between words meets every length, and lengths and sentences alternate. */
async function paused(count: number): Promise<Said[]> {
  if (count === 0) return [];
  await using ears = await openTranscriber();
  const places: { utterance: Utterance; gap: Span; order: number }[] = [];
  for (const name of PAUSED_CLIPS) {
    const utterance = await recording(name);
    const gaps = await wordGaps(utterance, (pcm) => ears.transcribe(pcm, RATE), PLACES);
    places.push(...gaps.map((gap, order) => ({ utterance, gap, order })));
  }
  places.sort((a, b) => a.order - b.order);
  return Array.from({ length: count * PAUSES.length }, (_, i) => {
    const pause = PAUSES[i % PAUSES.length];
    const { utterance, gap } = places[Math.floor(i / PAUSES.length) % places.length];
    return { ...utterance, pcm: withPause(utterance.pcm, gap, pause / 1000), pause };
  });
}

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
const llm = config.handlers.find(({ name }) => name === "LLM_Llama")!.config as {
  system_prompt: string;
  examples: { user: string; reply: string }[];
  max_tokens: number;
  threads: number;
};
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
    ...await writeCalls(folder, "paused", await paused(Number(options.pauses))),
  ],
};
await Deno.writeTextFile(join(folder, "lines.json"), JSON.stringify(written));
