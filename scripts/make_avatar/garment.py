"""Clothes: cut out of MakeHuman's tights."""

import math

import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

from objects import link, mesh_object


def neckline(kind, eye_y):
    """-> the height of the opening, decimetres, as a function of the azimuth (0 is the front)."""
    side, front, back, sharp = {
        "crew": (-1.25, -1.60, -1.12, 1.0),
        "vneck": (-1.27, -2.12, -1.12, 3.2),
        "scoop": (-1.36, -1.88, -1.18, 1.2),
        "turtle": (-1.12, -1.26, -1.0, 1.0),
    }[kind]

    def f(azimuth):
        c = np.cos(azimuth)
        a = np.abs(azimuth)
        if kind == "vneck":
            return eye_y + np.where(
                c > 0,
                side + (front - side) * np.maximum(0, 1 - a / (np.pi / 2)) ** 1.15,
                side + (back - side) * np.abs(c),
            )
        return eye_y + np.where(c > 0, side + (front - side) * np.abs(c) ** sharp, side + (back - side) * np.abs(c))

    return f


def garment(vertices, faces, material, neckline, offset, axis, collar):
    """Pullover from the helper tights: pushed outwards, cut along neckline(azimuth) and finished with a collar roll."""
    thing = mesh_object("cloth", vertices, faces, [material], subdiv=2)
    graph = bpy.context.evaluated_depsgraph_get()
    mesh = bpy.data.meshes.new_from_object(thing.evaluated_get(graph))
    bpy.data.objects.remove(thing, do_unlink=True)
    points = np.zeros(len(mesh.vertices) * 3)
    mesh.vertices.foreach_get("co", points)
    points = points.reshape(-1, 3)
    normals = np.array([v.normal for v in mesh.vertices])
    points += normals * offset
    mesh.vertices.foreach_set("co", points.ravel())
    azimuth = np.arctan2(points[:, 0] - axis[0], points[:, 2] - axis[2])
    mesh.attributes.new("cut", "FLOAT", "POINT").data.foreach_set(
        "value", (points[:, 1] - neckline(azimuth)).astype(np.float32)
    )
    mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
    body = link("cloth", mesh, [])
    mesh.materials.clear()
    mesh.materials.append(material)
    bvh = BVHTree.FromPolygons([Vector(p) for p in points], [list(p.vertices) for p in mesh.polygons])
    ring = []
    for azimuth in np.linspace(-math.pi, math.pi, 160, endpoint=False):
        y = float(neckline(np.array([azimuth]))[0])
        d = Vector((math.sin(azimuth), 0, math.cos(azimuth)))
        hit = bvh.ray_cast(Vector((axis[0], y, axis[2])), d)
        if hit[0] is not None:
            ring.append(np.array(hit[0]))
    if collar and len(ring) > 20:
        ring = np.array(ring)
        k = np.ones(9) / 9
        pad = np.vstack([ring[-4:], ring, ring[:4]])
        ring = np.stack([np.convolve(pad[:, i], k, "valid") for i in range(3)], 1)
        curve = bpy.data.curves.new("collar", "CURVE")
        curve.dimensions = "3D"
        curve.bevel_depth = collar
        curve.bevel_resolution = 6
        spline = curve.splines.new("POLY")
        spline.points.add(len(ring) - 1)
        spline.use_cyclic_u = True
        spline.points.foreach_set("co", np.c_[ring, np.ones(len(ring))].astype(np.float32).ravel())
        curve.materials.append(material)
        bpy.context.scene.collection.objects.link(bpy.data.objects.new("cloth", curve))
    return body
