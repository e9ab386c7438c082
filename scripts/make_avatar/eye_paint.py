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
    iris = c * (1 + 0.38 * strand[..., None]) + c * 0.9 * np.exp(-(((R - 0.24) / 0.07) ** 2))[..., None]
    iris *= (1 - 0.80 * np.clip((R - 0.33) / 0.07, 0, 1))[..., None]
    m = 1 / (1 + np.exp((R - 0.405) / 0.012))
    tex = tex * (1 - m[..., None]) + np.clip(iris, 0.004, 1) * m[..., None]
    m = 1 / (1 + np.exp((R - 0.165) / 0.008))
    tex = tex * (1 - m[..., None]) + 0.003 * m[..., None]
    return np.clip(tex, 0, 1)


def lash_texture(seed, volume, W=1024, H=256):
    """Alpha of the lashes: upper half of the image upper lashes, lower half lower lashes; roots at the bottom of each half."""
    rng = np.random.default_rng(seed + 4)
    A = np.zeros((H, W), np.uint8)
    h = H // 2
    for row, n, ln0, wd in ((0, int(150 * volume), 0.78, 5.0), (1, int(50 * volume), 0.30, 2.0)):
        band = np.zeros((h, W), np.uint8)
        for i in range(n):
            u = rng.beta(1.2, 1.0)
            ln = ln0 * (0.55 + 0.45 * np.sin(np.pi * min(1, 0.25 + u * 0.7))) * rng.uniform(0.6, 1.1)
            fan = (u - 0.42) * 0.10 + rng.normal(0, 0.012)
            s = np.linspace(0, 1, 8)
            x = (u * 0.96 + 0.02 + fan * s**1.5) * W
            y = h - 2 - s * ln * (h - 4)
            stroke(band, np.stack([x, y], 1), wd, 255 * rng.uniform(0.6, 1))
        liner = np.exp(-(((h - 1 - np.arange(h)) / (h * (0.10 if row == 0 else 0.05))) ** 2)) * (
            170 * volume if row == 0 else 14 * volume
        )
        edge = np.clip(np.minimum(np.arange(W), W - np.arange(W)) / (0.06 * W), 0, 1)
        A[row * h : (row + 1) * h] = np.maximum(band, np.clip(liner[:, None] * edge[None], 0, 255).astype(np.uint8))
    return A
