import assert from "node:assert/strict";
import type { LlamaChat, Token } from "node-llama-cpp";
import { completeness } from "./completeness.ts";
import type { Prompt } from "./writer.ts";

/** A model whose tokens are characters and whose every next token is given by the one before it. */
function chatWith(next: Record<string, Record<string, number>>, memory = "") {
  const tokens = (text: string) => Array.from(text, (c) => c.codePointAt(0)! as Token);
  const evaluated: string[] = [];
  const sequence = {
    nextTokenIndex: 0,
    adaptStateToTokens(wanted: Token[]) {
      const kept = tokens(memory).findIndex((token, n) => token !== wanted[n]);
      sequence.nextTokenIndex = Math.min(wanted.length, kept < 0 ? memory.length : kept);
      return Promise.resolve();
    },
    controlledEvaluate(items: (Token | [Token, unknown])[]) {
      evaluated.push(items.map((item) => String.fromCodePoint([item].flat()[0] as number)).join(""));
      return Promise.resolve(items.map((item) => {
        if (!Array.isArray(item)) return undefined;
        const chances = Object.entries(next[String.fromCodePoint(item[0])] ?? {});
        return { next: { probabilities: new Map(chances.map(([c, p]) => [tokens(c)[0], p])) } };
      }));
    },
  };
  const chatWrapper = {
    generateContextState: ({ chatHistory }: { chatHistory: { text?: string }[] }) => ({
      contextText: {
        tokenize: () => tokens(chatHistory.map(({ text }) => text ? `<${text}>` : "").join("")),
      },
    }),
  };
  const chat = { sequence, chatWrapper, model: { tokenize: tokens, tokenizer: null } };
  return { chat: chat as unknown as LlamaChat, evaluated };
}
const NEXT = { o: { ".": 0.2, "?": 0.1, "!": 0.1, x: 0.6 }, ".": { ">": 0.6 }, "!": { ">": 0.7 } };

const ask = (chat: LlamaChat, text: string, history: Prompt = []) =>
  completeness(chat, [...history, { type: "user", text }]);

Deno.test("completeness: any stop ends the sentence, the template's token the message", async () => {
  for (
    const [text, expected] of [["Go.", 0.4 * 0.6], ["Go!", 0.4 * 0.7], ["Go", 0.4 * 0.5], ["Go,", 0.4 * 0.5]]
  ) {
    const { chat } = chatWith(NEXT);
    assert.ok(Math.abs(await ask(chat, text as string) - (expected as number)) < 1e-9, `${text}`);
  }
  assert.equal(await ask(chatWith(NEXT).chat, "Go the"), 0);
});

Deno.test("completeness: everything but the last token is evaluated, in one go, and nothing twice", async () => {
  const history = [{ type: "user", text: "Hi" }] as const;
  const { chat, evaluated } = chatWith(NEXT, "<Hi><I g");
  await ask(chat, "I go.", history);
  assert.deepEqual(evaluated, ["o."]);
  const whole = chatWith(NEXT, "<Hi><I go.>");
  await ask(whole.chat, "I go.", history);
  assert.deepEqual(whole.evaluated, ["o."], "what follows the last word is asked for again");
});
