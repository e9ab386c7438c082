"""Writes what src/handlers/tts/mouthing_stream.test.ts compares with: filter bank and network of a recording, in Python."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from scipy.io import wavfile

from features import BANDS, fbank

ROOT = Path(__file__).resolve().parents[2]
EVERY, STEP, FRAMES = 97, 11, 160

if __name__ == "__main__":
    _, pcm = wavfile.read(ROOT / "tests/recordings/austen-0930.wav")
    bank = fbank(pcm / np.float32(32_768))[: 2 * FRAMES]
    session = onnxruntime.InferenceSession(sys.argv[1] if len(sys.argv) > 1 else ROOT / "src/handlers/tts/lips.onnx")
    state = np.zeros(session.get_inputs()[1].shape, np.float32)
    likelihoods, _ = session.run(None, {"features": bank.reshape(FRAMES, 2 * BANDS), "state": state})
    reference = {
        "frames": FRAMES, "every": EVERY, "bank": [round(float(v), 5) for v in bank.ravel()[::EVERY]],
        "step": STEP, "likelihoods": [[round(float(v), 5) for v in row] for row in likelihoods[::STEP]],
    }
    (ROOT / "src/handlers/tts/mouthing.reference.json").write_text(json.dumps(reference) + "\n")
