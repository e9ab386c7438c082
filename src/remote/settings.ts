/** Settings that every handler of a service elsewhere has. */
import * as v from "valibot";
import { addresses, keyName } from "./address.ts";

const seconds = (preset: number) => v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(600)), preset);

/** A part of a handler's own schema. @param url where the service usually stands. */
export function remoteSettings(url: string) {
  return {
    enabled: v.optional(v.boolean(), true),
    /** One server or several, up to and with "/v1". */
    base_url: v.optional(addresses, url),
    /** Name of the environment variable that holds the key; left out: none is sent. */
    api_key_env: v.optional(keyName),
    /** Empty: the first that the server names. */
    model_name: v.optional(v.string(), ""),
    /** Seconds until the first of an answer, and between two pieces of it. */
    timeout: seconds(10),
    stall_timeout: seconds(10),
    /** Passed on in the body of every request, over what is sent otherwise. */
    extra: v.optional(v.record(v.string(), v.unknown()), {}),
  };
}

/** The key a handler needs, for `Handler.secrets`. */
export function secretsOf({ api_key_env }: { api_key_env?: string }): string[] {
  return api_key_env === undefined ? [] : [api_key_env];
}
