import assert from "node:assert/strict";
import { createTrace, readPairs, UNTRIED, watchSocket } from "./trace.ts";

const REPORTS = [
  {
    id: "L",
    type: "local-candidate",
    candidateType: "relay",
    protocol: "udp",
    relayProtocol: "tls",
    address: "fd00::1",
    port: 5,
  },
  { id: "R", type: "remote-candidate", candidateType: "prflx", protocol: "udp", address: "", port: 0 },
  {
    id: "P",
    type: "candidate-pair",
    state: "succeeded",
    nominated: true,
    localCandidateId: "L",
    remoteCandidateId: "R",
  },
  { id: "Q", type: "candidate-pair", state: "failed", localCandidateId: "gone", remoteCandidateId: "R" },
  { id: "C", type: "codec", mimeType: "video/H264" },
  { id: "I", type: "inbound-rtp", codecId: "C" },
  { id: "O", type: "outbound-rtp", codecId: "C" },
];

Deno.test("trace: the browser's report is reduced to ways and codecs", () => {
  const { pairs, codecs } = readPairs(REPORTS);
  assert.deepEqual(codecs, ["video/H264"]);
  const hidden = { type: "prflx", protocol: "udp" };
  assert.deepEqual(pairs, [
    {
      local: { type: "relay", address: "[fd00::1]:5", protocol: "tls" },
      remote: hidden,
      state: "succeeded",
      chosen: true,
    },
    { local: { type: "unknown" }, remote: hidden, state: "failed", chosen: false },
  ]);
});

Deno.test("trace: of several nominated ways the one that counts is chosen", () => {
  const second = { id: "S", type: "candidate-pair", state: "succeeded", nominated: true };
  const transport = { id: "T", type: "transport", selectedCandidatePairId: "S" };
  const chosen = (reports: Parameters<typeof readPairs>[0]) =>
    readPairs(reports).pairs.map(({ chosen }) => chosen);
  assert.deepEqual(chosen([...REPORTS, second, transport]), [false, false, true]);
  assert.deepEqual(chosen([...REPORTS, second]), [true, false, true]);
});

Deno.test("trace: a socket that never opened has failed, one that did was closed; a new one begins anew", () => {
  const trace = createTrace();
  const socket = new EventTarget();
  const close = () => socket.dispatchEvent(new CloseEvent("close", { code: 1006, reason: "" }));
  watchSocket(socket as WebSocket, trace);
  close();
  assert.deepEqual([trace.get().socket, trace.get().closed], ["failed", { code: 1006, reason: "" }]);
  trace.set({ ice: "failed", closed: undefined });
  const next = new EventTarget();
  watchSocket(next as WebSocket, trace);
  assert.deepEqual({ ...trace.get(), closed: undefined }, {
    ...UNTRIED,
    socket: "opening",
    closed: undefined,
  });
  next.dispatchEvent(new Event("open"));
  assert.equal(trace.get().socket, "open");
  next.dispatchEvent(new CloseEvent("close", { code: 1001, reason: "" }));
  assert.equal(trace.get().socket, "closed");
});
