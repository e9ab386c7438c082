/** A real server in a process of its own, as `deno task start` runs it, on a free port. */
import { runPermissions } from "../scripts/permissions.ts";
import { TextLineStream } from "./lines.ts";

export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** Settles when the process has ended. */
  readonly status: Promise<Deno.CommandStatus>;
  /** Everything it has logged so far, line by line. */
  readonly lines: string[];
}

/** A port that nobody listens on at this moment. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** What is started, and where. */
export interface Program {
  command: string;
  args: string[];
  cwd: string | URL;
  env: Record<string, string>;
  clearEnv?: boolean;
}

/** main.ts with the rights that `deno task start` gives it. */
export function sources(args: readonly string[]): Program {
  return {
    command: Deno.execPath(),
    args: ["run", ...runPermissions(args.filter((arg) => !arg.startsWith("-"))), "main.ts"],
    cwd: new URL("..", import.meta.url),
    env: { ORT_DISABLE_TELEMETRY: "1" },
  };
}

/**
 * Starts the server and waits until it says that it is ready, or has come as far as `sign`.
 * @throws with the log when it ends before that.
 */
export async function serve(
  args: string[] = [],
  program = sources(args),
  sign: "Ready" | "Listening" = "Ready",
): Promise<Served> {
  const port = freePort();
  const child = new Deno.Command(program.command, {
    ...program,
    args: [...program.args, "--host", "127.0.0.1", "--port", `${port}`, ...args],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [];
  const ready = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (
      const line of child.stderr.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    ) {
      lines.push(line);
      const url = new RegExp(`${sign}: (https?://\\S+)`).exec(line)?.[1];
      if (url) ready.resolve(url);
    }
    ready.reject(new Error(`The server ended before it was ready:\n${lines.join("\n")}`));
  })();
  const url = await ready.promise;
  return {
    url,
    pid: child.pid,
    status: child.status,
    lines,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await child.status;
      await reading;
    },
  };
}
