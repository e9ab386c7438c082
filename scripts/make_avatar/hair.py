"""Hair: a few thousand guide strands are grown over the scalp, then interpolated to locks of fine strands."""

import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from guides import grow_guides
from hair_styles import STYLES
from shaping import smooth
from strands import interpolate


def uneven(points):
    """The hair line is no clean curve: how much higher or lower it begins here, decimetres."""
    x, z = points[:, 0], points[:, 2]
    return 0.012 * np.sin(x * 17 + 1.3) + 0.005 * np.sin(x * 47 + z * 31) + 0.004 * np.sin(x * 83 - z * 57)


def grow(style, scalp, V, quads, ear, seed):
    """-> strands (points, is it behind the head?). quads: faces of the skin as vertices; ear: mask of the ears per vertex."""
    style_of, rng = STYLES[style], np.random.default_rng(seed)
    tris = [(q[0], q[i], q[i + 1]) for q in quads for i in (1, 2) if i + 1 < len(q)]
    bvh = BVHTree.FromPolygons(
        [Vector(p) for p in V], [q for q in tris if ear[list(q)].max() < 0.25]
    )  # hair lies over the ears
    t = np.array(tris)
    P = V[t]
    # only outward facing scalp triangles
    n = np.cross(P[:, 1] - P[:, 0], P[:, 2] - P[:, 0])
    area = np.linalg.norm(n, axis=1)
    c = P.mean(1)
    out = ((c - scalp.center) * n).sum(1) > 0
    ok = (
        out
        & (scalp.above(P).max(1) > -0.03)
        & (ear[t].max(1) < 0.3)
        & (c[:, 1] > scalp.eye_y - 0.7)
        & ~((np.abs(c[:, 0]) < 0.52) & (c[:, 2] > scalp.center[2] - 0.5) & (c[:, 1] < scalp.eye_y + 0.3))
    )  # no roots in the face or the mouth
    t, P, area = t[ok], P[ok], area[ok]
    dens = area * (1 + 1.6 * np.exp(-((scalp.above(P.mean(1)) / 0.12) ** 2)))  # fuller along the hair line
    if style_of["part"] is not None:
        dens = dens * (
            1
            + 1.8
            * np.exp(-(((P.mean(1)[:, 0] - style_of["part"]) / 0.10) ** 2))
            * (P.mean(1)[:, 1] > scalp.eye_y + 0.4)
        )

    def roots(m):
        i = rng.choice(len(t), m, p=dens / dens.sum())
        uv = rng.random((m, 2))
        flip = uv.sum(1) > 1
        uv[flip] = 1 - uv[flip]
        p = P[i, 0] + uv[:, :1] * (P[i, 1] - P[i, 0]) + uv[:, 1:] * (P[i, 2] - P[i, 0])
        return p[scalp.above(p) > np.abs(rng.normal(0, 0.042, m)) - 0.02 + uneven(p)]

    def side(p):
        if "sweep" in style_of:
            return np.ones(len(p))
        if style_of["part"] is None:
            return np.sign(p[:, 0] + 1e-6)
        x0 = style_of["part"] * smooth(scalp.center[2] - 0.7, scalp.center[2] + 0.2, p[:, 2]) + 0.012 * np.sin(
            p[:, 2] * 23
        )
        return np.where(p[:, 0] > x0, 1.0, -1.0)

    G = roots(2600)
    guides = grow_guides(style_of, scalp, G, side(G), bvh, rng)
    R = roots(style_of["n"])
    return interpolate(style_of, scalp, guides, G, side(G), R, side(R), rng)
