/**
 * The likeliest course of mouth shapes: one that changes costs, so that it does not flicker (A. Viterbi, "Error bounds for
 * convolutional codes", 1967), with what is said only a little later.
 */
import { type Heard, SHAPES } from "./mouthing_net.ts";

/** Frames of 20 ms that are not decided until more was heard. */
export const LAG = 3;
/** What a change costs, and what a closure gains, which must be seen: as natural logarithms of likelihoods; chosen by voices that the training did not hear. */
const CHANGE = 1, CLOSING = 0.7;
/** No likelihood counts as smaller. */
const LEAST = 1e-4;

/** Where the course may be. */
export interface Path {
  /** Of the best course that ends in each shape. */
  scores: readonly number[];
  /** For each frame that is not decided and each shape in it, the shape before. */
  before: readonly Uint8Array[];
}

export function newPath(): Path {
  return { scores: SHAPES.map(() => 0), before: [] };
}

function best(scores: readonly number[]): number {
  return scores.reduce((most, score, n) => score > scores[most] ? n : most, 0);
}

/** The course on, with the shapes (by their place in `SHAPES`) of all frames that are not decided. */
export function walk(path: Path, { likelihoods, frames }: Heard): { path: Path; shapes: number[] } {
  let { scores } = path;
  const before = [...path.before];
  for (let frame = 0; frame < frames; frame++) {
    const top = best(scores), changed = scores[top] - CHANGE;
    const from = new Uint8Array(SHAPES.length);
    const most = scores[top];
    scores = scores.map((score, n) => {
      from[n] = score >= changed ? n : top;
      const heard = Math.log(likelihoods[n * frames + frame] + LEAST) + (SHAPES[n] === "PP" ? CLOSING : 0);
      return Math.max(score, changed) - most + heard;
    });
    before.push(from);
  }
  const shapes: number[] = [];
  for (let n = before.length - 1, shape = best(scores); n >= 0; shape = before[n--][shape]) {
    shapes.unshift(shape);
  }
  return { path: { scores, before }, shapes };
}

/** Without the frames that are decided now. */
export function decided({ scores, before }: Path): Path {
  return { scores, before: before.slice(-LAG) };
}
