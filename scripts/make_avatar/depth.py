"""How deep hair and clothes lie, on a coarse grid over their pictures."""

import cv2
import numpy as np

from silhouette import neck

# Cells a side, as the run time warps them; and of the finer map that the depths are gathered in.
GRID = 48
FINE = 96
# How far behind the middle of the head (`head_z` of the manifest) the run time turns it, decimetres.
PIVOT = -0.1
# Holes are filled from ever wider neighbourhoods.
WIDTHS = (1.5, 4, 12, 40)


def depth_grid(points, view, default):
    """-> (GRID + 1)² depths, row by row, of what is nearest to the camera; `default` where there is nothing at all."""
    points = np.asarray(points)
    scale = FINE / 2 / view["half_render"] * view["dist"] / (view["dist"] - points[:, 2])
    x = (FINE / 2 + points[:, 0] * scale).astype(int)
    y = (FINE / 2 - (points[:, 1] - view["cy"]) * scale).astype(int)
    seen = (x >= 0) & (y >= 0) & (x < FINE) & (y < FINE)
    depth, weight = np.zeros((FINE, FINE)), np.zeros((FINE, FINE))
    nearness = np.exp(10 * points[seen, 2])
    np.add.at(depth, (y[seen], x[seen]), nearness * points[seen, 2])
    np.add.at(weight, (y[seen], x[seen]), nearness)
    depth = np.where(weight > 0, depth / np.maximum(weight, 1e-9), 0)
    known = (weight > 0).astype(float)
    for width in WIDTHS:
        blurred, share = cv2.GaussianBlur(depth * known, (0, 0), width), cv2.GaussianBlur(known, (0, 0), width)
        filled = np.where(share > 0.02, blurred / np.maximum(share, 1e-6), default)
        depth = np.where(known > 0, depth, filled)
        known = np.maximum(known, (share > 0.02) * 1.0)
    smooth = cv2.GaussianBlur(depth, (0, 0), 1.5)
    grid = cv2.resize(smooth, (GRID + 1, GRID + 1), interpolation=cv2.INTER_LINEAR)
    return [round(float(value), 3) for value in grid.ravel()]


def layer_depths(person, studio, names):
    """-> name of each layer in `names` to its depths."""
    center_z = person.scalp.center[2]

    def strands(behind):
        return np.concatenate([s.points[::2] for s in studio.strands if s.behind == behind] or [np.zeros((1, 3))])

    def cloth():
        return depth_grid(person.neutral[sorted({c[0] for face in person.tights for c in face})], studio.view, 0)

    def front():
        # The layer must move with the skin at the hair line.
        return depth_grid(np.vstack([strands(False), points_on_skin(person)]), studio.view, center_z)

    def back():
        # The picture holds all hair; what lies before the middle is covered by the head or by the front layer.
        points = np.vstack([strands(True), strands(False)])
        points = points[points[:, 2] < center_z + 0.12]
        return depth_grid(np.vstack([points, collar(person)]), studio.view, center_z - 0.3)

    return {
        name: make() for name, make in (("cloth", cloth), ("hair_front", front), ("hair_back", back)) if name in names
    }


def collar(person, count=20_000):
    """Points where the inside of the collar is seen, as deep as what the head turns about: there it stays in its place."""
    aside = neck(person) + 0.2
    at = np.random.default_rng(0).uniform((-aside, -1.7, PIVOT), (aside, -1.0, PIVOT), (count, 3))
    return at + (0, person.eye_y, person.scalp.center[2])


def points_on_skin(person, count=200_000):
    """Points spread over the front of the head, the same every time."""
    rng = np.random.default_rng(0)
    triangles = np.array(
        [[face[0][0], face[i][0], face[i + 1][0]] for face in person.front for i in range(1, len(face) - 1)]
    )
    corners = person.neutral[triangles[rng.integers(0, len(triangles), count)]]
    shares = rng.dirichlet((1, 1, 1), count)
    return (corners * shares[..., None]).sum(1)
