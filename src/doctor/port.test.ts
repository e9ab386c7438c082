import assert from "node:assert/strict";
import { judgePort, probePort } from "./port.ts";

const LOCAL = "127.0.0.1";
const silent = { hostname: LOCAL, port: 0, onListen() {} };

Deno.test("port: free, ours, or another program's", async () => {
  const listener = Deno.listen({ hostname: LOCAL, port: 0 });
  const { port } = listener.addr;
  listener.close();
  assert.deepEqual(await probePort(LOCAL, port), { is: "free" });

  await using ours = Deno.serve(silent, () => Response.json({ ok: true, handlers: {} }));
  assert.deepEqual(await probePort(LOCAL, ours.addr.port), { is: "ours" });
  await using other = Deno.serve(silent, () => Response.json({ ok: true }));
  assert.deepEqual(await probePort(LOCAL, other.addr.port), { is: "taken" });
});

Deno.test("port: an address that is not ours is refused with the system's words", async () => {
  const state = await probePort("203.0.113.1", 8282);
  assert.equal(state.is, "refused");
  assert.equal(judgePort("203.0.113.1", 8282, state).verdict, "bad");
});

Deno.test("port: a server of ours that runs is no fault, another program is", () => {
  assert.equal(judgePort(LOCAL, 1, { is: "ours" }).verdict, "ok");
  const taken = judgePort(LOCAL, 8282, { is: "taken" });
  assert.equal(taken.verdict, "bad");
  assert.match(taken.remedy!, /--port 8283/);
  assert.match(judgePort(LOCAL, 65535, { is: "taken" }).remedy!, /--port 8282/);
});
