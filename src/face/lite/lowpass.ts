/**
 * The low-pass that takes the jitter out of mouth parameters: Butterworth, order 4, 10 Hz at 30 frames a second, run
 * forwards and backwards so that nothing is delayed.
 */

/** `scipy.signal.butter(4, 2 * 10 / 30)`, and `scipy.signal.lfilter_zi` of it: the state after a constant 1. */
const B = [
  0.2346994953098306,
  0.9387979812393225,
  1.4081969718589837,
  0.9387979812393225,
  0.2346994953098306,
];
const A = [1, 1.3066051441010482, 1.030453835419574, 0.36236904476885756, 0.05576390066780879];
const SETTLED = [0.7653005046901699, 1.133107667551896, 0.7553645311124866, 0.1789355946420218];

/**
 * Filters the rows of a matrix in time, as `scipy.signal.filtfilt(b, a, rows, padtype=None, axis=0)` does.
 *
 * @param rows [frames, width], changed in place
 */
export function smooth(rows: Float32Array, width: number): void {
  const frames = rows.length / width;
  const line = new Float64Array(frames);
  for (let column = 0; column < width; column++) {
    for (let frame = 0; frame < frames; frame++) line[frame] = rows[frame * width + column];
    run(line);
    line.reverse();
    run(line);
    for (let frame = 0; frame < frames; frame++) rows[frame * width + column] = line[frames - 1 - frame];
  }
}

/** One pass, transposed direct form II, begun as if the first value had always been there. */
function run(line: Float64Array): void {
  const first = line[0];
  let [z0, z1, z2, z3] = SETTLED.map((state) => state * first);
  for (let n = 0; n < line.length; n++) {
    const x = line[n], y = B[0] * x + z0;
    z0 = B[1] * x - A[1] * y + z1;
    z1 = B[2] * x - A[2] * y + z2;
    z2 = B[3] * x - A[3] * y + z3;
    z3 = B[4] * x - A[4] * y;
    line[n] = y;
  }
}
