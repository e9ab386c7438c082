import assert from "node:assert/strict";
import { RemoteError } from "./failure.ts";
import type { Way } from "./http.ts";
import { createPool } from "./pool.ts";

const A = "http://a:1/v1", B = "http://b:1/v1", C = "http://c:1/v1";
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

function pool(servers: string[]) {
  const timers: { ms: number; f: () => void }[] = [];
  const healthy = new Set<string>();
  const made = createPool({
    servers,
    log,
    check: (server) => Promise.resolve(healthy.has(server)),
    later: (ms, f) => {
      const timer = { ms, f };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    ...made,
    get state() {
      return made.state;
    },
    healthy,
    timers,
    async tick() {
      for (const { f } of timers.splice(0)) f();
      await settle();
    },
  };
}

const { signal } = new AbortController();
const down = () => new RemoteError("down");
/** Work that only fails. */
const failing = (error: unknown): AsyncIterable<number> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
});

/** Which servers were asked; each but the named ones fails before anything was given out. */
async function ask(from: ReturnType<typeof pool>, session: string, able: string[]): Promise<string[]> {
  const asked: string[] = [];
  const work = async function* ({ server }: Way) {
    asked.push(server);
    await Promise.resolve();
    if (!able.includes(server)) throw down();
    yield server;
  };
  try {
    await Array.fromAsync(from.run(session, signal, work));
  } catch {
    asked.push("failed");
  }
  return asked;
}

/** A request that stays under way until it is ended. */
function hold(from: ReturnType<typeof pool>, session: string) {
  const end = Promise.withResolvers<void>();
  let server = "";
  const running = Array.fromAsync(from.run(session, signal, async function* (way: Way) {
    server = way.server;
    yield 1;
    await end.promise;
  }));
  return { at: () => server, end: () => (end.resolve(), running) };
}

Deno.test("pool: callers are spread, and each stays with his server", async () => {
  const p = pool([A, B]);
  const first = await ask(p, "x", [A, B]);
  const second = await ask(p, "y", [A, B]);
  assert.notDeepEqual(first, second);
  for (let i = 0; i < 3; i++) assert.deepEqual(await ask(p, "x", [A, B]), first);
  p.forget("x");
});

Deno.test("pool: the least busy one is asked; a caller moves only when his is busier by more than two", async () => {
  const p = pool([A, B]);
  assert.deepEqual(await ask(p, "x", [A, B]), [A]);
  const held = ["x", "x"].map((session) => hold(p, session));
  assert.deepEqual(held.map((each) => each.at()), [A, A]);
  const other = hold(p, "y");
  assert.equal(other.at(), B);
  held.push(hold(p, "x"));
  assert.equal(held[2].at(), A, "two more than the other is not too many");
  held.push(hold(p, "x"));
  assert.equal(held[3].at(), A);
  held.push(hold(p, "x"));
  assert.equal(held[4].at(), B, "three more is");
  for (const each of [...held, other]) await each.end();
  assert.deepEqual(p.state.map(({ outstanding }) => outstanding), [0, 0]);
});

Deno.test("pool: a server that failed is left out until it answers again", async () => {
  const p = pool([A, B]);
  assert.deepEqual(await ask(p, "x", [B]), [A, B]);
  assert.deepEqual(await ask(p, "x", [B]), [B], "the caller has moved");
  assert.deepEqual(await ask(p, "y", [A, B]), [B]);
  assert.deepEqual(p.timers.map(({ ms }) => ms), [1000]);
  await p.tick();
  assert.deepEqual([p.timers.map(({ ms }) => ms), p.state[0].out], [[2000], true]);
  p.healthy.add(A);
  await p.tick();
  assert.deepEqual([p.timers.length, p.state[0].out], [0, false]);
  assert.deepEqual(await ask(p, "z", [A, B]), [A]);
});

Deno.test("pool: where all have failed they are tried all the same, each once", async () => {
  const p = pool([A, B, C]);
  assert.deepEqual(await ask(p, "x", []), [A, B, C, "failed"]);
  assert.equal((await ask(p, "x", [C])).at(-1), C);
  p[Symbol.dispose]();
});

Deno.test("pool: the only server is asked again on a fresh connection, once, and never left out", async () => {
  const p = pool([A]);
  const ways: boolean[] = [];
  await assert.rejects(
    Array.fromAsync(p.run("x", signal, async function* ({ fresh }: Way) {
      ways.push(fresh);
      yield* failing(down());
    })),
    /down/,
  );
  assert.deepEqual([ways, p.state[0].out, p.timers.length], [[false, true], false, 0]);
});

/** How often servers are asked when the work ends with this error, after giving something out or not. */
async function tries(servers: string[], error: Error, given: boolean): Promise<number> {
  const p = pool(servers);
  let count = 0;
  await assert.rejects(Array.fromAsync(p.run("x", signal, async function* () {
    count++;
    if (given) yield 1;
    yield* failing(error);
  })));
  p[Symbol.dispose]();
  return count;
}

Deno.test("pool: no second try once something was given out, nor for what cannot pass", async () => {
  assert.equal(await tries([A, B], down(), true), 1);
  assert.equal(await tries([A, B], new RemoteError("key", { status: 401 }), false), 1);
});

Deno.test("pool: who is too slow is not asked again, and no more than two are waited for", async () => {
  const late = () => new RemoteError("late", { late: true });
  assert.equal(await tries([A], late(), false), 1);
  assert.equal(await tries([A, B, C], late(), false), 2);
});

Deno.test("pool: a cancelled request blames nobody", async () => {
  const p = pool([A, B]);
  const over = new AbortController();
  await assert.rejects(Array.fromAsync(p.run("x", over.signal, async function* () {
    over.abort();
    yield* failing(over.signal.reason);
  })));
  assert.deepEqual(p.state.map(({ out }) => out), [false, false]);
});
