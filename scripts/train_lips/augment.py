"""Other voices, rooms, lines, noises and levels from few recordings: some before the filter bank, some behind it."""

from fractions import Fraction

import jax
import jax.numpy as jnp
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


def hiss(seconds: float, random: np.random.Generator) -> np.ndarray:
    """How the bands of a steady noise waver around their means, [frames, 80]."""
    bank = fbank(random.standard_normal(int(seconds * RATE)).astype(np.float32))
    return bank - bank.mean(axis=0)


#: [knots, 80]: smooth curves over the bands from their values at a few.
CURVE = jnp.maximum(0, 1 - jnp.abs(jnp.linspace(0, 5, BANDS)[None] - jnp.arange(6)[:, None]))
DECIBEL = float(np.log(10) / 10)


@jax.jit
def disturbed(batch, noise, key):
    """
    [batch, frames, 80] with other levels, tones of voice, vocal tracts and noises.

    Vocal tracts of other lengths stretch the frequencies (Jaitly and Hinton, "Vocal tract length perturbation", 2013). Some
    are blurred over the bands and over time, as coarse vocoders do; some speak before other voices. `noise` is of the same
    shape, from `hiss`.
    """
    count = len(batch)
    keys = iter(jax.random.split(key, 16))

    def uniform(low, high):
        return jax.random.uniform(next(keys), (count, 1, 1), minval=low, maxval=high)

    def some(share, value, otherwise):
        return jnp.where(jax.random.uniform(next(keys), (count, 1, 1)) < share, value, otherwise)

    def curve(deviation):
        return (jax.random.normal(next(keys), (count, 6)) * deviation @ CURVE)[:, None]

    bands = jnp.arange(BANDS)
    at = jnp.clip(bands[None, None] * uniform(0.92, 1.09), 0, BANDS - 1)
    width = some(0.15, uniform(1, 3), 1.0)
    warp = jnp.maximum(0, 1 - jnp.abs(at - bands[None, :, None]) / width)
    batch = batch @ (warp / warp.sum(axis=1, keepdims=True))
    blur = some(0.15, uniform(0, 0.33), 0.0)
    around = jnp.pad(batch, ((0, 0), (1, 1), (0, 0)), mode="edge")
    batch = batch + blur * (around[:, :-2] + around[:, 2:] - 2 * batch)
    batch = batch + uniform(-16, 9) * DECIBEL + curve(1.2)
    loud = batch[:, ::8].max(axis=(1, 2), keepdims=True)
    # Other voices: those of the next examples.
    batch = jnp.logaddexp(batch, some(0.05, jnp.roll(batch, 1, axis=0) - uniform(10, 30) * DECIBEL, -30.0))
    floor = loud - uniform(22, 70) * DECIBEL + curve(1.5)
    return jnp.logaddexp(batch, floor + noise)
