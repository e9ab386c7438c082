/** Where somebody's phrases end: after some speech, a silence that is more than a stop between two sounds. */

export interface Phrases {
  /** True once a phrase, when it is clear that it is over. `time` in seconds. */
  step(time: number, voiced: boolean): boolean;
}

/** @param silence seconds that end a phrase. @param least seconds of speech that make one. */
export function createPhrases(silence: number, least: number): Phrases {
  let began: number | null = null, last = 0;
  return {
    step(time, voiced) {
      if (voiced) {
        began ??= time;
        last = time;
        return false;
      }
      if (began === null || time - last < silence) return false;
      const long = last - began >= least;
      began = null;
      return long;
    },
  };
}
