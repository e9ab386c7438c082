"""What FunASR's own front end (funasr-onnx, over kaldi-native-fbank) makes of sound: the reference for fbank.ts and
stacking.ts. Wants numpy, kaldi-native-fbank and funasr-onnx; of the last only `utils/frontend.py` is loaded, so it may
be installed without what it depends on.

    python3 fbank_reference.py src/handlers/asr/fbank.reference.json    writes what fbank.test.ts compares
    python3 fbank_reference.py sound.f32 frames.f32 stacks.f32          16 kHz float samples in, features out
"""

import importlib.metadata
import importlib.util
import json
import os
import sys
import tempfile

import numpy as np

WIDTH = 560


def frontend():
    """WavFrontend with SenseVoiceSmall's settings, without dither, and with made-up constants for the CMVN."""
    path = importlib.metadata.distribution("funasr-onnx").locate_file("funasr_onnx/utils/frontend.py")
    spec = importlib.util.spec_from_file_location("frontend", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with tempfile.NamedTemporaryFile("w", suffix=".mvn", delete=False) as mvn:
        for kind, values in ("AddShift", [-8 - n / 100 for n in range(WIDTH)]), (
            "Rescale",
            [0.1 + n % 7 / 50 for n in range(WIDTH)],
        ):
            mvn.write(f"<{kind}> {WIDTH} {WIDTH}\n<LearnRateCoef> 0 [ {' '.join(map(repr, values))} ]\n")
    made = module.WavFrontend(cmvn_file=mvn.name, lfr_m=7, lfr_n=6, dither=0.0)
    os.unlink(mvn.name)
    return made


def features(sound):
    """Filter bank frames [frames, 80] and stacks [stacks, 560] of float samples, nominally -1..1."""
    front = frontend()
    frames, _ = front.fbank(sound)
    stacks, _ = front.lfr_cmvn(frames)
    return frames, stacks.astype(np.float32)


def tones(length):
    """A rising tone with a second one switched on and off, over noise; fbank.test.ts makes the same."""
    state = 1
    noise = np.empty(length)
    for n in range(length):
        state = (state * 1664525 + 1013904223) % 2**32
        noise[n] = state / 2**31 - 1
    t = np.arange(length, dtype=np.float64)
    sound = 0.3 * np.sin(2e-6 * np.pi * t * t) + 0.05 * np.sin(0.3 * t) * (t % 5000 < 2500) + 0.01 * noise
    return sound.astype(np.float32)


def reference():
    about = "Every 53rd value, from the 5th on, of what fbank.test.ts compares; made by tests/fbank_reference.py."
    values = {"_": about}
    for name, length in ("short", 6_000), ("long", 40_321):
        frames, stacks = features(tones(length))
        values[name] = {
            "frames": [round(float(value), 5) for value in frames.reshape(-1)[5::53]],
            "stacks": [round(float(value), 5) for value in stacks.reshape(-1)[5::53]],
        }
    return values


if len(sys.argv) == 2:
    with open(sys.argv[1], "w") as file:
        json.dump(reference(), file)
        file.write("\n")
else:
    for made, path in zip(features(np.fromfile(sys.argv[1], np.float32)), sys.argv[2:]):
        made.astype(np.float32).tofile(path)
