/** Processor time of a process and of its threads, from /proc (Linux). */

/** Seconds of processor time so far: the whole process, and per thread number. */
export interface Usage {
  at: number;
  total: number;
  threads: Map<number, number>;
}

/** Clock ticks per second: 100 on every Linux there is for x86-64 and arm64. */
const TICKS = 100;

/** @throws where there is no /proc. */
export function usage(pid: number): Usage {
  const threads = new Map<number, number>();
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    try {
      threads.set(Number(name), seconds(`/proc/${pid}/task/${name}/stat`));
    } catch {
      // The thread has ended meanwhile.
    }
  }
  return { at: performance.now() / 1000, total: seconds(`/proc/${pid}/stat`), threads };
}

function seconds(file: string): number {
  // The second field, the name, may hold anything, brackets included.
  const fields = Deno.readTextFileSync(file).split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Share of one core between two readings, percent. */
export function shares(
  before: Usage,
  after: Usage,
  names: Record<string, number | null>,
): Record<string, number> {
  const wall = after.at - before.at;
  const share = (used: number) => Math.round(used / wall * 1000) / 10;
  const out: Record<string, number> = {};
  let rest = after.total - before.total;
  for (const [name, thread] of Object.entries(names)) {
    if (thread === null) continue;
    const used = (after.threads.get(thread) ?? 0) - (before.threads.get(thread) ?? 0);
    rest -= used;
    out[name] = share(used);
  }
  return { ...out, "main and native pools": share(rest), all: share(after.total - before.total) };
}
