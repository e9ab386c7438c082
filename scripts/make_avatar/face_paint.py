"""Brows, stubble and freckles, painted on a canvas in front of the face."""

import cv2
import numpy as np

# Pixels per decimetre, and the canvas: x to both sides, y above and below the eyes.
PX = 900
XMAX, UP, DOWN = 1.1, 0.9, 1.3
SHEETS = 6


def stroke(canvas, p, width, value):
    """Tapered anti-aliased polyline, p in canvas pixels."""
    n = len(p) - 1
    for k in range(n):
        w = max(1, int(round(width * (1 - 0.75 * k / n))))
        a, b = (p[k] * 16).astype(int), (p[k + 1] * 16).astype(int)
        cv2.line(canvas, tuple(int(v) for v in a), tuple(int(v) for v in b), float(value), w, cv2.LINE_AA, 4)


def brow_hairs(rng, brow, eye_x):
    """-> density of both brows, 0..1: many fine hairs, each half transparent, so that their edges are soft."""
    H, W = int((UP + DOWN) * PX), int(2 * XMAX * PX)
    clear = np.ones((H, W), np.float32)
    k = eye_x / 0.2846
    for side in (-1, 1):
        hairs = np.sort(rng.beta(1.1, 1.25, int(620 * brow["density"])))
        # Hairs of one sheet do not add up; those of different sheets do.
        for sheet in range(SHEETS):
            layer = np.zeros((H, W), np.uint8)
            for t in hairs[sheet::SHEETS]:
                hair = brow_hair(rng, brow, t) * (side * k, 1)
                pixels = (hair * (1, -1) + (XMAX, UP)) * PX
                stroke(layer, pixels, rng.uniform(1.8, 4.2), 255 * rng.uniform(0.15, 0.75) * brow_fade(t))
            clear *= 1 - cv2.GaussianBlur(layer, (0, 0), 0.7).astype(np.float32) / 255
    dense = 1 - clear
    shade = cv2.GaussianBlur(dense, (0, 0), 9)
    return np.clip(0.72 * dense + 0.26 * shade, 0, 0.88)


def brow_fade(t):
    """Thinner where a brow begins and where it ends."""
    return (0.40 + 0.60 * min(1, t / 0.22)) * (1 - 0.45 * max(0, t - 0.72) / 0.28)


def brow_hair(rng, brow, t):
    """Points of one hair that grows at t, 0 (nose) to 1 (temple): x from the middle, y above the eye."""
    arch = brow["arch"] * np.sin(min(1, t * 1.15) * np.pi * 0.62) - 0.055 * max(0, t - 0.62) / 0.38
    half = brow["width"] * (1 - 0.80 * max(0, t - 0.30) / 0.70) * (0.80 + 0.20 * min(1, t / 0.15))
    across = np.clip(rng.normal(0, 0.62), -1.4, 1.4)
    x, y = 0.112 + 0.41 * t, brow["y"] + arch + across * half
    angle = np.radians(np.interp(t, [0, 0.18, 0.55, 1], [72, 40, 15, -14])) - across * 0.34 * (t > 0.1)
    angle += rng.normal(0, 0.13)
    length = 0.074 * rng.uniform(0.55, 1.15) * (1 - 0.30 * t) * (brow["width"] / 0.028) ** 0.5
    turns = angle - 0.4 * np.linspace(0, 1, 7)
    steps = np.stack([np.cos(turns), np.sin(turns)], 1) * length / 7
    return np.vstack([[x, y], (x, y) + np.cumsum(steps, 0)])


def face_masks(eye_x, mouth, seed, brow, stubble, beard, freckles):
    """
    -> bytes: red brows, green stubble, blue freckles.

    eye_x: of an eye, from the middle; mouth: height relative to the eyes, half width; brow: see `presets.BROW`.
    """
    rng = np.random.default_rng(seed + 50)
    brows = (brow_hairs(np.random.default_rng(seed + 51), brow, eye_x) * 255).astype(np.uint8)
    hairs = stubble_hairs(rng, mouth, stubble, beard) if stubble > 0 else np.zeros_like(brows)
    return np.dstack([brows, hairs, freckle_spots(rng, freckles)])


def stubble_hairs(rng, mouth, stubble, beard):
    """Short hairs that hang down, and a soft shade under them."""
    canvas, n = blank(), int(26000 * (1 + 1.6 * beard))
    x = rng.uniform(-1, 1, n)
    y = rng.uniform(-1.25, -0.10, n)
    keep = beard_at(x, y, *mouth)
    keep = keep ** (1 - 0.3 * beard) * np.clip((y + 1.16) / 0.24, 0, 1)  # fade out on the throat
    for i in np.where(rng.random(n) < keep * 0.95)[0]:
        angle = np.radians(-90 + 30 * x[i] + rng.normal(0, 25))
        length = (0.020 + 0.020 * beard) * rng.uniform(0.4, 1.2) * (0.35 + 0.65 * keep[i])
        root = pixel(x[i], y[i])
        tip = root + np.array([np.cos(angle), -np.sin(angle)]) * length * PX
        stroke(canvas, np.array([root, (root + tip) / 2, tip]), 2.2, 255 * rng.uniform(0.3, 0.8))
    shade = cv2.GaussianBlur(canvas, (0, 0), 14) * (1.5 - 0.4 * beard)
    return np.clip((canvas * (0.75 - 0.2 * beard) + shade) * stubble, 0, 255 - 12 * beard).astype(np.uint8)


def beard_at(x, y, my, mw):
    """How much beard grows at points before the face, 0..1; my, mw: height and half the width of the mouth."""
    aside = np.abs(x)
    upper_edge = np.interp(aside, [0, 0.35, 0.55, 0.75, 0.95], [my + 0.04, my + 0.02, my + 0.12, my + 0.42, my + 0.75])
    jaw = 1 / (1 + np.exp((y - upper_edge) / 0.03))
    bare = np.exp(-(((aside - 0.22) / 0.09) ** 2) - ((y - my + 0.14) / 0.09) ** 2)
    past_corner = np.maximum(0, aside - mw * 0.85) / 0.06
    moustache = np.exp(-(((y - (my + 0.135)) / 0.055) ** 2 + past_corner**2)) * (aside > 0.018)
    soul = np.exp(-((x / 0.075) ** 2 + ((y - (my - 0.20)) / 0.05) ** 2))
    return np.clip(np.maximum(jaw * (1 - 0.8 * bare), np.maximum(moustache, soul)), 0, 1)


def freckle_spots(rng, freckles):
    canvas = blank()
    for _ in range(int(900 * freckles)):
        x, y = rng.normal(0, 0.33), rng.normal(-0.28, 0.12)
        place, radius = tuple(int(v) for v in pixel(x, y)), int(rng.uniform(2, 6))
        cv2.circle(canvas, place, radius, 255 * rng.uniform(0.2, 0.6), -1, cv2.LINE_AA)
    return cv2.GaussianBlur(canvas, (0, 0), 1.5)


def blank():
    return np.zeros((int((UP + DOWN) * PX), int(2 * XMAX * PX)), np.uint8)


def pixel(x, y):
    """Where a point before the face is on the canvas."""
    return np.array([(x + XMAX) * PX, (UP - y) * PX])
