/** Runs the programs that fetch packages. */

export interface CommandResult {
  code: number;
  /** What it said on stderr. */
  errors: string;
}

/**
 * Runs a program to its end. `env` adds to the environment; the program is ended when `signal` fires.
 * @throws Deno.errors.NotFound when there is no such program.
 */
export type Runner = (
  command: readonly string[],
  options: { env?: Record<string, string>; signal?: AbortSignal },
) => Promise<CommandResult>;

/** Where programs lie when the environment does not say so; Deno looks nowhere then. */
const USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

export const runCommand: Runner = async ([program, ...args], { env, signal }) => {
  const command = new Deno.Command(program, {
    args,
    env: { PATH: Deno.env.get("PATH") ?? USUAL_PATH, ...env },
    signal,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const { code, stderr } = await command.output();
  return { code, errors: new TextDecoder().decode(stderr) };
};
