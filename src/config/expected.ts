/** Reads a valibot schema: what it holds, and what it expects said in words. */
import type { GenericSchema } from "valibot";

/** The parts of a valibot schema (or of an action in its pipe) that are looked at here; which are there depends on `type`. */
export interface Shape {
  kind: string;
  type: string;
  entries?: Record<string, Shape>;
  wrapped?: Shape;
  item?: Shape;
  options?: unknown[];
  literal?: unknown;
  requirement?: unknown;
  /** `hidden`: the value may be a secret, and is never shown. */
  metadata?: { hidden?: boolean };
  pipe?: Shape[];
}

/** The schema inside `optional(…)`, `nullable(…)` and the like. */
export function bare(schema: GenericSchema | Shape): Shape {
  let shape = schema as Shape;
  while (shape.wrapped) shape = shape.wrapped;
  return shape;
}

/** The schema of the value at a path, or undefined where the path leaves the schema. */
export function schemaAt(
  schema: GenericSchema | Shape,
  path: readonly (string | number)[],
): Shape | undefined {
  let shape = bare(schema);
  for (const step of path) {
    const entries = shape.entries;
    const next = entries ? (Object.hasOwn(entries, step) ? entries[step] : undefined) : shape.item;
    if (!next) return undefined;
    shape = bare(next);
  }
  return shape;
}

const list = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(", ");

/** What a value must be: "an integer from 1 to 65535", "text that is not empty". */
export function expected(schema: GenericSchema | Shape): string {
  const shape = bare(schema);
  const steps = shape.pipe ?? [shape];
  const requirement = (type: string) => steps.find((step) => step.type === type)?.requirement;
  const choice = steps.find((step) => step.type === "picklist");
  if (choice) return `one of ${list(choice.options!)}`;
  switch (shape.type) {
    case "number":
      return (steps.some((step) => step.type === "integer" || step.type === "safe_integer")
        ? "an integer"
        : "a number") +
        range(requirement);
    case "string":
      return requirement("min_length") === 1 || steps.some((step) => step.type === "non_empty")
        ? "text that is not empty"
        : "text";
    case "boolean":
      return "true or false";
    case "array":
    case "tuple":
      return shape.item ? `a list (of: ${expected(shape.item)})` : "a list";
    case "literal":
      return JSON.stringify(shape.literal);
    case "union":
      return (shape.options as Shape[]).map(expected).join(" or ");
    default:
      return shape.entries || shape.type === "record" ? "a group of keys" : shape.type;
  }
}

function range(requirement: (type: string) => unknown): string {
  const low = requirement("min_value"), high = requirement("max_value");
  const above = requirement("gt_value"), below = requirement("lt_value");
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  const bounds = [
    low !== undefined ? `${low} or more` : above !== undefined ? `above ${above}` : "",
    high !== undefined ? `${high} or less` : below !== undefined ? `below ${below}` : "",
  ].filter(Boolean);
  return bounds.length ? ` ${bounds.join(" and ")}` : "";
}

/** A value as it is shown in a message: text in quotes, bulk named only. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a group of keys";
  const said = typeof value === "string" ? JSON.stringify(value) : String(value);
  return said.length > 60 ? `${said.slice(0, 57)}…` : said;
}
