/** Checks a value against a schema and says every fault, not just the first. */
import * as v from "valibot";
import { bare, expected, schemaAt, type Shape, shown } from "./expected.ts";
import { hint, nearest } from "./nearest.ts";

export type Path = readonly (string | number)[];

export interface Fault {
  path: Path;
  /** Is it the key itself that is wrong, or its value? */
  at: "key" | "value";
  /** What is wrong, without the path. */
  message: string;
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The checked value with its defaults filled in, and all faults (then `value` means nothing).
 * valibot reports one unknown key at most and takes a list for a group: both are looked after here.
 */
export function check<T>(
  schema: v.GenericSchema<unknown, T>,
  input: unknown,
  name: string,
): { value: T; faults: Fault[] } {
  const faults = structure(schema, input, [], name);
  const result = v.safeParse(schema, input);
  for (const issue of result.issues ?? []) {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    const told = faults.some((fault) => fault.path.every((step, depth) => step === path[depth]));
    if (!told) {
      faults.push({ path, at: "value", message: said(issue, schemaAt(schema, path), valueAt(input, path)) });
    }
  }
  return { value: result.output as T, faults };
}

/** A schema's own words win; otherwise the whole of what is expected is said, whichever part of it failed. */
function said(issue: v.BaseIssue<unknown>, shape: Shape | undefined, given: unknown): string {
  // It may be a key that somebody pasted.
  const hidden = shape?.pipe?.some(({ metadata }) => metadata?.hidden) ?? false;
  if (hidden) {
    return `is wrong: ${
      issue.message.startsWith("Invalid ") ? `it must be ${expected(shape!)}.` : issue.message
    }`;
  }
  if (!issue.message.startsWith("Invalid ")) {
    return typeof given === "object" ? `is wrong: ${issue.message}` : `is ${shown(given)}: ${issue.message}`;
  }
  const wanted = shape ? expected(shape) : String(issue.expected);
  const choices = shape?.pipe?.find((step) => step.type === "picklist")?.options ?? shape?.options;
  const meant = typeof given === "string" &&
    nearest(given, (choices ?? []).filter((name) => typeof name === "string"));
  return `must be ${wanted}, but is ${shown(given)}.${meant ? ` Did you mean "${meant}"?` : ""}`;
}

const valueAt = (input: unknown, path: Path) =>
  path.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    input,
  );

function structure(schema: v.GenericSchema | Shape, input: unknown, path: Path, name: string): Fault[] {
  const shape = bare(schema);
  if (input === undefined) return [];
  if (shape.entries) {
    if (!isGroup(input)) {
      return [{ path, at: "value", message: `must be a group of keys, but is ${shown(input)}.` }];
    }
    const known = Object.keys(shape.entries);
    return Object.entries(input).flatMap(([key, value]) =>
      Object.hasOwn(shape.entries!, key)
        ? structure(shape.entries![key], value, [...path, key], key)
        : [{ path: [...path, key], at: "key" as const, message: unknownKey(key, name, known) }]
    );
  }
  if (shape.type === "record" && !isGroup(input)) {
    return [{ path, at: "value", message: `must be a group of keys, but is ${shown(input)}.` }];
  }
  if (!shape.item || !Array.isArray(input)) return [];
  return input.flatMap((value, index) => structure(shape.item!, value, [...path, index], name));
}

/** The line for a key that nobody knows. `name`: the group it stands in; empty at the top of the file. */
export function unknownKey(key: string, name: string, known: readonly string[], what = "key"): string {
  return `Unknown ${what} ${shown(key)}${name ? ` in "${name}"` : ""}.${hint(key, known)}`;
}
