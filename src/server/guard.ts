/** What every answer carries, and who may speak to the server: pages it served itself, nobody else's. */
import type { MiddlewareHandler } from "hono";

const HEADERS = {
  "content-security-policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  "permissions-policy": "microphone=(self), camera=(self), speaker-selection=(self)",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Safe headers on every answer (MDN, "HTTP Observatory"). */
export const headers: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
};

/**
 * Refuses what another site's page sends. A WebSocket is not covered by the browser's same-origin rule, so the origin
 * is compared with the host here (RFC 6455, section 10.2). Programs that send no origin may pass.
 */
export const sameOrigin: MiddlewareHandler = async (c, next) => {
  const origin = c.req.header("origin");
  if (origin && !isSameHost(origin, c.req.header("host"))) {
    return c.text(`Requests from "${origin}" are not accepted here.`, 403);
  }
  await next();
};

function isSameHost(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
