#!/usr/bin/env python3
"""Turns the original's LiteAvatar into what Open Avatar Chat runs: ONNX instead of TorchScript and pickles, a
background that is quick to decode, and a manifest with the SHA-256 of every file. Needed once per pack.

    pip install torch==2.15.0 onnx==1.23.2 onnxruntime==1.32.0 av==18.1.0 opencv-python-headless==5.0.0.93
    python3 scripts/convert_lite_avatar.py weights SOURCE models/LiteAvatar/weights
    python3 scripts/convert_lite_avatar.py pack SOURCE models/LiteAvatar/20250408/NAME [--side 720]

SOURCE of the weights is a folder with model_1.onnx, model.pb and am.mvn; that of a pack is its folder or its .zip. Of
pickles only tensors are read. docs/lite-avatar.md says where they come from.
"""

import argparse
import hashlib
import io
import json
import math
import os
import re
import shutil
import sys
import tempfile
import warnings
import zipfile
from fractions import Fraction

import av
import cv2
import numpy as np
import onnxruntime
import torch
from torch import nn

FACE = 384
PARAMETERS = 32
STACK = 560
HEADS = 4
PIECES = 10
# No file of a pack is larger, and no pack has more pictures.
LARGEST = 1 << 30
MOST_PICTURES = 150
# Background pictures from one keyframe to the next.
GROUP = 25
# Between what PyTorch and ONNX Runtime compute, relative to the largest value.
TOLERANCE = 1e-4


class Fault(Exception):
    """What is wrong with the input, in one line."""


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["weights", "pack"])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--side", type=int, default=720, help="shorter side of the picture that is sent, pixels at most")
    options = parser.parse_args(arguments)
    # Nothing has the target's name before it is whole.
    target = os.path.abspath(options.target)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.exists(target):
        raise Fault(f'"{options.target}" is there already; remove it to convert again')
    draft = tempfile.mkdtemp(prefix=".converting-", dir=os.path.dirname(target))
    try:
        with torch.no_grad():
            if options.what == "weights":
                manifest = convert_weights(options.source, draft)
            else:
                manifest = convert_pack(open_source(options.source), draft, options.side)
                manifest["name"] = os.path.basename(target)
        manifest["files"] = {name: describe(os.path.join(draft, name)) for name in sorted(os.listdir(draft))}
        with open(os.path.join(draft, "manifest.json"), "w") as file:
            json.dump(manifest, file, indent=1)
        os.chmod(draft, 0o755)
        os.rename(draft, target)
    except BaseException:
        shutil.rmtree(draft)
        raise
    print(f"{options.target}: {len(manifest['files'])} files")


def describe(path):
    with open(path, "rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": os.path.getsize(path)}


