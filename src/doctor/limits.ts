/** The program's own limits: is every thread refused what it must not do? */
import type { Deed } from "../workers/probe.ts";
import { PROGRAM } from "../version.ts";
import { bad, type Check, ok, warning } from "./check.ts";

/**
 * @param main what the main thread was not refused
 * @param workers the same of every worker, by handler
 */
export function judgeLimits(main: readonly Deed[], workers: ReadonlyMap<string, readonly Deed[]>): Check {
  const loose = [...workers].filter(([, deeds]) => deeds.length > 0)
    .map(([handler, deeds]) => `${handler} can ${deeds.join(", ")}`);
  if (loose.length > 0) {
    return bad("Limits", loose.join("; "), "Use the sources or the executable as they were published.");
  }
  if (main.length > 0) {
    const which = main.includes("read the system's files") ? "not limited" : `can ${main.join(", ")}`;
    return warning("Limits", which, `Run it as "${PROGRAM}" does, with its permissions and no others.`);
  }
  const who = workers.size === 0 ? "the program" : `the program and its ${workers.size} workers`;
  return ok("Limits", `${who} cannot read or write elsewhere, nor make links or run programs`);
}
