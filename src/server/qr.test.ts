import assert from "node:assert/strict";
import jsqr from "npm:jsqr@1.4.0";
import { terminalQr } from "./qr.ts";

/** Pixels along a module's side. */
const SCALE = 4;

/** What a camera sees of the terminal: white characters' blocks on black. */
function photograph(lines: string[]): { pixels: Uint8ClampedArray; width: number; height: number } {
  const width = lines[0].length * SCALE, height = lines.length * 2 * SCALE;
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const upper = Math.floor(y / SCALE) % 2 === 0;
      const block = lines[Math.floor(y / SCALE / 2)][Math.floor(x / SCALE)];
      const light = block === "█" || block === (upper ? "▀" : "▄");
      pixels.fill(light ? 255 : 0, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { pixels, width, height };
}

Deno.test("qr: a camera reads the address from the terminal", () => {
  for (const url of ["https://192.168.1.7:8282", "https://[fd00:1234:5678:9abc:def0:1234:5678:9abc]:8282"]) {
    // White on black, whatever the terminal's colours are.
    const [before, after] = ["\x1b[97;40m", "\x1b[0m"];
    const lines = terminalQr(url).split("\n").map((line) => {
      assert.ok(line.startsWith(before) && line.endsWith(after), line);
      return line.slice(before.length, -after.length);
    });
    assert.ok(lines[0].length <= 60, `${lines[0].length} columns fit a terminal`);
    const { pixels, width, height } = photograph(lines);
    assert.equal(jsqr.default(pixels, width, height, { inversionAttempts: "dontInvert" })?.data, url);
  }
});