def open_source(source):
    """A function that reads one file of a pack, by the name that it has in the pack."""
    if os.path.isdir(source):
        return lambda name: read_file(os.path.join(source, name))
    try:
        archive = zipfile.ZipFile(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise Fault(f'"{source}" is neither a folder nor a .zip: {error}') from None
    # The pack may lie in a folder of the archive.
    inner = [name for name in archive.namelist() if os.path.basename(name) == "net_encode.pt"]
    if len(inner) != 1:
        raise Fault(f'"{source}" should hold one "net_encode.pt", but holds {len(inner)}')
    folder = inner[0][: -len("net_encode.pt")]

    def read(name):
        try:
            info = archive.getinfo(folder + name)
        except KeyError:
            raise Fault(f'"{source}" has no "{folder}{name}"') from None
        if info.file_size > LARGEST:
            raise Fault(f'"{name}" in "{source}" is larger than {LARGEST} bytes')
        return archive.read(info)

    return read


def read_file(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Fault(f'"{path}" can\'t be read: {error.strerror}') from None


# The speech net: the encoder of Paraformer-large (FunASR, arXiv 2206.08317), layers of self-attention with memory
# (SAN-M, arXiv 2006.01713). The mouth net takes the output of every layer, which no usual export has.


class Layer(nn.Module):
    def __init__(self, state):
        super().__init__()
        self.size = state["self_attn.linear_out.weight"].shape[0]
        width = state["self_attn.linear_q_k_v.weight"].shape[1]
        hidden = state["feed_forward.w_1.weight"].shape[0]
        kernel = state["self_attn.fsmn_block.weight"].shape[2]
        self.norm1 = nn.LayerNorm(width, eps=1e-12)
        self.norm2 = nn.LayerNorm(self.size, eps=1e-12)
        self.self_attn = nn.Module()
        self.self_attn.linear_q_k_v = nn.Linear(width, 3 * self.size)
        self.self_attn.linear_out = nn.Linear(self.size, self.size)
        self.self_attn.fsmn_block = nn.Conv1d(
            self.size, self.size, kernel, groups=self.size, bias=False, padding=(kernel - 1) // 2
        )
        self.feed_forward = nn.Module()
        self.feed_forward.w_1 = nn.Linear(self.size, hidden)
        self.feed_forward.w_2 = nn.Linear(hidden, self.size)
        self.load_state_dict(state)

    def attend(self, x):
        net = self.self_attn
        q, k, v = net.linear_q_k_v(x).split(self.size, dim=-1)
        memory = net.fsmn_block(v.transpose(1, 2)).transpose(1, 2) + v
        each = self.size // HEADS
        heads = lambda y: y.reshape(1, -1, HEADS, each).transpose(1, 2)
        scores = (heads(q) * each**-0.5) @ heads(k).transpose(2, 3)
        mixed = (scores.softmax(dim=-1) @ heads(v)).transpose(1, 2).reshape(1, -1, self.size)
        return net.linear_out(mixed) + memory

    def forward(self, x):
        attended = self.attend(self.norm1(x))
        # The first layer's input has another width.
        x = x + attended if x.shape[-1] == self.size else attended
        return x + self.feed_forward.w_2(self.feed_forward.w_1(self.norm2(x)).relu())


class Piece(nn.Module):
    """Some layers: [1, frames, width] to [layers, frames, size], the output of each."""

    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        outputs = []
        for layer in self.layers:
            x = layer(x)
            outputs.append(x)
        return torch.cat(outputs)


def read_layers(path):
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise Fault(f'"{path}" can\'t be read: {str(error).splitlines()[0]}') from None
    state = state.get("state_dict", state)
    prefixes = ["encoder.encoders0.0."]
    while f"encoder.encoders.{len(prefixes) - 1}.norm1.weight" in state:
        prefixes.append(f"encoder.encoders.{len(prefixes) - 1}.")
    layers = []
    for prefix in prefixes:
        part = {key[len(prefix) :]: value for key, value in state.items() if key.startswith(prefix)}
        if not part:
            raise Fault(f'"{path}" is no Paraformer: it has no "{prefix}*"')
        layers.append(Layer(part).eval())
    return layers


def read_cmvn(path):
    """The two rows of 560 numbers in am.mvn."""
    text = read_file(path).decode()
    rows = [[float(value) for value in row.split()] for row in re.findall(r"<LearnRateCoef>\s+\S+\s+\[([^\]]*)\]", text)]
    if [len(row) for row in rows] != [STACK, STACK]:
        raise Fault(f'"{path}" should hold two rows of {STACK} numbers, but holds {[len(row) for row in rows]}')
    return rows


def convert_weights(source, draft):
    shift, scale = read_cmvn(os.path.join(source, "am.mvn"))
    layers = read_layers(os.path.join(source, "model.pb"))
    size = layers[0].size
    check_mouth(os.path.join(source, "model_1.onnx"), len(layers), size)
    step = math.ceil(len(layers) / PIECES)
    names = []
    for first in range(0, len(layers), step):
        names.append(f"speech_{first // step:02d}.onnx")
        x = torch.rand(1, 22, STACK if first == 0 else size)
        piece = Piece(layers[first : first + step]).eval()
        frames = {"x": {1: "frames"}, "hidden": {1: "frames"}}
        export(piece, (x,), os.path.join(draft, names[-1]), ["x"], ["hidden"], frames)
        # Another length than that of the export, so that a length that was baked in shows.
        x = torch.rand(1, 37, STACK if first == 0 else size)
        compare(piece, (x,), os.path.join(draft, names[-1]), ["x"])
    shutil.copyfile(os.path.join(source, "model_1.onnx"), os.path.join(draft, "mouth.onnx"))
    return {"format": "lite-avatar-weights/1", "speech": names, "size": size, "shift": shift, "scale": scale}


def check_mouth(path, layers, size):
    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise Fault(f'"{path}" can\'t be read: {str(error).splitlines()[0]}') from None
    feeds = {
        "input_au": np.zeros((1, 30, layers, size), np.float32),
        "input_ph": np.zeros((1, 30, 2), np.float32),
        "input_sp": np.array([2]),
        "w": np.ones(1, np.float32),
    }
    (output,) = session.run(["output"], feeds)
    if output.shape != (1, 30, PARAMETERS):
        raise Fault(f'"{path}" gives {output.shape}, expected (1, 30, {PARAMETERS})')


def export(module, arguments, path, inputs, outputs, axes=None):
    torch.onnx.export(
        module, arguments, path, input_names=inputs, output_names=outputs, dynamic_axes=axes, opset_version=17,
        dynamo=False,
    )


def flat(value):
    return [value] if torch.is_tensor(value) else list(value)


def compare(module, arguments, path, names):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    tensors = [tensor for argument in arguments for tensor in flat(argument)]
    made = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, tensors)})
    wanted = [tensor.numpy() for tensor in flat(module(*arguments))]
    far = max(float(np.abs(a - b).max() / max(1, np.abs(b).max())) for a, b in zip(made, wanted))
    print(f"{os.path.basename(path)}: largest difference {far:.1e}")
    if not far < TOLERANCE:
        raise Fault(f"{os.path.basename(path)} computes something else than its source ({far:.1e})")


