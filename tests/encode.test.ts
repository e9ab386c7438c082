/** The real encoders: what goes in comes out again, keyframes come when asked for, and nothing is left behind. */
import assert from "node:assert/strict";
import { paintRoom } from "../src/face/background.ts";
import { type EncoderSettings, PictureEncoder } from "../src/face/encoder.ts";
import { readPack } from "../src/face/packfolder.ts";
import { still } from "../src/face/pose.ts";
import { createRenderer } from "../src/face/renderer.ts";
import { PictureDecoder, psnr } from "./picture_decoder.ts";

const SIZE = 256, AREA = SIZE * SIZE;
const codecs = ["h264", "vp8"] as const;
const settings = (codec: EncoderSettings["codec"]): EncoderSettings => ({
  codec,
  size: SIZE,
  fps: 25,
  bitrate: 600_000,
});

/** Pictures of a face that moves its jaw and head, I420. */
async function pictures(count: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const pack = await readPack(new URL("../static/avatars/jonas", import.meta.url).pathname, SIZE);
  const renderer = createRenderer(pack, SIZE, paintRoom("studio", SIZE));
  return Array.from({ length: count }, (_, i) => {
    renderer.render({ jawOpen: 0.2 - 0.2 * Math.cos(i / 2) }, { ...still, yaw: 0.1 * Math.sin(i / 10) });
    return renderer.toI420().slice();
  });
}

/** Types of the NAL units of an Annex B access unit. */
function units(data: Uint8Array): number[] {
  const types: number[] = [];
  for (let i = 0; i + 3 < data.length; i++) {
    if (data[i] === 0 && data[i + 1] === 0 && data[i + 2] === 1) types.push(data[i + 3] & 31);
  }
  return types;
}

Deno.test("every picture comes back at once and looks like what went in", async () => {
  const source = await pictures(40);
  for (const codec of codecs) {
    using encoder = new PictureEncoder(settings(codec));
    using decoder = new PictureDecoder(codec);
    source.forEach((i420, i) => {
      const { planes, width, height } = decoder.decode(encoder.encode(i420, i * 40, i === 0).data);
      assert.deepEqual([width, height], [SIZE, SIZE]);
      const quality = psnr(planes[0], i420.subarray(0, AREA));
      assert.ok(quality > 32, `${codec}, picture ${i}: ${quality.toFixed(1)} dB`);
      assert.ok(psnr(planes[1], i420.subarray(AREA, AREA * 5 / 4)) > 32);
    });
  }
});

Deno.test("a keyframe comes when it is asked for, then a decoder can begin there", async () => {
  const source = await pictures(30);
  for (const codec of codecs) {
    using encoder = new PictureEncoder(settings(codec));
    const encoded = source.map((i420, i) => encoder.encode(i420, i * 40, i === 20));
    assert.deepEqual(encoded.map(({ key }) => key), source.map((_, i) => i === 0 || i === 20), codec);
    using late = new PictureDecoder(codec);
    const seen = encoded.slice(20).map(({ data }) => late.decode(data));
    assert.ok(psnr(seen.at(-1)!.planes[0], source.at(-1)!.subarray(0, AREA)) > 32);
    if (codec === "vp8") {
      encoded.forEach(({ data, key }) => assert.equal((data[0] & 1) === 0, key)); // RFC 6386, 9.1
    } else {
      // Parameter sets (7, 8) and an IDR slice (5), constrained baseline (profile 66, constraint_set1).
      for (const at of [0, 20]) assert.deepEqual(units(encoded[at].data).filter((t) => t !== 6), [7, 8, 5]);
      assert.deepEqual(units(encoded[1].data), [1]);
      const sps = encoded[0].data.findIndex((byte, i, all) => byte === 0x67 && all[i - 1] === 1);
      assert.equal(encoded[0].data[sps + 1], 66);
      assert.ok(encoded[0].data[sps + 2] & 0x40);
    }
  }
});

Deno.test("the bit rate is kept", async () => {
  const source = await pictures(100);
  for (const codec of codecs) {
    using encoder = new PictureEncoder(settings(codec));
    const bytes = source.map((i420, i) => encoder.encode(i420, i * 40, i === 0).data.length);
    const rate = bytes.reduce((sum, n) => sum + n) * 8 / (source.length * 0.04);
    assert.ok(rate < 800_000, `${codec}: ${rate}`);
  }
});

Deno.test("200 encoders opened and closed leave no memory behind", () => {
  const grey = new Uint8Array(AREA * 3 / 2).fill(128);
  const cycle = (codec: EncoderSettings["codec"]) => {
    using encoder = new PictureEncoder(settings(codec));
    encoder.encode(grey, 0, true);
  };
  for (const codec of codecs) {
    for (let i = 0; i < 30; i++) cycle(codec);
    const before = Deno.memoryUsage().rss;
    for (let i = 0; i < 200; i++) cycle(codec);
    const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grown < 40, `${codec}: ${grown.toFixed(0)} MiB`);
  }
});

Deno.test("settings that can't be are refused in one line", () => {
  assert.throws(() => new PictureEncoder({ ...settings("h264"), size: 0 }), {
    message: 'Opening "libx264": Invalid argument',
  });
});
