/** `LLM_OpenAI` against llama.cpp's real server, and against a fake one for what that cannot be made to do. */
import assert from "node:assert/strict";
import type { Body, BodyOf } from "../src/engine/frame.ts";
import type { Context, Model } from "../src/engine/handler.ts";
import { handler } from "../src/handlers/llm/openai.ts";
import { said, startFakeChat, streamed } from "./fake_chat.ts";
import { context, load, session, stamp } from "./hearing.ts";
import { freePort } from "./served.ts";
import { type Served, startChat } from "./servers.ts";

type State = Awaited<ReturnType<typeof handler.load>> extends Model<infer S> ? S : never;

let chat: Served;
Deno.test.beforeAll(async () => {
  chat = await startChat();
});
Deno.test.afterAll(async () => await chat[Symbol.asyncDispose]());

const EXAMPLES = [
  { user: "Hello!", reply: "Hello! How can I help you today?" },
  { user: "What is the biggest planet?", reply: "The biggest planet is Jupiter." },
];
const connect = (base_url: string | string[], settings: object = {}) =>
  load(handler, { base_url, temperature: 0, max_tokens: 40, examples: EXAMPLES, ...settings });
/** Settings with which an answer goes on for some seconds. */
const ENDLESS = { max_tokens: 200, extra: { ignore_eos: true } };

const question = (text: string): Body => ({ kind: "text.user", text, final: true });
const turnEnd = (user: string, heard: string): Body => ({
  kind: "turn.end",
  user,
  heard,
  interrupted: false,
});

async function run(llm: Model<State>, caller: State, body: Body, ctx: Context = context()): Promise<Body[]> {
  return await Array.fromAsync(llm.handle(caller, stamp(body), ctx));
}
const ask = (llm: Model<State>, caller: State, text: string) => run(llm, caller, question(text));
const text = (bodies: Body[]) => bodies.map((body) => body.kind === "text.reply" ? body.delta : "").join("");
const faults = (bodies: Body[]) => bodies.filter((body) => body.kind === "fault") as BodyOf<"fault">[];

async function until(what: () => boolean | Promise<boolean>, why: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(why);
}

async function busy(server: Served): Promise<boolean> {
  const response = await fetch(server.url.replace("/v1", "/slots"));
  return (await response.json() as { is_processing: boolean }[]).some((slot) => slot.is_processing);
}

Deno.test("remote chat: a question is answered in deltas, the last one marked, by the model the server names", async () => {
  await using llm = await connect(chat.url);
  const caller = await llm.open(session);
  const bodies = await ask(llm, caller, "What is the capital of France?");
  assert.match(text(bodies), /Paris/);
  assert.ok(bodies.length > 2, "it comes word by word");
  assert.deepEqual(bodies.map((body) => body.kind === "text.reply" && body.last), [
    ...Array(bodies.length - 1).fill(false),
    true,
  ]);
});

Deno.test("remote chat: a cancelled answer closes its socket, and the server stops working", async () => {
  await using llm = await connect(chat.url, ENDLESS);
  const caller = await llm.open(session);
  const turn = new AbortController();
  const before = chat.lines.length;
  let seen = 0;
  for await (
    const _ of llm.handle(caller, stamp(question("Tell me a story.")), context({ signal: turn.signal }))
  ) {
    assert.ok(await busy(chat));
    seen++;
    turn.abort();
  }
  assert.equal(seen, 1, "nothing comes after the cancellation");
  const cancelled = () => chat.lines.slice(before).some((line) => line.includes("cancel task"));
  await until(cancelled, "the server's log tells of no cancelled task");
  await until(async () => !await busy(chat), "the server still works at it");
});

Deno.test("remote chat: who leaves the answer in the middle frees the server too", async () => {
  await using llm = await connect(chat.url, ENDLESS);
  const caller = await llm.open(session);
  for await (const _ of llm.handle(caller, stamp(question("Tell me a story.")), context())) break;
  await until(async () => !await busy(chat), "the server still works at it");
});

Deno.test("remote chat: a server that dies in mid-reply is one fault and one apology; back again, it answers", async () => {
  const port = freePort();
  const dying = await startChat({ port });
  await using llm = await connect(dying.url, ENDLESS);
  const caller = await llm.open(session);
  const bodies: Body[] = [];
  for await (const body of llm.handle(caller, stamp(question("Tell me a story.")), context())) {
    bodies.push(body);
    if (bodies.length === 2) await dying.kill();
  }
  assert.deepEqual(faults(bodies).map(({ code, goesOn }) => [code, goesOn]), [["server", true]]);
  assert.match(faults(bodies)[0].message, new RegExp(`^127\\.0\\.0\\.1:${port} .+\\.$`));
  const reply = text(bodies);
  assert.equal(reply.split("Sorry, I lost").length, 2, reply);
  assert.match(reply, /\nSorry, I lost my train of thought\. Could you say that again\?$/);
  const last = bodies.at(-1)!;
  assert.ok(last.kind === "text.reply" && last.last);

  const heard = reply.replace(/\s+/g, " ");
  await run(llm, caller, turnEnd("Tell me a story.", heard));
  assert.doesNotMatch(JSON.stringify(caller.dialogue), /Sorry/);
  const gone = await ask(llm, caller, "Hello?");
  assert.deepEqual([faults(gone).length, text(gone)], [
    1,
    "Sorry, I lost my train of thought. Could you say that again?",
  ]);
  assert.match(faults(gone)[0].message, /does not answer \(connection refused\)/);

  await using _back = await startChat({ port });
  await using brief = await connect(dying.url);
  const healed = await ask(llm, caller, "What is the capital of France?");
  assert.deepEqual(faults(healed), []);
  assert.ok(text(healed).length > 20);
  assert.match(text(await ask(brief, await brief.open(session), "What is the capital of France?")), /Paris/);
});

