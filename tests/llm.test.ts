import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import type { ChatHistoryItem } from "node-llama-cpp";
import type { Body, BodyOf } from "../src/engine/frame.ts";
import type { Context, Model } from "../src/engine/handler.ts";
import { newConversation } from "../src/handlers/llm/conversation.ts";
import { handler } from "../src/handlers/llm/llama.ts";
import { templateOf } from "../src/handlers/llm/template.ts";
import { SMALLEST } from "../src/models/brain.ts";
import { measureSpeed } from "../src/models/measure.ts";
import { context, env, load, session, stamp } from "./hearing.ts";

type State = Awaited<ReturnType<typeof handler.load>> extends Model<infer S> ? S : never;

let llm: Model<State>;
// The library keeps a timer and handles of its own once it is loaded, hence before the first test.
Deno.test.beforeAll(async () => {
  llm = await load(handler, { max_callers: 2, context_size: 640 });
});
Deno.test.afterAll(async () => await llm[Symbol.asyncDispose]());

async function run(caller: State, body: Body, ctx: Context = context(), model = llm): Promise<Body[]> {
  const out: Body[] = [];
  for await (const answer of model.handle(caller, stamp(body), ctx)) out.push(answer);
  return out;
}

const question = (text: string): Body => ({ kind: "text.user", text, final: true });

async function ask(caller: State, text: string, model = llm): Promise<BodyOf<"text.reply">[]> {
  return (await run(caller, question(text), context(), model)).filter((body) => body.kind === "text.reply");
}

const joined = (deltas: BodyOf<"text.reply">[]) => deltas.map(({ delta }) => delta).join("");

async function call(work: (caller: State) => Promise<void>): Promise<void> {
  const caller = await llm.open(session);
  try {
    await work(caller);
  } finally {
    await llm.close(caller);
  }
}

/** What the model has in memory, as text with its role marks. */
function memory({ chat }: State): string {
  return chat.model.detokenize(chat.sequence.contextTokens, true);
}

Deno.test("llm: a question is answered in deltas, the last one marked", async () => {
  await call(async (caller) => {
    const deltas = await ask(caller, "What is the capital of France?");
    assert.match(joined(deltas), /Paris\.$/);
    assert.deepEqual(deltas.map(({ last }) => last), deltas.map((_, i) => i === deltas.length - 1));
    assert.ok(deltas.length > 2, "the first sentence comes word by word");
    assert.doesNotMatch(joined(deltas), /<\||\|>|user|assistant/);
  });
});

Deno.test("llm: whether a message ends with its words is told before the answer", async () => {
  const chance = async (text: string) => {
    let probability = -1;
    await call(async (caller) => {
      const [first] = await run(caller, question(text));
      assert.ok(first.kind === "text.complete");
      probability = first.probability;
    });
    return probability;
  };
  for (
    const [whole, part] of [
      ["What is the capital of France?", "What is the capital of?"],
      ["I would like a cup of tea.", "I would like a."],
      ["We went to the sea and it rained all day.", "We went to the sea and it."],
    ]
  ) {
    const [more, less] = [await chance(whole), await chance(part)];
    assert.ok(more > 5 * less, `"${whole}" ${more}, "${part}" ${less}`);
  }
});

const partial = (text: string): Body => ({ kind: "text.user", text, final: false });

/** How many tokens of prompt the model evaluates meanwhile. */
async function evaluated({ chat }: State, work: () => Promise<unknown>): Promise<number> {
  const before = chat.sequence.tokenMeter.usedInputTokens;
  await work();
  return chat.sequence.tokenMeter.usedInputTokens - before;
}

const LONG = "Can you please tell me what the capital of the beautiful country of France is?";

Deno.test("llm: a transcript that still grows is evaluated ahead, but not answered, nor remembered", async () => {
  let expected = "";
  await call(async (caller) => {
    const whole = await evaluated(caller, async () => expected = joined(await ask(caller, LONG)));
    assert.ok(whole > 15, "without it, the whole question is evaluated");
  });
  await call(async (caller) => {
    assert.deepEqual(await run(caller, partial("Can you please tell me.")), []);
    assert.deepEqual(
      await run(caller, partial("Can you please tell me what the capital of the beautiful")),
      [],
    );
    assert.match(memory(caller), /user\nCan you please tell me what the capital of the$/);
    assert.deepEqual(await run(caller, partial(LONG)), []);
    const rest = await evaluated(caller, async () => assert.equal(joined(await ask(caller, LONG)), expected));
    assert.ok(rest < 10, `${rest} tokens: the last word and what the template puts behind it`);
    assert.deepEqual(caller.conversation, newConversation());
    assert.equal(memory(caller).split("Can you please").length, 2, "the question is there once");
  });
});

