/** How long a server may keep us waiting. */
import { hostOf } from "./address.ts";
import { RemoteError } from "./failure.ts";

/** Ends a request when nothing has come for too long. Time in which nobody reads does not count. */
export interface Patience extends Disposable {
  /** Fires with a RemoteError when it is over, or with the outer signal. */
  readonly signal: AbortSignal;
  /** What was waited for has begun to come: from now on the time between two pieces counts. */
  heard(): void;
  /** The pieces of an answer. Leaving the loop early closes the socket. */
  read(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>>;
}

/**
 * @param first milliseconds from now until `heard` must have been called
 * @param next milliseconds from one piece to the next, after that
 */
export function createPatience(server: string, first: number, next: number, outer: AbortSignal): Patience {
  const over = new AbortController();
  const begin = performance.now();
  let begun = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const wait = () => {
    const limit = begun ? next : first;
    const words = `${hostOf(server)} sent nothing for ${limit / 1000} s`;
    const left = begun ? next : Math.max(0, first - (performance.now() - begin));
    rest();
    timer = setTimeout(() => over.abort(new RemoteError(words, { late: true })), left);
  };
  wait();
  return {
    signal: AbortSignal.any([outer, over.signal]),
    heard() {
      begun = true;
      if (timer !== undefined) wait();
    },
    async *read(response) {
      const reader = response.body!.getReader();
      try {
        for (;;) {
          wait();
          const { done, value } = await reader.read();
          rest();
          if (done) return;
          yield value;
        }
      } finally {
        rest();
        // Nobody waits for the socket to close; of a body that has failed there is nothing left to cancel.
        reader.cancel().catch(() => {});
      }
    },
    [Symbol.dispose]: rest,
  };
}
