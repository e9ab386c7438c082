"""Hair: a few thousand guide strands are grown over the scalp, then interpolated to locks of fine strands."""

import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from guides import grow_guides
from hair_styles import STYLES
from scalp import EDGE
from shaping import smooth
from strands import interpolate

GUIDES = 2600


def grow(style, scalp, V, quads, ear, seed):
    """-> `strands.Strand`s. quads: faces of the skin as vertices; ear: mask of the ears per vertex."""
    style_of, rng = STYLES[style], np.random.default_rng(seed)
    triangles = np.array([(q[0], q[i], q[i + 1]) for q in quads for i in (1, 2) if i + 1 < len(q)])
    # Hair lies over the ears.
    smooth_skin = triangles[ear[triangles].max(1) < 0.25]
    skin = BVHTree.FromPolygons([Vector(p) for p in V], smooth_skin.tolist())
    bed = Bed(style_of, scalp, V, triangles, ear)
    guides_at = bed.roots(rng, GUIDES)
    guides = grow_guides(style_of, scalp, guides_at, bed.side(guides_at), skin, rng)
    at = bed.thinned(rng, bed.roots(rng, style_of["n"]))
    return interpolate(style_of, scalp, guides, guides_at, bed.side(guides_at), at, bed.side(at), rng)


class Bed:
    """The skin that hair grows from."""

    def __init__(self, style, scalp, V, triangles, ear):
        self.style, self.scalp = style, scalp
        P = V[triangles]
        n = np.cross(P[:, 1] - P[:, 0], P[:, 2] - P[:, 0])
        c = P.mean(1)
        outward = ((c - scalp.center) * n).sum(1) > 0
        in_face = (np.abs(c[:, 0]) < 0.52) & (c[:, 2] > scalp.center[2] - 0.5) & (c[:, 1] < scalp.eye_y + 0.3)
        high = (scalp.above(P).max(1) > -0.03) & (c[:, 1] > scalp.eye_y - 0.7)
        kept = outward & high & (ear[triangles].max(1) < 0.3) & ~in_face
        self.corners = P[kept]
        self.dense = np.linalg.norm(n[kept], axis=1) * self._fullness(c[kept])

    def _fullness(self, c):
        """More hair along the parting, and where the edge of the hair is thinned out later."""
        full = 1 + 1.2 * np.exp(-((self.scalp.above(c) / 0.12) ** 2))
        part = self.style["part"]
        if part is not None:
            full *= 1 + 1.8 * np.exp(-(((c[:, 0] - part) / 0.10) ** 2)) * (c[:, 1] > self.scalp.eye_y + 0.4)
        return full

    def roots(self, rng, count):
        """So many points, less those before the hair line."""
        i = rng.choice(len(self.corners), count, p=self.dense / self.dense.sum())
        uv = rng.random((count, 2))
        flip = uv.sum(1) > 1
        uv[flip] = 1 - uv[flip]
        P = self.corners[i]
        p = P[:, 0] + uv[:, :1] * (P[:, 1] - P[:, 0]) + uv[:, 1:] * (P[:, 2] - P[:, 0])
        return p[self.scalp.above(p) > uneven(p) - 0.03]

    def thinned(self, rng, points):
        """Fewer of them towards the edge of the hair: no hair line is a clean curve."""
        inside = smooth(-0.03, EDGE, self.scalp.above(points) - uneven(points))
        return points[rng.random(len(points)) < 0.05 + 0.95 * inside]

    def side(self, p):
        """-1 or 1: of the parting, or of the head."""
        if "sweep" in self.style:
            return np.ones(len(p))
        if self.style["part"] is None:
            return np.sign(p[:, 0] + 1e-6)
        back = self.scalp.center[2]
        x0 = self.style["part"] * smooth(back - 0.7, back + 0.2, p[:, 2]) + 0.012 * np.sin(p[:, 2] * 23)
        return np.where(p[:, 0] > x0, 1.0, -1.0)


def uneven(points):
    """How much higher or lower the hair begins here, decimetres."""
    x, z = points[:, 0], points[:, 2]
    waves = ((0.016, 9, 2, 0.7), (0.014, 17, 0, 1.3), (0.008, 47, 31, 0), (0.006, 83, -57, 0))
    return sum(height * np.sin(x * a + z * b + c) for height, a, b, c in waves)