Deno.test("llm: a transcript that was misheard, or whose answer was cancelled, changes nothing", async () => {
  let expected = "";
  await call(async (caller) => {
    expected = joined(await ask(caller, "What is the capital of Italy?"));
  });
  await call(async (caller) => {
    await run(caller, partial("Watt is the capitol of"));
    for await (const _ of llm.handle(caller, stamp(question("What is it")), context())) break;
    await run(caller, partial("What is it all about when"));
    assert.equal(joined(await ask(caller, "What is the capital of Italy?")), expected);
  });
});

Deno.test("llm: work ahead goes in steps and ends at once when a question waits", async () => {
  await call(async (caller) => {
    let asked = 0;
    let clock = 0;
    // A slow machine: every step takes longer than it may.
    const ctx = context({
      now: () => clock += 1_000,
      waiting: (kind) => kind === "text.user" && ++asked > 2,
    });
    const words = "one two three four five six seven eight nine ten ".repeat(3);
    assert.ok(await evaluated(caller, () => run(caller, partial(words), ctx)) <= 12);
    assert.ok(await evaluated(caller, () => run(caller, partial(words), ctx)) === 0);
    const user = "Tell me about the sky.";
    const end: Body = { kind: "turn.end", user, heard: "The sky is blue. ".repeat(9), interrupted: false };
    assert.ok(await evaluated(caller, () => run(caller, end, ctx)) === 0);
    assert.ok(await evaluated(caller, () => run(caller, partial("Why is"))) > 30, "the next work goes on");
    assert.match(joined(await ask(caller, "What is the capital of France?")), /Paris/);
  });
});

Deno.test("llm: the model's start token comes once", async () => {
  await call(async (caller) => {
    await ask(caller, "Hello!");
    assert.match(memory(caller), /^<\|im_start\|>system\n/);
  });
});

/** As that of Qwen3: who asks decides whether the model thinks aloud. */
const THINKING = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n" +
  "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}";

Deno.test("llm: a model that may think aloud is told that it has", async () => {
  const library = await import("node-llama-cpp");
  await call((caller) => {
    const { model } = caller.chat;
    const promptOf = (template: string) => {
      const tokenizer = { ...model.fileInfo.metadata.tokenizer, chat_template: template };
      const fileInfo = { ...model.fileInfo, metadata: { ...model.fileInfo.metadata, tokenizer } };
      const wrapper = templateOf(library, Object.create(model, { fileInfo: { value: fileInfo } }));
      const chatHistory: ChatHistoryItem[] = [{ type: "user", text: "Hi!" }, { type: "model", response: [] }];
      const { contextText } = wrapper.generateContextState({ chatHistory });
      return model.detokenize(contextText.tokenize(model.tokenizer), true);
    };
    assert.match(promptOf(THINKING), /assistant\n<think>\n\n<\/think>\n\n$/);
    assert.match(promptOf(THINKING.replaceAll("enable_thinking", "other")), /assistant\n$/);
    return Promise.resolve();
  });
});

Deno.test("llm: history holds what was heard, and is in memory before the next question", async () => {
  await call(async (caller) => {
    const user = "Tell me about the sky.";
    await ask(caller, user);
    await run(caller, { kind: "turn.end", user, heard: "The sky is", interrupted: true });
    const loaded = memory(caller);
    assert.match(
      loaded,
      /user\nTell me about the sky\.<\|im_end\|>\n<\|im_start\|>assistant\nThe sky is<\|im_end\|>/,
    );
    const before = caller.chat.sequence.tokenMeter.usedInputTokens;
    await ask(caller, "Why?");
    assert.ok(memory(caller).startsWith(loaded.replace(/\s*$/, "")));
    assert.ok(
      caller.chat.sequence.tokenMeter.usedInputTokens - before < 20,
      "only the question is evaluated",
    );
  });
});

