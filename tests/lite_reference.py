"""The steps of LiteAvatar that are no nets, transcribed from the original (lite_avatar.py, audio2mouth_cpu.py) to plain
NumPy, SciPy and OpenCV: the reference for src/face/lite. Wants numpy, scipy and opencv-python-headless.

    python3 tests/lite_reference.py src/face/lite/reference.json    writes what reference.test.ts compares
    python3 tests/lite_reference.py FOLDER                          writes every value, as FOLDER/<step>.f64

tests/lite_steps.ts makes the same inputs.
"""

import json
import os
import sys

import cv2
import numpy as np
from scipy import signal
from scipy.interpolate import interp1d

FACE, WIDTH, HEIGHT = 384, 240, 320
BOX = 37, 61, 150, 170  # left, top, width, height
WINDOWS = 12


def noise(length, state):
    """Uniform values of -1..1."""
    values = np.empty(length)
    for n in range(length):
        state = (state * 1664525 + 1013904223) % 2**32
        values[n] = state / 2**31 - 1
    return values.astype(np.float32)


def speech():
    """Bursts with two pauses, 16 kHz, as long as the windows reach."""
    length = WINDOWS * 9 * 1600 // 3
    loud = noise(length, 3) * np.float32(0.2)
    t = np.arange(length) / 16000
    quiet = ((t > 0.8) & (t < 1.7)) | (t > 2.6)
    return np.where(quiet, loud * np.float32(0.002), loud)


def low_pass(rows):
    b, a = signal.butter(4, 2 * 10 / 30, "lowpass", analog=False)
    return signal.filtfilt(b, a, rows, padtype=None, axis=0)


