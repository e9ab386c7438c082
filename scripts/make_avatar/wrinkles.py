"""Lines in the skin that smiles, raised brows and frowns fold: depths painted on the canvas of `face_paint`."""

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

import makehuman
from face_paint import DOWN, PX, UP, XMAX
from shaping import smooth

# Lines on the base mesh, right side of the picture: points (x, height above the eyes), depth and width, decimetres.
# Depths are those of a person of sixty.
SMILE = {
    "nasolabial fold": (
        [(0.170, -0.37), (0.205, -0.44), (0.28, -0.55), (0.345, -0.66), (0.375, -0.76), (0.38, -0.85)],
        0.0075,
        0.024,
    ),
    "corner of the mouth": ([(0.285, -0.66), (0.310, -0.71), (0.306, -0.77)], 0.004, 0.012),
    "cheek": ([(0.43, -0.50), (0.475, -0.62), (0.475, -0.74)], 0.004, 0.014),
    "crow's foot 1": ([(0.500, 0.025), (0.545, 0.050), (0.590, 0.085)], 0.0040, 0.0065),
    "crow's foot 2": ([(0.512, -0.015), (0.565, -0.005), (0.625, 0.012)], 0.0048, 0.0065),
    "crow's foot 3": ([(0.512, -0.055), (0.565, -0.070), (0.620, -0.095)], 0.0048, 0.0065),
    "crow's foot 4": ([(0.495, -0.095), (0.540, -0.130), (0.585, -0.180)], 0.0038, 0.0065),
    "under the eye": ([(0.20, -0.125), (0.30, -0.155), (0.42, -0.125)], 0.0030, 0.010),
}
RAISED = {
    "forehead 1": ([(-0.36, 0.345), (-0.18, 0.350), (0, 0.325), (0.18, 0.350), (0.36, 0.345)], 0.0058, 0.0105),
    "forehead 2": ([(-0.41, 0.430), (-0.20, 0.435), (0, 0.415), (0.20, 0.435), (0.41, 0.425)], 0.0066, 0.0105),
    "forehead 3": ([(-0.38, 0.520), (-0.19, 0.525), (0, 0.510), (0.19, 0.525), (0.38, 0.515)], 0.0058, 0.0105),
    "forehead 4": ([(-0.28, 0.605), (0, 0.600), (0.28, 0.605)], 0.0036, 0.0105),
}
FROWN = {
    "marionette line": ([(0.280, -0.76), (0.312, -0.84), (0.325, -0.92)], 0.0070, 0.018),
    "nasolabial fold": ([(0.185, -0.40), (0.265, -0.53), (0.325, -0.64)], 0.0040, 0.016),
}
CHIN = {"under the lip": ([(-0.13, -0.885), (0, -0.872), (0.13, -0.885)], 0.0040, 0.020)}
LOWERED = {"between the brows": ([(0.042, 0.075), (0.052, 0.15), (0.072, 0.235)], 0.0065, 0.010)}
NOSE = {"root of the nose": ([(-0.06, 0.030), (0, 0.018), (0.06, 0.030)], 0.0032, 0.012)}
# Lines of a face at rest are so many times as wide as where it folds, and some are shallower than the others.
SOFT = 1.8
SHALLOW = {
    "between the brows": 0.35,
    "cheek": 0.3,
    "marionette line": 0.6,
    "forehead 1": 0.6,
    "forehead 2": 0.7,
    "forehead 3": 0.6,
}
# Lines that the young do not have.
LATE = ("cheek", "marionette line", "corner of the mouth", "forehead 4")


def depth_for(age, name):
    """How deep a line is, against that of a person of sixty."""
    late = smooth(25, 60, age) if name in LATE else 1
    return late * float(np.interp(age, (15, 27, 35, 45, 60, 80), (0.25, 0.48, 0.60, 0.78, 1, 1.2)))


