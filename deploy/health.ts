/** The container's health check: ends with 0 when the server on this machine answers, over https or http. */
const port = Deno.env.get("OAC_SERVICE_PORT") || "8282";

async function answers(scheme: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(4000);
    const response = await fetch(`${scheme}://127.0.0.1:${port}/healthz`, { signal });
    const { ok } = await response.json();
    return response.ok && ok === true;
  } catch {
    return false;
  }
}

const healthy = await answers("http") || await answers("https");
if (!healthy) console.error(`Nothing answers at port ${port}.`);
Deno.exitCode = healthy ? 0 : 1;
