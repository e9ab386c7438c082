/** How far a download is: one line per file, rewritten in place on a terminal, else repeated every two seconds. */

export interface Progress {
  /** `done` and `total` in bytes. */
  update(name: string, done: number, total: number): void;
  /** Closes the line of the present file. */
  end(): void;
  /** A line of its own, between the files. */
  say(line: string): void;
}

export interface ProgressOutput {
  write(text: string): void;
  terminal: boolean;
  /** Milliseconds on any clock. */
  now(): number;
}

const INTERVAL = { terminal: 100, plain: 2000 };

/** `name  42 %  41.3 of 98.4 MB  12.3 MB/s` */
export function progressLine(name: string, done: number, total: number, rate: number): string {
  const percent = String(total > 0 ? Math.floor(100 * Math.min(1, done / total)) : 0).padStart(3);
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `${name}  ${percent} %  ${mb(done)} of ${mb(total)} MB  ${mb(rate)} MB/s`;
}

/** @param output Where to, and on which clock. */
export function createProgress({ write, terminal, now }: ProgressOutput): Progress {
  const interval = terminal ? INTERVAL.terminal : INTERVAL.plain;
  let current: { name: string; begun: number; first: number; line: string; written: number } | null = null;
  const put = (line: string) => write(terminal ? `\r\x1b[2K${line}` : `${line}\n`);
  const end = () => {
    // Off a terminal the last state has not been said yet; on one the line is there and only needs its end.
    if (current) terminal ? write(`\r\x1b[2K${current.line}\n`) : put(current.line);
    current = null;
  };
  return {
    update(name, done, total) {
      const time = now();
      if (current?.name !== name) {
        end();
        current = { name, begun: time, first: done, line: "", written: -Infinity };
        if (!terminal) current.written = time;
      }
      const seconds = (time - current!.begun) / 1000;
      const rate = seconds > 0 ? (done - current!.first) / seconds : 0;
      current!.line = progressLine(name, done, total, rate);
      if (time - current!.written < interval) return;
      current!.written = time;
      put(current!.line);
    },
    end,
    say(line) {
      end();
      write(`${line}\n`);
    },
  };
}

/** Progress on stderr, so that stdout holds results only. */
export function terminalProgress(): Progress {
  const encoder = new TextEncoder();
  return createProgress({
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    terminal: Deno.stderr.isTerminal(),
    now: () => performance.now(),
  });
}
