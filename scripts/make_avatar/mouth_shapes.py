"""
Mouths that speak well. The face units open the lips to a V, show the lower teeth too much, and leave the tongue behind
the teeth. Here they are mended for one person, by where that person's lips and teeth are. Lengths are decimetres.
"""

import numpy as np

from lip_rings import BOTTOM, EDGE, MEETING, RING_LENGTH, SPREAD, Mouth, falling
from shaping import smooth

LOWER_TEETH, UPPER_TEETH, TONGUE = slice(14992, 15060), slice(15060, 15128), slice(13380, 13606)
# The lower front teeth go so far down from where the helpers are.
LOWER_TEETH_DOWN = 0.025
# Closed lips overlap by this much.
OVERLAP = 0.008
# The lower lip goes down by this much at most to show the upper teeth in f and v.
TEETH_SEEN = 0.022
# Thickness of the tip of a tongue that is put out.
TONGUE_TIP = 0.042
SIDES = ("Left", "Right")


def lit_edge(base, count):
    """
    Per vertex 0..1: how much the lips' edge takes its light from the bake with an open mouth at all times. Else the
    dark line between closed lips would stay at their edges when they part.
    """
    light = np.zeros(count)
    for ring, share in zip(Mouth(base).rings[MEETING], (1, 0.9, 0.45)):
        light[ring] = share
    return light


def settle(base, vertices):
    """Closes the lips of a person at rest, and puts teeth and tongue where the lips hide them. In place."""
    # The helper teeth sit a little high behind the lips.
    vertices[UPPER_TEETH] += (0, -0.045, 0.02)
    mouth = Mouth(base)
    vertices += closing(mouth, vertices)
    vertices[LOWER_TEETH, 1] -= LOWER_TEETH_DOWN
    tongue = vertices[TONGUE]
    low = np.percentile(tongue[:, 1], 30)
    tongue[:, 1] = np.where(tongue[:, 1] > low, low + 0.6 * (tongue[:, 1] - low), tongue[:, 1]) - LOWER_TEETH_DOWN


def gaps(mouth, vertices):
    """How far the lips are apart at each number of a ring, as seen from in front; negative where they overlap."""
    lips = vertices[mouth.rings[MEETING]]
    place, side = mouth.places(vertices)
    x = mouth.edge(vertices)[:, 0]
    upper, lower = np.where(side < 0)[0], np.where(side > 0)[0]
    upper, lower = (half[np.argsort(x[half])] for half in (upper, lower))
    roof = np.interp(x, x[upper], lips[:, upper, 1].min(0))
    floor = np.interp(x, x[lower], lips[:, lower, 1].max(0))
    return roof - floor


def closing(mouth, vertices, upper_share=0.4, reach=5):
    """Displacement that lets the lips just overlap everywhere; it fades out over `reach` rings around their edge."""
    _, side = mouth.places(vertices)
    need = np.maximum(0, gaps(mouth, vertices) + OVERLAP)
    correction = np.zeros((RING_LENGTH, 3))
    correction[:, 1] = need * np.where(side < 0, -upper_share, 1 - upper_share)
    return mouth.spread(vertices, correction, SPREAD * falling(reach))


def correct(base, rest, units):
    """The face units, mended for a person whose rest positions are settled."""
    mouth, units = Mouth(base), dict(units)
    units["jawOpen"] = jaw(mouth, rest, units["jawOpen"])
    units["mouthFunnel"] = funnel(mouth, rest, units["mouthFunnel"])
    units["mouthPucker"] = pucker(mouth, rest, units["mouthPucker"])
    units["mouthClose"] = close(mouth, rest, units)
    units["mouthRollLower"] = roll_lower(mouth, rest, units["mouthRollLower"])
    units["tongueOut"] = tongue_out(mouth, rest, units)
    for name in ("mouthFunnel", "mouthPucker", *(f"mouthUpperUp{side}" for side in SIDES)):
        units[name] = with_lining(mouth, rest, units[name])
    return units


def rounded(mouth, rest, move, power, lower=True):
    """
    Correction that makes the height of a lip's edge an arc: the middle and the corners keep their moves, and between them
    it falls with (1 - place²)^power.
    """
    place, side = mouth.places(rest)
    height = mouth.edge(move)[:, 1]
    middle = height[BOTTOM if lower else 0]
    ends = height[place > 0.985].mean()
    arc = ends + (middle - ends) * (1 - np.minimum(1, place) ** 2) ** power
    correction = np.zeros((RING_LENGTH, 3))
    half = (side > 0) == lower
    correction[half, 1] = (arc - height)[half]
    return correction