def silences(sound, frames, look):
    """pydub's detect_silence(sound, 500, -50) on the 30 frames a second, kernel as in the original. `look`: see silence.ts."""
    pcm = np.clip(np.trunc(sound.astype(np.float64) * 32768), -32768, 32767)
    limit = 32768 * 10 ** (-50 / 20)
    mask = np.zeros(frames)
    for start in range(len(pcm) // 16 - 500 + 1):
        window = pcm[16 * start : 16 * (start + 500)]
        if int(np.sqrt(np.mean(window**2))) <= limit:
            # In whole numbers: in the original's fractions 4.1 * 30 is less than 123.
            first, last = start * 30 // 1000, (start + 500) * 30 // 1000
            mask[max(first, last - look if look else 0) : last] = 1
    padded = np.pad(mask, 2, mode="edge")
    return np.convolve(padded, [0.1, 0.2, 0.4, 0.2, 0.1], "same")[2:-2]


def windows():
    return [noise(30 * 32, 100 + n).reshape(30, 32) * 0.5 + np.sin(n + np.arange(32) / 5) for n in range(WINDOWS)]


def agreeing_windows():
    """As a net makes them: what windows say of the same moment differs a little."""
    length = WINDOWS * 9 + 21
    whole = noise(length * 32, 6).reshape(length, 32) * 0.3 + np.sin(np.arange(length)[:, None] / 4 + np.arange(32) / 5)
    return [whole[9 * n : 9 * n + 30] + 0.05 * noise(30 * 32, 200 + n).reshape(30, 32) for n in range(WINDOWS)]


def joined(all_windows, hop, frag=6):
    """The original's loop, with the hop that slices.ts has."""
    result = []
    for n, output in enumerate(all_windows):
        start, last = n * hop, n == len(all_windows) - 1
        for tt in range(0 if n == 0 else frag, 30 if last else 30 - frag):
            frame = start + tt
            if frame < len(result):
                scale = min((len(result) - frame) / frag, 1.0)
                result[frame] = (1 - scale) * output[tt] + scale * result[frame]
            else:
                result.append(output[tt])
    return np.array(result)


def whole_track(neutral):
    """The mouth every 17 ms, from all windows at once: what the slices should come to."""
    raw = np.concatenate([np.tile(neutral, (60, 1)), joined(agreeing_windows(), 9)])
    frames = low_pass(raw)[60:]
    first = 9 - 30
    quiet = silences(np.concatenate([np.zeros(16000, np.float32), speech()]), WINDOWS * 9 + 30, 7)[30:]
    for n in range(-first, len(frames) - 9):
        share = quiet[n + first]
        frames[n] = frames[n] * (1 - share) + neutral * share
    places = np.arange(0, WINDOWS * 9 - 10) / 30 * 0.98
    return interp1d(np.arange(first, first + len(frames)), frames, axis=0)(places * 30)


def positions(stacks, size):
    """FunASR's SinusoidalPositionEncoder, and the scale before it."""
    count, depth = stacks.shape
    step = np.log(10000) / (depth / 2 - 1)
    angle = np.arange(1, count + 1)[:, None] * np.exp(np.arange(depth / 2) * -step)
    return stacks * size**0.5 + np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


def at_mouth_frames(hidden):
    """[layers, frames, size] to the last 30 of 39 mouth frames, which are 5/9 frames apart."""
    places = np.minimum(np.arange(9, 39) * 5 / 9, hidden.shape[1] - 1)
    return interp1d(np.arange(hidden.shape[1]), hidden, axis=1)(places).transpose(1, 0, 2)


def mask(width, height):
    merge = np.full((height, width), 255, np.uint8)
    merge[10:-10, 10:-10] = 0
    return cv2.GaussianBlur(merge, (21, 21), 15)


def drawn_face():
    y, x = np.mgrid[0:FACE, 0:FACE]
    return np.stack([np.sin(x / 23), np.cos(y / 31), np.sin((x + 2 * y) / 47)]).astype(np.float32) * np.float32(1.1)


def background():
    n = np.arange(WIDTH * HEIGHT * 3 // 2)
    return (60 + (n * 7 + n // 97) % 120).astype(np.uint8)


def to_yuv(red, green, blue):
    """BT.601, limited range, of 0..1."""
    return (
        16 + 65.481 * red + 128.553 * green + 24.966 * blue,
        128 - 37.797 * red - 74.203 * green + 112 * blue,
        128 + 112 * red - 93.786 * green - 18.214 * blue,
    )


def composite():
    """Face resized into the box and blended over the background, plane by plane; values before they are rounded."""
    left, top, width, height = BOX
    red, green, blue = (np.clip(plane / 2 + 0.5, 0, 1) for plane in drawn_face().astype(np.float64))
    resized = [cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR) for plane in to_yuv(red, green, blue)]
    share = 1 - mask(width, height) / 255
    canvas = lambda values: np.pad(values, ((top, HEIGHT - top - height), (left, WIDTH - left - width)), mode="edge")
    zeros = np.pad(share, ((top, HEIGHT - top - height), (left, WIDTH - left - width)))
    halve = lambda plane: plane.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(1, 3))
    picture = background().astype(np.float64)
    area = WIDTH * HEIGHT
    planes = picture[:area], picture[area : area * 5 // 4], picture[area * 5 // 4 :]
    result = []
    for n, (behind, face) in enumerate(zip(planes, resized)):
        drawn, part = (canvas(face), zeros) if n == 0 else (halve(canvas(face)), halve(zeros))
        result.append(behind * (1 - part.ravel()) + drawn.ravel() * part.ravel())
    return np.concatenate(result)


def original_composite():
    """The original's own way: 8-bit RGB all along, and to I420 at the end."""
    left, top, width, height = BOX
    face = (np.clip(drawn_face() / 2 + 0.5, 0, 1).transpose(1, 2, 0) * 255).astype(np.uint8)
    face = cv2.resize(face, (width, height))
    # The background must come from RGB here, so it is one colour.
    full = np.full((HEIGHT, WIDTH, 3), (90, 120, 150), np.uint8)
    part = mask(width, height)[:, :, None] / 255
    inner = full[top : top + height, left : left + width]
    full[top : top + height, left : left + width] = face * (1 - part) + inner * part
    red, green, blue = (full[:, :, n] / 255 for n in range(3))
    y, u, v = to_yuv(red, green, blue)
    halve = lambda plane: plane.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(1, 3))
    return np.concatenate([plane.ravel() for plane in (y, halve(u), halve(v))])


def steps():
    neutral = np.linspace(-0.2, 0.2, 32)
    rows = noise(48 * 3, 1).reshape(48, 3)
    stacks = noise(22 * 560, 2).reshape(22, 560)
    hidden = noise(4 * 22 * 16, 4).reshape(4, 22, 16)
    return {
        "low_pass": low_pass(rows),
        "silences": silences(speech(), WINDOWS * 9, None),
        "silences_soon": silences(speech(), WINDOWS * 9, 4),
        "joined": joined(windows(), 9)[-48:],
        "track": whole_track(neutral),
        "positions": positions(stacks, 512),
        "mouth_frames": at_mouth_frames(hidden),
        "mask": mask(150, 170),
        "small_mask": mask(33, 64),
        "composite": composite(),
        "original_composite": original_composite(),
    }


target = sys.argv[1]
results = {name: np.asarray(values, np.float64).ravel() for name, values in steps().items()}
if target.endswith(".json"):
    about = "Values of tests/lite_reference.py: for each step [every how many, from the how many-th on, values]."
    picked = {}
    for name, values in results.items():
        every = max(1, len(values) // 400) | 1
        picked[name] = [every, every // 2, [round(float(value), 6) for value in values[every // 2 :: every]]]
    with open(target, "w") as file:
        json.dump({"_": about, **picked}, file)
        file.write("\n")
else:
    for name, values in results.items():
        values.tofile(os.path.join(target, f"{name}.f64"))
