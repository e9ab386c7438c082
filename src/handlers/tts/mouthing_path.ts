/**
 * The likeliest course of mouth shapes: one that changes costs, so that it does not flicker (A. Viterbi, "Error bounds for
 * convolutional codes", 1967), with what is said only a little later.
 */
import { type Heard, SHAPES } from "./mouthing_net.ts";

/** Frames of 20 ms that are not decided until more was heard. */
export const LAG = 3;
/** What a change costs, and what a closure gains, which must be seen: as natural logarithms of likelihoods; chosen by voices that the training did not hear. */
const CHANGE = 0.5, CLOSING = 0.6;
/** No likelihood counts as smaller. */
const LEAST = 1e-4;
/** A closure takes two frames at least: its first is a place of its own on the course, which only leads into the closure. */
const CLOSURE = SHAPES.indexOf("PP"), BEGUN = SHAPES.length;

/** Where the course may be. */
export interface Path {
  /** Of the best course that ends in each shape, and in a closure only begun. */
  scores: readonly number[];
  /** For each frame that is not decided and each place in it, the place before. */
  before: readonly Uint8Array[];
}

export function newPath(): Path {
  return { scores: [...SHAPES.map(() => 0), -Infinity], before: [] };
}

/** The shape with the highest score. */
function best(scores: readonly number[]): number {
  let top = 0;
  for (let n = 1; n < SHAPES.length; n++) if (scores[n] > scores[top]) top = n;
  return top;
}

/** The scores one frame on. @param from becomes, for each place, the best place before. */
function step(scores: readonly number[], heard: (shape: number) => number, from: Uint8Array): number[] {
  const top = best(scores), most = scores[top], changed = most - CHANGE;
  const next = SHAPES.map((_, n) => {
    const other = n === CLOSURE ? BEGUN : top;
    const then = n === CLOSURE ? scores[BEGUN] : changed;
    from[n] = scores[n] >= then ? n : other;
    return Math.max(scores[n], then) - most + heard(n);
  });
  from[BEGUN] = top;
  return [...next, changed - most + heard(CLOSURE)];
}

/** The course on, with the shapes (by their place in `SHAPES`) of all frames that are not decided. */
export function walk(path: Path, { likelihoods, frames }: Heard): { path: Path; shapes: number[] } {
  let { scores } = path;
  const before = [...path.before];
  for (let frame = 0; frame < frames; frame++) {
    const likely = likelihoods.subarray(frame * SHAPES.length, (frame + 1) * SHAPES.length);
    const from = new Uint8Array(SHAPES.length + 1);
    scores = step(
      scores,
      (shape) => Math.log(likely[shape] + LEAST) + (shape === CLOSURE ? CLOSING : 0),
      from,
    );
    before.push(from);
  }
  const shapes: number[] = [];
  for (let n = before.length - 1, shape = best(scores); n >= 0; shape = before[n--][shape]) {
    shapes.unshift(shape === BEGUN ? CLOSURE : shape);
  }
  return { path: { scores, before }, shapes };
}

/** Without the frames that are decided now. */
export function decided({ scores, before }: Path): Path {
  return { scores, before: before.slice(-LAG) };
}