Deno.test("llm: a cancelled answer stops at once and the next is as if it had never been", async () => {
  let expected = "";
  await call(async (caller) => {
    expected = joined(await ask(caller, "What is the capital of Italy?"));
  });
  await call(async (caller) => {
    const turn = new AbortController();
    const seen: Body[] = [];
    const frame = stamp(question("Why is the sky blue?"));
    for await (const body of llm.handle(caller, frame, context({ signal: turn.signal }))) {
      seen.push(body);
      turn.abort();
    }
    assert.equal(seen.length, 1, "nothing comes after the cancellation");
    assert.equal(joined(await ask(caller, "What is the capital of Italy?")), expected);
  });
});

Deno.test("llm: an answer cancelled before it began, or left by its reader, leaves the caller usable", async () => {
  await call(async (caller) => {
    const signal = AbortSignal.abort();
    assert.deepEqual(await run(caller, question("Hello!"), context({ signal })), []);
    for await (const _ of llm.handle(caller, stamp(question("Why is the sky blue?")), context())) break;
    assert.match(joined(await ask(caller, "What is the capital of France?")), /Paris/);
  });
});

Deno.test("llm: a long call and an endless question do not overflow", async () => {
  await call(async (caller) => {
    for (let i = 0; i < 4; i++) {
      const heard = "I see what you mean. ".repeat(12);
      await run(caller, {
        kind: "turn.end",
        user: `This is sentence ${i}. `.repeat(12),
        heard,
        interrupted: false,
      });
    }
    assert.equal((await ask(caller, "Hello!")).at(-1)?.last, true);
    assert.ok(caller.conversation.exchanges.length < 3, "the oldest exchanges are forgotten");
    assert.equal((await ask(caller, "and so on ".repeat(2_000))).at(-1)?.last, true);
  });
});

/** Loads another one for a single caller and hands both to `work`. */
async function alone(
  settings: object,
  work: (caller: State, model: Model<State>) => Promise<void>,
): Promise<void> {
  const model = await load(handler, { max_callers: 1, ...settings });
  try {
    const caller = await model.open(session);
    await work(caller, model);
    await model.close(caller);
  } finally {
    await model[Symbol.asyncDispose]();
  }
}

const end = (user: string, heard: string): Body => ({ kind: "turn.end", user, heard, interrupted: false });
const SHORT = { examples: [{ user: "Hello Joe!", reply: "Hello! How can I help you today?" }] };

/** Milliseconds of the processor until the first word of an answer, which is then cancelled. */
async function firstWord(caller: State, text: string, model: Model<State>): Promise<number> {
  const time = () => process.cpuUsage().user / 1000;
  const since = time();
  for await (const body of model.handle(caller, stamp(question(text)), context())) {
    if (body.kind === "text.reply") break;
  }
  return time() - since;
}

Deno.test("llm: sixty turns in a small context keep what the caller said of himself, and the first word its time", async () => {
  await alone({ ...SHORT, context_size: 512 }, async (caller, model) => {
    const times: number[] = [];
    await run(caller, end("My name is Anna. How are you?", "Nice to meet you, Anna."), context(), model);
    for (let turn = 1; turn <= 60; turn++) {
      const topic =
        `${turn} ships sailed over the sea in the morning, and the sun was shining on all of them.`;
      await run(
        caller,
        end(topic, `I see, ${turn} of them. That must have been lovely to look at.`),
        context(),
        model,
      );
      if (turn % 4 === 0) times.push(await firstWord(caller, "Where are the ships now?", model));
      assert.ok(caller.chat.sequence.contextTokens.length <= 512);
    }
    assert.match(memory(caller), /Earlier I said: My name is Anna\./);
    const { facts } = caller.conversation.past;
    assert.ok(caller.chat.model.tokenize(facts.join(" ")).length <= 512 / 6);
    assert.equal((await ask(caller, "What is my name?", model)).at(-1)?.last, true);
    const median = (some: number[]) => some.toSorted((a, b) => a - b)[Math.floor(some.length / 2)];
    const [early, late] = [median(times.slice(0, 5)), median(times.slice(-5))];
    console.log(`First word: ${early.toFixed(0)} ms at first, ${late.toFixed(0)} ms after 60 turns.`);
    assert.ok(late < 2 * early, `${times.map((time) => time.toFixed(0))}`);
  });
});

