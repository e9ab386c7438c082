/** Who may call now, and who waits: a few places and one bounded queue before them, first come first served. */

export interface Place {
  /** Resolves when the place is free for this caller; never, once `leave` was called. */
  readonly granted: Promise<void>;
  /** Gives the place back or leaves the queue. */
  leave(): void;
}

export interface Places {
  readonly taken: number;
  readonly waiting: number;
  /**
   * Asks for a place. `moved` is told the caller's position in the queue, from 1, now and whenever it changes.
   * @returns null when even the queue is full.
   */
  ask(moved: (position: number) => void): Place | null;
}

export function createPlaces(limit: number, queueLimit: number): Places {
  let taken = 0;
  let queue: { grant: () => void; moved: (position: number) => void }[] = [];

  const advance = () => {
    while (taken < limit && queue.length > 0) {
      taken++;
      queue.shift()!.grant();
    }
    queue.forEach(({ moved }, i) => moved(i + 1));
  };
  return {
    get taken() {
      return taken;
    },
    get waiting() {
      return queue.length;
    },
    ask(moved) {
      if (taken >= limit && queue.length >= queueLimit) return null;
      const { promise, resolve } = Promise.withResolvers<void>();
      let state: "waiting" | "in" | "out" = "waiting";
      const entry = {
        moved,
        grant() {
          state = "in";
          resolve();
        },
      };
      queue.push(entry);
      advance();
      return {
        granted: promise,
        leave() {
          if (state === "in") taken--;
          else if (state === "waiting") queue = queue.filter((other) => other !== entry);
          const before = state;
          state = "out";
          if (before !== "out") advance();
        },
      };
    },
  };
}
