/** Edit distance: how "did you mean" finds the name that was meant. */

/**
 * Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment distance,
 * https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance).
 */
export function distance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], older[j - 2] + 1);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length];
}

/** Capitals and the kind of dash are not worth a difference. */
const plain = (word: string) => word.toLowerCase().replaceAll(/[-_ ]/g, "_");

/** The name that was most likely meant, or undefined when none is near. Words beyond 200 characters match nothing. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  if (word.length > 200) return undefined;
  let best: { name: string; far: number } | undefined;
  for (const name of names) {
    const far = distance(plain(word), plain(name));
    const started = word.length >= 3 && plain(name).startsWith(plain(word));
    const limit = started ? name.length : Math.max(2, Math.floor(name.length * 0.4));
    if (far <= limit && (!best || far < best.far)) best = { name, far };
  }
  return best?.name;
}

/** ` Did you mean "x"?`, or what is allowed when nothing is near. Starts with a space; empty without names. */
export function hint(word: string, names: readonly string[]): string {
  const meant = nearest(word, names);
  if (meant !== undefined) return ` Did you mean "${meant}"?`;
  return names.length ? ` Known: ${names.map((name) => `"${name}"`).join(", ")}.` : "";
}
