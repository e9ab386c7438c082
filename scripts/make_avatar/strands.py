"""Fine strands between the guides."""

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from scalp import EDGE
from shaping import smooth, unit

# Share of the hairs at the very edge of the hair that are down: short, and so much finer than the others.
DOWN, FINE = 0.8, 0.45


class Strand(NamedTuple):
    """`behind`: does it hang behind the head? `thickness`: against that of the style."""

    points: np.ndarray
    behind: bool
    thickness: float


def above_brows(p, scalp, height):
    """The part of a strand before it hangs lower than `height` above the eyes in front of the face."""
    low = np.where((p[:, 1] < scalp.eye_y + height) & (np.abs(p[:, 0]) < 0.5) & (p[:, 2] > scalp.center[2] + 0.4))[0]
    return p[: max(4, low[0])] if len(low) else p


def interpolate(s, scalp, guides, groot, gside, roots, side, rng):
    """Children follow a blend of guides, clump towards the tip, differ in length; ends taper."""
    K = guides.shape[1]
    res = []
    idx = np.zeros((len(roots), 3), int)
    w = np.zeros((len(roots), 3))
    for sg in (-1.0, 1.0):
        gi, ri = np.where(gside == sg)[0], np.where(side == sg)[0]
        if not len(gi) or not len(ri):
            continue
        d, i = cKDTree(groot[gi]).query(roots[ri], k=3)
        ww = 1 / (d + 0.012) ** 2
        idx[ri] = gi[i]
        w[ri] = ww / ww.sum(1, keepdims=True)
    base = (guides[idx] * w[..., None, None]).sum(1)
    lead = guides[idx[:, 0]]
    t = np.linspace(0, 1, K)[None, :, None]
    clump = (0.55 * t**1.2) if not s["curl"] else 0.2 * t
    off = (roots - base[:, 0])[:, None]
    pts = base * (1 - clump) + (lead + off * 0.35) * clump + off * (1 - 0.45 * t)
    amp = 0.014 if s["length"] > 1 else 0.010
    low = rng.normal(0, 1, (len(roots), 1, 3)) * amp * t + rng.normal(0, 1, (len(roots), 1, 3)) * amp * 0.8 * np.sin(
        t * rng.uniform(3, 9, (len(roots), 1, 1)) + rng.uniform(0, 6, (len(roots), 1, 1))
    )
    stray = (
        (rng.random((len(roots), 1, 1)) < 0.03)
        * rng.normal(0, 0.06 if s["length"] > 1 else 0.025, (len(roots), 1, 3))
        * t**1.5
    )
    pts = pts + low + stray
    if s.get("wave"):
        ph = lead[:, 0, 0] * 9 + lead[:, 0, 2] * 7
        pts[..., 0] += s["wave"] * (np.sin(t[..., 0] * 15 + ph[:, None]) * smooth(0.3, 0.6, t[..., 0]))
        pts[..., 2] += s["wave"] * np.cos(t[..., 0] * 15 + ph[:, None]) * smooth(0.3, 0.6, t[..., 0])
    if s["curl"]:  # tight helices for coily hair
        a = rng.uniform(0, 6.28, (len(roots), 1)) + t[..., 0] * rng.uniform(18, 30, (len(roots), 1))
        r = s["curl"] * smooth(0, 0.25, t[..., 0])
        n = unit(roots - scalp.center)
        e1 = unit(np.cross(n, (0, 1, 0.3)))
        e2 = np.cross(n, e1)
        pts = pts + e1[:, None] * (np.cos(a) * r)[..., None] + e2[:, None] * (np.sin(a) * r)[..., None]
    young = (1 - smooth(0, EDGE, scalp.above(roots))) * (rng.random(len(roots)) < DOWN)
    down = young * rng.uniform(0.3, 1, len(roots))
    shorten = 1 - np.abs(rng.normal(0, 0.05 if s["length"] > 1 else 0.14, len(roots)))
    end = (
        None
        if s["end"] is None
        else scalp.eye_y
        + s["end"]
        + rng.normal(0, 0.035, len(roots))
        - 0.05 * np.abs(np.sin(lead[:, 0, 0] * 11 + lead[:, 0, 2] * 5))
        - 0.10 * rng.random(len(roots)) ** 4
    )
    if s["length"] <= 1:
        shorten *= 1 - 0.75 * down
    elif s["part"] is not None:
        shorten *= np.where(down > 0.5, 0.05 + 0.12 * rng.random(len(roots)), 1)
    for i in range(len(roots)):
        p = pts[i][: max(4, int(K * shorten[i]))]
        if end is not None:
            low = np.where((p[:, 1] < end[i]) & (np.arange(len(p)) > 4))[0]
            if len(low):
                k = low[0]
                f = (p[k - 1, 1] - end[i]) / max(1e-6, p[k - 1, 1] - p[k, 1])
                p = np.vstack([p[:k], p[k - 1] + (p[k] - p[k - 1]) * f])
        if "fringe" in s:
            p = above_brows(p, scalp, s["fringe"] + rng.normal(0, 0.03))
        if (
            s["length"] > 1
            and ((p[:, 1] < scalp.eye_y + 0.25) & (np.abs(p[:, 0]) < 0.56) & (p[:, 2] > scalp.center[2] - 0.40)).any()
        ):
            continue  # inside face or neck
        lowpart = p[p[:, 1] < scalp.eye_y + 0.2]
        back = len(lowpart) > 3 and lowpart[:, 2].mean() < scalp.center[2] - 0.12
        res.append(Strand(p, bool(back), 1 - (1 - FINE) * young[i]))
    return res
