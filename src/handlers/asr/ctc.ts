/** Connectionist temporal classification (Graves et al., ICML 2006): from scores per frame to tokens. */

/** Stands for "no token here". */
const BLANK = 0;

/**
 * The greedy path: the likeliest token of every frame, runs of the same token taken as one, without blanks.
 *
 * @param scores Logits or log probabilities, [frames, size].
 */
export function greedy(scores: Float32Array, size: number): number[] {
  const tokens: number[] = [];
  let last = BLANK;
  for (let from = 0; from < scores.length; from += size) {
    let winner = 0;
    for (let n = 1; n < size; n++) if (scores[from + n] > scores[from + winner]) winner = n;
    if (winner !== last && winner !== BLANK) tokens.push(winner);
    last = winner;
  }
  return tokens;
}
