import assert from "node:assert/strict";
import { type BrowserFacts, browserName } from "./browser_facts.ts";
import { examine, type FindingName, reportOf } from "./checkup.ts";
import { LANGUAGES } from "./i18n.ts";
import { type Pair, type Trace, UNTRIED } from "./trace.ts";

const FACTS: BrowserFacts = {
  browser: "Test 1",
  webrtc: true,
  receives: { opus: true, h264: true, vp8: true },
  secure: true,
  origin: "https://host",
  permission: "granted",
  microphones: 1,
  microphone: "",
};
const pair = (state: string, chosen = false): Pair => ({
  local: { type: "host", protocol: "udp", address: "10.0.0.1:5" },
  remote: { type: "host" },
  state,
  chosen,
});
const find = (name: FindingName, facts: Partial<BrowserFacts>, trace: Partial<Trace> = {}) =>
  examine({ ...FACTS, ...facts }, { ...UNTRIED, ...trace }, LANGUAGES.en).find((each) => each.name === name)!;

Deno.test("check-up: before any call nothing is wrong with a good browser", () => {
  assert.ok(
    examine(FACTS, UNTRIED, LANGUAGES.en).every(({ verdict }) => verdict === "ok" || verdict === "unknown"),
  );
});

Deno.test("check-up: browser, address and microphone", () => {
  assert.equal(find("browser", { webrtc: false }).verdict, "bad");
  const receives = (opus: boolean, h264: boolean, vp8: boolean) => ({ receives: { opus, h264, vp8 } });
  assert.equal(find("codecs", receives(true, false, true)).verdict, "ok");
  assert.equal(
    find("codecs", receives(true, false, false)).verdict,
    "warning",
    "one can talk without a picture",
  );
  assert.deepEqual(find("codecs", receives(false, false, false)), {
    name: "codecs",
    verdict: "bad",
    found: "None",
  });
  assert.equal(find("origin", { secure: false }).verdict, "bad");
  assert.equal(find("permission", { permission: "denied" }).verdict, "bad");
  assert.equal(find("permission", { permission: "prompt" }).verdict, "ok");
  assert.equal(find("device", { microphones: 0 }).verdict, "bad");
  assert.equal(find("device", { microphones: 0, microphone: "Headset" }).found, "Headset");
});

Deno.test("check-up: how far the call came", () => {
  const closed = { code: 1006, reason: "" };
  assert.equal(find("server", {}, { socket: "failed", closed }).found, "Could not be reached (code 1006)");
  assert.equal(find("ways", {}, { socket: "failed", closed }).verdict, "unknown", "nothing could be tried");
  const blocked = find("ways", {}, {
    socket: "closed",
    gathering: "complete",
    pairs: [pair("failed"), pair("in-progress")],
  });
  assert.deepEqual([blocked.verdict, blocked.found.slice(0, 14)], ["bad", "None of 2 ways"]);
  const good = { socket: "open", pairs: [pair("failed"), pair("succeeded", true)] } as const;
  assert.equal(find("ways", {}, { ...good, pairs: [...good.pairs] }).found, "host udp 10.0.0.1:5 → host");
  const dead = { ...good, pairs: [...good.pairs], connection: "connecting" };
  assert.equal(find("media", {}, dead).verdict, "bad", "the way is open, but nothing is encrypted");
  assert.equal(find("media", {}, { ...dead, connection: "connected" }).verdict, "unknown");
  assert.equal(find("media", {}, { ...dead, codecs: ["audio/opus", "video/H264"] }).found, "opus, H264");
});

Deno.test("check-up: the report has every finding, every way and every error", () => {
  const trace = { ...UNTRIED, pairs: [pair("failed")], serverErrors: ["turn:a: 401 Unauthorized"] };
  const lines = reportOf(FACTS, trace, LANGUAGES.en, "1.2.3").split("\n");
  assert.equal(lines[0], "Open Avatar Chat 1.2.3");
  assert.equal(lines.length, 1 + 8 + 1 + 1 + 1);
  assert.equal(lines.at(-2), "Way: failed: host udp 10.0.0.1:5 → host");
  assert.equal(lines.at(-1), "Server error: turn:a: 401 Unauthorized");
});

Deno.test("check-up: browsers are called by their names", () => {
  const brands = [{ brand: "Not)A;Brand", version: "8" }, { brand: "Chromium", version: "140" }];
  const data = { userAgent: "", userAgentData: { brands, platform: "Linux" } };
  assert.equal(browserName(data), "Chromium 140 (Linux)");
  brands.push({ brand: "Google Chrome", version: "140" });
  assert.equal(browserName(data), "Google Chrome 140 (Linux)");
  const agents: [string, string][] = [
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 (X11)"],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari 18.0 (iPhone)",
    ],
  ];
  for (const [userAgent, name] of agents) assert.equal(browserName({ userAgent }), name);
});
