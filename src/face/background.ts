/** Softly blurred rooms made of formulas, so that no picture has to be shipped or licensed. */
export type Room = "office" | "studio" | "evening" | "green";
export const rooms: readonly Room[] = ["office", "studio", "evening", "green"];

export function isRoom(name: string): name is Room {
  return (rooms as readonly string[]).includes(name);
}

type Color = [red: number, green: number, blue: number];
/** Centre and radii as shares of the side, and the colour that is added. */
type Spot = [x: number, y: number, rx: number, ry: number, color: Color];

interface Plan {
  top: Color;
  bottom: Color;
  /** Light behind the head. */
  glow: Color;
  spots: Spot[];
}

const plans: Record<Room, Plan> = {
  studio: {
    top: [214, 219, 224],
    bottom: [158, 168, 180],
    glow: [24, 22, 18],
    spots: [[0.1, 0.2, 0.22, 0.3, [10, 8, 2]], [0.9, 0.5, 0.2, 0.4, [-12, -10, -6]]],
  },
  office: {
    top: [206, 208, 205],
    bottom: [148, 143, 136],
    glow: [16, 15, 12],
    spots: [
      [0.14, 0.26, 0.17, 0.34, [44, 44, 40]],
      [0.14, 0.26, 0.012, 0.34, [-34, -32, -28]],
      [0.86, 0.60, 0.13, 0.30, [-58, -30, -52]],
      [0.93, 0.42, 0.09, 0.16, [-40, -14, -40]],
      [0.80, 0.12, 0.16, 0.05, [-30, -36, -42]],
      [0.76, 0.06, 0.03, 0.07, [-10, -50, -60]],
      [0.84, 0.06, 0.025, 0.06, [-60, -40, 4]],
      [0.5, 0.99, 0.7, 0.12, [-26, -30, -34]],
    ],
  },
  evening: {
    top: [66, 64, 84],
    bottom: [38, 34, 44],
    glow: [26, 18, 10],
    spots: [
      [0.16, 0.3, 0.10, 0.13, [118, 76, 28]],
      [0.88, 0.22, 0.06, 0.06, [110, 84, 40]],
      [0.80, 0.34, 0.035, 0.035, [70, 60, 50]],
      [0.93, 0.5, 0.05, 0.05, [90, 50, 30]],
      [0.07, 0.62, 0.05, 0.05, [50, 60, 90]],
    ],
  },
  green: {
    top: [188, 205, 178],
    bottom: [118, 140, 112],
    glow: [22, 24, 12],
    spots: [
      [0.1, 0.2, 0.14, 0.14, [30, 34, 6]],
      [0.25, 0.5, 0.1, 0.12, [-26, -12, -24]],
      [0.9, 0.3, 0.12, 0.2, [-34, -18, -30]],
      [0.78, 0.14, 0.08, 0.08, [30, 30, 10]],
      [0.95, 0.7, 0.1, 0.14, [12, 18, 0]],
    ],
  },
};

/** Beyond so many radii a spot changes nothing that could be seen. */
const SPOT_REACH = 2.2;

/** Paints a room: size² opaque RGBA words. */
export function paintRoom(room: Room, size: number): Uint32Array<ArrayBuffer> {
  const { top, bottom, glow, spots } = plans[room];
  const light = new Float32Array(size * size * 3);
  const middle = Float64Array.from({ length: size }, (_, x) => Math.exp(-((x / size - 0.5) ** 2) * 4));
  for (let o = 0, i = 0; o < size * size; o++) {
    const v = Math.floor(o / size) / size, shine = middle[o % size] * Math.exp(-((v - 0.4) ** 2) * 4);
    for (let k = 0; k < 3; k++) light[i++] = top[k] + (bottom[k] - top[k]) * v + glow[k] * shine;
  }
  for (const spot of spots) addSpot(light, size, spot);
  const picture = new Uint32Array(size * size);
  let seed = 7;
  for (let o = 0, i = 0; o < picture.length; o++, i += 3) {
    // A little noise, the same every time, keeps the long gradients from showing bands.
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    const noise = (seed / 0x7fffffff - 0.5) * 1.6;
    picture[o] = 0xff000000 | (byte(light[i + 2] + noise) << 16) | (byte(light[i + 1] + noise) << 8) |
      byte(light[i] + noise);
  }
  return picture;
}

function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value | 0;
}

function addSpot(light: Float32Array, size: number, spot: Spot): void {
  const [x, y, rx, ry, color] = spot;
  const first = (centre: number, radius: number) =>
    Math.max(0, Math.floor((centre - SPOT_REACH * radius) * size));
  const end = (centre: number, radius: number) =>
    Math.min(size, Math.ceil((centre + SPOT_REACH * radius) * size));
  for (let row = first(y, ry); row < end(y, ry); row++) {
    for (let column = first(x, rx); column < end(x, rx); column++) {
      const share = coverage(spot, column / size, row / size), i = 3 * (row * size + column);
      for (let k = 0; k < 3; k++) light[i + k] += color[k] * share;
    }
  }
}

/** Round spots have equal radii; the others are half ellipse, half rectangle. The edge is a soft logistic curve. */
function coverage([x, y, rx, ry]: Spot, u: number, v: number): number {
  const du = Math.abs(u - x) / rx, dv = Math.abs(v - y) / ry, round = Math.sqrt(du * du + dv * dv);
  const distance = rx === ry ? round : round * 0.5 + Math.max(du, dv) * 0.5;
  return 1 / (1 + Math.exp((distance - 1) * 7));
}
