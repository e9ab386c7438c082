/** The handlers a configuration names, each with its settings checked by its own schema. */
import * as v from "valibot";
import type { Handler } from "../engine/handler.ts";
import { defaultChain, type HandlerModule } from "../handlers/registry.ts";
import { check, type Fault, unknownKey } from "./faults.ts";
import { KEY_VARIABLES } from "./variables.ts";

export type Group = Record<string, unknown>;

/** The value itself when it is a group of keys, else an empty one. */
export function group(value: unknown): Group {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Group : {};
}

/** Something that was checked, kept as given too, so that it can be checked again once part of it is overruled. */
export interface Checked {
  schema: v.GenericSchema;
  raw: Group;
  value: unknown;
}

export interface Link extends Checked {
  name: string;
  handler: Handler;
  value: Group & { enabled: boolean };
}

/** The handlers the file names, in its order; the default chain when it names none. Paths of faults start at the top. */
export async function readChain(
  data: unknown,
  registry: Readonly<Record<string, HandlerModule>>,
): Promise<{ links: Link[]; faults: Fault[] }> {
  const named = Object.entries(group(group(group(data).chat_engine).handler_configs));
  const entries = named.length > 0 ? named : defaultChain.map((name): [string, unknown] => [name, {}]);
  const links: Link[] = [];
  const faults: Fault[] = [];
  for (const [name, given] of entries) {
    const path = ["chat_engine", "handler_configs", name];
    if (!Object.hasOwn(registry, name)) {
      faults.push({
        path,
        at: "key",
        message: unknownKey(name, "handler_configs", Object.keys(registry), "handler"),
      });
      continue;
    }
    const { handler } = await registry[name]();
    const schema = withEnabled(handler.config);
    const result = check(schema, given ?? {}, name);
    faults.push(...result.faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] })));
    links.push({ name, handler, schema, raw: group(given), value: result.value as Link["value"] });
  }
  return { links, faults };
}

/** One fault for each key of a handler that the environment lacks, at the place that names it. */
export function missingKeys(
  { name, handler, value }: Link,
  env: Readonly<Record<string, string>>,
): Fault[] {
  const missing = [...new Set(handler.secrets?.(value) ?? [])].filter((secret) => !env[secret]);
  return missing.map((secret) => ({
    path: ["chat_engine", "handler_configs", name, ...pathTo(value, secret)],
    at: "value",
    message:
      `names ${secret}, which is not set in the environment, or which this program may not see: it sees ` +
      `${KEY_VARIABLES.join(", ")} and, under "deno task start", the one named here.`,
  }));
}

/** Where in the settings a text stands. */
function pathTo(value: unknown, text: string): (string | number)[] {
  if (typeof value !== "object" || value === null) return [];
  for (const [key, inner] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    if (inner === text) return [step];
    const below = pathTo(inner, text);
    if (below.length > 0) return [step, ...below];
  }
  return [];
}

/** Every handler can be left out by `enabled: false`; that key is not the handler's business. */
function withEnabled(config: v.GenericSchema): v.GenericSchema {
  const [first, ...actions] = (config as { pipe?: v.GenericSchema[] }).pipe ?? [config];
  const entries = {
    enabled: v.optional(v.boolean(), true),
    ...(first as { entries?: v.ObjectEntries }).entries,
  };
  const schema = { ...first, entries } as v.GenericSchema;
  return actions.length > 0 ? v.pipe(schema, ...actions) : schema;
}
