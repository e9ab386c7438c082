import assert from "node:assert/strict";
import type { Look } from "../face/life.ts";
import { encodeLook } from "../face/look_code.ts";
import { still } from "../face/pose.ts";
import type { ClientMessage, Drawer, FaceChoice } from "../rtc/signalling.ts";
import { Drawing } from "./drawing.ts";
import type { Model, Painting } from "./painting.ts";
import { createStore } from "./store.ts";
import { IDLE } from "./view.ts";

const NAMES = ["jawOpen"];
const JONAS: FaceChoice = { avatar: "jonas", background: "office" };

/** A painting that writes down what it is given. */
function fakePainting(name: string) {
  const canvas = new EventTarget() as HTMLCanvasElement;
  const looks: Look[] = [], rooms: string[] = [];
  const painting: Painting & { gone: boolean } = {
    canvas,
    gone: false,
    furnish: (room) => void rooms.push(room),
    paint: (look) => void looks.push(look),
    [Symbol.dispose]: () => void (painting.gone = true),
  };
  return { name, painting, looks, rooms };
}

function setUp(drawer: Drawer | "auto") {
  const view = createStore({ ...IDLE, face: JONAS }), sent: ClientMessage[] = [];
  const opened: ReturnType<typeof fakePainting>[] = [];
  const world = { drawer, fault: "" };
  const drawing = new Drawing(
    {
      drawer: () => world.drawer,
      face: () => JONAS,
      model: ({ avatar }): Model | null => avatar.includes("/") ? null : { kind: "pack", name: avatar },
      openModel({ name }) {
        if (world.fault) return Promise.reject(new Error(world.fault));
        opened.push(fakePainting(name));
        return Promise.resolve(opened.at(-1)!.painting);
      },
    },
    view,
    (message) => sent.push(message),
  );
  const look = (media: number, jawOpen: number, list = 7) =>
    drawing.look(encodeLook({ list, media, weights: { jawOpen }, pose: still }, NAMES).buffer);
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return { drawing, view, sent, opened, world, look, settle };
}

/** The page draws by its caller's wish, and has shown the first look. */
async function setUpDrawing() {
  const all = setUp("page"), { drawing, look, settle } = all;
  drawing.open();
  drawing.pictureShown();
  await settle();
  drawing.receive(drawn);
  look(100, 0.2);
  drawing.paint(100, 0);
  return all;
}

const drawn = { type: "drawn", by: "page", list: 7, names: NAMES } as const;

Deno.test("drawing: the page asks once everything is there, and is seen with its first picture", async () => {
  const { drawing, view, sent, opened, look, settle } = setUp("page");
  drawing.open();
  await settle();
  assert.deepEqual(
    [sent, opened.length],
    [[], 0],
    "without the server's first picture there would be no sound",
  );
  drawing.pictureShown();
  await settle();
  assert.deepEqual(sent, [{ type: "draw", by: "page" }]);
  drawing.paint(100, 0);
  assert.equal(view.get().drawn, false);
  drawing.receive(drawn);
  drawing.paint(100, 0);
  assert.equal(view.get().drawn, false, "there is nothing to draw yet");
  look(80, 0.2);
  look(120, 0.4);
  drawing.paint(100, 0);
  assert.equal(view.get().drawn, true);
  assert.ok(Math.abs(opened[0].looks.at(-1)!.weights.jawOpen - 0.3) < 1e-3);
  assert.equal(opened[0].rooms.at(-1), "office");
  drawing.close();
  assert.deepEqual([opened[0].painting.gone, view.get().canvas, view.get().drawn], [true, null, false]);
});

Deno.test("drawing: left to the server the page waits until it is asked", async () => {
  const { drawing, sent, opened, settle } = setUp("auto");
  drawing.open();
  drawing.pictureShown();
  await settle();
  assert.deepEqual([sent, opened.length], [[{ type: "able", on: true }], 0]);
  drawing.receive({ type: "draw" });
  await settle();
  assert.deepEqual(sent.slice(1), [{ type: "draw", by: "page" }]);
  assert.equal(opened[0].name, "jonas");
});

