/** A real HAProxy with the configuration that is delivered, in front of two nodes. */
import { freePort } from "./served.ts";

export interface Balancer extends AsyncDisposable {
  readonly url: string;
}

const CONFIGURATION = new URL("../deploy/balancer.cfg", import.meta.url).pathname;

/** @param nodes their addresses, as `http://127.0.0.1:8282` */
export async function startBalancer([a, b]: readonly [string, string]): Promise<Balancer> {
  const port = freePort();
  const child = new Deno.Command("haproxy", {
    args: ["-db", "-f", CONFIGURATION],
    env: { BIND: `127.0.0.1:${port}`, NODE_A: new URL(a).host, NODE_B: new URL(b).host },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  try {
    await answering(url);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`The balancer at ${url} does not pass anybody on.`);
}
