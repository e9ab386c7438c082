/**
 * A face's look of one moment in bytes, for whoever draws it elsewhere. Little-endian:
 *
 *     0  uint16   number of the list of names that the weights are in
 *     2  float64  media time, milliseconds
 *    10  int16 …  eleven numbers of the pose, then one weight for each name; 1 is 8192
 *
 * With the 52 ARKit names that are 136 bytes, 27 kbit/s at 25 a second.
 */
import type { Look } from "./life.ts";
import { clamp, type Pose } from "./pose.ts";

/** A look and when it is due. */
export interface TimedLook extends Look {
  /** Which list of names it was written with. */
  list: number;
  /** Milliseconds of media time. */
  media: number;
}

const HEADER = 10;
const SCALE = 8192;
const NUMBERS = 11;

function numbersOf({ yaw, pitch, roll, dx, dy, breath, gazeX, gazeY, hair }: Pose): number[] {
  return [yaw, pitch, roll, dx, dy, breath, gazeX, gazeY, hair.yaw, hair.pitch, hair.roll];
}

function poseOf(numbers: number[]): Pose {
  const [yaw, pitch, roll, dx, dy, breath, gazeX, gazeY, ...hair] = numbers;
  return {
    yaw,
    pitch,
    roll,
    dx,
    dy,
    breath,
    gazeX,
    gazeY,
    hair: { yaw: hair[0], pitch: hair[1], roll: hair[2] },
  };
}

/** @param names the weights that are written; others are left out. Values beyond ±4 are cut off. */
export function encodeLook(
  { list, media, weights, pose }: TimedLook,
  names: readonly string[],
): Uint8Array<ArrayBuffer> {
  const values = [...numbersOf(pose), ...names.map((name) => weights[name] ?? 0)];
  const view = new DataView(new ArrayBuffer(HEADER + 2 * values.length));
  view.setUint16(0, list, true);
  view.setFloat64(2, media, true);
  values.forEach((value, i) =>
    view.setInt16(HEADER + 2 * i, Math.round(clamp(value * SCALE, -32768, 32767)), true)
  );
  return new Uint8Array(view.buffer);
}

/** The number of the list of names that a look was written with; -1 when it is too short to be one. */
export function listOf(data: ArrayBuffer): number {
  return data.byteLength < HEADER ? -1 : new DataView(data).getUint16(0, true);
}

/** Null when it is not as long as a look with these names is. */
export function decodeLook(data: ArrayBuffer, names: readonly string[]): TimedLook | null {
  if (data.byteLength !== HEADER + 2 * (NUMBERS + names.length)) return null;
  const view = new DataView(data), value = (i: number) => view.getInt16(HEADER + 2 * i, true) / SCALE;
  const weights: Look["weights"] = {};
  names.forEach((name, i) => {
    const weight = value(NUMBERS + i);
    if (weight !== 0) weights[name] = weight;
  });
  return {
    list: view.getUint16(0, true),
    media: view.getFloat64(2, true),
    weights,
    pose: poseOf(Array.from({ length: NUMBERS }, (_, i) => value(i))),
  };
}
