/** Looks instead of pictures: what the face's handler makes for a page that draws, and how one takes over from the other. */
import assert from "node:assert/strict";
import * as v from "valibot";
import type { Body, BodyOf, Frame } from "../src/engine/frame.ts";
import type { Context, Log, Model } from "../src/engine/handler.ts";
import { decodeLook, type TimedLook } from "../src/face/look_code.ts";
import { handler } from "../src/handlers/avatar/tts2face.ts";

const avatarRoot = new URL("../static/avatars", import.meta.url).pathname;
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const FRAME = 40;

/** One caller of a handler with a small picture. */
class Face {
  media = 0;
  names: readonly string[] = [];
  private constructor(readonly model: Model<unknown>, readonly state: unknown) {}

  static async open(): Promise<Face> {
    const given = v.parse(handler.config, { size: 256 });
    const { config } = await handler.settle!(given, "/nowhere");
    const model = await handler.load(config, { modelRoot: "/nowhere", avatarRoot, log: silent });
    const video = { codec: "h264", bitrate: 1_000_000 } as const;
    return new Face(model, await model.open({ id: "anna", video }));
  }

  async send(body: Body): Promise<Body[]> {
    const ctx: Context = {
      signal: new AbortController().signal,
      log: silent,
      now: () => this.media,
      waiting: () => false,
      breathe: () => Promise.resolve(),
    };
    const frame: Frame = { session: "anna", turn: 1, epoch: 0, at: this.media, ...body };
    return await Array.fromAsync(this.model.handle(this.state, frame, ctx));
  }

  tick(position = -1): Promise<Body[]> {
    this.media += FRAME;
    const mood = position < 0 ? "idle" : "speaking";
    return this.send({ kind: "video.tick", media: this.media, position, mood, key: false });
  }

  /** What is told of who draws. */
  async draw(by: "page" | "server"): Promise<BodyOf<"face.drawn">> {
    const [drawn] = await this.send({ kind: "face.draw", by });
    assert.equal(drawn.kind, "face.drawn");
    if (drawn.kind === "face.drawn" && drawn.by === "page") this.names = drawn.names;
    return drawn as BodyOf<"face.drawn">;
  }

  async look(position = -1): Promise<TimedLook> {
    const [look] = await this.tick(position);
    assert.equal(look.kind, "face.look");
    return decodeLook((look as BodyOf<"face.look">).data.buffer, this.names)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.model.close(this.state);
    await this.model[Symbol.asyncDispose]();
  }
}

Deno.test("looks: the page gets names and then looks, no pictures, and the mouth speaks in them", async () => {
  await using face = await Face.open();
  const drawn = await face.draw("page");
  assert.ok(drawn.by === "page" && drawn.names.includes("jawOpen") && drawn.names.length >= 52);
  const shut = await face.look();
  assert.equal(shut.media, face.media);
  await face.send({ kind: "phonemes", spans: [{ phoneme: "a", start: 0, end: 2 }], words: [] });
  let open = shut;
  for (let i = 0; i < 10; i++) open = await face.look(0.5 + i * FRAME / 1000);
  assert.ok((open.weights.jawOpen ?? 0) > (shut.weights.jawOpen ?? 0) + 0.2, `${open.weights.jawOpen}`);
});

Deno.test("looks: the life goes on where it was, whoever draws", async () => {
  await using face = await Face.open();
  await face.draw("page");
  let before = await face.look();
  for (let i = 0; i < 50; i++) before = await face.look();
  assert.deepEqual(await face.draw("server"), { kind: "face.drawn", by: "server" });
  const [picture] = await face.tick();
  assert.ok(picture.kind === "video.reply" && picture.key, "what stands for itself comes first");
  await face.draw("page");
  const after = await face.look();
  // Two frames later.
  for (const name of ["yaw", "pitch", "roll", "dx", "dy"] as const) {
    assert.ok(Math.abs(after.pose[name] - before.pose[name]) < 0.02, name);
  }
});

Deno.test("looks: another face that takes over in mid-call is drawn by the page too, by a list of its own", async () => {
  await using face = await Face.open();
  const first = await face.draw("page");
  assert.ok(first.by === "page");
  await face.send({ kind: "face.choose", avatar: "mira", background: "green" });
  for (let i = 0; i < 400; i++) {
    const out = await face.tick();
    const drawn = out.find((body) => body.kind === "face.drawn");
    if (!drawn) {
      assert.deepEqual(out.map(({ kind }) => kind), ["face.look"]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    assert.deepEqual(out.map(({ kind }) => kind), ["face.drawn", "face.look", "face.chosen"]);
    assert.ok(drawn.kind === "face.drawn" && drawn.by === "page" && drawn.list !== first.list);
    return;
  }
  assert.fail("the new face does not come");
});
