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
  consumes: ["audio.reply", "video.reply", "text.user", "text.reply", "turn.judged"],
  produces: ["audio.mic", "video.tick", "reply.sounding", "turn.end", "speech.resume", "memory"],
};
/** What nobody need produce: whoever consumes it works without. */
const OPTIONAL: readonly Kind[] = [
  "video.reply",
  "turn.judged",
  "speech.pause",
  "text.complete",
  "image.user",
];

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
  for (const stage of stages) {
    for (const kind of stage.consumes) {
      if (producer.has(kind) || OPTIONAL.includes(kind)) continue;
      lines.push(`"${stage.name}" needs "${kind}", but no configured handler produces it.`);
    }
  }
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
