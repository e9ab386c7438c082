/** Services elsewhere that handlers speak to. */
import { bad, type Check, ok, warning } from "./check.ts";

/** What came of asking an address. */
export interface Reach {
  handler: string;
  url: string;
  /** Status of HTTP, or why there was none. */
  answer: number | string;
}

const PATIENCE = 3_000;

/**
 * Any answer of HTTP means that somebody is there: a key, a path or a method that does not fit is told by the handler.
 */
export async function reach(handler: string, url: string): Promise<Reach> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    await response.body?.cancel();
    return { handler, url, answer: response.status };
  } catch (error) {
    const { name, message } = error as Error;
    return {
      handler,
      url,
      answer: name === "TimeoutError" ? `no answer within ${PATIENCE / 1000} s` : message,
    };
  }
}

export function judgeServices(reached: readonly Reach[]): Check {
  if (reached.length === 0) return ok("Services", "none configured: everything runs on this computer");
  const say = ({ handler, url, answer }: Reach) => `${handler}: ${url} (${answer})`;
  const silent = reached.filter(({ answer }) => typeof answer === "string");
  const failing = reached.filter(({ answer }) => typeof answer === "number" && answer >= 500);
  if (silent.length > 0) {
    const remedy = "Check the address in the configuration, the network, and that the service runs.";
    return bad("Services", silent.map(say).join("; "), remedy);
  }
  if (failing.length > 0) {
    return warning(
      "Services",
      failing.map(say).join("; "),
      "The service is there, but fails. Look at its log.",
    );
  }
  return ok("Services", reached.map(say).join("; "));
}
