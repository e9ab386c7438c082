/** All routes of the server; the order of the middleware is the order of the lines. */
import { Hono } from "hono";
import type { PageInfo } from "../rtc/signalling.ts";
import { sendFile, sendOfAvatar } from "./files.ts";
import { headers, sameOrigin } from "./guard.ts";
import { METRICS_TYPE } from "./metrics.ts";

export interface AppOptions {
  page(): PageInfo;
  /** DER of the CA's certificate for other devices, when there is one of our own. */
  authority(): Uint8Array<ArrayBuffer> | undefined;
  /** Folder of an avatar that did not come with the program; undefined for the others. */
  avatarFolder?(name: string): string | undefined;
  /** Takes over the WebSocket of a new call. */
  call(socket: WebSocket): void;
  /** What `/healthz` tells; `ok`: calls can be answered. */
  health(): { ok: boolean } & Record<string, unknown>;
  /** What `/metrics` tells. */
  metrics(): string;
}

export function createApp({ page, authority, avatarFolder, call, health, metrics }: AppOptions): Hono {
  const app = new Hono();
  app.use(headers);
  app.use(sameOrigin);
  app.get("/api/page", (c) => c.json(page()));
  app.get("/api/call", (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      return c.text("This address is for the page's WebSocket.", 426, { upgrade: "websocket" });
    }
    // A browser that is killed closes its socket at once; one whose network dies is noticed by the unanswered ping.
    const { socket, response } = Deno.upgradeWebSocket(c.req.raw, { idleTimeout: 6 });
    call(socket);
    return response;
  });
  // Phones offer to install a file of this type.
  app.get("/ca.crt", (c) => {
    const certificate = authority();
    return certificate
      ? c.body(certificate, 200, {
        "content-type": "application/x-x509-ca-cert",
        "cache-control": "no-cache",
      })
      : c.notFound();
  });
  app.get("/healthz", (c) => {
    const state = health();
    return c.json(state, state.ok ? 200 : 503);
  });
  app.get("/metrics", (c) => c.body(metrics(), 200, { "content-type": METRICS_TYPE }));
  // The page shows the right face before its script has run.
  const withAvatar = (html: string) =>
    html.replaceAll("/avatars/jonas/", `/avatars/${page().avatar}/`)
      .replace('data-avatar="jonas"', `data-avatar="${page().avatar}"`);
  app.get("/", (c) => sendFile(c, "index.html", withAvatar));
  app.get("/avatars/*", (c, next) => {
    const [, name, file] = /^\/avatars\/(.+)\/([^/]+)$/.exec(c.req.path) ?? [];
    const folder = name && avatarFolder?.(name);
    const { render } = page(), drawable = render === "auto" || render === "client";
    return folder ? sendOfAvatar(c, folder, file, drawable) : next();
  });
  app.get("/*", (c) => sendFile(c, c.req.path.slice(1)));
  return app;
}
