/** How the checks are printed: for people line by line, for bug reports as JSON. */
import { type Check, NAMES, type Verdict, works } from "./check.ts";

const MARKS: Record<Verdict, string> = { ok: "ok  ", warning: "warn", bad: "BAD " };
/** SGR codes: green, yellow, red (ECMA-48, section 8.3.117). */
const COLOURS: Record<Verdict, number> = { ok: 32, warning: 33, bad: 31 };
const WIDTH = Math.max(...NAMES.map((name) => name.length));

/** One line, and below it the remedy where there is one. */
export function lineOf({ name, verdict, found, remedy }: Check, colours: boolean): string {
  const mark = colours ? `\x1b[${COLOURS[verdict]}m${MARKS[verdict]}\x1b[0m` : MARKS[verdict];
  const line = `${mark}  ${name.padEnd(WIDTH)}  ${found}`;
  return remedy === undefined ? line : `${line}\n${" ".repeat(MARKS.ok.length + WIDTH + 4)}${remedy}`;
}

/** The last line. */
export function summaryOf(checks: readonly Check[]): string {
  const count = (verdict: Verdict) => checks.filter((check) => check.verdict === verdict).length;
  const [faults, warnings] = [count("bad"), count("warning")];
  const aside = warnings === 0 ? "" : ` ${warnings} ${warnings === 1 ? "warning" : "warnings"}.`;
  if (works(checks)) return `A call would work.${aside}`;
  return `A call would not work: ${faults} ${faults === 1 ? "thing is" : "things are"} bad.${aside}`;
}

/** @param program the line that says which version of what this is */
export function jsonOf(checks: readonly Check[], program: string): string {
  const { os, arch } = Deno.build;
  return JSON.stringify({ program, os, arch, works: works(checks), checks }, null, 2);
}
