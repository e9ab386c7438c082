/** Tries what the program must not be able to do, harmlessly. */
import { dirname, join } from "node:path";

/** What one thread can do although it should not. */
export type Deed =
  | "read the system's files"
  | "read the parent folder"
  | "write"
  | "make links"
  | "connect"
  | "read the server's secrets"
  | "run programs";

interface Attempt {
  deed: Deed;
  try(): Promise<unknown>;
}

/**
 * Nobody's service: whoever may connect here may connect anywhere. Nobody listens, so the system refuses at once where
 * Deno lets the attempt pass. A worker that has a service of its own must be refused here all the same.
 */
const DISCARD = { hostname: "127.0.0.1", port: 9 };
const SYSTEM_FILE = Deno.build.os === "windows" ? "C:\\Windows\\win.ini" : "/etc/passwd";
/** Shared with a TURN server; no handler has to do with it. */
const SECRET = "OAC_TURN_SECRET";
/** By its whole path: without a PATH in the environment a bare name fails before anybody asks whether it may run. */
const SYSTEM_PROGRAM = Deno.build.os === "windows" ? "C:\\Windows\\System32\\whoami.exe" : "/bin/sh";

/**
 * @param root the project's folder; nothing in it but logs/ may be written, by workers not even that
 * @param worker workers may neither connect nor write at all
 * @returns what was NOT refused
 */
export async function probe(root: string, worker: boolean): Promise<Deed[]> {
  const logs = join(root, "logs");
  const folders = [root, join(root, "models"), ...(worker ? [logs] : [])];
  const attempts: Attempt[] = [
    { deed: "read the system's files", try: () => Deno.readTextFile(SYSTEM_FILE) },
    { deed: "read the parent folder", try: () => Array.fromAsync(Deno.readDir(dirname(root))) },
    ...folders.map((folder): Attempt => ({ deed: "write", try: () => writeIn(folder) })),
    // Deno follows links out of the folders it may read, so nobody may be able to make one, not even in the logs.
    ...[root, join(root, "models"), logs].map((folder): Attempt => ({
      deed: "make links",
      try: () => linkIn(folder),
    })),
    { deed: "run programs", try: () => new Deno.Command(SYSTEM_PROGRAM, { args: ["-c", "true"] }).output() },
  ];
  if (worker) {
    attempts.push({ deed: "connect", try: async () => (await Deno.connect(DISCARD)).close() });
    attempts.push({ deed: "read the server's secrets", try: readSecret });
  }
  const done = new Set<Deed>();
  for (const attempt of attempts) if (!await refused(attempt)) done.add(attempt.deed);
  return [...done];
}

/** Only a refusal by permission counts: that a file or program is not there says nothing about the rights. */
async function refused(attempt: Attempt): Promise<boolean> {
  try {
    await attempt.try();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
  }
}

async function linkIn(folder: string): Promise<void> {
  const link = join(folder, `.doctor-${crypto.randomUUID()}`);
  await Deno.symlink(SYSTEM_FILE, link);
  await Deno.remove(link);
}

/** What may not be read looks as if it were not set, so the rights are asked. */
async function readSecret(): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "env", variable: SECRET });
  if (state !== "granted") throw new Deno.errors.NotCapable(`The variable "${SECRET}" is hidden`);
}

async function writeIn(folder: string): Promise<void> {
  await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".doctor-" }));
}
