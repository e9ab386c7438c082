"""
The rings of edges around the mouth of the base mesh. Each is closed and has 38 vertices: number 0 is the middle of the
upper lip, 19 that of the lower one. `place` is where a vertex of a ring lies between the middle (0) and the corner (1).
"""

from collections import defaultdict

import numpy as np

from shaping import smooth

# The upper middle of each ring, from deep inside over the lips' edge to the skin above them.
RING_TOPS = (605, 588, 571, 554, 537, 520, 474, 468, 509, 467, 466, 455, 362, 5342)
RING_LENGTH, BOTTOM = 38, 19
# The rings that meet when the lips close, and the one that is taken for the lips' edge.
MEETING, EDGE = slice(4, 8), 6
# How much of a correction each ring takes: all of it on the lips, less in the mouth and around it.
SPREAD = np.array([0, 0.15, 0.4, 0.8, 1, 1, 1, 1, 1, 1, 1, 0.95, 0.85, 0.7])
# Beyond the last ring it fades out within this distance.
REACH = 0.22


class Mouth:
    """The rings around the mouth of the base mesh: vertex numbers [ring, place in it]."""

    def __init__(self, base):
        self.rings = np.array([ring_from(top, *neighbours(base.faces["body"]), base.vertices) for top in RING_TOPS])
        self.skin = sorted({corner[0] for face in base.faces["body"] for corner in face})

    def edge(self, values):
        return values[self.rings[EDGE]]

    def places(self, rest):
        """0 in the middle .. 1 in the corners, and +1 below the corners or -1 above them, for each number in a ring."""
        x = np.abs(self.edge(rest)[:, 0])
        number = np.arange(RING_LENGTH)
        corner = int(np.argmax(x[: BOTTOM + 1]))
        below = (number >= corner) & (number <= RING_LENGTH - corner)
        return x / x.max(), np.where(below, 1, -1)

    def spread(self, rest, correction, spread=SPREAD):
        """Displacement of every vertex by corrections [number in the ring, 3] of the lips' edge."""
        delta = np.zeros_like(rest)
        delta[self.rings] = spread[:, None, None] * correction
        outer, inside = self.rings[-1], np.zeros(len(rest), bool)
        inside[self.rings.ravel()] = True
        middle = rest[self.rings[EDGE]].mean(0)
        for vertex in self.skin:
            if inside[vertex] or rest[vertex, 2] < middle[2] - 0.35:
                continue
            distance = np.linalg.norm(rest[outer] - rest[vertex], axis=1)
            if distance.min() < REACH:
                share = np.exp(-((distance / max(0.04, distance.min())) ** 2) * 2)
                fall = smooth(REACH, 0, distance.min()) * spread[-1]
                delta[vertex] = fall * (share @ correction) / share.sum()
        return delta


def neighbours(faces):
    """Of each vertex: its faces' numbers, and the vertices that an edge joins it to."""
    faces_of, joined = defaultdict(set), defaultdict(set)
    for number, face in enumerate(faces):
        vertices = [corner[0] for corner in face]
        for a, b in zip(vertices, vertices[1:] + vertices[:1]):
            joined[a].add(b)
            joined[b].add(a)
            faces_of[a].add(number)
    return faces_of, joined


def ring_from(top, faces_of, joined, vertices):
    """The ring of edges through a vertex of the upper middle, first to the left side of the face (x > 0)."""
    first = max(joined[top], key=lambda vertex: vertices[vertex, 0])
    ring = [top, first]
    while len(ring) <= RING_LENGTH:
        before, here = ring[-2:]
        edge = faces_of[before] & faces_of[here]
        (ahead,) = [v for v in joined[here] if v != before and not faces_of[v] & faces_of[here] & edge]
        if ahead == top:
            break
        ring.append(ahead)
    if len(ring) != RING_LENGTH:
        raise ValueError(f"The base mesh has no ring of {RING_LENGTH} vertices around the mouth at vertex {top}.")
    return ring


def falling(length):
    """1 on the lips' edge and inside, falling to 0 over so many rings outside."""
    number = np.arange(len(RING_TOPS))
    return smooth(EDGE + length, EDGE, number)