Deno.test("llm: the model's own summary makes way for the caller, and is written once there is time", async () => {
  await alone({ ...SHORT, context_size: 512, summary: "model", history_turns: 1 }, async (caller, model) => {
    await run(caller, end("My name is Anna.", "Nice to meet you, Anna."), context(), model);
    let looks = 0;
    // The caller speaks again when some words of the summary are written.
    const waiting = (kind: string) => kind === "text.user" && ++looks > 8;
    const busy = context({ waiting, now: () => performance.now() });
    const loaded = caller.chat.sequence.tokenMeter.usedOutputTokens;
    await run(caller, end("I live in Rome.", "Rome is beautiful."), busy, model);
    assert.ok(caller.chat.sequence.tokenMeter.usedOutputTokens > loaded, "it had begun");
    assert.equal(caller.conversation.exchanges.length, 2, "nothing is lost");
    assert.equal(caller.conversation.past.account, "");
    assert.match(joined(await ask(caller, "What is the capital of France?", model)), /\w/);

    await run(caller, end("I have a dog.", "What a joy."), context(), model);
    const { past: { account, facts }, exchanges } = caller.conversation;
    assert.deepEqual(facts, []);
    assert.ok(account !== "" && caller.chat.model.tokenize(account).length <= 512 / 6, account);
    assert.deepEqual(exchanges, [{ user: "I have a dog.", reply: "What a joy." }]);
    assert.ok(memory(caller).includes(account), "it stands in the next prompt");
  });
});

Deno.test("llm: how fast the machine is, is measured once and kept beside the models", async () => {
  const root = await Deno.makeTempDir();
  const [{ name: file, size }] = SMALLEST.files;
  try {
    assert.equal(await measureSpeed(root, {}), null, "no model to measure with");
    await Deno.mkdir(join(root, SMALLEST.name));
    await Deno.copyFile(join(env.modelRoot, SMALLEST.name, file), join(root, SMALLEST.name, file));
    let begun = 0;
    const first = await measureSpeed(root, {}, () => begun++);
    assert.ok(
      first!.tokens_per_second > 10 && first!.tokens_per_second < 1000,
      `${first!.tokens_per_second}`,
    );
    assert.ok(Math.abs(first!.bandwidth / size / first!.tokens_per_second - 1) < 1e-9);
    assert.deepEqual(await measureSpeed(root, {}, () => begun++), first);
    assert.equal(begun, 1);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("llm: two callers at once get their own answers, a third is refused in words", async () => {
  const callers = [await llm.open(session), await llm.open(session)];
  try {
    await assert.rejects(async () => await llm.open(session), /all its 2 callers; set "max_callers" higher/);
    const [france, italy] = await Promise.all([
      ask(callers[0], "What is the capital of France?"),
      ask(callers[1], "What is the capital of Italy?"),
    ]);
    assert.match(joined(france), /Paris/);
    assert.match(joined(italy), /Rome/);
  } finally {
    for (const caller of callers) await llm.close(caller);
  }
});

Deno.test("llm: a reply ends with a whole sentence where max_tokens allows one", async () => {
  const short = await load(handler, { max_tokens: 24, max_callers: 1, context_size: 512, examples: [] });
  try {
    const caller = await short.open(session);
    const reply = joined(await ask(caller, "Tell me a long story about a dog and a cat.", short));
    assert.match(reply, /[.!?]\s?$/);
    const tokens = caller.chat.model.tokenize(reply).length;
    assert.ok(tokens <= 24, `${tokens} tokens`);
    await short.close(caller);
  } finally {
    await short[Symbol.asyncDispose]();
  }
});

Deno.test("llm: examples that leave no room, and a model that is not there, are named", async () => {
  const examples = Array.from(
    { length: 40 },
    () => ({ user: "What is this?", reply: "This is an example of many." }),
  );
  await assert.rejects(load(handler, { examples, context_size: 256 }), /"examples" take \d+ tokens of \d+/);
  await assert.rejects(
    load(handler, { model_name: "nobody" }),
    /no GGUF model "nobody".*"SmolLM2-135M-Instruct"/,
  );
});
