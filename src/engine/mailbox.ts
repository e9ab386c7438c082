/** What a full mailbox does with one more frame. */
export type Overflow = "drop oldest" | "wait";

/** A bounded first-in-first-out queue between two threads that run at different speeds. */
export interface Mailbox<T> {
  readonly size: number;
  /** How many were thrown away so far. */
  readonly dropped: number;
  /** Resolves once the item is in; with "drop oldest" at once. After `close` the item is thrown away. */
  put(item: T): Promise<void>;
  /** The oldest item, or undefined when there is none. */
  take(): T | undefined;
  /** Throws away every item for which `stale` is true. */
  sweep(stale: (item: T) => boolean): void;
  /** Throws everything away and lets those who wait go on. */
  close(): void;
}

/** @param capacity items at most; who puts one more waits, or the oldest goes, as `overflow` says. */
export function createMailbox<T>(capacity: number, overflow: Overflow): Mailbox<T> {
  let items: T[] = [];
  let waiting: { item: T; done: () => void }[] = [];
  let dropped = 0;
  let closed = false;

  const admit = () => {
    while (waiting.length > 0 && items.length < capacity) {
      const { item, done } = waiting.shift()!;
      items.push(item);
      done();
    }
  };
  return {
    get size() {
      return items.length + waiting.length;
    },
    get dropped() {
      return dropped;
    },
    put(item) {
      if (closed) return Promise.resolve();
      if (items.length < capacity) items.push(item);
      else if (overflow === "drop oldest") {
        items.shift();
        items.push(item);
        dropped++;
      } else return new Promise((done) => waiting.push({ item, done }));
      return Promise.resolve();
    },
    take() {
      const item = items.shift();
      admit();
      return item;
    },
    sweep(stale) {
      items = items.filter((item) => !stale(item));
      const [gone, kept] = [waiting.filter((w) => stale(w.item)), waiting.filter((w) => !stale(w.item))];
      waiting = kept;
      for (const { done } of gone) done();
      admit();
    },
    close() {
      closed = true;
      items = [];
      for (const { done } of waiting) done();
      waiting = [];
    },
  };
}
