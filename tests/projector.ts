/**
 * An image part (mmproj) for SmolLM2-135M with weights drawn by chance: with it a llama.cpp that sees takes pictures, of
 * which it understands nothing. A CLIP of two layers and a projector of two (llama.cpp's `mlp` of LLaVA).
 */
import { createRandom } from "../src/face/random.ts";
import { type GgufTensor, writeGguf } from "../src/models/gguf.ts";

/** Width, hidden width, layers, patch and picture sides in pixels, heads; width of the language model. */
const WIDTH = 64, HIDDEN = 128, LAYERS = 2, PATCH = 16, SIDE = 64, HEADS = 4, MODEL = 576;
const U32 = 4, F32 = 6, BOOL = 7, STRING = 8, LIST = 9;

type Setting = [name: string, type: number, value: number | string | number[]];

const settings: Setting[] = [
  ["general.architecture", STRING, "clip"],
  ["clip.has_vision_encoder", BOOL, 1],
  ["clip.projector_type", STRING, "mlp"],
  ["clip.use_gelu", BOOL, 1],
  ["clip.vision.image_size", U32, SIDE],
  ["clip.vision.patch_size", U32, PATCH],
  ["clip.vision.embedding_length", U32, WIDTH],
  ["clip.vision.feed_forward_length", U32, HIDDEN],
  ["clip.vision.projection_dim", U32, MODEL],
  ["clip.vision.block_count", U32, LAYERS],
  ["clip.vision.attention.head_count", U32, HEADS],
  ["clip.vision.attention.layer_norm_epsilon", F32, 1e-6],
  ["clip.vision.image_mean", LIST, [0.5, 0.5, 0.5]],
  ["clip.vision.image_std", LIST, [0.5, 0.5, 0.5]],
];

/** Shapes as ggml has them, values a row first. */
function* shapes(): Generator<[name: string, ...shape: number[]]> {
  yield ["v.patch_embd.weight", PATCH, PATCH, 3, WIDTH];
  yield ["v.patch_embd.bias", WIDTH];
  yield ["v.position_embd.weight", WIDTH, (SIDE / PATCH) ** 2];
  for (let layer = 0; layer < LAYERS; layer++) {
    const at = `v.blk.${layer}.`;
    for (const norm of ["ln1", "ln2"]) {
      yield* [[`${at}${norm}.weight`, WIDTH], [`${at}${norm}.bias`, WIDTH]] as const;
    }
    for (const part of ["attn_q", "attn_k", "attn_v", "attn_out"]) {
      yield* [[`${at}${part}.weight`, WIDTH, WIDTH], [`${at}${part}.bias`, WIDTH]] as const;
    }
    yield* [[`${at}ffn_up.weight`, WIDTH, HIDDEN], [`${at}ffn_up.bias`, HIDDEN]] as const;
    yield* [[`${at}ffn_down.weight`, HIDDEN, WIDTH], [`${at}ffn_down.bias`, WIDTH]] as const;
  }
  for (const norm of ["v.pre_ln", "v.post_ln"]) {
    yield* [[`${norm}.weight`, WIDTH], [`${norm}.bias`, WIDTH]] as const;
  }
  yield* [["mm.0.weight", WIDTH, MODEL], ["mm.0.bias", MODEL], ["mm.2.weight", MODEL, MODEL], [
    "mm.2.bias",
    MODEL,
  ]] as const;
}

function header(tensors: number): Uint8Array {
  const bytes: number[] = [];
  const raw = (size: number, write: (view: DataView) => void) => {
    const view = new DataView(new ArrayBuffer(size));
    write(view);
    bytes.push(...new Uint8Array(view.buffer));
  };
  const u32 = (value: number) => raw(4, (view) => view.setUint32(0, value, true));
  const u64 = (value: number) => raw(8, (view) => view.setBigUint64(0, BigInt(value), true));
  const f32 = (value: number) => raw(4, (view) => view.setFloat32(0, value, true));
  const text = (value: string) => {
    u64(value.length);
    bytes.push(...new TextEncoder().encode(value));
  };
  bytes.push(...new TextEncoder().encode("GGUF"));
  u32(3);
  u64(tensors);
  u64(settings.length);
  for (const [name, type, value] of settings) {
    text(name);
    u32(type);
    if (type === STRING) text(value as string);
    else if (type === BOOL) bytes.push(value as number);
    else if (type === U32) u32(value as number);
    else if (type === F32) f32(value as number);
    else {
      u32(F32);
      u64((value as number[]).length);
      (value as number[]).forEach(f32);
    }
  }
  return Uint8Array.from(bytes);
}

/** The file's bytes, always the same. */
export function randomProjector(): Uint8Array<ArrayBuffer> {
  const random = createRandom(1);
  const tensors = Array.from(shapes(), ([name, ...shape]): GgufTensor => {
    const count = shape.reduce((product, side) => product * side, 1);
    const values = Float32Array.from({ length: count }, () => 0.07 * (random() - 0.5));
    return { name, shape, type: 0, data: new Uint8Array(values.buffer) };
  });
  return writeGguf(header(tensors.length), tensors);
}
