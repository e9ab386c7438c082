/** Which handler feeds which: worked out from what each consumes and produces. */
import type { Kind } from "./frame.ts";

/** A place in the pipeline; the browser's side (`rtc`) is one too. */
export interface Stage {
  name: string;
  consumes: readonly Kind[];
  produces: readonly Kind[];
}

export interface Pipeline {
  stages: readonly Stage[];
  /** Names of the stages that take frames of this kind. */
  consumers(kind: Kind): readonly string[];
}

/** The configured handlers do not make a whole; `lines` says each fault in one line. */
export class PipelineError extends Error {
  constructor(readonly lines: string[]) {
    super(lines.join("\n"));
    this.name = "PipelineError";
  }
}

/** The browser's side. It takes pictures when there are any, but cannot do without a voice. */
export const RTC: Stage = {
  name: "rtc",
  consumes: [
    "audio.reply",
    "video.reply",
    "text.user",
    "text.reply",
    "turn.judged",
    "face.chosen",
    "face.drawn",
    "face.look",
  ],
  produces: [
    "audio.mic",
    "image.user",
    "video.tick",
    "reply.sounding",
    "turn.end",
    "speech.resume",
    "memory",
    "face.choose",
    "face.draw",
  ],
};
/** What nobody need produce: whoever consumes it works without. */
const OPTIONAL: readonly Kind[] = [
  "video.reply",
  "turn.judged",
  "speech.pause",
  "text.complete",
  "face.chosen",
  "face.drawn",
  "face.look",
];

const TTS = "Add a TTS handler, such as TTS_Piper.";
/** What brings a kind that is missing. */
const REMEDIES: { [K in Kind]?: string } = {
  "speech.start": "Add a VAD handler, such as SileraVad.",
  "text.user": "Add an ASR handler, such as ASR_Moonshine.",
  "text.reply": "Add an LLM handler, such as LLM_Llama.",
  "phonemes": TTS,
  "audio.reply": TTS,
};

/** One line for each kind that is needed and not there. */
function missing(stages: readonly Stage[], produced: ReadonlyMap<Kind, string>): string[] {
  const needy = new Map<Kind, string[]>();
  for (const { name, consumes } of stages) {
    for (const kind of consumes) {
      if (!produced.has(kind) && !OPTIONAL.includes(kind)) {
        needy.set(kind, [...needy.get(kind) ?? [], `"${name}"`]);
      }
    }
  }
  return Array.from(needy, ([kind, names]) => {
    const line = `${names.join(" and ")} ${names.length > 1 ? "need" : "needs"} "${kind}"`;
    return [`${line}, but no configured handler produces it.`, REMEDIES[kind] ?? []].flat().join(" ");
  });
}

/**
 * Connects the stages.
 * @throws PipelineError when a consumed kind has no producer, or two handlers produce the same kind.
 */
export function connect(handlers: readonly Stage[]): Pipeline {
  const stages = [RTC, ...handlers];
  const lines: string[] = [];
  const producer = new Map<Kind, string>();
  for (const stage of stages) {
    for (const kind of stage.produces) {
      const other = producer.get(kind);
      if (other) {
        lines.push(
          `"${other}" and "${stage.name}" both produce "${kind}". Disable one of them (enabled: false).`,
        );
      } else producer.set(kind, stage.name);
    }
  }
  lines.push(...missing(stages, producer));
  if (lines.length > 0) throw new PipelineError(lines);
  const consumers = new Map<Kind, string[]>();
  for (const stage of stages) {
    for (const kind of stage.consumes) consumers.set(kind, [...consumers.get(kind) ?? [], stage.name]);
  }
  return { stages, consumers: (kind) => consumers.get(kind) ?? [] };
}

/** One line per connection, for `--print-graph`. */
export function printGraph(pipeline: Pipeline): string {
  const lines: string[] = [];
  for (const stage of pipeline.stages) {
    for (const kind of stage.produces) {
      const to = pipeline.consumers(kind);
      if (to.length > 0) lines.push(`${stage.name} --${kind}--> ${to.join(", ")}`);
    }
  }
  return lines.join("\n");
}
