/** A certificate that was renewed on the disk is used without a restart. */
import type { Log } from "../engine/handler.ts";
import { hasExpired, lastDay, type Pair, readTls } from "./tls.ts";

/** Milliseconds between two looks at the files. */
const EVERY = 5_000;

export interface RenewalOptions {
  /** The pair in use. */
  pair: Pair;
  /** Puts another one to use. */
  renew(pair: Pair): Promise<void>;
  log: Log;
  /** Milliseconds between two looks at the files. */
  every?: number;
  /** Milliseconds since 1970. */
  now?(): number;
}

/**
 * Looks at the files' times now and then. A new pair is read once both files have been the same for two looks in a row,
 * because they are written one after the other. What cannot be used is said once, and the pair in use stays.
 */
export function watchPair(options: RenewalOptions): Disposable {
  const { renew, log, every = EVERY, now = Date.now } = options;
  let { pair } = options;
  const { certFile, keyFile } = pair;
  // The pair may have changed since it was read, so the first looks read it again.
  let judged = "";
  let seen = "";
  let told = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;

  const take = async () => {
    const next = await readTls(certFile, keyFile, now());
    if ("reason" in next) {
      log.warn(
        `The renewed certificate is not used, because ${next.reason}. The one before it stays in use.`,
      );
      return;
    }
    if (next.cert === pair.cert && next.key === pair.key) return;
    await renew(next);
    pair = next;
    told = false;
    log.info(`The renewed certificate is in use for new connections, until ${lastDay(pair.leaf)}.`);
  };
  const look = async () => {
    const found = await stamp([certFile, keyFile]);
    if (found !== judged && found === seen) {
      judged = found;
      await take();
    }
    seen = found;
    if (told || !hasExpired(pair.leaf, now())) return;
    told = true;
    log.warn(`"${certFile}" expired on ${lastDay(pair.leaf)}. Run scripts/create_ssl_certs.sh.`);
  };
  const again = () => {
    timer = setTimeout(async () => {
      await look().catch((error) => log.error(`The certificate could not be renewed: ${error.message}`));
      if (!over) again();
    }, every);
  };
  again();
  return {
    [Symbol.dispose]() {
      over = true;
      clearTimeout(timer);
    },
  };
}

/** Changes when one of the files does. */
async function stamp(files: string[]): Promise<string> {
  const infos = await Promise.all(files.map((file) => Deno.stat(file).catch(() => null)));
  return infos.map((info) => info ? `${info.mtime?.getTime()} ${info.size} ${info.ino}` : "none").join();
}
