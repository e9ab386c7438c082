"""Trains the network on what make_speech.py spoke, and tells each minute how well it does on the validation voices."""

import argparse
import json
import os
import time
from pathlib import Path

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import optax
from scipy.io import wavfile

import net
from augment import disturbed, variants
from features import fbank
from phones import CLASSES, segments

FRAME = 0.02
#: The middle of the two filter-bank frames, seconds from the first sample of the first.
MIDDLE = 0.0175
#: Shorter silences are spoken through, seconds; as in src/face/mouth.ts.
PAUSE = 0.12
#: How far each shape opens the jaw; close to src/face/visemes.ts, for the second task of the training only.
JAW = {"aa": 0.46, "O": 0.35, "E": 0.25, "TH": 0.17, "kk": 0.16, "U": 0.12, "RR": 0.12, "I": 0.12, "DD": 0.11, "nn": 0.1,
       "CH": 0.06, "FF": 0.05, "SS": 0.05}
JAW_OF = np.array([JAW.get(name, 0.0) for name in CLASSES], np.float32)
PP = CLASSES.index("PP")
BATCH, LENGTH = 24, 160
#: Of learning, at its highest.
RATE = 2e-3
#: How much each voice is heard, beside 1 for the others.
SHARE = {"kal16": 0.25, "joe": 1.0, "kokoro": 2.5}


def classes_at(times: np.ndarray, segs: list[list]) -> np.ndarray:
    """The class at each time; short silences go half to each neighbour."""
    labels = np.zeros(len(times), np.int64)
    edges = [[s, a, b] for s, a, b in segs]
    for one, two in zip(edges, edges[1:]):
        if two[1] - one[2] < PAUSE:
            one[2] = two[1] = (one[2] + two[1]) / 2
    for name, start, end in edges:
        labels[(times >= start) & (times < end)] = CLASSES.index(name)
    return labels


def example(bank: np.ndarray, factor: float, segs: list[list]) -> tuple[np.ndarray, np.ndarray]:
    """Filter bank of float16 and the class of each frame of 20 ms."""
    count = len(bank) // 2
    times = (np.arange(count) * FRAME + MIDDLE) * factor
    return bank[: 2 * count].astype(np.float16), classes_at(times, segs).astype(np.int8)


def read(folder: Path, count: int, random: np.random.Generator):
    """Every recording, and `count` others made from each."""
    for path in sorted(folder.glob("*.json")):
        segs = segments([tuple(s) for s in json.loads(path.read_text())])
        _, pcm = wavfile.read(path.with_suffix(".wav"))
        for factor, bank in variants(pcm / np.float32(32_768), count, random):
            yield example(bank, factor, segs)


