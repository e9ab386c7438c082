/** The page's half of the doctor, in a real browser, with a server whose media cannot be reached. */
import assert from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";
import { openNetwork } from "../src/rtc/ice.ts";
import { answer, type Peer } from "../src/rtc/peer.ts";
import type { ClientSignal, PageInfo, ServerSignal } from "../src/rtc/signalling.ts";
import { launchBrowser } from "./browser.ts";

const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };
const events = { connected: silent, mic: silent, message: silent, keyframeWanted: silent, gone: silent };
const page: PageInfo = { version: "1.2.3", avatar: "jonas", video: true, camera: false };
const TYPES: Record<string, string> = { html: "text/html", js: "text/javascript", css: "text/css" };

/** Serves the page; answers calls with addresses that nobody listens on. */
async function openDeadLine() {
  const network = await openNetwork({ servers: [], publicAddress: null, ports: null, behindNat: false, log });
  const peers: Peer[] = [];
  const call = (socket: WebSocket) => {
    const send = (message: ServerSignal) => socket.send(JSON.stringify(message));
    socket.onopen = () => send({ type: "welcome", session: "dead", iceServers: [] });
    socket.onmessage = async ({ data }) => {
      const message: ClientSignal = JSON.parse(data);
      if (message.type !== "offer") return;
      const options = { id: "dead", network, offer: message.sdp, video: true, log, events };
      const peer = await answer({ ...options, now: () => performance.now() });
      peers.push(peer);
      const sdp = peer.sdp.replace(/(a=candidate:\S+ 1 udp \d+ \S+) \d+/g, "$1 40009");
      send({ type: "answer", sdp, sound: peer.soundZero });
    };
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    if (path === "/api/page") return Response.json(page);
    if (path === "/api/call") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      call(socket);
      return response;
    }
    const file = path === "/" ? "/index.html" : path;
    const bytes = await Deno.readFile(new URL(`../static${file}`, import.meta.url)).catch(() => null);
    if (!bytes) return new Response(null, { status: 404 });
    return new Response(bytes, { headers: { "content-type": TYPES[file.split(".").at(-1)!] ?? "" } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    async [Symbol.asyncDispose]() {
      await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
      await server.shutdown();
      await network[Symbol.asyncDispose]();
    },
  };
}

/** Does anything stick out of the panel to the side? */
const overflows = (page: Page) =>
  page.evaluate(() => {
    const right = document.querySelector(".panel")!.getBoundingClientRect().right;
    return [...document.querySelectorAll(".panel-body *")].some((each) =>
      each.getBoundingClientRect().right > right + 0.5
    );
  });

Deno.test("check-up: a call that fails shows why, and the report can be copied", async () => {
  await using line = await openDeadLine();
  await using browser = await launchBrowser();
  const context = await browser.browser.newContext({
    permissions: ["microphone", "clipboard-read", "clipboard-write"],
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  await page.goto(`${line.url}?lang=en`);
  await page.getByRole("button", { name: "Start" }).click();
  // The page tries twice, eight seconds each.
  await page.waitForSelector(".notice .findings", { timeout: 40_000 });
  const faults = await page.locator(".notice .findings > div").allInnerTexts();
  assert.equal(faults.length, 1);
  assert.match(faults[0], /Way to the server[^]*None of \d ways got through/);

  await page.locator(".notice").getByRole("button", { name: "Check-up" }).click();
  await page.waitForSelector(".panel .findings");
  assert.equal(await page.locator(".panel .findings > div").count(), 8);
  assert.ok(await page.locator(".pairs li").count() > 0, "the ways that were tried are listed");
  assert.equal(await overflows(page), false);
  await page.getByRole("button", { name: "Copy" }).click();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(report, /^Open Avatar Chat 1\.2\.3\nok +Browser: Chrom/);
  assert.match(report, /^BAD +Way to the server/m);
  assert.match(report, /^Way: (in-progress|failed): host udp .*:40009$/m);

  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.locator(".panel").getByRole("button", { name: "Check-up" }).click();
  assert.equal(await page.locator(".panel h2").innerText(), "Check-up", "the settings lead there too");
});
