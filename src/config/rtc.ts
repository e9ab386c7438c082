/** The settings below `service.rtc`: how sound and picture reach callers beyond this network. */
import { isIPv4 } from "node:net";
import * as v from "valibot";
import type { NetworkSettings } from "../rtc/ice.ts";
import type { Fault } from "./faults.ts";

/** RFC 7064 and 7065. Browsers refuse a STUN server with a transport, and with it the call; TLS goes over TCP alone. */
const ICE_URL =
  /^(stuns?:[^\s:/?@]+(:\d{1,5})?|turn:[^\s:/?@]+(:\d{1,5})?(\?transport=(udp|tcp))?|turns:[^\s:/?@]+(:\d{1,5})?(\?transport=tcp)?)$/i;
const iceUrl = v.pipe(
  v.string(),
  v.regex(
    ICE_URL,
    "Write it like stun:turn.example.org, turn:turn.example.org:3478, turn:turn.example.org?transport=tcp or turns:turn.example.org.",
  ),
);

const iceServer = v.pipe(
  v.strictObject({
    urls: v.pipe(v.array(iceUrl), v.nonEmpty('Name at least one server in "urls".')),
    username: v.optional(v.pipe(v.string(), v.nonEmpty())),
    credential: v.optional(v.pipe(v.string(), v.nonEmpty())),
    /** Environment variable with the secret that the TURN server shares with us. */
    secret_env: v.optional(v.pipe(
      v.string(),
      v.regex(
        /^OAC_[A-Z0-9_]+$/,
        "It must name an environment variable that begins with OAC_, such as OAC_TURN_SECRET.",
      ),
    )),
  }),
  v.check(
    ({ urls, username, credential, secret_env }) =>
      urls.every((url) => /^stun/i.test(url)) || secret_env !== undefined ||
      (username !== undefined && credential !== undefined),
    'A TURN server needs "secret_env", or "username" and "credential".',
  ),
  v.check(
    ({ username, credential, secret_env }) =>
      secret_env === undefined || (username === undefined && credential === undefined),
    'Give either "secret_env" or "username" and "credential".',
  ),
);

const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** "50000-50100", "50000" or 50000 for one port alone, 0 for any. Null when it is none of these. */
function portsOf(written: string | number): { min: number; max: number } | null {
  const [, min, max = min] = PORTS.exec(String(written)) ?? [];
  const range = { min: Number(min), max: Number(max) };
  return range.min <= range.max && range.max <= 65535 && (range.min > 0 || range.max === 0) ? range : null;
}

/** How sound and picture reach the callers: `service.rtc`. */
export const rtc = v.strictObject({
  /** STUN and TURN servers of the page. */
  ice_servers: v.optional(v.array(iceServer), []),
  /** Under which address a 1:1 NAT shows this machine. */
  public_address: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (address) => address === "" || isIPv4(address),
        'It must be an IPv4 address such as 203.0.113.7, or "" without a NAT.',
      ),
    ),
    "",
  ),
  /** UDP ports of the calls: null is any, one alone is shared by all. */
  udp_ports: v.optional(
    v.pipe(
      v.union([v.number(), v.string()]),
      v.check(
        (written) => portsOf(written) !== null,
        "It must be a range such as 50000-50100, one port for all calls such as 50000, or 0 for any.",
      ),
      v.transform((written) => {
        const range = portsOf(written);
        return range?.max ? range : null;
      }),
    ),
    0,
  ),
  /** Whether the server too asks the STUN and TURN servers for addresses of its own. */
  behind_nat: v.optional(v.boolean(), false),
});

export type Rtc = v.InferOutput<typeof rtc>;

type Environment = Readonly<Record<string, string>>;

/** The environment variables that hold secrets. */
export function secretNames({ ice_servers }: Rtc): string[] {
  return ice_servers.flatMap(({ secret_env }) => secret_env ?? []);
}

/** One fault for each secret that the environment lacks. */
export function missingSecrets({ ice_servers }: Rtc, env: Environment): Fault[] {
  return ice_servers.flatMap(({ secret_env }, index) =>
    secret_env === undefined || env[secret_env] ? [] : [{
      path: ["service", "rtc", "ice_servers", index, "secret_env"],
      at: "value" as const,
      message: `names ${secret_env}, which is not set in the environment.`,
    }]
  );
}

/** What the server is started with; the secrets are filled in. */
export function networkOf(rtc: Rtc, env: Environment): Omit<NetworkSettings, "log"> {
  return {
    servers: rtc.ice_servers.map(({ secret_env, ...server }) =>
      secret_env === undefined ? server : { ...server, secret: env[secret_env] }
    ),
    publicAddress: rtc.public_address || null,
    ports: rtc.udp_ports,
    behindNat: rtc.behind_nat,
  };
}
