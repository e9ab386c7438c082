/** A YAML file that remembers where everything stood, so that each fault can be pointed at. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import type { Path } from "./faults.ts";

export interface Source {
  /** As plain data; what is empty counts as not given. */
  data: unknown;
  /** Where a key or its value starts, in characters; the nearest group around it where the path does not exist. */
  offset(path: Path, at: "key" | "value"): number;
  /** `file:line:column` of a character. */
  place(offset: number): string;
  /** YAML's own complaints, one finished line each. */
  lines: string[];
}

/** Names that are also understood: path of the section that holds them (`*` any) → other spelling → name. */
export interface Spelling {
  section: Path;
  names: Record<string, string>;
}

/** Reads YAML text. Never throws. `file` is only shown. */
export function readSource(text: string, file: string, spellings: readonly Spelling[]): Source {
  const counter = new LineCounter();
  const place: Source["place"] = (offset) => {
    const { line, col } = counter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: "error" });
  const lines = [...document.errors, ...document.warnings].map((error) =>
    `${place(error.pos[0])}: Not valid YAML: ${error.message.split("\n")[0].replace(/[.:]?$/, ".")}`
  );
  const root = unwrapDefault(document.contents);
  const offset: Source["offset"] = (path, part) => offsetOf(root, path, part);
  if (lines.length > 0) return { data: {}, offset, place, lines };
  for (const { section, names } of spellings) lines.push(...respell(root, section, names, place));
  try {
    return { data: withoutEmpty(root?.toJS(document, { maxAliasCount: 100 })) ?? {}, offset, place, lines };
  } catch (error) {
    return { data: {}, offset, place, lines: [`${place(0)}: Not valid YAML: ${(error as Error).message}.`] };
  }
}

/**
 * Open Avatar Chat's files name their environment at the top (`default:`). A file with that one key is read as what
 * stands below it; there are no other environments.
 */
function unwrapDefault(node: ParsedNode | null): ParsedNode | null {
  if (!isMap(node) || node.items.length !== 1) return node;
  const [{ key, value }] = node.items;
  return isScalar(key) && key.value === "default" && isMap(value) ? value as ParsedNode : node;
}

/** Renames other spellings in place: the nodes keep their position in the file. */
function respell(
  root: Node | null,
  section: Path,
  names: Record<string, string>,
  place: Source["place"],
) {
  const node = find(root, section);
  const lines: string[] = [];
  if (!isMap(node)) return lines;
  for (const { key } of node.items) {
    if (!isScalar(key) || !Object.hasOwn(names, String(key.value))) continue;
    const other = String(key.value), name = names[other];
    if (node.has(name)) {
      lines.push(
        `${place(key.range?.[0] ?? 0)}: "${other}" is another spelling of "${name}", which is there already.`,
      );
    } else key.value = name;
  }
  return lines;
}

function entry(
  node: Node | null,
  step: string | number,
): { key: Node | null; value: Node | null } | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(step)];
    return value === undefined ? undefined : { key: value as Node, value: value as Node };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
  return pair && { key: pair.key as Node, value: pair.value as Node | null };
}

function find(root: Node | null, path: Path): Node | null {
  let node = root;
  for (const step of path) node = entry(node, step)?.value ?? null;
  return node;
}

function offsetOf(root: Node | null, path: Path, part: "key" | "value"): number {
  let node = root, offset = root?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) break;
    const found = entry(node, step);
    if (!found) break;
    const last = depth === path.length - 1;
    const target = last && part === "value" ? written(found.value) ?? found.key : found.key;
    offset = target?.range?.[0] ?? offset;
    node = found.value;
  }
  return offset;
}

/** An empty value has no place of its own worth pointing at. */
const written = (node: Node | null) => isScalar(node) && node.value === null && !node.source ? null : node;

/** `log:` with nothing below it is the same as no `log` at all. */
function withoutEmpty(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value) || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutEmpty(inner)] as const);
  return Object.fromEntries(entries);
}
