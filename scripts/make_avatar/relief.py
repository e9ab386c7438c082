"""How folds of the skin catch the light, and where on the skin's texture they lie."""

import cv2
import numpy as np

from face_paint import DOWN, PX, UP, XMAX
from geometry import fan
from shaping import smooth, unit

# Where light comes from as seen from the face, and its share: the lamps of `camera.setup`. The rest comes from all
# around and does not reach into a fold.
LAMPS = (((-4.4, 3.0, 4.6), 0.60), ((5.0, 0.6, 3.8), 0.12))
AROUND = 0.28
# A fold as deep as this, decimetres, lies in full shadow.
DEEP = 0.016
# How far light spreads under the skin, decimetres.
SPREAD = 0.0035
# The face itself is smoother than its folds: one of so many pixels of the canvas is enough for it.
COARSE = 6


def light(person, heights, spread=SPREAD):
    """
    How much lighter or darker the face is with folds than without, in front of the face on the canvas of `face_paint`.

    heights: of the folds, decimetres, several; spread: how far light goes under the skin, decimetres.
    -> ratios, in the last place one for each
    """
    surface, ratios = front_view(person), []
    before = lit(surface) + AROUND
    for height in heights:
        height = cv2.GaussianBlur(height, (0, 0), spread * PX)
        after = lit(surface + height) + AROUND * (1 - smooth(0, DEEP, -height))
        ratios.append(after / before)
    return np.stack(ratios, 2).astype(np.float32)


def lit(surface):
    """What comes from the lamps to a surface, given by its depths on the canvas."""
    down, right = np.gradient(surface, 1 / PX)
    normal = unit(np.stack([-right, down, np.ones_like(surface)], 2))
    return sum(share * np.maximum(normal @ unit(np.array(at)), 0) for at, share in LAMPS)


def front_view(person):
    """Depths of the resting face on the canvas, decimetres."""
    size = int(2 * XMAX * PX), int((UP + DOWN) * PX)
    depths = np.full((size[1] // COARSE, size[0] // COARSE), person.middle_z(), np.float32)
    points = (person.rest[:, :2] - (-XMAX, person.eye_y + UP)) * (PX / COARSE, -PX / COARSE)
    faces = [[corner[0] for corner in face] for face in person.front]
    for face in sorted(faces, key=lambda face: person.rest[face, 2].mean()):
        cv2.fillConvexPoly(depths, (points[face] * 16).astype(np.int32), float(person.rest[face, 2].mean()), shift=4)
    return cv2.resize(cv2.GaussianBlur(depths, (0, 0), 0.03 * PX / COARSE), size, interpolation=cv2.INTER_CUBIC)


def on_atlas(person, atlas_uv, canvas, size):
    """Brings a picture on the canvas to the skin's texture of `size` pixels a side; 1 beside the face."""
    place, at = np.full((size, size, 2), -1, np.float32), 0
    for face in person.front:
        corners = [(*atlas_uv[at + k], *person.rest[corner[0]]) for k, corner in enumerate(face)]
        at += len(face)
        lining = person.inside[[corner[0] for corner in face]].mean() > 0.3
        if not lining and min(corner[4] for corner in corners) > person.middle_z():
            for triangle in fan(corners):
                fill(place, np.array(triangle) * (size, -size, 1, 1, 1) + (0, size, 0, 0, 0))
    x, y = (place[..., 0] + XMAX) * PX, (UP + person.eye_y - place[..., 1]) * PX
    there = place[..., 1] > 0
    found = cv2.remap(canvas, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(1, 1, 1, 1))
    return np.where(there[..., None], found.reshape(size, size, -1), 1)


def fill(place, triangle):
    """Writes x and y of the corners (column, row, x, y, z) into the pixels of a triangle and a little beyond it."""
    low, high = np.floor(triangle[:, :2].min(0)).astype(int), np.ceil(triangle[:, :2].max(0)).astype(int) + 1
    columns, rows = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    system = np.column_stack([triangle[:, :2], np.ones(3)])
    if abs(np.linalg.det(system)) < 1e-9:
        return
    shares = np.stack([columns + 0.5, rows + 0.5, np.ones(columns.shape)], 2) @ np.linalg.inv(system)
    inside = (shares > -0.05).all(2) & (columns >= 0) & (rows >= 0) & (columns < len(place)) & (rows < len(place))
    place[rows[inside], columns[inside]] = (shares @ triangle[:, 2:4])[inside]
