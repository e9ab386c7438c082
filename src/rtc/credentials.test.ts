import assert from "node:assert/strict";
import { serversFor, timeLimited } from "./credentials.ts";

Deno.test("credentials: name and password are those that coturn computes from the shared secret", () => {
  // The password by another program: printf 1700003600:0a1b2c3d | openssl dgst -sha1 -hmac north -binary | base64
  assert.deepEqual(timeLimited("north", "0a1b2c3d", 1_700_000_000_999), {
    username: "1700003600:0a1b2c3d",
    credential: "gO4aA/URnwsRXw3cO4WaAxrrJN8=",
  });
});

Deno.test("credentials: each call has its own, fixed ones stay as they are, and no secret is in them", () => {
  const servers = [
    { urls: ["stun:a.org"] },
    { urls: ["turn:b.org"], username: "u", credential: "c" },
    { urls: ["turn:c.org"], secret: "north" },
  ];
  const [stun, fixed, made] = serversFor(servers, "one", 0);
  assert.deepEqual(stun, servers[0]);
  assert.deepEqual(fixed, servers[1]);
  assert.deepEqual(made, { urls: ["turn:c.org"], ...timeLimited("north", "one", 0) });
  assert.notEqual(serversFor(servers, "two", 0)[2].credential, made.credential);
});
