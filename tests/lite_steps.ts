/** The steps of LiteAvatar that are no nets, on the inputs that tests/lite_reference.py makes too. */
import { createCompositor } from "../src/face/lite/composite.ts";
import { addPositions, atMouthFrames } from "../src/face/lite/features.ts";
import { smooth } from "../src/face/lite/lowpass.ts";
import { borderMask } from "../src/face/lite/mask.ts";
import { silences } from "../src/face/lite/silence.ts";
import { createSlicer, WINDOW } from "../src/face/lite/slices.ts";
import { createTrack, join, PARAMETERS } from "../src/face/lite/track.ts";

const [FACE, WIDTH, HEIGHT] = [384, 240, 320];
const BOX = { left: 37, top: 61, width: 150, height: 170 };
const WINDOWS = 12;

/** Uniform values of -1..1. */
export function noise(length: number, state: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 31 - 1;
  });
}

function speech(): Float32Array<ArrayBuffer> {
  return noise(WINDOWS * 4_800, 3).map((value, n) => {
    const t = n / 16_000, loud = Math.fround(value * Math.fround(0.2));
    return (t > 0.8 && t < 1.7) || t > 2.6 ? loud * Math.fround(0.002) : loud;
  });
}

function windows(): Float32Array[] {
  return Array.from({ length: WINDOWS }, (_, n) =>
    noise(WINDOW * PARAMETERS, 100 + n)
      .map((value, at) => value * 0.5 + Math.sin(n + at % PARAMETERS / 5)));
}

function agreeingWindows(): Float32Array[] {
  const whole = noise((WINDOWS * 9 + 21) * PARAMETERS, 6).map((value, n) =>
    value * 0.3 + Math.sin(Math.floor(n / PARAMETERS) / 4 + n % PARAMETERS / 5)
  );
  return Array.from({ length: WINDOWS }, (_, n) => {
    const own = noise(WINDOW * PARAMETERS, 200 + n);
    return own.map((value, at) => whole[9 * n * PARAMETERS + at] + 0.05 * value);
  });
}

function joined(): Float32Array {
  const raw = new Float32Array(48 * PARAMETERS);
  windows().forEach((window, n) => join(raw, window, n === 0));
  return raw;
}

/** The mouth every 17 ms, slice by slice. */
function track(): Float32Array {
  const made = createTrack(Float32Array.from({ length: PARAMETERS }, (_, n) => -0.2 + n * 0.4 / 31));
  const slicer = createSlicer();
  slicer.push(speech());
  for (const window of agreeingWindows()) made.take(window, slicer.next()!);
  const places = Array.from({ length: WINDOWS * 9 - 10 }, (_, n) => n / 30 * 0.98);
  return Float32Array.from(places.flatMap((place) => [...made.at(place)!]));
}

function drawnFace(): Float32Array {
  const face = new Float32Array(3 * FACE * FACE);
  for (let y = 0; y < FACE; y++) {
    for (let x = 0; x < FACE; x++) {
      [Math.sin(x / 23), Math.cos(y / 31), Math.sin((x + 2 * y) / 47)].forEach((value, plane) =>
        face[(plane * FACE + y) * FACE + x] = Math.fround(value) * Math.fround(1.1)
      );
    }
  }
  return face;
}

function composite(behind: (n: number) => number): Float32Array {
  const picture = Uint8Array.from({ length: WIDTH * HEIGHT * 3 / 2 }, (_, n) => behind(n));
  createCompositor(WIDTH, HEIGHT, BOX).draw(drawnFace(), picture);
  return Float32Array.from(picture);
}

/** I420 of red 90, green 120, blue 150. */
function blueGrey(n: number): number {
  const [red, green, blue] = [90 / 255, 120 / 255, 150 / 255];
  const area = WIDTH * HEIGHT;
  if (n < area) return Math.round(16 + 65.481 * red + 128.553 * green + 24.966 * blue);
  return n < area * 5 / 4
    ? Math.round(128 - 37.797 * red - 74.203 * green + 112 * blue)
    : Math.round(128 + 112 * red - 93.786 * green - 18.214 * blue);
}

/** Every step's values. */
export function ownSteps(): Record<string, Float32Array> {
  const rows = noise(48 * 3, 1);
  smooth(rows, 3);
  return {
    low_pass: rows,
    silences: silences(speech(), WINDOWS * 9),
    silences_soon: silences(speech(), WINDOWS * 9, 4),
    joined: joined(),
    track: track(),
    positions: addPositions(noise(22 * 560, 2), 560, 512),
    mouth_frames: atMouthFrames([noise(4 * 22 * 16, 4)], 22, 16),
    mask: Float32Array.from(borderMask(150, 170)),
    small_mask: Float32Array.from(borderMask(33, 64)),
    composite: composite((n) => 60 + (n * 7 + Math.floor(n / 97)) % 120),
    original_composite: composite(blueGrey),
  };
}

/**
 * How far a step may be from its reference. Pictures are of 8 bits: half a level is their rounding, and the original rounds
 * three more times on its way. Slices do not know what comes later, which the smoothing of the whole does.
 */
export const FARTHEST: Record<string, number> = {
  low_pass: 1e-5,
  silences: 1e-6,
  silences_soon: 1e-6,
  joined: 1e-5,
  track: 0.04,
  positions: 1e-3,
  mouth_frames: 1e-5,
  mask: 0,
  small_mask: 0,
  composite: 0.5 + 1e-3,
  original_composite: 3,
};
