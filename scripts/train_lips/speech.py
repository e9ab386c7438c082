"""Examples to learn from: what was spoken, with the mouth shape of each frame."""

import json
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from augment import hiss, variants
from net import AHEAD
from phones import CLASSES, SILENCE, segments

FRAME = 0.02
#: What the filter bank gives where there is no sound.
NOTHING = -15.9424
#: The middle of the two filter-bank frames, seconds from the first sample of the first.
MIDDLE = 0.0175
#: Shorter silences are spoken through, seconds; as in src/face/mouth.ts.
PAUSE = 0.12
BATCH, LENGTH = 18, 200
#: How much each voice is heard, beside 1 for the others.
SHARE = {"kokoro": 5.0, "kokoro_more": 3.0, "kokoro_retuned": 1.5, "kokoro_vocoded": 1.5, "kal16": 0.5, "kal16_high": 0.4,
         "awb_high": 0.5, "rms_high": 0.5, "joe_high": 0.5, "awb_vocoded": 0.4, "rms_vocoded": 0.4, "joe_vocoded": 0.4,
         "joe_other": 0.5, "awb_buzz": 0.5, "rms_buzz": 0.5, "kal16_buzz": 0.5, "joe_buzz": 0.3}
#: Of an example's time, how fast it goes by.
PACE = (0.85, 1.18)
#: Of the examples, those that end early, as when no more sound has come: the last frame goes on.
CUT = 0.1
#: Of the examples, those without noise, in which a part is no sound at all.
STILL = 0.1


def classes_at(times: np.ndarray, segs: list[list]) -> np.ndarray:
    """The class at each time; short silences go half to each neighbour, but not to a closure, whose middle would move."""
    labels = np.zeros(len(times), np.int64)
    edges = [[s, a, b] for s, a, b in segs]
    for one, two in zip(edges, edges[1:]):
        if two[1] - one[2] < PAUSE:
            middle = two[1] if two[0] == "PP" else one[2] if one[0] == "PP" else (one[2] + two[1]) / 2
            one[2] = two[1] = middle
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
        """A part, spoken a little faster or slower than it was."""
        pace = random.uniform(*PACE)
        at = random.uniform(0, 2 * (len(self.labels) - 1) - 2 * LENGTH * pace) + np.arange(2 * LENGTH) * pace
        low = at.astype(int)
        share = (at - low)[:, None].astype(np.float32)
        bank = self.bank[low].astype(np.float32) * (1 - share) + self.bank[low + 1] * share
        # A class is of the middle of two frames.
        return bank, self.labels[np.round((at[::2] + at[1::2] - 1) / 4).astype(int)]


class Batches:
    """The n-th batch is the same whenever it is asked for."""

    def __init__(self, speech: dict[str, Speech], seed: int):
        self.speech, self.seed = speech, seed
        self.names = list(speech)
        shares = np.array([SHARE.get(name, 1.0) for name in self.names])
        self.shares = shares / shares.sum()
        self.hiss = hiss(120, np.random.default_rng(seed)).astype(np.float32)

    def __getitem__(self, n: int):
        """Filter bank and noise [batch, 2 frames, 80], classes [batch, frames], and which of them count."""
        random = np.random.default_rng([self.seed, n])
        picked = [self.speech[name].some(random) for name in random.choice(self.names, BATCH, p=self.shares)]
        banks, labels = (np.stack(part) for part in zip(*picked))
        counted = np.ones((BATCH, LENGTH), np.float32)
        # The first frames have heard too little.
        counted[:, :20] = 0
        for i in np.flatnonzero(random.random(BATCH) < CUT):
            end = random.integers(LENGTH // 3, LENGTH - AHEAD)
            banks[i, 2 * end :] = banks[i, 2 * end - 1]
            counted[i, end:] = 0
        starts = random.integers(len(self.hiss) - 2 * LENGTH, size=BATCH)
        noise = np.stack([self.hiss[s : s + 2 * LENGTH] for s in starts])
        for i in np.flatnonzero(random.random(BATCH) < STILL):
            start, end = np.sort(random.integers(LENGTH, size=2))
            banks[i, 2 * start : 2 * end] = NOTHING
            noise[i] = -100
            labels[i, start:end] = CLASSES.index(SILENCE)
        return banks, noise, labels.astype(np.int32), counted
