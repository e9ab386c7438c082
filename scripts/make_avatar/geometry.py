"""Writes `face.bin`: positions, texture coordinates, triangles, regions and the ARKit shapes as sparse moves."""

import numpy as np

import makehuman
from mouth_shapes import lit_edge
from person import FROWN, LOWERED, OPEN, RAISED, SIDES, SMILE
from shaping import smooth

# Rings of an eyeball and vertices in each.
EYE_RINGS, EYE_SECTORS = 9, 22
# Smaller moves than this, decimetres, are left out.
LEAST_MOVE = 2e-4


class Corners:
    """Every different pair of vertex and texture coordinates, once."""

    def __init__(self):
        self.index, self.list = {}, []

    def add(self, vertex, uv):
        key = (vertex, round(float(uv[0]), 5), round(float(uv[1]), 5))
        if key not in self.index:
            self.index[key] = len(self.list)
            self.list.append((vertex, key[1], 1 - key[2]))
        return self.index[key]


def fan(corners):
    """Triangles of a polygon."""
    return [[corners[0], corners[i], corners[i + 1]] for i in range(1, len(corners) - 1)]


def skin_triangles(person, atlas_uv, corners):
    """Those that line the mouth come last: they are drawn darker."""
    outside, lining, at = [], [], 0
    for face in person.front:
        indices = [corners.add(corner[0], atlas_uv[at + k]) for k, corner in enumerate(face)]
        at += len(face)
        inner = person.inside[[corner[0] for corner in face]].mean() > 0.4
        (lining if inner else outside).extend(fan(indices))
    return outside + lining


def lash_triangles(person, corners):
    """v is 0 at the lid and 1 at the tips; the upper lashes have the upper half of the picture."""
    triangles = []
    for side in "lr":
        for upper in (True, False):
            faces = [
                face
                for face, is_upper in person.lashes
                if is_upper == upper and (person.rest[face[0][0], 0] > 0) == (side == "l")
            ]
            vertices = sorted({corner[0] for face in faces for corner in face})
            u, v = lash_uv(person.rest[vertices], person.eyes[side][0])
            offset = 0.5 if upper else 0
            table = {vertex: (0.01 + 0.98 * a, offset + 0.012 + 0.47 * b) for vertex, a, b in zip(vertices, u, v)}
            for face in faces:
                triangles += fan([corners.add(corner[0], table[corner[0]]) for corner in face])
    return triangles


def lash_uv(points, center):
    """Place along the lid, and distance from it, 0..1 each."""
    aside = np.abs(points[:, 0])
    u = (aside - aside.min()) / (aside.max() - aside.min())
    distance = np.linalg.norm(points - center, axis=1)
    v = np.zeros(len(points))
    for k in range(len(points)):
        near = distance[np.abs(u - u[k]) < 0.12]
        v[k] = (distance[k] - near.min()) / max(1e-6, near.max() - near.min())
    return u, v


def eyeball(center, radius, first_vertex, first_corner):
    """-> positions, corners (minus the vertex's number, u, v) and triangles of a cap with a bulging cornea."""
    positions, corners, triangles = [], [], []
    for ring in range(EYE_RINGS + 1):
        polar = ring / EYE_RINGS * np.pi * 0.53
        r = radius * (1 + 0.055 * np.exp(-((polar / 0.42) ** 2) * 1.2))
        for sector in range(EYE_SECTORS):
            turn = sector / EYE_SECTORS * 2 * np.pi
            x, y = np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn)
            positions.append(center + r * np.array([x, y, np.cos(polar)]))
            q = polar / 1.25
            vertex = first_vertex + ring * EYE_SECTORS + sector
            corners.append((-vertex, 0.5 + 0.5 * q * np.cos(turn), 0.5 - 0.5 * q * np.sin(turn)))

    def corner(ring, sector):
        return first_corner + ring * EYE_SECTORS + sector % EYE_SECTORS

    for ring in range(EYE_RINGS):
        for sector in range(EYE_SECTORS):
            a, b = corner(ring, sector), corner(ring + 1, sector)
            c, d = corner(ring + 1, sector + 1), corner(ring, sector + 1)
            triangles += [[a, b, c], [a, c, d]]
    return positions, corners, triangles


def regions(person, used):
    """Per vertex 0..255: left lid, right lid, surroundings of the mouth, inside of the mouth."""

    def moved(weights):
        return np.linalg.norm(person.moved(weights), axis=1)[used]

    shares = [
        smooth(0.004, 0.05, moved({"eyeBlinkLeft": 1})),
        smooth(0.004, 0.05, moved({"eyeBlinkRight": 1})),
        smooth(0.004, 0.09, moved(OPEN)),
        np.maximum(smooth(0.25, 0.6, person.inside), lit_edge(person.base, len(person.rest)))[used],
    ]
    return (np.stack(shares, 1) * 255).round().astype(np.uint8)


