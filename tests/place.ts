/** A relay, a server and a browser, each in a network of its own whose firewall stops what it shall stop. */
import { createHash, type X509Certificate } from "node:crypto";
import { launchBrowser } from "./browser.ts";
import { type Caller, openCaller } from "./caller.ts";
import { certificates } from "./certificates.ts";
import { type Coturn, startCoturn } from "./coturn.ts";
import { compose, recording } from "./dialogue.ts";
import { type Hub, type Namespace, openHub } from "./namespaces.ts";
import { serve, type Served, sources } from "./served.ts";

/** What server and relay share. */
export const SECRET = "as coturn knows it";

export interface Place {
  hub: Hub;
  coturn: Coturn;
  /** Where the browser stands. */
  home: Namespace;
  /** Where the server stands. */
  site: Namespace;
  server: Served;
  caller: Caller;
}

export interface Setting {
  /** What passes the firewalls; the relay is named for both where only TCP does, and for TLS alone where that is asked. */
  transport: "udp" | "tcp" | "tls";
  /** What the server is told. */
  secret?: string;
  behindNat?: boolean;
  /** Whether the server knows the CA of the relay's certificate (the default); the browser takes it unasked. */
  trusted?: boolean;
  /** The only address under which the browser reaches the server by UDP. */
  publicAddress?: string;
}

async function configFile(
  hub: Hub,
  { transport, behindNat = false, publicAddress = "" }: Setting,
): Promise<string> {
  const sample = await Deno.readTextFile(new URL("../configs/sample.yaml", import.meta.url));
  const turn = (by: string) => `turn:${hub.address}:3478?transport=${by}`;
  const urls =
    { udp: [turn("udp")], tcp: [turn("udp"), turn("tcp")], tls: [`turns:${hub.address}`] }[transport];
  const text = sample
    .replace(
      "ice_servers: []",
      `ice_servers: [{ urls: ${JSON.stringify(urls)}, secret_env: OAC_TURN_SECRET }]`,
    )
    .replace('public_address: ""', `public_address: "${publicAddress}"`)
    .replace("behind_nat: false", `behind_nat: ${behindNat}`);
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(file, text);
  return file;
}

/** By which Chromium knows a certificate that it takes whoever signed it. */
function keyHash({ publicKey }: X509Certificate): string {
  return createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest("base64");
}

/** A relay, a server and a browser, each in its network; the browser's microphone plays "go forward". */
export async function inPlace(setting: Setting, use: (place: Place) => Promise<void>): Promise<void> {
  await using hub = await openHub();
  // Made when the hub is there, so that its address is in the certificate.
  await using certified = setting.transport === "tls" ? await certificates() : null;
  await using coturn = await startCoturn(hub.address, SECRET, certified?.folder);
  const home = await hub.open(), site = await hub.open();
  const exception = setting.transport === "udp" ? coturn.port : null;
  if (setting.publicAddress) await home.translate(setting.publicAddress, site.address);
  else await home.blockUdp(exception);
  if (setting.behindNat) await site.blockUdp(exception);
  const config = await configFile(hub, setting);
  const microphone = await Deno.makeTempFile({ suffix: ".wav" });
  await Deno.writeFile(microphone, compose([await recording("go-forward")], 12, 8).wav);
  try {
    const args = ["--config", config, `--host=${site.address}`];
    const program = sources(args);
    const [command, ...enter] = site.enter;
    await using server = await serve(args, {
      ...program,
      command,
      args: [...enter, program.command, ...program.args],
      env: {
        ...program.env,
        OAC_TURN_SECRET: setting.secret ?? SECRET,
        ...certified && setting.trusted !== false ? { DENO_CERT: `${certified.folder}/ca.crt` } : {},
      },
    });
    const flags = [
      // Without https only pages of this very machine are given a microphone.
      `--unsafely-treat-insecure-origin-as-secure=${server.url}`,
      ...certified
        ? [`--ignore-certificate-errors-spki-list=${keyHash(await certified.certificate("localhost.crt"))}`]
        : [],
    ];
    await using browser = await launchBrowser({ microphone, args: flags, enter: home.enter });
    await using caller = await openCaller(browser.browser, server.url);
    await use({ hub, coturn, home, site, server, caller }).catch(async (error) => {
      console.error(await caller.page.locator("body").innerText());
      console.error([...server.lines.slice(-12), ...coturn.lines.slice(-40)].join("\n"));
      throw error;
    });
  } finally {
    await Deno.remove(config);
    await Deno.remove(microphone);
  }
}
