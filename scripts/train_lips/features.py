"""Kaldi's log-mel filter bank, the same numbers as src/handlers/asr/fbank.ts gives (float64 inside, float32 out)."""

import numpy as np

RATE, WINDOW, HOP, LENGTH, BANDS = 16_000, 400, 160, 512, 80
BINS = LENGTH // 2
EPSILON = 2.0**-23


def mel(frequency):
    return 1127 * np.log(1 + frequency / 700)


def triangles() -> np.ndarray:
    low, high = mel(20), mel(RATE / 2)
    edges = low + (high - low) * np.arange(BANDS + 2) / (BANDS + 1)
    left, mid, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    at = mel(np.arange(BINS) * RATE / LENGTH)[None]
    return np.maximum(0, np.minimum((at - left) / (mid - left), (right - at) / (right - mid)))


TRIANGLES = triangles()
HAMMING = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))


def fbank(pcm: np.ndarray) -> np.ndarray:
    """[frames, 80] of a sound of 16 kHz, nominally -1..1; a frame every 10 ms, each of 25 ms."""
    if len(pcm) < WINDOW:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(pcm.astype(np.float64), WINDOW)[::HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft((frames - 0.97 * before) * HAMMING * 32_768, LENGTH)[:, :BINS]) ** 2
    return np.log(np.maximum(power @ TRIANGLES.T, EPSILON)).astype(np.float32)
