"""Brows, stubble and freckles, painted on a canvas in front of the face."""

import cv2
import numpy as np

# Pixels per decimetre, and the canvas: x to both sides, y above and below the eyes.
PX = 900
XMAX, UP, DOWN = 1.1, 0.9, 1.3


def stroke(canvas, p, width, value):
    """Tapered anti-aliased polyline, p in canvas pixels."""
    n = len(p) - 1
    for k in range(n):
        w = max(1, int(round(width * (1 - 0.75 * k / n))))
        a, b = (p[k] * 16).astype(int), (p[k + 1] * 16).astype(int)
        cv2.line(canvas, tuple(int(v) for v in a), tuple(int(v) for v in b), float(value), w, cv2.LINE_AA, 4)


def face_masks(eye_x, mouth, seed, brow, stubble, freckles):
    """
    -> bytes: red brows, green stubble, blue freckles.

    eye_x: of an eye, from the middle; mouth: height relative to the eyes, half width; brow: see `presets.BROW`.
    """
    rng = np.random.default_rng(seed + 50)
    H, W = int((UP + DOWN) * PX), int(2 * XMAX * PX)
    B, S, F = (np.zeros((H, W), np.uint8) for _ in range(3))
    px = lambda x, y: np.array([(x + XMAX) * PX, (UP - y) * PX])
    k = eye_x / 0.2846
    for sx in (-1, 1):
        under = np.zeros_like(B)
        for i in range(int(640 * brow["density"])):
            t = rng.beta(1.25, 1.15)
            x = (0.115 + 0.40 * t) * k
            arch = brow["arch"] * np.sin(min(1, t * 1.15) * np.pi * 0.62) - 0.055 * max(0, t - 0.62) / 0.38
            half = brow["width"] * (1 - 0.80 * max(0, t - 0.40) / 0.60) * (0.70 + 0.30 * min(1, t / 0.12))
            o = rng.uniform(-1, 1)
            y = brow["y"] + arch + o * half
            ang = (
                np.radians(np.interp(t, [0, 0.18, 0.55, 1], [74, 40, 14, -16]))
                - o * 0.40 * (t > 0.1)
                + rng.normal(0, 0.12)
            )
            ln = 0.075 * (0.7 + 0.5 * rng.random()) * (1 - 0.35 * t) * (brow["width"] / 0.028) ** 0.5
            s = np.linspace(0, 1, 6)
            a = ang - 0.35 * s
            pts = np.array(
                [px(sx * (x + ln * np.sum(np.cos(a[:j]) / 6)), y + ln * np.sum(np.sin(a[:j]) / 6)) for j in range(6)]
            )
            stroke(B, pts, rng.uniform(2.0, 4.6), 255 * rng.uniform(0.55, 0.95))
            cv2.circle(under, tuple(int(v) for v in pts[2]), 16, 255, -1)
        B = np.maximum(B, (cv2.GaussianBlur(under, (0, 0), 14) * 0.38 * brow["density"]).astype(np.uint8))
    if stubble > 0:
        my, mw = mouth
        n = 26000
        x = rng.uniform(-1, 1, n)
        y = rng.uniform(-1.25, -0.10, n)
        jaw = np.interp(
            np.abs(x), [0, 0.35, 0.55, 0.75, 0.95], [my + 0.04, my + 0.02, my + 0.12, my + 0.42, my + 0.75]
        )  # upper edge of the beard
        chin = 1 / (1 + np.exp((y - jaw) / 0.03))
        lip = np.exp(-(((y - (my + 0.135)) / 0.055) ** 2 + (np.maximum(0, np.abs(x) - mw * 0.85) / 0.06) ** 2)) * (
            np.abs(x) > 0.018
        )
        soul = np.exp(-((x / 0.075) ** 2 + ((y - (my - 0.20)) / 0.05) ** 2))
        keep = np.clip(
            np.maximum(
                chin * (1 - 0.8 * np.exp(-(((np.abs(x) - 0.22) / 0.09) ** 2) - ((y - my + 0.14) / 0.09) ** 2)),
                np.maximum(lip, soul),
            ),
            0,
            1,
        )
        keep = keep * np.clip((y + 1.16) / 0.24, 0, 1)  # fade out on the throat
        for i in np.where(rng.random(n) < keep * 0.95)[0]:
            ang = np.radians(-90 + 30 * x[i] + rng.normal(0, 25))
            ln = 0.022 * rng.uniform(0.4, 1.2)
            p = px(x[i], y[i])
            q = p + np.array([np.cos(ang), -np.sin(ang)]) * ln * PX
            stroke(S, np.array([p, (p + q) / 2, q]), 2.2, 255 * rng.uniform(0.3, 0.8))
        S = np.clip(S * 0.75 * stubble + cv2.GaussianBlur(S, (0, 0), 14) * 1.5 * stubble, 0, 255).astype(np.uint8)
    for i in range(int(900 * freckles)):
        x, y = rng.normal(0, 0.33), rng.normal(-0.28, 0.12)
        cv2.circle(
            F,
            tuple(int(v) for v in px(x, y)),
            int(rng.uniform(2, 6)),
            255 * rng.uniform(0.2, 0.6),
            -1,
            cv2.LINE_AA,
        )
    return np.dstack([B, S, cv2.GaussianBlur(F, (0, 0), 1.5)])
