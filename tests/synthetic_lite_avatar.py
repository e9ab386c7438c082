"""A synthetic LiteAvatar: the files of a real one, with the interfaces of its nets, but small nets of random weights and
drawn pictures. It looks like nobody, it is only good for tests.

    python3 tests/synthetic_lite_avatar.py FOLDER [--pictures 8] [--size 360x640] [--box Y1,Y2,X1,X2]

makes FOLDER/pack and FOLDER/weights for scripts/convert_lite_avatar.py, and wants what that wants.
"""

import argparse
import os

import av
import cv2
import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional

# The real ones: 50 layers of width 512, 2048 wide inside.
LAYERS, SIZE, INSIDE, KERNEL = 12, 16, 24, 11
CHANNELS = 8


class Encode(nn.Module):
    """[1, 3, 384, 384] to features at an eighth of the size."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, CHANNELS, 7, 4, 3)
        self.second = nn.Conv2d(CHANNELS, CHANNELS, 3, 2, 1)

    def forward(self, x):
        return torch.tanh(self.second(torch.relu(self.first(x))))


class Decode(nn.Module):
    """Features and [1, 32] to [1, 3, 384, 384]; brightness in the middle follows the parameters."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Linear(32, CHANNELS)
        self.last = nn.Conv2d(CHANNELS, 3, 3, 1, 1)

    def forward(self, feature, params):
        x = feature * (1 + self.gain(params)[:, :, None, None])
        return torch.tanh(self.last(functional.interpolate(x, scale_factor=8.0, mode="bilinear", align_corners=False)))


def write_nets(folder):
    encode, decode = Encode().eval(), Decode().eval()
    picture, params = torch.rand(1, 3, 384, 384) * 2 - 1, torch.rand(1, 32)
    torch.jit.trace(encode, picture).save(f"{folder}/net_encode.pt")
    torch.jit.trace(decode, (encode(picture), params)).save(f"{folder}/net_decode.pt")


def scene(width, height, n, pictures):
    """Soft colours, and a bright bar that moves, so that each picture is another."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bar = 60 * np.exp(-(((x - width * n / pictures) / 20) ** 2))
    return np.stack([90 + 80 * np.sin(x / 90), 110 + 70 * np.cos(y / 120), 120 + 60 * np.sin((x + y) / 150)], 2) + bar[
        :, :, None
    ]


def write_pictures(folder, width, height, pictures, box):
    top, bottom, left, right = box
    os.makedirs(f"{folder}/ref_frames", exist_ok=True)
    with av.open(f"{folder}/bg_video.mp4", "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for n in range(pictures):
            picture = np.clip(scene(width, height, n, pictures), 0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            cv2.imwrite(f"{folder}/ref_frames/ref_{n:05d}.jpg", picture[top:bottom, left:right])
        container.mux(stream.encode(None))
    with open(f"{folder}/face_box.txt", "w") as file:
        file.write(f"{top} {bottom} {left} {right}\n")
    np.save(f"{folder}/neutral_pose.npy", np.linspace(-0.2, 0.2, 32).astype(np.float32))


def write_speech(folder):
    """The encoder's part of model.pb, and am.mvn."""
    random = np.random.default_rng(5)
    tensor = lambda *shape: torch.from_numpy(random.normal(0, shape[-1] ** -0.5, shape).astype(np.float32))
    state = {}
    for n in range(LAYERS):
        name = "encoder.encoders0.0." if n == 0 else f"encoder.encoders.{n - 1}."
        width = 560 if n == 0 else SIZE
        state |= {
            f"{name}norm1.weight": torch.ones(width),
            f"{name}norm1.bias": torch.zeros(width),
            f"{name}norm2.weight": torch.ones(SIZE),
            f"{name}norm2.bias": torch.zeros(SIZE),
            f"{name}self_attn.linear_q_k_v.weight": tensor(3 * SIZE, width),
            f"{name}self_attn.linear_q_k_v.bias": tensor(3 * SIZE),
            # As in a trained net, most is said by what is near.
            f"{name}self_attn.linear_out.weight": 0.1 * tensor(SIZE, SIZE),
            f"{name}self_attn.linear_out.bias": tensor(SIZE),
            f"{name}self_attn.fsmn_block.weight": 0.2 * tensor(SIZE, 1, KERNEL),
            f"{name}feed_forward.w_1.weight": tensor(INSIDE, SIZE),
            f"{name}feed_forward.w_1.bias": tensor(INSIDE),
            f"{name}feed_forward.w_2.weight": tensor(SIZE, INSIDE),
            f"{name}feed_forward.w_2.bias": tensor(SIZE),
        }
    torch.save(state, f"{folder}/model.pb")
    # The real net's input is 22 times as large as the sines of its places, which are added to it.
    rows = random.normal(-12, 1, 560), random.uniform(0.8, 1.4, 560)
    with open(f"{folder}/am.mvn", "w") as file:
        file.write("<Nnet>\n<Splice> 560 560\n[ 0 ]\n")
        for kind, row in zip(("AddShift", "Rescale"), rows):
            file.write(f"<{kind}> 560 560\n<LearnRateCoef> 0 [ {' '.join(f'{value:.6f}' for value in row)} ]\n")
        file.write("</Nnet>\n")


class Mouth(nn.Module):
    """Interfaces of model_1.onnx. Neighbours in time have a say too, as in the real one."""

    def __init__(self):
        super().__init__()
        self.last = nn.Conv1d(LAYERS * SIZE, 32, 3, padding=1)

    def forward(self, input_au, input_ph, input_sp, w):
        x = input_au.reshape(1, 30, LAYERS * SIZE).transpose(1, 2)
        output = torch.tanh(self.last(x)).transpose(1, 2) * w
        # All inputs stay inputs of the graph.
        return output + 0 * input_ph.sum() + 0 * input_sp.sum().float()


def write_mouth(folder):
    mouth = Mouth().eval()
    example = torch.rand(1, 30, LAYERS, SIZE), torch.zeros(1, 30, 2), torch.tensor([2]), torch.ones(1)
    names = ["input_au", "input_ph", "input_sp", "w"]
    path = f"{folder}/model_1.onnx"
    torch.onnx.export(mouth, example, path, input_names=names, output_names=["output"], opset_version=17, dynamo=False)
    assert [each.name for each in onnx.load(path).graph.input] == names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--pictures", type=int, default=8)
    parser.add_argument("--size", default="360x640")
    parser.add_argument("--box", default="251,451,81,281", help="as in face_box.txt")
    options = parser.parse_args()
    torch.manual_seed(7)
    width, height = (int(value) for value in options.size.split("x"))
    for part in "pack", "weights":
        os.makedirs(f"{options.folder}/{part}", exist_ok=True)
    with torch.no_grad():
        write_nets(f"{options.folder}/pack")
        write_mouth(f"{options.folder}/weights")
    box = [int(value) for value in options.box.split(",")]
    write_pictures(f"{options.folder}/pack", width, height, options.pictures, box)
    write_speech(f"{options.folder}/weights")


main()
