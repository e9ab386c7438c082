/**
 * Notices that the server is short of processor time by the pictures that come too late, and asks pages that can draw the
 * face themselves to do so: one after another, each only after it has been seen whether the last one was enough. A page
 * that draws goes on drawing, so nothing goes to and fro.
 */

export interface Relief {
  /** A picture was due; was it late, or not made at all? */
  note(late: boolean): void;
  /** `ask` will be called, once, when help is needed, unless the returned function is called before. */
  offer(ask: () => void): () => void;
}

export interface ReliefOptions {
  /** Milliseconds, never running back. */
  now(): number;
}

/** Milliseconds that are looked at together, in slots of this length. */
const WINDOW = 5_000;
const SLOT = 500;
/** So many pictures in that time say anything; of them this share must be late or left out. */
const ENOUGH = 25;
const SHORT = 0.08;

export function createRelief({ now }: ReliefOptions): Relief {
  const offers = new Set<() => void>();
  let slots: { since: number; late: number; all: number }[] = [];
  let asked = -Infinity;

  const judge = (time: number) => {
    slots = slots.filter(({ since }) => since > time - WINDOW);
    const all = slots.reduce((sum, slot) => sum + slot.all, 0);
    const late = slots.reduce((sum, slot) => sum + slot.late, 0);
    // What came before the last page took over says nothing about now.
    const [first] = offers, whole = time - Math.max(asked, slots[0].since) >= WINDOW - SLOT;
    if (!first || !whole || all < ENOUGH || late < SHORT * all) return;
    offers.delete(first);
    asked = time;
    slots = [];
    first();
  };
  return {
    note(late) {
      const time = now();
      let slot = slots.at(-1);
      const begins = !slot || time - slot.since >= SLOT;
      if (!slot || begins) slots.push(slot = { since: time, late: 0, all: 0 });
      slot.all++;
      if (late) slot.late++;
      if (begins) judge(time);
    },
    offer(ask) {
      offers.add(ask);
      return () => void offers.delete(ask);
    },
  };
}
