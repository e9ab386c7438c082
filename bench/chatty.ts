/** A configuration whose replies are long enough to be interrupted. */
import { parse, stringify } from "yaml";

/** Tokens: some ten to twenty seconds of speech. */
const MAX_TOKENS = 120;
/** A small model does as it is shown. */
const EXAMPLES = [
  {
    user: "What did you do today?",
    reply:
      "I got up early and went for a long walk along the river, where the trees are turning red and gold. Then " +
      "I sat down in a small cafe, ordered a cup of tea, and read the first chapters of a book about the sea. In " +
      "the evening I cooked a soup with my neighbours, and we told each other old stories until it was late.",
  },
  {
    user: "Seven steps to the left.",
    reply:
      "That is a good start, and I am curious what you will find there, because every walk begins with a few " +
      "small steps. When I was young I used to count them on my way to school, and I always lost the number at the " +
      "bridge, where the boats went by. Today I count the birds on the roof, and there are never less than ten.",
  },
  {
    user: "She likes the mountains.",
    reply:
      "The mountains are a wonderful place, because the air is clear and one can see for many miles on a good " +
      "day. My favourite path begins in a quiet village, follows a stream through the forest, and then climbs to a " +
      "lake that stays cold even in summer. When I reach the top I rest for an hour and watch the clouds pass by.",
  },
];

/**
 * Writes it to a temporary file, which is the caller's to remove.
 * @param file the configuration it is made from, as the server would take it
 */
export async function chattyConfig(file: string): Promise<string> {
  const config = parse(await Deno.readTextFile(file));
  const handlers: Record<string, object> = config.chat_engine.handler_configs;
  const name = Object.keys(handlers).find((name) => name.startsWith("LLM_"));
  if (!name) throw new Error(`"${file}" has no handler whose name begins with "LLM_".`);
  Object.assign(handlers[name], {
    max_tokens: MAX_TOKENS,
    examples: EXAMPLES,
    system_prompt: "You like to talk.",
    // Replies that broke off teach a small model to break off.
    history_turns: 0,
  });
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(path, stringify(config));
  return path;
}
