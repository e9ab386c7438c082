/**
 * The STUN and TURN servers a call may use. Where the TURN server shares a secret with us (coturn: `use-auth-secret`),
 * every call gets credentials of its own that end after an hour, so that a page that keeps them cannot use the relay for
 * ever. Source: draft-uberti-behave-turn-rest-00, sections 2.2 and 4.
 */
import { createHmac } from "node:crypto";

/** As the browser's RTCPeerConnection takes it. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** A server with fixed credentials, with none (STUN), or with the secret to make them from. */
export interface ConfiguredServer extends IceServer {
  secret?: string;
}

/** Seconds that credentials hold. coturn looks at them when an allocation begins, not during it. */
export const LIFETIME = 3600;

/**
 * @param call is part of the name, so that the TURN server's log says which call it was.
 * @param now milliseconds since 1970.
 * @returns `username`: the second at which it ends, a colon, and the call; `credential`: base64(HMAC-SHA1(secret, username)).
 */
export function timeLimited(
  secret: string,
  call: string,
  now: number,
): Required<Omit<IceServer, "urls">> {
  const username = `${Math.floor(now / 1000) + LIFETIME}:${call}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

/** What one call may use from `now` (milliseconds since 1970) on; no secret is in it. */
export function serversFor(
  servers: readonly ConfiguredServer[],
  call: string,
  now = Date.now(),
): IceServer[] {
  return servers.map(({ secret, ...server }) =>
    secret === undefined ? server : { ...server, ...timeLimited(secret, call, now) }
  );
}