def convert_pack(read, draft, side):
    convert_nets(read, draft)
    neutral = np.load(io.BytesIO(read("neutral_pose.npy")), allow_pickle=False).reshape(-1).astype(float)
    if len(neutral) != PARAMETERS:
        raise Fault(f'"neutral_pose.npy" has {len(neutral)} numbers, expected {PARAMETERS}')
    background = convert_background(read("bg_video.mp4"), os.path.join(draft, "background.h264"), side)
    for n in range(background["pictures"]):
        name = f"ref_frames/ref_{n:05d}.jpg"
        picture = cv2.imdecode(np.frombuffer(read(name), np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            raise Fault(f'"{name}" is no picture')
        # As the original does it, and without loss from here on.
        picture = cv2.resize(picture, (FACE, FACE), interpolation=cv2.INTER_LINEAR)
        cv2.imwrite(os.path.join(draft, f"ref_{n:05d}.png"), picture)
    scale = background.pop("scale")
    top, bottom, left, right = (int(value) * scale for value in read("face_box.txt").split()[:4])
    box = {"left": left, "top": top, "width": right - left, "height": bottom - top}
    if not (0 <= left < right <= background["width"] and 0 <= top < bottom <= background["height"]):
        raise Fault(f'"face_box.txt" lies outside the background: {box}')
    return {"format": "lite-avatar-pack/1", **background, "box": box, "neutral": neutral.tolist()}


def convert_nets(read, draft):
    nets = []
    for name in "net_encode.pt", "net_decode.pt":
        try:
            nets.append(torch.jit.load(io.BytesIO(read(name)), map_location="cpu").eval())
        except RuntimeError as error:
            raise Fault(f'"{name}" is no TorchScript: {str(error).splitlines()[0]}') from None
    encode, decode = nets
    picture, parameters = torch.rand(1, 3, FACE, FACE) * 2 - 1, torch.rand(1, PARAMETERS)
    feature = encode(picture)
    names = [f"feature_{n}" for n in range(len(flat(feature)))]
    for module, arguments, file, inputs, outputs in (
        (encode, (picture,), "net_encode.onnx", ["image"], names),
        (decode, (feature, parameters), "net_decode.onnx", [*names, "params"], ["image"]),
    ):
        path = os.path.join(draft, file)
        export(module, arguments, path, inputs, outputs)
        compare(module, arguments, path, inputs)


def read_background(video, side):
    """The pictures as they are sent, and what the manifest says of them."""
    pictures = []
    with av.open(io.BytesIO(video)) as container:
        stream = container.streams.video[0]
        scale = min(1, side / min(stream.width, stream.height))
        width, height = (2 * round(length * scale / 2) for length in (stream.width, stream.height))
        for frame in container.decode(stream):
            if len(pictures) == MOST_PICTURES:
                break
            picture = frame.to_ndarray(format="bgr24")
            if (width, height) != (stream.width, stream.height):
                picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
            pictures.append(picture)
        if not pictures:
            raise Fault('"bg_video.mp4" has no pictures')
        facts = {"width": width, "height": height, "fps": float(stream.average_rate), "scale": width / stream.width}
    return pictures, facts


def convert_background(video, path, side):
    """There and back again in one stream, so that it is always decoded forwards; quick to decode, BT.601."""
    pictures, facts = read_background(video, side)
    rate = round(facts["fps"])
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = facts["width"], facts["height"], "yuv420p"
    encoder.framerate, encoder.time_base = rate, Fraction(1, rate)
    encoder.options = {
        "preset": "slow", "crf": "17", "tune": "fastdecode", "profile": "baseline",
        # Bits cost time when they are read, and what is sent has far fewer.
        "maxrate": "12M", "bufsize": "12M", "x264-params":
        f"keyint={GROUP}:min-keyint={GROUP}:scenecut=0:ref=1:bframes=0:repeat-headers=1:annexb=1:threads=1",
    }
    packets = []
    for n, picture in enumerate([*pictures, *reversed(pictures)]):
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU601", dst_color_range="MPEG")
        frame.pts = n
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    if [n for n, packet in enumerate(packets) if packet.is_keyframe] != list(range(0, 2 * len(pictures), GROUP)):
        raise Fault("libx264 put keyframes where none were asked for")
    # What the page shows until the call's first picture.
    cv2.imwrite(os.path.join(os.path.dirname(path), "poster.jpg"), pictures[0], [cv2.IMWRITE_JPEG_QUALITY, 85])
    with open(path, "wb") as out:
        ends = np.cumsum([out.write(bytes(packet)) for packet in packets]).tolist()
    return {**facts, "pictures": len(pictures), "group": GROUP, "ends": ends}


if __name__ == "__main__":
    # PyTorch says at every export that it has a newer exporter; that one renames inputs.
    warnings.simplefilter("ignore")
    try:
        main(sys.argv[1:])
    except Fault as fault:
        sys.exit(str(fault))
