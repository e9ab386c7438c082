/**
 * Settings from outside the file. Every setting has an environment variable: `OAC_` and its path in capitals, joined by
 * underscores (`service.port` → `OAC_SERVICE_PORT`, `chat_engine.handler_configs.TTS_Piper.speed` →
 * `OAC_CHAT_ENGINE_HANDLER_CONFIGS_TTS_PIPER_SPEED`). A key that begins with its section's name does not repeat it
 * (`log.log_level` → `OAC_LOG_LEVEL`). An empty variable counts as not set.
 */
import { parseDocument } from "yaml";
import type { GenericSchema } from "valibot";
import { bare, type Shape } from "./expected.ts";
import type { Path } from "./faults.ts";
import { hint } from "./nearest.ts";

/** One setting that overrules the file. */
export interface Override {
  /** As the user wrote it: `--port` or `OAC_SERVICE_PORT`. */
  name: string;
  path: Path;
  value: unknown;
}

/** A setting that is no group of others. */
export interface Leaf {
  path: Path;
  shape: Shape;
}

/** All settings below a schema. */
export function leaves(schema: GenericSchema | Shape, path: Path = []): Leaf[] {
  const shape = bare(schema);
  if (!shape.entries) return [{ path, shape }];
  return Object.entries(shape.entries).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** The environment variable of a setting. */
export function variableName(path: Path): string {
  const parts = path.map((step) => String(step).toUpperCase());
  const last = parts.at(-1)!, section = parts.at(-2);
  if (section !== undefined && last.startsWith(`${section}_`)) parts.splice(-2, 1);
  return `OAC_${parts.join("_")}`;
}

/** Text is taken as it is where text is wanted; anything else is read like a value in the file. */
export function valueOf(text: string, shape: Shape): unknown {
  if (shape.type === "string") return text;
  const document = parseDocument(text, { prettyErrors: false, logLevel: "error" });
  if (document.errors.length > 0) return text;
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return text;
  }
}

/** What the environment says about these settings, and the `OAC_` names that are none. */
export function fromEnvironment(
  env: Readonly<Record<string, string>>,
  known: readonly Leaf[],
): { overrides: Override[]; unknown: string[] } {
  const names = new Map(known.map((leaf) => [variableName(leaf.path), leaf]));
  const overrides: Override[] = [];
  const unknown: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("OAC_") || text === "") continue;
    const leaf = names.get(name);
    if (leaf) overrides.push({ name, path: leaf.path, value: valueOf(text, leaf.shape) });
    else unknown.push(name);
  }
  return { overrides, unknown };
}

/** The line for an `OAC_` name that means nothing. */
export function unknownVariable(name: string, known: readonly Leaf[]): string {
  const near = hint(name, known.map(({ path }) => variableName(path)));
  return `Unknown environment variable "${name}".${near.startsWith(" Did") ? near : ""}`;
}
