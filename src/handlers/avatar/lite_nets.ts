/** The nets of LiteAvatar: those that hear (speech net in pieces, mouth net), and those that draw (encoder, decoder). */
import type { Tensor } from "onnxruntime-node";
import { type OnnxModel, openModel } from "../../audio/onnx.ts";
import { FACE } from "../../face/lite/sampling.ts";
import { addPositions, atMouthFrames } from "../../face/lite/features.ts";
import { type PackManifest, STACK, type WeightsManifest } from "../../face/lite/manifest.ts";
import { type Files, readReference, referenceName } from "../../face/lite/pack.ts";
import { WINDOW } from "../../face/lite/slices.ts";
import { PARAMETERS } from "../../face/lite/track.ts";
import { fbank } from "../asr/fbank.ts";
import { stack, type Stacking } from "../asr/stacking.ts";

/** The style of speaking that the original asks the mouth net for. */
const STYLE = 2n;

/** What hears. */
export interface Ear extends AsyncDisposable {
  /**
   * The mouth of one slice; each native run blocks the thread.
   *
   * @param pcm of `Slice`
   * @param goOn asked before each net but the first: false gives up
   * @returns [WINDOW, PARAMETERS], or null when it was given up
   */
  hear(pcm: Float32Array, goOn: () => Promise<boolean>): Promise<Float32Array | null>;
}

/** Loads the nets that all packs share. */
export async function openEar({ manifest, read }: Files<WeightsManifest>): Promise<Ear> {
  await using opened = new AsyncDisposableStack();
  const use = async (name: string) => opened.use(await openModel(await read(name)));
  const pieces: OnnxModel[] = [];
  for (const name of manifest.speech) pieces.push(await use(name));
  const mouth = await use("mouth.onnx");
  const stacking: Stacking = {
    size: 7,
    step: 6,
    negativeMean: Float32Array.from(manifest.shift),
    inverseDeviation: Float32Array.from(manifest.scale),
  };
  const { Tensor } = mouth;
  const kept = opened.move();
  return {
    async hear(pcm, goOn) {
      const x = addPositions(stack(fbank(pcm), stacking), STACK, manifest.size);
      const frames = x.length / STACK;
      let next = new Tensor("float32", x, [1, frames, STACK]);
      const hidden: Float32Array[] = [];
      for (const piece of pieces) {
        if (hidden.length > 0 && !await goOn()) return null;
        const { hidden: group } = await piece.run({ x: next });
        const values = group.data as Float32Array;
        hidden.push(values);
        next = new Tensor("float32", values.slice(-frames * manifest.size), [1, frames, manifest.size]);
      }
      if (!await goOn()) return null;
      const features = atMouthFrames(hidden, frames, manifest.size);
      const layers = features.length / (WINDOW * manifest.size);
      const { output } = await mouth.run({
        input_au: new Tensor("float32", features, [1, WINDOW, layers, manifest.size]),
        input_ph: new Tensor("float32", new Float32Array(WINDOW * 2), [1, WINDOW, 2]),
        input_sp: new Tensor("int64", BigInt64Array.of(STYLE), [1]),
        w: new Tensor("float32", Float32Array.of(1), [1]),
      }, ["output"]);
      return output.data as Float32Array;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What draws. */
export interface Hand extends AsyncDisposable {
  /**
   * The face in a background picture; the native run blocks the thread.
   *
   * @param picture its number
   * @param mouth PARAMETERS numbers
   * @returns red, green and blue planes of FACE² values, about -1..1
   */
  draw(picture: number, mouth: Float32Array): Promise<Float32Array>;
}

/** Loads the nets of a pack, and encodes its reference pictures: as many features as the pack has pictures are kept. */
export async function openHand({ manifest, read }: Files<PackManifest>): Promise<Hand> {
  const references: Record<string, Tensor>[] = [];
  {
    await using encoder = await openModel(await read("net_encode.onnx"));
    for (let n = 0; n < manifest.pictures; n++) {
      const image = await readReference(await read(referenceName(n)));
      references.push(await encoder.run({ image: new encoder.Tensor("float32", image, [1, 3, FACE, FACE]) }));
    }
  }
  const decoder = await openModel(await read("net_decode.onnx"));
  return {
    async draw(picture, mouth) {
      const params = new decoder.Tensor("float32", mouth, [1, PARAMETERS]);
      const { image } = await decoder.run({ ...references[picture], params });
      return image.data as Float32Array;
    },
    [Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
  };
}
