"""Guide strands: each grows step by step, held by stiffness, pulled by gravity and pushed off the skin."""

import numpy as np
from mathutils import Vector

from shaping import smooth, unit


def grow_guides(s, scalp, roots, side, bvh, rng, K=26):
    """s: an entry of `hair.STYLES`; side: -1 or 1, of the parting; bvh: the skin; K: points a strand. -> roots × K × 3"""
    C, length = scalp.center, np.full(len(roots), s["length"])
    depth = scalp.above(roots)
    if "side" in s:  # short on the sides, longer on top
        up = smooth(0.25, 0.75, (roots[:, 1] - scalp.eye_y) / scalp.scale)
        length = s["side"] + (s["length"] - s["side"]) * up
    length = length * (1 + s["vary"] * rng.normal(0, 0.5, len(roots)).clip(-1, 1))
    out = np.zeros((len(roots), K, 3))
    for j, p0 in enumerate(roots):
        step, sg = length[j] / (K - 1), side[j]
        n0 = np.array(bvh.find_nearest(Vector(p0))[1])
        n0 *= np.sign(n0 @ (p0 - C))
        shell = s["lift"] * (0.35 + 0.65 * smooth(0, 0.45, depth[j])) * (0.75 + 0.5 * rng.random())
        if s["part"] is not None:  # flat along the parting
            shell *= 0.40 + 0.60 * smooth(0.02, 0.45, abs(p0[0] - s["part"]))
        if "side" in s:
            shell *= 0.22 + 1.2 * smooth(0.45, 0.95, (p0[1] - scalp.eye_y) / scalp.scale)
        if s.get("pull"):
            flow0 = C + (0, 0.25, -1.1) - p0
        elif s["curl"]:
            flow0 = p0 - C  # coily hair stands off the head
        elif "sweep" in s:
            flow0 = swept(s, scalp, p0)
        elif s["part"] is None:
            flow0 = np.array([0.5 * np.sign(p0[0]) * abs(n0[0]), -0.1, -s["back"]])
        else:  # away from the part; at the back of the head straight down
            f = 1.0 if s["length"] < 1 else 0.10 + 0.90 * smooth(C[2] - 0.75, C[2] + 0.15, p0[2])
            flow0 = np.array(
                [
                    sg * (0.95 - 0.5 * s["back"]) * f,
                    (0.10 if depth[j] > 0.05 else 0.0) - 0.5 * (1 - f),
                    -s["back"],
                ]
            )
        flow0 = unit(flow0)
        stand = (
            0.95
            if s["curl"]
            else (0.20 + 0.35 * smooth(0.4, 0.9, (p0[1] - scalp.eye_y) / scalp.scale) if s["length"] < 1 else 0.42)
        )
        if "sweep" in s:
            stand = 0.10 + s["stand"] * smooth(0.40, 0.75, (p0[1] - scalp.eye_y) / scalp.scale)
        d, p = unit(n0 * stand + flow0 * (1 - stand * 0.4) + rng.normal(0, 0.05, 3)), p0.copy()
        out[j, 0] = p
        for k in range(1, K):
            near = bvh.find_nearest(Vector(p))
            q, n = np.array(near[0]), np.array(near[1])
            n *= np.sign(n @ (q - C)) if q[1] > scalp.eye_y - 0.6 else 1
            h = shell * smooth(0, 0.30 if s["length"] > 1 else length[j] * 0.8, k * step) + 0.012
            dist = float((p - q) @ n)
            flow = unit(C + (0, 0.25, -1.1) - p) if s.get("pull") else flow0
            g = s["gravity"] * smooth(0, 0.7, k * step)
            a = 0.24 * (1 - smooth(0.15, 0.95, k * step)) if s["length"] > 1 and not s.get("pull") else 0.20
            d = d * s["stiff"] + flow * a + np.array([0, -1, 0]) * g * 0.4
            # keep the face free: push hair that hangs in front of the temples outwards and back
            if s["length"] > 1 and not s.get("pull") and p[1] < scalp.eye_y + 0.55 * scalp.scale and p[2] > C[2]:
                free = np.interp(p[1] - scalp.eye_y, [-1.2, -0.2, 0.3, 0.55], [0.66, 0.80, 0.74, 0.48])
                d[0] += sg * max(0, free - abs(p[0])) * 2.2
                d[2] -= max(0, free + 0.06 - abs(p[0])) * 0.8 + 0.06
            d = unit(d)
            p = p + d * step
            near = bvh.find_nearest(Vector(p))
            q, n = np.array(near[0]), np.array(near[1])
            n *= np.sign(n @ (q - C)) if q[1] > scalp.eye_y - 0.6 else 1
            dist = float((p - q) @ n)
            if dist < h:
                p = p + n * min(h - dist, 0.08)
                d = unit(d - n * min(0, d @ n))
            elif dist > h * 1.5 and s["length"] <= 1 and not s["curl"]:
                p = p - n * (dist - h * 1.5) * 0.5
            elif s["length"] > 1:  # stay near the head, then hang close to the neck
                if p[1] > scalp.eye_y - 0.35:
                    p = p - n * min((dist - h) * 0.6, 0.10)
                else:
                    r = np.hypot(p[0], p[2] - C[2])
                    goal = np.interp(p[1] - scalp.eye_y, [-1.9, -1.1, -0.35], [0.86, 0.84, 0.90]) + shell * 0.5
                    if r > goal:
                        f = 1 - 0.16 * (r - goal) / r
                        p[0] *= f
                        p[2] = C[2] + (p[2] - C[2]) * f
            out[j, k] = p
    return out


def swept(s, scalp, root):
    """Where short hair is combed to: on top to one side and back (or forward), at the sides down and back."""
    C = scalp.center
    # The hair over the forehead belongs to the top, as low as it begins.
    front = 0.30 * smooth(0.25, 0.6, root[2] - C[2]) * (1 - smooth(0.30, 0.55, abs(root[0])))
    top = smooth(0.42, 0.80, (root[1] - scalp.eye_y) / scalp.scale + front)
    crown = smooth(C[2] - 0.35, C[2] + 0.15, root[2])
    forward = s["forward"] * crown - 0.55 * (1 - crown)
    over = np.array([s["sweep"], 0.05, forward])
    aside = np.array([0.12 * np.sign(root[0]), -0.75, -0.45 + 0.5 * max(0, s["forward"]) * crown])
    return over * top + aside * (1 - top)
