/** Processor time of a server and of its workers, from /proc (Linux). */

/** Seconds of processor time so far: the whole process, its main thread, and its workers in the order of their start. */
export interface Usage {
  at: number;
  total: number;
  main: number;
  workers: number[];
}

/** Clock ticks per second: 100 on every Linux there is for x86-64 and arm64. */
const TICKS = 100;

/** @throws where there is no /proc. */
export function usage(pid: number): Usage {
  const found: { number: number; used: number }[] = [];
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    try {
      const task = `/proc/${pid}/task/${name}`;
      // Deno numbers the threads of its workers.
      const number = /^worker-(\d+)$/.exec(Deno.readTextFileSync(`${task}/comm`).trim())?.[1];
      if (number) found.push({ number: Number(number), used: seconds(`${task}/stat`) });
    } catch {
      // The thread has ended meanwhile.
    }
  }
  const workers = found.toSorted((a, b) => a.number - b.number).map(({ used }) => used);
  const main = seconds(`/proc/${pid}/task/${pid}/stat`);
  return { at: performance.now() / 1000, total: seconds(`/proc/${pid}/stat`), main, workers };
}

function seconds(file: string): number {
  // The second field, the name, may hold anything, brackets included.
  const fields = Deno.readTextFileSync(file).split(") ").at(-1)!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Seconds of processor time that all processes of the machine have used so far, idling and waiting apart. */
export function machineUsage(): number {
  const [user, nice, system, _idle, _wait, irq, softirq] = Deno.readTextFileSync("/proc/stat")
    .split("\n")[0].trim().split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / TICKS;
}

/** Share of one core between two readings, percent. `names`: the handlers in the order of their workers. */
export function shares(
  before: Usage,
  after: Usage,
  names: readonly string[],
): Record<string, number> {
  const wall = after.at - before.at;
  const share = (used: number) => Math.round(used / wall * 1000) / 10;
  const out: Record<string, number> = {};
  const main = after.main - before.main;
  let rest = after.total - before.total - main;
  names.forEach((name, i) => {
    const used = (after.workers[i] ?? 0) - (before.workers[i] ?? 0);
    rest -= used;
    out[name] = share(used);
  });
  return { ...out, main: share(main), "native pools": share(rest), all: share(after.total - before.total) };
}
