/** A page draws the face as the server does: WebGL2 in a real Chromium against the renderer that runs on the processor. */
import assert from "node:assert/strict";
import { visemes } from "../src/face/visemes.ts";
import { launchBrowser, SOFTWARE_GL } from "./browser.ts";
import type { Case, Compared } from "./gl_page.ts";

const ROOT = new URL("..", import.meta.url);
/** Percent of the whole range, over the figure alone: the room behind it is the same anyway. */
const LIMIT = 4;
const SIZE = 512;

const blink = { eyeBlinkLeft: 1, eyeBlinkRight: 1 };
const cases: Case[] = [
  { name: "neutral", weights: {}, pose: {}, room: "office" },
  {
    name: "aa, turned right",
    weights: visemes.aa,
    pose: { yaw: 0.25, hair: { yaw: 0.15, pitch: 0, roll: 0 } },
    room: "studio",
  },
  { name: "O, turned left", weights: visemes.O, pose: { yaw: -0.25 }, room: "evening" },
  { name: "PP, nodding", weights: visemes.PP, pose: { pitch: 0.15, roll: 0.06 }, room: "green" },
  { name: "FF, eyes closed", weights: { ...visemes.FF, ...blink }, pose: {}, room: "office" },
  {
    name: "TH, looking up and aside",
    weights: visemes.TH,
    pose: { gazeX: 0.25, gazeY: 0.2 },
    room: "office",
  },
  {
    name: "laughing",
    weights: {
      mouthSmileLeft: 0.9,
      mouthSmileRight: 0.9,
      jawOpen: 0.5,
      cheekSquintLeft: 0.6,
      cheekSquintRight: 0.6,
    },
    pose: { dx: 0.05, dy: -0.03, breath: 1 },
    room: "studio",
  },
  {
    name: "frowning, half a blink, transparent",
    weights: {
      mouthFrownLeft: 0.8,
      mouthFrownRight: 0.8,
      browDownLeft: 0.9,
      browDownRight: 0.9,
      eyeBlinkLeft: 0.5,
    },
    pose: { yaw: 0.1, pitch: -0.1 },
    room: null,
  },
];

async function bundle(entry: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".js" });
  const args = ["bundle", "--quiet", "--platform", "browser", "-o", path, entry];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const text = await Deno.readTextFile(path);
  await Deno.remove(path);
  return text;
}

/** Serves the script and the packs. */
function host(script: string): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    const html =
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
    if (pathname === "/") return new Response(html, { headers: { "content-type": "text/html" } });
    if (pathname === "/page.js") {
      return new Response(script, { headers: { "content-type": "text/javascript" } });
    }
    const file = await Deno.readFile(new URL(`static${pathname}`, ROOT)).catch(() => null);
    return new Response(file, { status: file ? 200 : 404 });
  });
}

Deno.test("gl: the page's picture is the server's, in every pose", async () => {
  await using server = host(await bundle("tests/gl_page.ts"));
  await using browser = await launchBrowser({ args: SOFTWARE_GL });
  const page = await browser.browser.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.addr.port}/`);
  const folder = Deno.env.get("GL_SHEETS");
  for (const [name, creased] of [["jonas", false], ["mira", false], ["jonas", true]] as const) {
    const results = await page.evaluate(
      // deno-lint-ignore no-explicit-any
      (arguments_) => (globalThis as any).compare(...arguments_),
      [
        name,
        SIZE,
        creased ? cases.filter(({ name }) => /laugh|frown/.test(name)) : cases,
        creased,
        folder !== undefined,
      ],
    ) as Compared[];
    const folds = creased ? "-creased" : "";
    for (const { name: title, all, figure, far, sheet } of results) {
      console.log(
        `${name}${folds}, ${title}: ${all.toFixed(2)} % of all, ${figure.toFixed(2)} % of the figure, ${
          far.toFixed(1)
        } % far`,
      );
      if (folder && sheet) {
        const bytes = Uint8Array.fromBase64(sheet.split(",")[1]);
        await Deno.writeFile(`${folder}/${name}${folds}-${title.replace(/\W+/g, "-")}.png`, bytes);
      }
      assert.ok(figure <= LIMIT, `${name}, ${title}: ${figure} %`);
    }
    const ms = await page.evaluate(
      // deno-lint-ignore no-explicit-any
      ([name, size]) => (globalThis as any).time(name, size, 40),
      [name, SIZE] as const,
    );
    console.log(`${name}: ${ms.toFixed(1)} ms a picture in software`);
  }
  assert.deepEqual(faults, []);
});
