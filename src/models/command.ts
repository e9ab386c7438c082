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

export const runCommand: Runner = async ([program, ...args], options) => {
  const command = new Deno.Command(program, {
    args,
    ...options,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const { code, stderr } = await command.output();
  return { code, errors: new TextDecoder().decode(stderr) };
};