def narrowing(mouth, rest, move, share):
    """Correction that draws the corners in to a mouth narrower by `share`."""
    correction = np.zeros((RING_LENGTH, 3))
    correction[:, 0] = -share * mouth.edge(rest)[:, 0] - mouth.edge(move)[:, 0]
    return correction


def jaw(mouth, rest, move):
    """A round lower lip, and lower teeth and tongue that go down with it."""
    move = move + mouth.spread(rest, rounded(mouth, rest, move, 0.62))
    # The lower lip goes down further than the helper's teeth, which would rise out of it.
    lip, teeth = mouth.edge(move)[BOTTOM, 1], move[LOWER_TEETH, 1].min()
    scale = max(1, 0.89 * lip / teeth)
    for part in (LOWER_TEETH, TONGUE):
        move[part] *= (1, scale, 1)
    return move


def funnel(mouth, rest, move):
    """Round above and below, and narrower."""
    correction = rounded(mouth, rest, move, 0.8) + rounded(mouth, rest, move, 0.8, lower=False)
    return move + mouth.spread(rest, correction + narrowing(mouth, rest, move, 0.22))


def pucker(mouth, rest, move):
    """Narrower than the unit makes the mouth."""
    return move + mouth.spread(rest, narrowing(mouth, rest, move, 0.34))


def close(mouth, rest, units):
    """Closes the lips over an open jaw: together with the same share of `jawOpen` they just meet."""
    opened = rest + units["jawOpen"]
    return closing(mouth, opened, 0.25, 9)


def roll_lower(mouth, rest, move):
    """The lower lip goes back under the edge of the upper teeth, as for f and v."""
    place, side = mouth.places(rest)
    teeth = rest[UPPER_TEETH]
    front = teeth[teeth[:, 1] < teeth[:, 1].min() + 0.2 * np.ptp(teeth[:, 1])]
    front = front[front[:, 2] > front[:, 2].max() - 0.12]
    order = np.argsort(front[:, 0])
    edge = rest[mouth.rings[EDGE]]
    height, depth = (np.interp(edge[:, 0], front[order, 0], front[order, axis]) for axis in (1, 2))
    correction = np.zeros((RING_LENGTH, 3))
    share = np.where(side > 0, smooth(0.95, 0.35, place), 0)
    # Only a narrow strip of the teeth is seen above it.
    goal = np.maximum(height + 0.004, edge[:, 1] - TEETH_SEEN)
    correction[:, 1] = share * (goal - edge[:, 1] - mouth.edge(move)[:, 1])
    correction[:, 2] = share * np.minimum(0, depth + 0.035 - edge[:, 2] - mouth.edge(move)[:, 2])
    return move + mouth.spread(rest, correction, SPREAD * falling(8))


def tongue_out(mouth, rest, units, jaw_open=0.2):
    """The tip, made flat, comes out between upper teeth and lower lip when the jaw is a little open."""
    tongue, lip = rest[TONGUE], mouth.edge(rest)[BOTTOM]
    teeth = rest[UPPER_TEETH][:, 1].min()
    tip = tongue[:, 2].max()
    front = smooth(tip - 0.4, tip - 0.08, tongue[:, 2])
    middle = np.interp(tongue[:, 2], *profile(tongue))
    thickness = TONGUE_TIP / np.ptp(tongue[tongue[:, 2] > tip - 0.1][:, 1])
    height = teeth - TONGUE_TIP / 2 + (tongue[:, 1] - middle) * thickness
    old = units["tongueOut"][TONGUE]
    move = np.zeros_like(rest)
    move[TONGUE, 0] = old[:, 0] * front
    move[TONGUE, 1] = (height - tongue[:, 1] - jaw_open * units["jawOpen"][TONGUE, 1]) * front
    move[TONGUE, 2] = old[:, 2] / old[:, 2].max() * (lip[2] + 0.03 - tip)
    return move


def profile(tongue, steps=12):
    """Depths in rising order, and the height of the middle of the tongue at each."""
    depths = np.linspace(tongue[:, 2].min(), tongue[:, 2].max(), steps)
    spans = [tongue[np.abs(tongue[:, 2] - depth) < 0.06][:, 1] for depth in depths]
    return depths, [(span.min() + span.max()) / 2 for span in spans]


def with_lining(mouth, rest, move):
    """The inside of the upper lip follows its edge, so that it does not hang down over the teeth as a dark strip."""
    move, (_, side) = move.copy(), mouth.places(rest)
    edge = mouth.edge(move)[:, 1]
    for ring, share in zip(mouth.rings[1:EDGE], (0.3, 0.6, 0.85, 1, 1)):
        upper = ring[side < 0]
        height = np.maximum(move[upper, 1], edge[side < 0])
        move[upper, 1] += share * (height - move[upper, 1])
    return move