class Speech:
    """Examples of a voice, one behind the other."""

    def __init__(self, examples):
        banks, labels = zip(*examples)
        self.bank, self.labels = np.concatenate(banks), np.concatenate(labels)

    def some(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        at = random.integers(len(self.labels) - LENGTH)
        return self.bank[2 * at : 2 * (at + LENGTH)].astype(np.float32), self.labels[at : at + LENGTH]


def batches(speech: dict[str, Speech], random: np.random.Generator):
    names = list(speech)
    shares = np.array([SHARE.get(n, 1.0) for n in names])
    while True:
        picked = [speech[n].some(random) for n in random.choice(names, BATCH, p=shares / shares.sum())]
        bank = disturbed(np.stack([b for b, _ in picked]), random)
        yield bank.reshape(BATCH, LENGTH, -1), np.stack([l for _, l in picked]).astype(np.int32)


def smoothed(jaw):
    """Over 140 ms, as neighbouring sounds are mixed."""
    kernel = np.hanning(9)[1:-1]
    kernel /= kernel.sum()
    padded = jnp.pad(jaw, ((0, 0), (3, 3)), mode="edge")
    return sum(k * padded[:, n : n + jaw.shape[1]] for n, k in enumerate(kernel))


def make_step(optimizer, dilations: list[int], weights: np.ndarray):
    weights, shapes = jnp.asarray(weights), jnp.asarray(JAW_OF)

    def loss_of(params, bank, labels, key):
        logits, jaw = net.forward(params, bank, dilations, key, 0.1)
        logits, labels = logits[:, net.AHEAD :], labels[:, : -net.AHEAD]
        target = optax.smooth_labels(jax.nn.one_hot(labels, len(CLASSES)), 0.05)
        cross = optax.softmax_cross_entropy(logits, target) * weights[labels]
        wanted = smoothed(shapes[labels])
        told = smoothed(jax.nn.softmax(logits) @ shapes)
        away = jnp.square(jaw[:, net.AHEAD :] - wanted) + jnp.square(told - wanted)
        # The first frames have heard too little.
        return (cross[:, 20:]).mean() + 10 * (away[:, 20:]).mean()

    @jax.jit
    def step(params, mean, state, bank, labels, key, rate):
        loss, gradient = jax.value_and_grad(loss_of)(params, bank, labels, key)
        updates, state = optimizer.update(gradient, state, params)
        params = jax.tree.map(lambda p, u: p - rate * u, params, updates)
        mean = jax.tree.map(lambda m, p: 0.998 * m + 0.002 * p, mean, params)
        return params, mean, state, loss

    return step


def middles(marks: np.ndarray) -> np.ndarray:
    """Where runs of true values have their middles."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marks.astype(int), [0]])))
    return (edges[::2] + edges[1::2] - 1) / 2


FORWARD = jax.jit(lambda params, x, dilations: net.forward(params, x, dilations)[0], static_argnums=2)


def told_by(params, dilations: list[int], bank: np.ndarray) -> np.ndarray:
    """Logits [frames, classes] of a recording; it is made longer, so that few lengths have to be compiled."""
    frames = len(bank) // 2
    padded = np.pad(bank.astype(np.float32), ((0, 2 * (-(frames + net.AHEAD) % 300 + net.AHEAD)), (0, 0)), mode="edge")
    logits = FORWARD(params, padded.reshape(1, -1, 2 * padded.shape[1]), tuple(dilations))
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
        found, true, told, correct = found + near.any(axis=1).sum(), true + len(real), told + len(said), correct + near.any(axis=0).sum()
    return {"accuracy": right / total, "jaw": float(np.corrcoef(np.concatenate(wanted), np.concatenate(given))[0, 1]),
            "recall": found / max(1, true), "precision": correct / max(1, told)}


def line(name: str, figures: dict[str, float]) -> str:
    return f"{name:12} " + "  ".join(f"{key} {value:.3f}" for key, value in figures.items())


def save(params, args: argparse.Namespace) -> None:
    """As ONNX, and as .npz to go on from."""
    about = {"classes": " ".join(CLASSES), "ahead": str(net.AHEAD), "licence": "CC0-1.0", "bands": "80"}
    onnx.save(net.export(params, args.dilations, CLASSES, about), args.out)
    np.savez(args.out.with_suffix(".npz"), *[np.asarray(p) for p in jax.tree.leaves(params)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20, help="processor time to train for")
    parser.add_argument("--limit", type=float, default=60, help="minutes after which it ends although others had the processor")
    parser.add_argument("--start", type=Path, help="an .npz to go on from")
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--dilations", type=int, nargs="+", default=[1, 2, 4, 8, 1, 2])
    parser.add_argument("--variants", type=int, default=2, help="others made from each recording")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    random = np.random.default_rng(args.seed)
    begin = time.time()
    speech = {f.name: Speech(read(f, args.variants, random)) for f in sorted((args.data / "train").iterdir())}
    validation = {f.name: list(read(f, 0, random)) for f in sorted((args.data / "validation").iterdir())}
    for name, one in speech.items():
        print(f"{name}: {len(one.labels) * FRAME / 60:.1f} min", flush=True)
    print(f"read in {time.time() - begin:.0f} s", flush=True)
    counts = np.bincount(np.concatenate([one.labels for one in speech.values()]), minlength=len(CLASSES))
    weights = (counts.mean() / counts) ** 0.4
    weights = (weights / (weights * counts / counts.sum()).sum()).astype(np.float32)

    key = jax.random.key(args.seed)
    params = net.init(key, len(CLASSES), args.width, args.dilations)
    if args.start:
        kept = np.load(args.start)
        params = jax.tree.unflatten(jax.tree.structure(params), [jnp.asarray(kept[name]) for name in kept.files])
    print(f"{sum(p.size for p in jax.tree.leaves(params))} parameters")
    # The rate goes down with the time that is left, so that a run of any length ends with small steps.
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(), optax.add_decayed_weights(1e-3))
    state = optimizer.init(params)
    mean = params
    step = make_step(optimizer, args.dilations, weights)
    begin, used, told = time.time(), time.process_time(), 0.0
    for n, (bank, labels) in enumerate(batches(speech, random)):
        spent = time.time() - begin
        share = max((time.process_time() - used) / (args.minutes * 60), spent / (args.limit * 60))
        if share >= 1:
            break
        rate = jnp.float32(RATE * min(1, (n + 1) / 200) * 0.5 * (1 + np.cos(np.pi * share)))
        params, mean, state, loss = step(params, mean, state, bank, labels, jax.random.fold_in(key, n), rate)
        if n < 500 and not args.start:
            mean = params
        if spent - told > 60:
            told = spent
            everything = [r for records in validation.values() for r in records]
            print(line(f"{n} {float(loss):.3f}", judged(mean, args.dilations, everything)), flush=True)
            save(mean, args)
    save(mean, args)
    print(f"{n} steps; {args.out}: {args.out.stat().st_size} bytes")
    for name, records in validation.items():
        print(line(name, judged(mean, args.dilations, records)))
    for folder in sorted((args.data / "test").iterdir()):
        print(line(folder.name, judged(mean, args.dilations, list(read(folder, 0, random)))))


if __name__ == "__main__":
    main()