Deno.test("remote chat: a connection that went stale between two turns is not noticed", async () => {
  const port = freePort();
  const first = await startChat({ port });
  await using llm = await connect(first.url);
  const caller = await llm.open(session);
  assert.deepEqual(faults(await ask(llm, caller, "Hello!")), []);
  await first.kill();
  await using _second = await startChat({ port });
  const bodies = await ask(llm, caller, "What is the capital of France?");
  assert.deepEqual(faults(bodies), []);
  assert.match(text(bodies), /Paris/);
});

Deno.test("remote chat: of two servers the other one answers when the first is gone, before anything was said", async () => {
  const first = await startChat();
  await using llm = await connect([first.url, chat.url]);
  const caller = await llm.open(session);
  assert.match(text(await ask(llm, caller, "What is the capital of France?")), /Paris/);
  assert.equal(first.lines.filter((line) => line.includes("launch_slot")).length, 1);
  await first.kill();
  const bodies = await ask(llm, caller, "What is the capital of France?");
  assert.deepEqual(faults(bodies), []);
  assert.match(text(bodies), /Paris/);
});

Deno.test("remote chat: a prompt that is too long is shortened until it fits, oldest first", async () => {
  await using small = await startChat({ slots: 1, context: 512 });
  await using llm = await connect(small.url, { history_turns: 100, history_characters: 100_000 });
  const caller = await llm.open(session);
  for (let i = 0; i < 12; i++) {
    await run(llm, caller, turnEnd(`This is sentence ${i}. `.repeat(8), "I see what you mean. ".repeat(8)));
  }
  const bodies = await ask(llm, caller, "What is the capital of France?");
  assert.deepEqual(faults(bodies), []);
  assert.ok(text(bodies).length > 5);
  const left = caller.dialogue.exchanges.length;
  assert.ok(left >= 1 && left < 12, `${left} of 12 exchanges are left`);
  assert.match(caller.dialogue.exchanges.at(-1)!.user, /sentence 11/);
  const endless = await ask(llm, caller, `${"and so on ".repeat(400)}hello`);
  assert.deepEqual(faults(endless), []);
});

Deno.test("remote chat: a wrong key (fake server) is told in one line without the key, and not tried again", async () => {
  Deno.env.set("OAC_TEST_KEY", "sk-secret");
  // Programs that later tests start would stumble over it.
  using _ = { [Symbol.dispose]: () => Deno.env.delete("OAC_TEST_KEY") };
  const seen: (string | null)[] = [];
  await using fake = startFakeChat((_, request) => {
    seen.push(request.headers.get("authorization"));
    return Response.json({ error: { message: "Incorrect API key provided: sk-secret" } }, { status: 401 });
  });
  await using llm = await connect(fake.url, { api_key_env: "OAC_TEST_KEY" });
  const bodies = await ask(llm, await llm.open(session), "Hello!");
  const host = new URL(fake.url).host;
  assert.deepEqual(faults(bodies).map(({ message }) => message), [
    `${host} answered 401: Incorrect API key provided: ….`,
  ]);
  assert.deepEqual(seen, ["Bearer sk-secret"]);
  assert.doesNotMatch(JSON.stringify(bodies), /sk-secret/);
});

Deno.test("remote chat: a redirect (fake server) is not followed with the key", async () => {
  await using other = startFakeChat(() => said("stolen"));
  await using fake = startFakeChat(() =>
    new Response(null, { status: 307, headers: { location: `${other.url}/chat/completions` } })
  );
  await using llm = await connect(fake.url);
  const [fault] = faults(await ask(llm, await llm.open(session), "Hello!"));
  assert.match(fault.message, /answered 307: It has moved to http/);
  assert.equal(other.requests.length, 0);
});

Deno.test("remote chat: a server that falls silent (fake) is waited for no longer than said", async () => {
  const hang = () =>
    new Response(new ReadableStream({}), { headers: { "content-type": "text/event-stream" } });
  await using fake = startFakeChat(hang);
  {
    await using llm = await connect(fake.url, { timeout: 0.4 });
    const since = performance.now();
    const bodies = await ask(llm, await llm.open(session), "你好");
    assert.match(faults(bodies)[0].message, /sent nothing for 0\.4 s\.$/);
    assert.match(text(bodies), /^抱歉/, "in the language of the question");
    assert.ok(performance.now() - since < 3_000);
    assert.equal(fake.requests.length, 1);
  }
});

