"""Where somebody speaks in a recording: the rule of tests/voiced.ts, which main.py checks this against."""

import math

import numpy as np

THRESHOLD = -42.0
# Bursts shorter than this many hops of 10 ms are clicks.
SHORTEST = 3


def levels(pcm: np.ndarray, rate: int) -> np.ndarray:
    """RMS of each 10 ms in dBFS; `pcm` is float32 in -1..1."""
    count = math.floor(len(pcm) * 100 / rate)
    edges = np.floor(np.arange(count + 1) * rate / 100 + 0.5).astype(int)
    sums = np.concatenate(([0.0], np.cumsum(pcm.astype(np.float64) ** 2)))[edges]
    means = np.diff(sums) / np.diff(edges)
    return 10 * np.log10(np.maximum(means, 0) + 1e-12)


def voiced(pcm: np.ndarray, rate: int, gap: float = 0.6) -> list[tuple[float, float]]:
    """Spans of speech, seconds; gaps shorter than `gap` seconds belong to the speech."""
    loud = np.concatenate(([False], levels(pcm, rate) >= THRESHOLD, [False]))
    changes = np.flatnonzero(loud[1:] != loud[:-1])
    spans: list[tuple[float, float]] = []
    for start, end in zip(changes[::2], changes[1::2]):
        if end - start < SHORTEST:
            continue
        if spans and start / 100 - spans[-1][1] < gap:
            spans[-1] = (spans[-1][0], end / 100)
        else:
            spans.append((start / 100, end / 100))
    return spans