def creases(person, used):
    """
    Per vertex 0..255, how much it creases with: smile left, right, outer brow up left, right, inner brow up; mouth
    frown left, right, brow down. No vertex has more than 255 of the first five, or of the last three.
    """
    x, y = person.rest[used, 0], person.rest[used, 1] - person.eye_y

    def touched(weights, spots):
        """What moves, and round spots (x, y, radius) where skin folds that does not."""
        near = [np.exp(-(((np.abs(x) - sx) ** 2 + (y - sy) ** 2) / r**2)) for sx, sy, r in spots]
        moved = np.linalg.norm(person.moved(weights), axis=1)[used]
        return np.maximum(smooth(0.004, 0.04, moved), smooth(0.1, 0.6, np.max(near, 0)))

    aside = person.eye_x + 0.25
    blink = np.abs(person.moved({f"eyeBlink{side}": 1 for side in SIDES})[used]).max(1)
    lids = smooth(0.02, 0.06, blink)
    skin = (1 - smooth(0.1, 0.5, person.inside[used])) * (1 - 0.85 * lids)
    smile = touched(SMILE, [(aside, 0, 0.2)]) * smooth(0.17, 0.07, y)
    raised = touched(RAISED, [(0, 0.45, 0.45), (0.3, 0.45, 0.4)]) * smooth(0.07, 0.17, y)
    frown = touched(FROWN, [(0.3, person.mouth[0] - 0.12, 0.2)]) * smooth(-0.15, -0.3, y)
    lowered = touched(LOWERED, [(0, 0.12, 0.22)]) * smooth(-0.25, -0.1, y)
    left, inner = smooth(-0.08, 0.08, x), smooth(0.36, 0.1, np.abs(x))
    outer = raised * (1 - inner)
    shares = [smile * left, smile * (1 - left), outer * left, outer * (1 - left), raised * inner]
    shares += [frown * left, frown * (1 - left), lowered]
    return np.floor(np.stack(shares, 1) * skin[:, None] * 255).astype(np.uint8)


def sparse_shapes(person, limit, used):
    """-> vertices that move, their moves, and for each shape where its part of both begins and how long it is."""
    vertices, moves, places = [], [], {}
    for name in sorted(person.units):
        move = (limit @ person.units[name])[used]
        moving = np.where(np.abs(move).max(1) > LEAST_MOVE)[0]
        places[name] = [len(vertices), len(moving)]
        vertices += moving.tolist()
        moves += move[moving].ravel().tolist()
    return np.array(vertices, np.uint16), np.array(moves, np.float32), places


def write_geometry(person, atlas_uv, mouth_uv, path):
    """Writes the file and returns the manifest's part about it."""
    limit = makehuman.limit_matrix(person.front + person.back, len(person.rest))
    corners, triangles = Corners(), {}
    triangles["skin"] = skin_triangles(person, atlas_uv, corners)
    for name, faces in (("teeth", person.teeth), ("tongue", person.tongue)):
        triangles[name] = [t for face in faces for t in fan([corners.add(v, mouth_uv[i]) for v, i in face])]
    lashes = lash_triangles(person, corners)
    used = sorted({vertex for vertex, _, _ in corners.list})
    number = {vertex: i for i, vertex in enumerate(used)}
    eye_positions, triangles["eyes"] = [], []
    for side in "lr":
        first = len(used) + len(eye_positions)
        positions, more, faces = eyeball(*person.eyes[side], first, len(corners.list))
        eye_positions += positions
        corners.list += more
        triangles["eyes"] += faces
    triangles["lash"] = lashes
    vertices, moves, places = sparse_shapes(person, limit, used)
    total = len(used) + len(eye_positions)
    region = np.zeros((total, 4), np.uint8)
    region[: len(used)] = regions(person, used)
    crease = np.zeros((total, 8), np.uint8)
    crease[: len(used)] = creases(person, used)
    arrays = {
        "pos": np.vstack([(limit @ person.neutral)[used], eye_positions]).astype(np.float32),
        "uv": np.array([uv for _, *uv in corners.list], np.float32),
        "corner": np.array([number[v] if v >= 0 else -v for v, _, _ in corners.list], np.uint16),
        "region": region,
        "crease": crease,
        "didx": vertices,
        "dval": moves,
        **{f"tri_{name}": np.array(list_, np.uint16) for name, list_ in triangles.items()},
    }
    return {"arrays": write_arrays(arrays, path), "shapes": places, "nb": len(used), "nv": total}


def write_arrays(arrays, path):
    """Writes arrays one after another on multiples of four bytes. -> name to offset, number and type of the elements."""
    places, offset = {}, 0
    with open(path, "wb") as file:
        for name, array in arrays.items():
            data = array.tobytes()
            data += b"\0" * (-len(data) % 4)
            places[name] = [offset, int(array.size), str(array.dtype)]
            file.write(data)
            offset += len(data)
    return places
