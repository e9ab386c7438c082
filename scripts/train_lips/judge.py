"""How well a network does on recordings with known shapes; scripts/train_lips/measure.ts is the measure that counts."""

import jax
import jax.numpy as jnp
import numpy as np

import net
from features import BANDS
from phones import CLASSES
from speech import FRAME

#: How far each shape opens the jaw; close to src/face/visemes.ts, for the second task of the training and for judging.
JAW = {"aa": 0.46, "O": 0.35, "E": 0.25, "TH": 0.17, "kk": 0.16, "U": 0.12, "RR": 0.12, "I": 0.12, "DD": 0.11, "nn": 0.1,
       "CH": 0.06, "FF": 0.05, "SS": 0.05}
JAW_OF = np.array([JAW.get(name, 0.0) for name in CLASSES], np.float32)
PP = CLASSES.index("PP")
#: Recordings are made longer to multiples of this, so that few lengths have to be compiled.
STEP = 400


def smoothed(jaw):
    """Over 140 ms, as neighbouring sounds are mixed."""
    kernel = np.hanning(9)[1:-1]
    kernel /= kernel.sum()
    padded = jnp.pad(jaw, ((0, 0), (3, 3)), mode="edge")
    return sum(k * padded[:, n : n + jaw.shape[1]] for n, k in enumerate(kernel))


def middles(marks: np.ndarray) -> np.ndarray:
    """Where runs of true values have their middles."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marks.astype(int), [0]])))
    return (edges[::2] + edges[1::2] - 1) / 2


FORWARD = jax.jit(lambda params, x, dilations: net.forward(params, x, dilations)[0], static_argnums=2)


def told_by(params, dilations: list[int], bank: np.ndarray) -> np.ndarray:
    """Logits [frames, classes] of a recording."""
    frames = len(bank) // 2
    length = -(-(frames + net.AHEAD) // STEP) * STEP
    padded = np.zeros((2 * length, BANDS), np.float32)
    padded[: len(bank)] = bank
    logits = FORWARD(params, padded.reshape(1, length, -1), tuple(dilations))
    return np.asarray(logits)[0, net.AHEAD : net.AHEAD + frames]


def judged(params, dilations: list[int], recordings: list) -> dict[str, float]:
    """Frame accuracy, jaw correlation, recall and precision of closures (middles at most 40 ms apart)."""
    right = total = found = true = told = correct = 0
    wanted, given = [], []
    for bank, labels in recordings:
        guess = told_by(params, dilations, bank).argmax(axis=1)
        right, total = right + (guess == labels).sum(), total + len(labels)
        wanted.append(np.asarray(smoothed(JAW_OF[labels][None]))[0])
        given.append(np.asarray(smoothed(JAW_OF[guess][None]))[0])
        real, said = middles(labels == PP), middles(guess == PP)
        near = np.abs(real[:, None] - said[None]) <= 0.04 / FRAME
        found, true = found + near.any(axis=1).sum(), true + len(real)
        told, correct = told + len(said), correct + near.any(axis=0).sum()
    return {"accuracy": right / total, "jaw": float(np.corrcoef(np.concatenate(wanted), np.concatenate(given))[0, 1]),
            "recall": found / max(1, true), "precision": correct / max(1, told)}


def line(name: str, figures: dict[str, float]) -> str:
    return f"{name:14} " + "  ".join(f"{key} {value:.3f}" for key, value in figures.items())
