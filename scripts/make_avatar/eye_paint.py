"""Iris and lashes."""

import cv2
import numpy as np

from face_paint import stroke


def iris_texture(color, seed, size=1024):
    """Azimuthal eyeball texture (linear RGB 0..1), centre = pupil, radius .5 of the image = polar angle 1.25 rad."""
    rng = np.random.default_rng(seed + 9)
    yy, xx = np.mgrid[0:size, 0:size]
    X, Y = (xx / size - 0.5) * 2, (yy / size - 0.5) * 2
    R, T = np.hypot(X, Y), np.arctan2(Y, X)
    c = np.array(color)
    tex = np.ones((size, size, 3)) * (0.74, 0.70, 0.67) - np.clip(R - 0.42, 0, 1)[..., None] * np.array(
        [0.10, 0.28, 0.28]
    )
    vein = cv2.GaussianBlur(rng.random((size, size)), (0, 0), 5)
    vein = np.clip((vein - vein.mean()) / vein.std(), 0, 3)
    tex -= (np.clip(R - 0.5, 0, 0.5) * vein)[..., None] * np.array([0.03, 0.10, 0.09])
    strand = (
        sum(
            np.sin(T * k + rng.random() * 6 + 3 * np.sin(T * 3 + R * 9) + R * rng.uniform(-9, 9)) * rng.uniform(0.4, 1)
            for k in (29, 47, 61, 83, 113)
        )
        / 3
    )
    iris = (
        c * (0.80 + 0.34 * strand[..., None])
        + c * (1.15, 0.95, 0.70) * 0.8 * np.exp(-(((R - 0.22) / 0.06) ** 2))[..., None]
    )
    iris *= (1 - 0.86 * np.clip((R - 0.315) / 0.085, 0, 1) ** 1.3)[..., None]
    m = 1 / (1 + np.exp((R - 0.405) / 0.012))
    tex = tex * (1 - m[..., None]) + np.clip(iris, 0.004, 1) * m[..., None]
    m = 1 / (1 + np.exp((R - 0.165) / 0.008))
    tex = tex * (1 - m[..., None]) + 0.003 * m[..., None]
    return np.clip(tex, 0, 1)


def lash_texture(seed, volume, width=384, height=128, fine=4):
    """
    Alpha of the lashes: upper half of the image upper lashes, lower half lower lashes; roots at the bottom of each half.
    Painted `fine` times as large and averaged: the run time reads single texels, and finer ones would flicker.
    """
    rng = np.random.default_rng(seed + 4)
    W, h = width * fine, height * fine // 2
    halves = [
        lash_row(rng, W, h, int(190 * volume + 60), 0.86, 6.5, 0.92, 0.17, 0.55 + 0.40 * volume),
        lash_row(rng, W, h, int(90 * volume + 20), 0.34, 3.0, 0.40, 0.06, 0.12 * volume),
    ]
    picture = cv2.resize(np.vstack(halves), (width, height), interpolation=cv2.INTER_AREA)
    return (picture * 255).round().astype(np.uint8)


def lash_row(rng, W, h, count, length, thick, dense, line, liner):
    """One row of `count` lashes on a soft root line as high as `line` (a share) and as dark as `liner`."""
    clear = np.ones((h, W), np.float32)
    for u in (np.arange(count) + rng.uniform(-0.9, 0.9, count)) / count:
        band = np.zeros((h, W), np.uint8)
        reach = length * (0.55 + 0.45 * np.sin(np.pi * min(1, 0.22 + u * 0.68))) * rng.uniform(0.55, 1.08)
        fan = (u - 0.40) * 0.13 + rng.normal(0, 0.012)
        s = np.linspace(0, 1, 9)
        x = (u * 0.95 + 0.02 + fan * s**1.6) * W
        y = h - 2 - s * reach * (h - 4)
        stroke(band, np.stack([x, y], 1), thick, 255 * dense * rng.uniform(0.55, 1))
        clear *= 1 - band.astype(np.float32) / 255
    root = np.exp(-(((h - 1 - np.arange(h)) / (h * line)) ** 2)) * liner
    edge = np.clip(np.minimum(np.arange(W), W - np.arange(W)) / (0.10 * W), 0, 1)
    return 1 - cv2.GaussianBlur(clear, (0, 0), 1.2) * (1 - root[:, None] * edge[None])