Deno.test("drawing: a page that cannot or may not draw says nothing", async () => {
  const { drawing, sent, view, settle } = setUp("server");
  drawing.open();
  drawing.pictureShown();
  await settle();
  assert.deepEqual(sent, []);
  const lite = setUp("auto");
  lite.view.set({ face: { avatar: "lite/one", background: "own" } });
  lite.drawing.open();
  lite.drawing.pictureShown();
  assert.deepEqual(lite.sent, []);
  assert.equal(view.get().canvas, null);
});

Deno.test("drawing: when the graphics card is lost the server draws again, with one notice", async () => {
  const { drawing, view, sent, opened, settle } = await setUpDrawing();
  opened[0].painting.canvas.dispatchEvent(new Event("webglcontextlost"));
  assert.deepEqual(sent.at(-1), { type: "draw", by: "server" });
  assert.equal(view.get().notice?.code, "drawing");
  assert.deepEqual([view.get().drawn, view.get().canvas, opened[0].painting.gone], [false, null, true]);
  view.set({ notice: null });
  drawing.receive({ type: "drawn", by: "server" });
  drawing.update();
  await settle();
  assert.equal(opened.length, 1, "it is not tried again in this call");
  assert.equal(view.get().notice, null);
});

Deno.test("drawing: a pack that cannot be read leaves the server's picture", async () => {
  const { drawing, view, sent, world, settle } = setUp("auto");
  drawing.open();
  drawing.pictureShown();
  world.fault = 'Avatar pack "jonas": broken';
  drawing.receive({ type: "draw" });
  await settle();
  assert.deepEqual(sent, [{ type: "able", on: true }, { type: "able", on: false }]);
  assert.deepEqual(view.get().notice, { code: "drawing", detail: 'Avatar pack "jonas": broken' });
});

Deno.test("drawing: another face is painted once it is there, the old one until then", async () => {
  const { drawing, view, opened, look, settle } = await setUpDrawing();
  view.set({ face: { avatar: "mira", background: "green" } });
  drawing.update();
  drawing.receive({ ...drawn, list: 8 });
  look(140, 0.4, 8);
  drawing.paint(140, 40);
  assert.equal(opened[0].looks.length, 2);
  await settle();
  drawing.paint(140, 50);
  assert.deepEqual([opened[1].name, opened[1].looks.length, opened[0].painting.gone], ["mira", 1, true]);
  assert.equal(view.get().drawn, true);
});

Deno.test("drawing: back at the server, the page's last picture stays until the server's is on the screen", async () => {
  const { drawing, view, sent, world } = await setUpDrawing();
  world.drawer = "server";
  drawing.update();
  assert.deepEqual(sent.at(-1), { type: "draw", by: "server" });
  drawing.pictureShown();
  assert.equal(view.get().drawn, true, "a picture that was still on its way");
  drawing.receive({ type: "drawn", by: "server" });
  assert.equal(view.get().drawn, true);
  drawing.pictureShown();
  assert.equal(view.get().drawn, false);
});

Deno.test("drawing: a page that is too slow gives up; one that nobody looks at does not", async () => {
  const { drawing, view, look, settle } = setUp("page");
  drawing.open();
  drawing.pictureShown();
  await settle();
  drawing.receive(drawn);
  look(100, 0.2);
  for (let now = 0; now < 20_000; now += 1_000) drawing.paint(100, now);
  assert.equal(view.get().notice, null);
  for (let now = 30_000; now < 36_000; now += 400) drawing.paint(100, now);
  assert.deepEqual(view.get().notice, { code: "drawing", detail: "only 2.5 pictures a second" });
});

Deno.test("drawing: a page that drew by its caller's wish and is left to the server hands it back", async () => {
  const { drawing, sent, world, settle } = setUp("page");
  drawing.open();
  drawing.pictureShown();
  await settle();
  drawing.receive(drawn);
  world.drawer = "auto";
  drawing.update();
  assert.deepEqual(sent, [
    { type: "draw", by: "page" },
    { type: "able", on: true },
    { type: "draw", by: "server" },
  ]);
});
