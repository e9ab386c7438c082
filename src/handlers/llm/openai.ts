/** Answers the caller with any server that speaks OpenAI's `/v1/chat/completions`. */
import * as v from "valibot";
import { withoutMarks } from "../../audio/clauses.ts";
import type { Body, FrameOf } from "../../engine/frame.ts";
import type { Context, Handler, HandlerEnv, Log, Model } from "../../engine/handler.ts";
import { faultOf, RemoteError } from "../../remote/failure.ts";
import { openRemote } from "../../remote/remote.ts";
import { remoteSettings, secretsOf } from "../../remote/settings.ts";
import { apology, apologyFor, withoutApology } from "./apology.ts";
import { askFor, type Brain, type Caller } from "./asking.ts";
import { EXPRESSIONS } from "./manner.ts";
import { newDialogue, recall, rememberTurn } from "./messages.ts";
import { replyStream } from "./reply.ts";
import { mcpServer, openToolbox } from "./tools.ts";

const count = (least: number, most: number, preset: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)), preset);

const NAME = "LLM_OpenAI";

const Config = v.strictObject({
  ...remoteSettings("http://localhost:8000/v1"),
  system_prompt: v.optional(
    v.string(),
    "You are a friendly digital human. You can hear the user and you speak with a voice. Your answers are short, " +
      `without lists, marks or emoji, and in the language of the user. ${EXPRESSIONS}`,
  ),
  /** Exchanges that show the model how to answer. */
  examples: v.optional(v.array(v.strictObject({ user: v.string(), reply: v.string() })), []),
  /** Exchanges remembered, and their characters, at most. */
  history_turns: count(0, 1000, 20),
  history_characters: count(0, 1_000_000, 12_000),
  /** Tokens of an answer; 0: the server decides. */
  max_tokens: count(0, 100_000, 200),
  /** Left out: the server decides. */
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
  /** Shows the model the newest picture of the caller's camera with every question. */
  camera: v.optional(v.boolean(), false),
  /** MCP servers whose tools the model may use. */
  mcp: v.optional(v.array(mcpServer), []),
  /** How many times in one answer. */
  max_tool_rounds: count(1, 50, 4),
  apology: v.optional(apology, {}),
});
type Config = v.InferOutput<typeof Config>;

/** The same with all its settings. */
interface OpenAi extends Brain {
  config: Config;
}

async function* answer(
  brain: OpenAi,
  caller: Caller,
  frame: FrameOf<"text.user">,
  ctx: Context,
): AsyncGenerator<Body> {
  const reply = replyStream();
  let said = "";
  const text = askFor(brain, caller, frame, ctx);
  try {
    let next = await text.next();
    for (; !next.done; next = await text.next()) {
      const delta = reply.push(next.value);
      said += delta;
      if (delta !== "") yield { kind: "text.reply", delta, last: false };
    }
    yield { kind: "text.reply", delta: reply.finish(next.value), last: true };
  } catch (error) {
    if (ctx.signal.aborted) return;
    caller.sorry = { turn: frame.turn, said };
    yield { ...faultOf(NAME, remote(error, ctx.log), ctx.log), goesOn: true };
    const words = apologyFor(brain.config.apology, frame.text, frame.language);
    // On a line of its own, so that it is not spoken as the end of the sentence that broke off.
    yield { kind: "text.reply", delta: said === "" ? words : `\n${words}`, last: true };
  } finally {
    await text.return(false);
  }
}

/** A fault of this program is told like one of the server; where it lies stands in the log. */
function remote(error: unknown, log: Log): RemoteError {
  if (error instanceof RemoteError) return error;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  log.error(stack ?? message);
  return new RemoteError(message);
}

const budgetOf = ({ history_turns: turns, history_characters: characters }: Config) => ({
  turns,
  characters,
});

function remember({ config }: OpenAi, caller: Caller, frame: FrameOf<"turn.end">): void {
  const { turn, said } = caller.sorry ?? { turn: -1, said: "" };
  const heard = turn === frame.turn ? withoutApology(frame.heard, withoutMarks(said)) : frame.heard;
  rememberTurn(caller.dialogue, { ...frame, heard }, budgetOf(config));
}

async function load(config: Config, env: HandlerEnv): Promise<Model<Caller>> {
  const remote = await openRemote(config, env.log);
  const toolbox = await openToolbox(config.mcp, env.log);
  const brain = { config, remote, toolbox };
  return {
    open: ({ id }) => ({ id, dialogue: newDialogue(), picture: null, sorry: null }),
    close: ({ id }) => remote.pool.forget(id),
    async *handle(caller, frame, ctx) {
      if (frame.kind === "text.user" && frame.final) yield* answer(brain, caller, frame, ctx);
      else if (frame.kind === "turn.end") remember(brain, caller, frame);
      else if (frame.kind === "image.user") caller.picture = frame;
      else if (frame.kind === "memory") recall(caller.dialogue, frame.exchanges, budgetOf(config));
    },
    async [Symbol.asyncDispose]() {
      remote[Symbol.dispose]();
      await toolbox[Symbol.asyncDispose]();
    },
  };
}

/** `LLM_OpenAI`: what the caller said in, and with `camera` what he shows; the reply's text out. */
export const handler: Handler<Config, Caller> = {
  name: NAME,
  config: Config,
  consumes: ({ camera }) => ["text.user", "turn.end", "memory", ...(camera ? ["image.user" as const] : [])],
  produces: ["text.reply"],
  models: () => [],
  endpoints: (
    { base_url, mcp },
  ) => [...base_url, ...mcp.flatMap((server) => "url" in server ? server.url : [])],
  secrets: (config) => [
    ...secretsOf(config),
    ...config.mcp.flatMap((server) => "url" in server ? secretsOf(server) : []),
  ],
  programs: ({ mcp }) => mcp.flatMap((server) => "command" in server ? server.command[0] : []),
  load,
};
