/** Where a service stands and how its key is named in the configuration. */
import * as v from "valibot";

const ADDRESS = "Write it like http://localhost:8000/v1, without a key, a user or a question mark in it.";
const KEY_NAME =
  "It is the NAME of an environment variable in capitals, such as OPENAI_API_KEY. The key itself stands in that variable, never in this file.";

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" &&
    url.search === "" && url.hash === "";
}

const trimmed = (url: string) => url.replace(/\/+$/, "");

/** One address, as a string without a slash at its end. It is not shown in messages: somebody may put a key into it. */
export const address = v.pipe(
  v.string(),
  v.check(isAddress, ADDRESS),
  v.transform(trimmed),
  v.metadata({ hidden: true }),
);

/** One address or several; a list in any case, without repetitions. */
export const addresses = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.check((given) => [given].flat().length > 0 && [given].flat().every(isAddress), ADDRESS),
  v.transform((given) => [...new Set([given].flat().map(trimmed))]),
  v.metadata({ hidden: true }),
);

/** The name of the variable that holds a key. What is given is never shown: it may be the key. */
export const keyName = v.pipe(
  v.string(),
  v.regex(/^[A-Z][A-Z0-9_]{0,63}$/, KEY_NAME),
  v.metadata({ hidden: true }),
);

/** Host and port as Deno's permissions name them: "localhost:8000", "[::1]:443". */
export function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** The key in this variable; null without a name. @throws {Error} if the variable is not set. */
export function readKey(name: string | undefined): string | null {
  if (name === undefined) return null;
  const key = Deno.env.get(name);
  if (!key) throw new Error(`"api_key_env" names ${name}, which is not set in the environment`);
  return key;
}
