/** Asks a chat server for an answer: with the caller's picture, with tools, and with a prompt that fits. */
import type { Exchange, FrameOf } from "../../engine/frame.ts";
import type { Context } from "../../engine/handler.ts";
import { RemoteError } from "../../remote/failure.ts";
import type { Remote } from "../../remote/remote.ts";
import { type Piece, readChat, type ToolCall } from "./chat.ts";
import { type Dialogue, type Message, messagesFor, shorten, wholeQuestion } from "./messages.ts";
import { thoughtFilter } from "./thoughts.ts";
import type { Toolbox } from "./tools.ts";

/** What is asked for, as `LLM_OpenAI` is configured. */
export interface Wishes {
  system_prompt: string;
  examples: Exchange[];
  max_tokens: number;
  temperature?: number;
  extra: Record<string, unknown>;
  max_tool_rounds: number;
}

/** One caller. */
export interface Caller {
  id: string;
  dialogue: Dialogue;
  picture: FrameOf<"image.user"> | null;
  /** The turn in which an apology was said, and what was said before it. */
  sorry: { turn: number; said: string } | null;
}

/** What all callers share. */
export interface Brain {
  config: Wishes;
  remote: Remote;
  toolbox: Toolbox;
}

/** Milliseconds after which the last picture shows nothing that is asked about. */
const PICTURE_AGE = 10_000;

function pictureFor({ picture }: Caller, at: number): string | null {
  if (picture === null || at - picture.at > PICTURE_AGE) return null;
  return `data:image/jpeg;base64,${picture.data.toBase64()}`;
}

/** One request: the pieces of its answer. `tools`: whether the model may ask for one. */
async function* round(brain: Brain, caller: Caller, messages: Message[], tools: boolean, ctx: Context) {
  const { config: { max_tokens, temperature, extra }, remote, toolbox } = brain;
  const offered = await toolbox.tools();
  const choice = offered.length > 0 ? { tools: offered, tool_choice: tools ? "auto" : "none" } : {};
  const limits = { ...(max_tokens > 0 && { max_tokens }), ...(temperature !== undefined && { temperature }) };
  const ask = (model: string) => ({
    path: "/chat/completions",
    json: { model, messages, stream: true, ...limits, ...choice, ...extra },
  });
  yield* remote.stream(caller.id, ctx.signal, ask, readChat);
}

/** Lets the model use tools until it answers. @returns whether the limit of tokens cut the answer. */
async function* converse(
  brain: Brain,
  caller: Caller,
  messages: Message[],
  ctx: Context,
): AsyncGenerator<string, boolean> {
  for (let left = brain.config.max_tool_rounds;; left--) {
    const thoughts = thoughtFilter();
    let content = "";
    let end: Extract<Piece, { kind: "end" }> | undefined;
    for await (const piece of round(brain, caller, messages, left > 0, ctx)) {
      if (piece.kind === "end") end = piece;
      else {
        content += piece.text;
        yield thoughts.push(piece.text);
      }
    }
    yield thoughts.finish();
    if (!end || end.calls.length === 0 || left === 0) return end?.cut ?? false;
    messages.push({ role: "assistant", content: content || null, tool_calls: end.calls });
    messages.push(...await useTools(brain, end.calls, ctx));
  }
}

function useTools({ toolbox }: Brain, calls: ToolCall[], ctx: Context): Promise<Message[]> {
  return Promise.all(calls.map(async ({ id, function: { name, arguments: args } }) => {
    ctx.log.debug(`The model uses the tool "${name}".`);
    return { role: "tool", tool_call_id: id, content: await toolbox.use(name, args, ctx.signal) } as const;
  }));
}

/**
 * The answer's text as it comes. A prompt that is too long for the model is made shorter, as long as nothing has been
 * said.
 * @returns whether the limit of tokens cut the answer
 * @throws {RemoteError} when there is no answer, or it broke off
 */
export async function* askFor(
  brain: Brain,
  caller: Caller,
  frame: FrameOf<"text.user">,
  ctx: Context,
): AsyncGenerator<string, boolean> {
  const { config: { system_prompt: system, examples } } = brain;
  const picture = pictureFor(caller, frame.at);
  for (let question = wholeQuestion(caller.dialogue, frame.text);;) {
    const messages = messagesFor({ system, examples }, caller.dialogue, question, picture);
    let said = false;
    const pieces = converse(brain, caller, messages, ctx);
    try {
      let next = await pieces.next();
      for (; !next.done; next = await pieces.next()) {
        said ||= next.value !== "";
        yield next.value;
      }
      return next.value;
    } catch (error) {
      const shorter = error instanceof RemoteError && error.tooLong && !said
        ? shorten(caller.dialogue, question)
        : null;
      if (shorter === null) throw error;
      question = shorter;
    } finally {
      await pieces.return(false);
    }
  }
}
