/**
 * What can be seen of a mouth in a picture, by its colours alone: teeth are nearly grey, skin and lips are not, and
 * the dark between the lips is darker than any lip. Only columns near the middle of the mouth are looked at.
 */
import type { Look } from "../src/face/life.ts";
import { createHead, type Head, poseHead } from "../src/face/head.ts";
import type { Pack } from "../src/face/pack.ts";
import { still } from "../src/face/pose.ts";
import { createRenderer, type Renderer } from "../src/face/renderer.ts";
import { stanceOf } from "../src/face/stance.ts";

/** Rows above and below the line where closed lips meet, and columns to each side of the middle, of 512. */
const ABOVE = 8, BELOW = 44, ASIDE = 8;
/** Least green and blue of a tooth's pixel as shares of its red. Skin has less of both, lips much less. */
const GREEN = 0.82, BLUE = 0.77;
/**
 * Red of a pixel: darker than these shares of the lower lip, and of the line between resting lips, is only the mouth's
 * inside; lighter than this share of the lower lip, for so many rows, is only the lower lip.
 */
const DARK = 0.42, DARK_LINE = 0.75, LIP = 0.62, SURE = 3;
/** With more rows of teeth than this the mouth is open; with fewer rows between teeth and lip than this they touch. */
const MOST_TEETH = 7, TOUCH = 2;
/** The lower lip's shadow lies so many rows below its edge at most. A lip this much lower than at rest is drawn in. */
const LIP_ROWS = 26, DRAWN_IN = 0.78;

/** In rows of pixels. */
export interface Sight {
  /** How far the lips are apart: median of the columns. */
  opening: number;
  /** Share of the columns in which the lips meet, 0..1. */
  closed: number;
  /** Share of the columns in which a narrow row of teeth rests on a lower lip that is drawn in, 0..1. */
  bitten: number;
  /** Height of the lower lip as a share of its height at rest: median of the columns. */
  height: number;
}

export interface Watcher {
  /** Draws one look of the face and says what is seen of the mouth. */
  see(look: Look): Sight;
}

/** @param background as `createRenderer` takes it */
export function watch(pack: Pack, background: Uint32Array | null): Watcher {
  const size = 512, renderer = createRenderer(pack, size, background), head = createHead(pack, size);
  const seam = seamVertex(pack);
  const rest = { ...atRest(renderer, head, seam), height: 0 };
  const columnsOf = (pose: Look["pose"]) => {
    const [x, y] = placeOf(head, seam, pose);
    return Array.from({ length: 2 * ASIDE + 1 }, (_, i) => column(renderer, x - ASIDE + i, y, rest));
  };
  rest.height = median(columnsOf(still).map(({ height }) => height));
  return {
    see({ weights, pose }) {
      renderer.render(weights, pose);
      const columns = columnsOf(pose);
      const share = (test: (c: Column) => boolean) => columns.filter(test).length / columns.length;
      return {
        opening: median(columns.map(({ opening }) => opening)),
        closed: share(({ opening }) => opening === 0),
        bitten: share(({ teeth, gap, height }) =>
          teeth > 0 && teeth <= MOST_TEETH && gap < TOUCH && height < DRAWN_IN * rest.height
        ),
        height: median(columns.map(({ height }) => height)) / rest.height,
      };
    },
  };
}

interface Column {
  /** Rows between the lips; those of them that show teeth of the upper row; those between these and the lower lip. */
  opening: number;
  teeth: number;
  gap: number;
  /** Rows from the lower lip's edge to the shadow under it. */
  height: number;
}

function column(picture: Renderer, x: number, y: number, { lip, line }: Rest): Column {
  const { frame, size } = picture, dark = Math.min(DARK * lip, DARK_LINE * line);
  const inside = { first: -1, teeth: -1, edge: -1 };
  let row = y - ABOVE;
  for (; row < y + BELOW; row++) {
    const pixel = frame[row * size + x], red = pixel & 255, tooth = isTooth(pixel);
    if (inside.first < 0 && (tooth || red < dark)) inside.first = row;
    if (tooth && inside.teeth < 0) inside.teeth = row;
    if (!tooth && inside.teeth >= 0 && inside.edge < 0) inside.edge = row;
    if (inside.first >= 0 && isLip(picture, x, row, lip)) break;
  }
  if (inside.first < 0) row = y;
  const height = shadowBelow(picture, x, row) - row;
  if (inside.first < 0) return { opening: 0, teeth: 0, gap: 0, height };
  const opening = row - inside.first;
  if (inside.teeth < 0) return { opening, teeth: 0, gap: 0, height };
  return { opening, teeth: inside.edge - inside.teeth, gap: row - inside.edge, height };
}

/** The darkest row below the edge of the lower lip. */
function shadowBelow({ frame, size }: Renderer, x: number, edge: number): number {
  let [best, darkest] = [edge, Infinity];
  for (let row = edge + 3; row < edge + LIP_ROWS; row++) {
    const red = frame[row * size + x] & 255;
    if (red < darkest) [best, darkest] = [row, red];
  }
  return best;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function isLip({ frame, size }: Renderer, x: number, y: number, lip: number): boolean {
  for (let row = y; row < y + SURE; row++) {
    const pixel = frame[row * size + x];
    if (isTooth(pixel) || (pixel & 255) < LIP * lip) return false;
  }
  return true;
}

function isTooth(pixel: number): boolean {
  const red = pixel & 255, green = (pixel >>> 8) & 255, blue = (pixel >>> 16) & 255;
  return green > GREEN * red && blue > BLUE * red;
}

/** The vertex in the middle of the upper lip's edge: the lowest of the foremost ones around the mouth's height. */
function seamVertex({ geometry: { position: p, bodyVertices }, manifest: m }: Pack): number {
  let best = -1, front = -Infinity;
  const height = m.eye_y + m.mouth[0];
  for (let v = 0; v < bodyVertices; v++) {
    if (Math.abs(p[3 * v]) > 0.02 || Math.abs(p[3 * v + 1] - height) > 0.03 || p[3 * v + 2] <= front) {
      continue;
    }
    [best, front] = [v, p[3 * v + 2]];
  }
  return best;
}

/** Where the closed mouth's middle is in the picture, whole pixels. */
function placeOf(head: Head, seam: number, pose: Look["pose"]): [x: number, y: number] {
  const { view } = stanceOf({}, pose);
  poseHead(head, {}, view, 0, 0);
  return [head.x[seam] >> 1, head.y[seam] >> 1];
}

/** Red of the neutral face: of the lower lip, and of the darkest pixel between the lips (median of the columns). */
interface Rest {
  lip: number;
  line: number;
}

function atRest(renderer: Renderer, head: Head, seam: number): Rest {
  renderer.render({}, still);
  const [x, y] = placeOf(head, seam, still);
  const red = (aside: number, row: number) => renderer.frame[(y + row) * renderer.size + x + aside] & 255;
  const lines = Array.from(
    { length: 2 * ASIDE + 1 },
    (_, i) => Math.min(...Array.from({ length: ABOVE }, (_, row) => red(i - ASIDE, row - ABOVE / 2))),
  );
  return { lip: red(0, 5), line: median(lines) };
}
