"""The fine relief of skin, too fine for a bake of the light: pores and furrows on the canvas of `face_paint`."""

import cv2
import numpy as np

from face_paint import DOWN, PX, UP, XMAX

# Pores a square decimetre, how wide and how deep they are, and the furrows between them, decimetres.
PORES, WIDTH, DEEP, FURROWS = 9000, 0.0032, 0.00055, 0.00022
# Where pores are large: places before the face (x to both sides, height above the eyes), how far around, and how large.
LARGE = (((0, -0.38), 0.16, 1.0), ((0.30, -0.34), 0.22, 0.8), ((0, 0.38), 0.34, 0.5), ((0, -1.02), 0.14, 0.6))
LEAST = 0.35


def heights(person):
    """-> decimetres, of the person's skin: coarser where it is coarse (`bump`), and on nose, cheeks, forehead and chin."""
    rng = np.random.default_rng(person.config["seed"] + 80)
    shape = int((UP + DOWN) * PX), int(2 * XMAX * PX)
    pores = np.zeros(shape, np.float32)
    count = int(PORES * 2 * XMAX * (UP + DOWN))
    pores[rng.integers(0, shape[0], count), rng.integers(0, shape[1], count)] = rng.uniform(0.3, 1, count)
    sigma = WIDTH * PX
    pores = cv2.GaussianBlur(pores, (0, 0), sigma) * 2 * np.pi * sigma**2
    furrows = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 0.8 * sigma)
    relief = furrows / furrows.std() * FURROWS - np.minimum(pores, 1.5) * DEEP
    return relief * coarseness(shape) * person.config["bump"] / 0.16


def coarseness(shape):
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    x, y = np.abs(columns / PX - XMAX), UP - rows / PX
    spots = [size * np.exp(-((x - px) ** 2 + (y - py) ** 2) / radius**2) for (px, py), radius, size in LARGE]
    return np.maximum(LEAST, np.max(spots, 0))
