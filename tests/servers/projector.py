"""
Writes a picture projector of random weights for the default language model, so that the server takes pictures: what it
sees in them means nothing. Argument: the file to write.
"""

import sys

import gguf
import numpy

random = numpy.random.default_rng(0)
WIDTH, FORWARD, LAYERS, PATCH, PIXELS, HEADS, MODEL = 64, 128, 2, 16, 64, 2, 576
writer = gguf.GGUFWriter(sys.argv[1], "clip")
writer.add_bool("clip.has_vision_encoder", True)
writer.add_string("clip.projector_type", "mlp")
writer.add_bool("clip.use_gelu", True)
numbers = {
    "image_size": PIXELS,
    "patch_size": PATCH,
    "embedding_length": WIDTH,
    "feed_forward_length": FORWARD,
    "projection_dim": MODEL,
    "block_count": LAYERS,
    "attention.head_count": HEADS,
    "preproc_image_size": PIXELS,
}
for key, value in numbers.items():
    writer.add_uint32(f"clip.vision.{key}", value)
writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
writer.add_array("clip.vision.image_mean", [0.5] * 3)
writer.add_array("clip.vision.image_std", [0.5] * 3)


def tensor(name, *shape):
    writer.add_tensor(name, (random.standard_normal(shape) * 0.02).astype(numpy.float32))


def layer(name, outputs, inputs):
    tensor(f"{name}.weight", outputs, inputs)
    tensor(f"{name}.bias", outputs)


def norm(name):
    tensor(f"{name}.weight", WIDTH)
    tensor(f"{name}.bias", WIDTH)


tensor("v.patch_embd.weight", WIDTH, 3, PATCH, PATCH)
tensor("v.patch_embd.bias", WIDTH)
tensor("v.position_embd.weight", (PIXELS // PATCH) ** 2, WIDTH)
for index in range(LAYERS):
    block = f"v.blk.{index}."
    for name in ("ln1", "ln2"):
        norm(block + name)
    for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
        layer(block + name, WIDTH, WIDTH)
    layer(block + "ffn_up", FORWARD, WIDTH)
    layer(block + "ffn_down", WIDTH, FORWARD)
norm("v.pre_ln")
norm("v.post_ln")
layer("mm.0", MODEL, WIDTH)
layer("mm.2", MODEL, MODEL)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
