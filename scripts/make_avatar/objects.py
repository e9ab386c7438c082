"""Meshes, strands and eyeballs as objects of Blender."""

import math

import bpy
import numpy as np


def link(name, mesh, materials):
    """Puts a mesh into the scene."""
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(thing)
    for m in materials:
        mesh.materials.append(m)
    return thing


def mesh_object(name, vertices, faces, materials, uv_sets=(), rest=None, tint=None, subdiv=1, slots=None):
    """
    faces: lists of corners (vertex, uv); uv_sets: name, and a table or ("corners", an array of one pair a corner);
    rest, tint: attributes per vertex; subdiv: levels of subdivision.
    """
    used = sorted({c[0] for f in faces for c in f})
    number = {v: i for i, v in enumerate(used)}
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(vertices[v]) for v in used], [], [[number[c[0]] for c in f] for f in faces])
    for uv_name, uv in uv_sets:
        flat = (
            uv[1] if isinstance(uv, tuple) else np.concatenate([[uv[c[1]] for c in f] for f in faces])
        )  # ('corners', array) or a table
        mesh.uv_layers.new(name=uv_name).data.foreach_set("uv", np.asarray(flat, np.float32).ravel())
    if rest is not None:
        mesh.attributes.new("rest", "FLOAT_VECTOR", "POINT").data.foreach_set(
            "vector", rest[used].astype(np.float32).ravel()
        )
    if tint is not None:
        mesh.color_attributes.new("tint", "FLOAT_COLOR", "POINT").data.foreach_set(
            "color", tint[used].astype(np.float32).ravel()
        )
    mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
    thing = link(name, mesh, materials)
    if slots is not None:
        mesh.polygons.foreach_set("material_index", slots)
    if subdiv:
        s = thing.modifiers.new("s", "SUBSURF")
        s.levels = s.render_levels = subdiv
        s.uv_smooth = "NONE"
    return thing


def curves_object(name, strands, material, radius, taper=0.15):
    """Hair: `strands.Strand`s; radius in decimetres at the root."""
    strands = [s for s in strands if len(s.points) > 1]
    if not strands:
        return None
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([len(s.points) for s in strands])
    curves.points.foreach_set("position", np.concatenate([s.points for s in strands]).astype(np.float32).ravel())
    curves.points.foreach_set(
        "radius",
        np.concatenate([radius * s.thickness * narrowing(len(s.points), taper) for s in strands]).astype(np.float32),
    )
    curves.materials.append(material)
    thing = bpy.data.objects.new(name, curves)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def narrowing(points, taper):
    """Thickness from root to tip, 1 to `taper`."""
    return 1 - (1 - taper) * np.linspace(0, 1, points) ** 2.5


def eye_object(side, center, r, material, n=40, m=64):
    """Eyeball cap with a corneal bulge, azimuthal UV."""
    positions, uvs, quads = [], [], []
    for i in range(n + 1):
        a = i / n * math.pi * 0.62
        for j in range(m):
            t = j / m * 2 * math.pi
            b = r * (1 + 0.055 * math.exp(-((a / 0.42) ** 2) * 1.2))
            q = a / 1.25
            positions.append(
                (
                    center[0] + b * math.sin(a) * math.cos(t),
                    center[1] + b * math.sin(a) * math.sin(t),
                    center[2] + b * math.cos(a),
                )
            )
            uvs.append((0.5 + 0.5 * q * math.cos(t), 0.5 + 0.5 * q * math.sin(t)))
    for i in range(n):
        quads += [(i * m + j, (i + 1) * m + j, (i + 1) * m + (j + 1) % m, i * m + (j + 1) % m) for j in range(m)]
    mesh = bpy.data.meshes.new("eye" + side)
    mesh.from_pydata(positions, [], quads)
    layer = mesh.uv_layers.new(name="UVMap")
    for p in mesh.polygons:
        for li, vi in zip(p.loop_indices, p.vertices):
            layer.data[li].uv = uvs[vi]
    mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
    return link("eye" + side, mesh, [material])
