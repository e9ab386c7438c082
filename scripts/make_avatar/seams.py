"""Makes the two sides of a seam of the texture atlas agree: they are baked apart, with texels of different sizes."""

from collections import defaultdict

import cv2
import numpy as np
from scipy.spatial import cKDTree

from shaping import smooth

# Share of the texture: how far within the border colours are compared, how far the correction reaches, and how far apart
# the places are where they are compared. Differences are evened out over `AROUND`.
WITHIN, REACH, STEP, AROUND = 0.003, 0.02, 0.002, 0.008
# Greater differences than this, of 255, are what the picture shows, such as the edge of the hair.
MOST = 40


def mend_seams(path, faces, uv):
    """Each side takes half the difference to the other, less and less away from the seam. uv: of the faces' corners."""
    picture = cv2.imread(path).astype(np.float32)
    size = len(picture)
    here, there = places(faces, uv)
    if not len(here):
        return
    difference = np.clip((colors(picture, there) - colors(picture, here)) / 2, -MOST, MOST)
    border = pixels(here[:, 0], size)
    tree = cKDTree(border)
    distance, index = tree.query(border, min(24, len(border)))
    share = np.exp(-((distance / AROUND / size) ** 2))[..., None]
    difference = (difference[index] * share).sum(1) / share.sum(1)
    near = np.zeros((size, size), np.uint8)
    for x, y in border.astype(int):
        cv2.circle(near, (int(x), int(y)), int(REACH * size) + 1, 1, -1)
    rows, columns = np.nonzero(near)
    distance, index = tree.query(np.stack([columns, rows], 1) + 0.5, 6)
    share = (1 / (distance + 1) ** 2)[..., None]
    change = (difference[index] * share).sum(1) / share.sum(1)
    picture[rows, columns] += change * smooth(REACH * size, 0, distance[:, 0])[:, None]
    cv2.imwrite(path, np.clip(picture, 0, 255).round().astype(np.uint8))


def places(faces, uv):
    """-> twice (places along all seams, 2, 2): texture coordinates on the border, and a way within, of either side."""
    sides, at = defaultdict(list), 0
    for face in faces:
        corners = uv[at : at + len(face)]
        at += len(face)
        middle = corners.mean(0)
        for k, (corner, place) in enumerate(zip(face, corners)):
            following = (k + 1) % len(face)
            ends = (corner[0], place), (face[following][0], corners[following])
            (a, start), (b, end) = sorted(ends, key=lambda pair: pair[0])
            sides[a, b].append((start, end, middle))
    here, there = [], []
    for pair in sides.values():
        if len(pair) == 2 and max(np.abs(pair[0][k] - pair[1][k]).max() for k in (0, 1)) > 1e-4:
            for one, other in (pair, pair[::-1]):
                steps = along(one, max(2, int(np.linalg.norm(one[1] - one[0]) / STEP)))
                here += steps
                there += along(other, len(steps))
    return np.array(here), np.array(there)


def along(side, count):
    start, end, middle = side
    points = start + (end - start) * ((np.arange(count) + 0.5) / count)[:, None]
    inward = middle - points
    inward *= np.minimum(1, WITHIN / np.linalg.norm(inward, axis=1, keepdims=True))
    return [(point, point + way) for point, way in zip(points, inward)]


def colors(picture, places):
    """The colours a way within the border."""
    x, y = pixels(places[:, 1], len(picture)).astype(np.float32).T - 0.5
    return cv2.remap(cv2.GaussianBlur(picture, (0, 0), 1.5), x, y, cv2.INTER_LINEAR).reshape(-1, 3)


def pixels(uv, size):
    return np.stack([uv[:, 0] * size, (1 - uv[:, 1]) * size], 1)