Deno.test("remote chat: a failure within the stream, and a stream without an end (fake), are faults", async () => {
  const replies = [
    new Response('data: {"error":{"message":"out of memory","code":500}}\n\n'),
    streamed([{ content: "Well, " }], null),
  ];
  await using fake = startFakeChat((n) => replies[n] ?? said("Never."));
  await using llm = await connect(fake.url, { max_tokens: 10 });
  const caller = await llm.open(session);
  const first = await ask(llm, caller, "Hello!");
  assert.equal(fake.requests.length, 2, "the first is tried again");
  assert.match(faults(first)[0].message, /broke off in the middle of the answer/);
  assert.match(text(first), /^Well,\s+Sorry/);
});

Deno.test("remote chat: what a model thinks aloud (fake) is not spoken", async () => {
  await using fake = startFakeChat(() =>
    streamed([
      { role: "assistant", content: null },
      { reasoning_content: "The user greets. " },
      { content: "<thi" },
      { content: "nk>Be brief.</think>\n\nHi" },
      { content: " there!" },
    ])
  );
  await using llm = await connect(fake.url);
  assert.equal(text(await ask(llm, await llm.open(session), "Hello!")), "Hi there!");
});

Deno.test("remote chat: the newest picture goes along with the question (fake), and only while it is new", async () => {
  await using fake = startFakeChat(() => said("A cat."));
  await using llm = await connect(fake.url, { camera: true, examples: [], system_prompt: "" });
  const caller = await llm.open(session);
  const see = async (byte: number, at: number) => {
    const data = Uint8Array.of(0xff, 0xd8, byte);
    const frame = { ...stamp({ kind: "image.user", data, width: 4, height: 4 }), at };
    await Array.fromAsync(llm.handle(caller, frame, context()));
  };
  await see(1, 0);
  await see(2, 1000);
  await Array.fromAsync(llm.handle(caller, { ...stamp(question("What is it?")), at: 2000 }, context()));
  await Array.fromAsync(llm.handle(caller, { ...stamp(question("And now?")), at: 60_000 }, context()));
  const url = `data:image/jpeg;base64,${btoa("\xff\xd8\x02")}`;
  assert.deepEqual(fake.requests[0].messages, [
    {
      role: "user",
      content: [{ type: "text", text: "What is it?" }, { type: "image_url", image_url: { url } }],
    },
  ]);
  assert.equal(fake.requests[1].messages[0].content, "And now?");
});

Deno.test("remote chat: what was said in an earlier call (fake) comes before the question", async () => {
  await using fake = startFakeChat(() => said("Hi Ann."));
  await using llm = await connect(fake.url, { examples: [], system_prompt: "" });
  const caller = await llm.open(session);
  await run(llm, caller, { kind: "memory", exchanges: [{ user: "I am Ann.", reply: "Hello!" }] });
  await ask(llm, caller, "Who am I?");
  assert.deepEqual(fake.requests[0].messages.map(({ content }: { content: string }) => content), [
    "I am Ann.",
    "Hello!",
    "Who am I?",
  ]);
});

Deno.test("remote chat: what is set is sent (fake), and extra goes over it", async () => {
  await using fake = startFakeChat(() => said("Hi."));
  await using llm = await connect(fake.url, {
    examples: [],
    system_prompt: "S",
    max_tokens: 7,
    temperature: 0.5,
    extra: { temperature: 1, top_p: 0.9 },
  });
  await ask(llm, await llm.open(session), "Hello!");
  assert.deepEqual(fake.requests, [{
    model: "fake",
    messages: [{ role: "system", content: "S" }, { role: "user", content: "Hello!" }],
    stream: true,
    max_tokens: 7,
    temperature: 1,
    top_p: 0.9,
  }]);
});

/** One grey pixel. */
const JPEG =
  "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP///////////////////////////////////////////////////////////////////////" +
  "///////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=";

Deno.test("remote chat: a real server takes the picture as it is sent", async () => {
  await using seeing = await startChat({ pictures: true });
  await using llm = await connect(seeing.url, { camera: true, extra: { cache_prompt: false } });
  const caller = await llm.open(session);
  const question = "What do you see?";
  assert.deepEqual(faults(await ask(llm, caller, question)), []);
  await run(llm, caller, { kind: "image.user", data: Uint8Array.fromBase64(JPEG), width: 1, height: 1 });
  assert.deepEqual(faults(await ask(llm, caller, question)), []);
  const prompt = /prompt eval time .* (\d+) tokens/;
  const evaluated = () =>
    seeing.lines.map((line) => prompt.exec(line)).filter(Boolean).map((m) => Number(m![1]));
  await until(() => evaluated().length === 2, "the log does not tell how long the prompts were");
  const [without, withPicture] = evaluated();
  // 64 by 64 pixels in patches of 16 by 16.
  assert.ok(withPicture - without >= 16, `${without} tokens without the picture, ${withPicture} with it`);
});
