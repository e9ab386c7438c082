"""Other voices, rooms, lines and levels from few recordings."""

from fractions import Fraction

import numpy as np
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from features import BANDS, RATE, fbank


def shifted(pcm: np.ndarray, factor: float) -> np.ndarray:
    """Played at another speed: pitch, formants and pace change together by `factor`."""
    ratio = Fraction(factor).limit_denominator(40)
    return resample_poly(pcm, ratio.denominator, ratio.numerator).astype(np.float32)


def through_line(pcm: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A room, or a line that carries no treble or no bass."""
    kind = random.integers(3)
    if kind == 0:
        length = int(RATE * random.uniform(0.08, 0.35))
        tail = random.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length) * random.uniform(0.02, 0.08)
        tail[0] = 1
        return fftconvolve(pcm, tail)[: len(pcm)].astype(np.float32)
    if kind == 1:
        band = butter(6, random.uniform(3_300, 5_500), "lowpass", fs=RATE, output="sos")
    else:
        band = butter(2, random.uniform(120, 300), "highpass", fs=RATE, output="sos")
    return sosfilt(band, pcm).astype(np.float32)


def variants(pcm: np.ndarray, count: int, random: np.random.Generator):
    """(factor of time, filter bank) of the recording itself and of others made from it."""
    yield 1.0, fbank(pcm)
    for _ in range(count):
        factor = float(Fraction(random.uniform(0.8, 1.28)).limit_denominator(40))
        other = shifted(pcm, factor)
        if random.random() < 0.5:
            other = through_line(other, random)
        yield factor, fbank(other)


def smooth(random: np.random.Generator, count: int, knots: int, deviation: float) -> np.ndarray:
    """`count` random curves over the bands."""
    values = random.standard_normal((count, knots)) * deviation
    at = np.linspace(0, knots - 1, BANDS)
    low = np.minimum(at.astype(int), knots - 2)
    share = at - low
    return values[:, low] * (1 - share) + values[:, low + 1] * share


def disturbed(batch: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """[batch, frames, 80] with other levels, tones of voice, vocal tracts and noises."""
    count = len(batch)
    # Vocal tracts of other lengths stretch the frequencies (Jaitly and Hinton, "Vocal tract length perturbation", 2013).
    for i in range(count):
        at = np.clip(np.arange(BANDS) * random.uniform(0.9, 1.1), 0, BANDS - 1.001)
        low = at.astype(int)
        share = (at - low).astype(np.float32)
        batch[i] = batch[i][:, low] * (1 - share) + batch[i][:, low + 1] * share
    gain = random.uniform(-16, 9, count) * np.log(10) / 10
    batch = batch + (gain[:, None] + smooth(random, count, 6, 1.2))[:, None]
    loud = np.percentile(batch, 90, axis=(1, 2))
    below = random.uniform(15, 60, count) * np.log(10) / 10
    floor = (loud - below)[:, None] + smooth(random, count, 5, 1.5)
    noise = floor[:, None] + 0.5 * random.standard_normal(batch.shape)
    return np.logaddexp(batch, noise).astype(np.float32)
