/** Lines for people on standard error: time, level, message. */
import type { Log } from "./engine/handler.ts";

export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type Level = (typeof LEVELS)[number];

/** @param threshold lines below this level are left out. */
export function createLog(threshold: Level, write = (line: string) => console.error(line)): Log {
  const at = (level: Level) => (message: string) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return;
    write(`${new Date().toISOString()} ${level.padEnd(7)} ${message}`);
  };
  return { debug: at("DEBUG"), info: at("INFO"), warn: at("WARNING"), error: at("ERROR") };
}
