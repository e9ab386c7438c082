/** 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** The same sequence for the same seed (xorshift32: Marsaglia, "Xorshift RNGs", 2003). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}

/** A number from a name (FNV-1a, 32 bits), so that every caller sees another but repeatable face. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** A log-normal number of median 1; `sigma`: standard deviation of its logarithm (Box and Muller, 1958). */
export function logNormal(random: Random, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random() * 0.999)) * Math.cos(2 * Math.PI * random());
  return Math.exp(sigma * normal);
}