def rest_for(config):
    """The share of the lines that stays when the face rests: the person's own, or that of the age."""
    return config["wrinkles"] or float(np.interp(config["age"], (33, 45, 60, 80), (0, 0.1, 0.3, 0.5)))


def heights(person, rests=False):
    """
    -> decimetres, on the canvas of `face_paint`: of a smile with raised brows, and of a frown with lowered ones; as they
    are while the skin folds, or what stays of them when it rests.
    """
    rng, age = np.random.default_rng(person.config["seed"] + 90), person.config["age"]
    carry = carrier(person)
    canvas = np.zeros((2, int((UP + DOWN) * PX), int(2 * XMAX * PX)), np.float32)
    for channel, paired, across in ((0, SMILE, RAISED), (1, {**FROWN, **LOWERED}, {**CHIN, **NOSE})):
        lines = [(*line, side) for line in paired.items() for side in (1, -1)]
        for name, (points, depth, width), side in lines + [(*line, 1) for line in across.items()]:
            path = carry(curve(np.array(points) * (side, 1), rng))
            depths, width = depth_for(age, name) * depth * along(rng), width * rng.uniform(0.85, 1.2)
            if rests:
                depths, width = depths * SHALLOW.get(name, 1), width * SOFT
            fold(canvas[channel], path, depths, width)
    return canvas


def curve(points, rng):
    """A smooth curve through the points, a little uneven as skin is."""
    t = np.linspace(0, 1, len(points))
    fine = np.linspace(0, 1, 90)
    path = CubicSpline(t, points)(fine)
    length = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    knots = max(4, int(9 * length))
    uneven = rng.normal(0, min(0.006, 0.025 * length), (knots, 2))
    return path + CubicSpline(np.linspace(0, 1, knots), uneven)(fine)


def along(rng, points=90):
    """How deep a line is from end to end, against its usual depth: no line is even, nor begins and ends at once."""
    t = np.linspace(0, 1, points)
    ends = smooth(0, rng.uniform(0.25, 0.5), t) * smooth(1, rng.uniform(0.4, 0.7), t)
    waves = CubicSpline(np.linspace(0, 1, 5), rng.normal(1, 0.18, 5))(t)
    return rng.uniform(0.8, 1.15) * ends * np.clip(waves, 0.5, 1.3)


def carrier(person):
    """-> a function that brings a curve on the face of the base mesh to the person's."""
    base, used = person.base.vertices, np.unique([corner[0] for face in person.front for corner in face])
    center, radius = makehuman.fit_eye(person.base, base, "l")
    eye = center[1]
    used = used[(base[used, 2] > center[2] - radius) & (person.inside[used] < 0.2)]
    tree = cKDTree(base[used, :2] - (0, eye))
    move = (person.rest[used, :2] - (0, person.eye_y)) - (base[used, :2] - (0, eye))

    def carry(points):
        distance, index = tree.query(points, 8)
        share = 1 / (distance + 0.02) ** 2
        moved = points + (move[index] * (share / share.sum(1, keepdims=True))[..., None]).sum(1)
        return gaussian_filter1d(moved, 6, axis=0, mode="nearest")

    return carry


def fold(heights, path, depths, width):
    """Presses one line, with a depth for each point, into the heights: a groove with a soft ridge on either side."""
    pixels = np.stack([(path[:, 0] + XMAX) * PX, (UP - path[:, 1]) * PX], 1)
    margin = int(width * 4 * PX)
    x0, y0 = np.maximum(pixels.min(0).astype(int) - margin, 0)
    x1, y1 = pixels.max(0).astype(int) + margin
    part = heights[y0:y1, x0:x1]
    ys, xs = np.mgrid[y0 : y0 + part.shape[0], x0 : x0 + part.shape[1]]
    distance, index = cKDTree(pixels).query(np.stack([xs.ravel(), ys.ravel()], 1))
    q = (distance / PX / width) ** 2
    part += (depths[index] * (0.4 * np.exp(-q / 5) - 1.4 * np.exp(-q))).reshape(part.shape)
