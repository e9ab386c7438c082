"""The head's texture atlas: MakeHuman's islands, with magnifying lenses over face, eyes and mouth, in the unit square."""

import numpy as np


def atlas(person):
    """-> corner UVs (sum of corners of person.front, 2)."""
    uvs, eye_y = person.base.uvs, person.eye_y
    corners = [c for f in person.front for c in f]
    vi = np.array([c[0] for c in corners])
    ti = np.array([c[1] for c in corners])
    uv, points = uvs[ti].copy(), person.rest[vi]
    isl = islands(person.front)
    isl = np.array([isl[t] for t in ti])
    names = sorted(set(isl), key=lambda i: -(isl == i).sum())
    main = names[0]
    front = (isl == main) & (points[:, 2] > person.middle_z() + 0.3)

    def center(x, y, r):
        d = np.hypot(points[:, 0] - x, points[:, 1] - y)
        return uv[front & (d < r)].mean(0)

    lenses = (
        [(center(0, eye_y - 0.25, 0.2), 0.115, 1.1)]
        + [(center(s * person.eye_x, eye_y, 0.2), 0.028, 0.95) for s in (-1, 1)]
        + [(center(0, eye_y + person.mouth[0], 0.2), 0.026, 0.75)]
    )
    m = isl == main

    def warp(q, lens):
        c, sigma, s = lens
        d = q - c
        return c + d * (1 + s * np.exp(-(d**2).sum(1, keepdims=True) / sigma**2))

    big = lenses[0]
    q = warp(uv[m], big)
    for c, sigma, s in lenses[1:]:
        q = warp(q, (warp(c[None], big)[0], sigma * 1.9, s))
    out = np.zeros_like(uv)
    out[m] = fit(q, (0.004, 0.004, 0.996, 0.83))
    boxes = {
        "neck": (0.004, 0.836, 0.46, 0.996),
        "mouth": (0.47, 0.836, 0.66, 0.996),
        "eye0": (0.67, 0.836, 0.83, 0.996),
        "eye1": (0.84, 0.836, 0.996, 0.996),
    }
    eye = 0
    for n in names[1:]:
        k = isl == n
        c = points[k].mean(0)
        if c[1] < eye_y - 1.25:
            key = "neck"
        elif abs(c[0]) < 0.1:
            key = "mouth"
        else:
            key = f"eye{eye}"
            eye += 1
        out[k] = fit(uv[k], boxes[key])
    return out.astype(np.float32)


def fit(uv, box):
    """Scales an island into a box, long ones lying."""
    lo, hi = uv.min(0), uv.max(0)
    size = np.array([box[2] - box[0], box[3] - box[1]])
    if (hi - lo)[0] < (hi - lo)[1]:
        uv = np.stack([uv[:, 1], -uv[:, 0]], 1)
        lo, hi = uv.min(0), uv.max(0)  # lay long islands flat
    return (uv - lo) * np.minimum(size / (hi - lo), np.max(size / (hi - lo)) * 9) * 1.0 + box[:2]


def islands(faces):
    """Index of a texture coordinate -> name of its island (union-find)."""
    parent = {}

    def find(a):
        while parent.setdefault(a, a) != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        return a

    for f in faces:
        for a, b in zip(f, f[1:]):
            parent[find(a[1])] = find(b[1])
    return {t: find(t) for t in list(parent)}
