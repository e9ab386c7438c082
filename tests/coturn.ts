/** A real TURN server (coturn) for tests. */
import { TextLineStream } from "./lines.ts";

export interface Coturn extends AsyncDisposable {
  readonly port: number;
  /** For TLS; nobody listens there unless coturn was given a certificate. */
  readonly tlsPort: number;
  /** What it has logged so far, line by line. */
  readonly lines: string[];
  /** Bytes it has passed on in all allocations that have ended, from `peer usage` in its log. */
  relayed(): number;
}

/**
 * Starts coturn on an address and waits until it listens.
 *
 * @param secret is shared with whoever makes credentials (`use-auth-secret`).
 * @param certificates folder with `localhost.crt` and `localhost.key`, as the script makes them; null: no TLS.
 * @throws with its log when it ends before that.
 */
export async function startCoturn(
  address: string,
  secret: string,
  certificates: string | null = null,
): Promise<Coturn> {
  const port = 3478, tlsPort = 5349;
  const tls = certificates
    ? `tls-listening-port=${tlsPort}\ncert=${certificates}/localhost.crt\npkey=${certificates}/localhost.key`
    : "no-tls";
  const folder = await Deno.makeTempDir();
  const settings = `
listening-ip=${address}
relay-ip=${address}
listening-port=${port}
min-port=49160
max-port=49260
realm=oac.test
use-auth-secret
static-auth-secret=${secret}
verbose
no-cli
${tls}
no-dtls
simple-log
log-file=stdout
pidfile=${folder}/pid
userdb=${folder}/db
`;
  await Deno.writeTextFile(`${folder}/turnserver.conf`, settings);
  const child = new Deno.Command("turnserver", {
    args: ["-c", `${folder}/turnserver.conf`],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines: string[] = [];
  const ready = Promise.withResolvers<void>();
  const reading = (async () => {
    const text = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of text) {
      lines.push(line);
      // The last of its listeners.
      if (line.includes(`UDP listener opened on: ${address}:${port}`)) ready.resolve();
    }
    ready.reject(new Error(`coturn ended before it was ready:\n${lines.join("\n")}`));
  })();
  await ready.promise;
  return {
    port,
    tlsPort,
    lines,
    relayed: () =>
      lines.reduce((sum, line) => {
        const [, received, sent] = /peer usage:.* rb=(\d+),.* sb=(\d+)/.exec(line) ?? [];
        return sum + Number(received ?? 0) + Number(sent ?? 0);
      }, 0),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await reading;
      await Deno.remove(folder, { recursive: true });
    },
  };
}
