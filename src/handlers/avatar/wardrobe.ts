/** Avatars in memory: read when they are first asked for, shared by all callers, and let go when others are in fashion. */
import type { Model } from "../../engine/handler.ts";

/** Avatars that nobody wears at present and that are kept all the same; each takes 18 to 25 MB at 512 pixels, 38 MB at 720. */
const SPARE = 2;

export interface Worn<State> {
  model: Model<State>;
  /** To be called once, when the caller is done with it. */
  giveBack(): void;
}

export interface Wardrobe<State> extends AsyncDisposable {
  /** @throws what loading it throws; the next call tries again */
  take(name: string): Promise<Worn<State>>;
  /** Names of those in memory, the one given back longest ago first. */
  readonly names: readonly string[];
}

interface Garment<State> {
  model: Promise<Model<State>>;
  wearers: number;
}

export function createWardrobe<State>(
  load: (name: string) => Promise<Model<State>>,
  spare = SPARE,
): Wardrobe<State> {
  const garments = new Map<string, Garment<State>>();
  const discard = async ({ model }: Garment<State>) => await (await model)[Symbol.asyncDispose]();
  const tidy = () => {
    const idle = [...garments].filter(([, { wearers }]) => wearers === 0);
    for (const [name, garment] of idle.slice(0, Math.max(0, idle.length - spare))) {
      garments.delete(name);
      discard(garment).catch(() => {});
    }
  };
  return {
    get names() {
      return [...garments.keys()];
    },
    async take(name) {
      let garment = garments.get(name);
      if (!garment) garments.set(name, garment = { model: load(name), wearers: 0 });
      garment.wearers++;
      try {
        const model = await garment.model;
        let worn = true;
        const giveBack = () => {
          if (!worn) return;
          worn = false;
          garment.wearers--;
          // The one given back last is the last to go.
          garments.delete(name);
          garments.set(name, garment);
          tidy();
        };
        return { model, giveBack };
      } catch (error) {
        if (garments.get(name) === garment) garments.delete(name);
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      const all = [...garments.values()];
      garments.clear();
      await Promise.allSettled(all.map(discard));
    },
  };
}
