/** The local engine with the caller's camera: one model, one answer after another. */
import { join } from "node:path";
import type { Body, FrameOf } from "../../engine/frame.ts";
import type { Context, HandlerEnv, Model } from "../../engine/handler.ts";
import {
  type Dialogue,
  type Message as ChatMessage,
  messagesFor,
  newDialogue,
  recall,
  rememberTurn,
  wholeQuestion,
} from "../llm/messages.ts";
import { replyStream } from "../llm/reply.ts";
import { type Completion, openSeeing, PICTURE, type SeeingContext } from "./addon.ts";
import type { Config } from "./settings.ts";
import type { Weights } from "./weights.ts";

export interface Caller {
  dialogue: Dialogue;
  picture: FrameOf<"image.user"> | null;
}

interface Brain {
  context: SeeingContext;
  config: Config;
  /** Settles when the answer under way is over. */
  busy: Promise<unknown>;
}

/** Milliseconds after which the last picture shows nothing that is asked about. */
const PICTURE_AGE = 10_000;
/** A letter is about a third of a token; what is remembered may fill half of the context. */
const CHARACTERS_PER_TOKEN = 3;
/** Templates end a reply with a special token; a small model may still go on and write the next part itself. */
const STOPS = ["<|", "\nUser:", "\nAssistant:"];

/** In the addon's form: pictures apart, in their place a mark. */
function plain(messages: ChatMessage[]): Pick<Completion, "messages" | "media_paths"> {
  const media: string[] = [];
  const contentOf = ({ content }: ChatMessage): string => {
    if (!Array.isArray(content)) return content ?? "";
    return content.map((part) => {
      if (part.type === "text") return part.text;
      media.push(part.image_url.url);
      return PICTURE;
    }).join("\n");
  };
  return {
    messages: messages.map((message) => ({ role: message.role, content: contentOf(message) })),
    media_paths: media,
  };
}

/** Yields the text as it comes. @returns whether the limit of tokens cut it; null if the signal ended it. */
async function* write(
  context: SeeingContext,
  completion: Completion,
  signal: AbortSignal,
): AsyncGenerator<string, boolean | null> {
  const written: string[] = [];
  let over = false;
  let wake = () => {};
  const stop = () => context.stopCompletion();
  signal.addEventListener("abort", stop);
  const job = context.completion(completion, ({ token }) => {
    written.push(token);
    wake();
  }).finally(() => {
    over = true;
    wake();
  });
  // Looked at below.
  job.catch(() => {});
  try {
    while (!signal.aborted && (written.length > 0 || !over)) {
      if (written.length > 0) yield written.splice(0).join("");
      else await new Promise<void>((resolve) => wake = resolve);
    }
    return signal.aborted ? null : Boolean((await job).stopped_limited);
  } finally {
    if (!over) stop();
    await job.catch(() => {});
    signal.removeEventListener("abort", stop);
  }
}

async function* answer(
  brain: Brain,
  caller: Caller,
  frame: FrameOf<"text.user">,
  { signal }: Context,
): AsyncGenerator<Body> {
  const { config: { voice_prompt, assistant_prompt, max_tokens, temperature = 0 } } = brain;
  const { picture, dialogue } = caller;
  const seen = picture && frame.at - picture.at <= PICTURE_AGE
    ? `data:image/jpeg;base64,${picture.data.toBase64()}`
    : null;
  const system = [voice_prompt, assistant_prompt].filter((text) => text !== "").join("\n");
  const messages = messagesFor({ system, examples: [] }, dialogue, wholeQuestion(dialogue, frame.text), seen);
  const { promise: over, resolve: done } = Promise.withResolvers<void>();
  const before = brain.busy;
  brain.busy = over;
  try {
    await before;
    if (signal.aborted) return;
    const manner = { n_predict: max_tokens, temperature, ...(temperature === 0 && { top_k: 1 }) };
    const completion: Completion = { ...plain(messages), ...manner, jinja: true, stop: STOPS };
    const writing = write(brain.context, completion, signal);
    const reply = replyStream();
    let next = await writing.next();
    try {
      for (; !next.done; next = await writing.next()) {
        const delta = reply.push(next.value);
        if (delta !== "") yield { kind: "text.reply", delta, last: false };
      }
    } finally {
      await writing.return(null);
    }
    if (next.value !== null) yield { kind: "text.reply", delta: reply.finish(next.value), last: true };
  } finally {
    done();
  }
}

export function loadSight(config: Config, { model, projector }: Weights, env: HandlerEnv): Model<Caller> {
  if (projector === null) {
    throw new Error(
      `S2S_MiniCPM: "enable_video_input" needs the model's image part: put mmproj-model-f16.gguf of ` +
        `openbmb/MiniCPM-o-2_6-gguf into "${join(env.modelRoot, config.model_name)}", or set it to false`,
    );
  }
  const { context_size, threads, history_turns } = config;
  const path = join(env.modelRoot, model);
  const context = openSeeing(
    { model: path, projector, context: context_size, threads },
    env.modelRoot,
    env.log,
  );
  const brain: Brain = { context, config, busy: Promise.resolve() };
  const budget = { turns: history_turns, characters: context_size * CHARACTERS_PER_TOKEN / 2 };
  return {
    open: () => ({ dialogue: newDialogue(), picture: null }),
    close() {},
    async *handle(caller, frame, ctx) {
      if (frame.kind === "text.user" && frame.final) yield* answer(brain, caller, frame, ctx);
      else if (frame.kind === "turn.end") rememberTurn(caller.dialogue, frame, budget);
      else if (frame.kind === "image.user") caller.picture = frame;
      else if (frame.kind === "memory") recall(caller.dialogue, frame.exchanges, budget);
    },
    [Symbol.asyncDispose]: () => context.release(),
  };
}
