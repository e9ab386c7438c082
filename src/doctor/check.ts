/** One thing the doctor looked at, in words for people. */

/** "warning": a call works here, but something is not as it could be. "bad": a call would not work. */
export type Verdict = "ok" | "warning" | "bad";

export interface Check {
  /** What was looked at: one of `NAMES`. */
  name: Name;
  verdict: Verdict;
  /** What was found, one line. */
  found: string;
  /** What to do about it; always there when the verdict is bad. */
  remedy?: string;
}

/** In the order in which they are looked at. */
export const NAMES = [
  "Configuration",
  "Processor",
  "Memory",
  "Graphics card",
  "Disk",
  "Clock",
  "Models",
  "Page",
  "Port",
  "Certificate",
  "Microphone",
  "Relay",
  "Services",
  "Handlers",
  "Timers",
  "Limits",
  "Test call",
] as const;
export type Name = typeof NAMES[number];

export function ok(name: Name, found: string): Check {
  return { name, verdict: "ok", found };
}

export function warning(name: Name, found: string, remedy: string): Check {
  return { name, verdict: "warning", found, remedy };
}

export function bad(name: Name, found: string, remedy: string): Check {
  return { name, verdict: "bad", found, remedy };
}

/** Would a call work? */
export function works(checks: readonly Check[]): boolean {
  return checks.every(({ verdict }) => verdict !== "bad");
}

/** Bytes as a person reads them, for example "1.2 GB". */
export function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
