/** Which of the known language models suits this machine. */
import { join } from "node:path";
import { MODELS_PROGRAM } from "../version.ts";
import { type LlmModel, llmModels } from "./catalog/llm.ts";
import { estimate, fits, type Means, readSpeed, type Speed } from "./speed.ts";

/** Tokens a second with which speech is made faster than it is spoken, while other handlers work too. */
export const ENOUGH = 20;

/** Runs everywhere. */
export const SMALLEST: LlmModel = llmModels[0];

/** Is it quick enough here, and does it fit? A graphics card that holds a model is quick enough for it. */
export function suits(speed: Speed, model: LlmModel): boolean {
  return fits(speed, model) && (estimate(speed, model) ?? Infinity) >= ENOUGH;
}

/** The largest that suits; the smallest where none does. */
export function best(speed: Speed, models: readonly LlmModel[] = llmModels): LlmModel {
  return models.findLast((model) => suits(speed, model)) ?? SMALLEST;
}

/** Those whose files are there in full size; every byte is checked before one is loaded. */
export async function presentModels(modelRoot: string): Promise<LlmModel[]> {
  const there = await Promise.all(llmModels.map(async ({ name, files }) => {
    const sizes = await Promise.all(
      files.map((file) =>
        Deno.stat(join(modelRoot, name, file.name)).then(({ size }) => size === file.size, () => false)
      ),
    );
    return sizes.every(Boolean);
  }));
  return llmModels.filter((_, index) => there[index]);
}

export interface Choice {
  name: string;
  /** One line for people. */
  why: string;
}

const speedOf = (speed: Speed, model: LlmModel) => {
  const tokens = estimate(speed, model);
  return tokens === null ? `on ${speed.card?.name}` : `about ${tokens.toFixed(0)} tokens a second`;
};

/** What `model_name: auto` means: the best that is there and suits this machine. It never means a download. */
export async function choose(modelRoot: string, means: Means): Promise<Choice> {
  const there = await presentModels(modelRoot);
  const speed = await readSpeed(modelRoot, means);
  if (!speed) {
    const why = "because how fast this machine is has not been measured yet";
    const others = there.some((model) => model !== SMALLEST);
    return { name: SMALLEST.name, why: others ? `${why}, run: ${MODELS_PROGRAM} fetch` : why };
  }
  const chosen = best(speed, there);
  const better = best(speed);
  const why = `the best that is there (${speedOf(speed, chosen)})`;
  if (better.billions <= chosen.billions) return { name: chosen.name, why };
  return {
    name: chosen.name,
    why: `${why}. ${better.name} would be better (${
      speedOf(speed, better)
    }): ${MODELS_PROGRAM} fetch ${better.name}`,
  };
}
