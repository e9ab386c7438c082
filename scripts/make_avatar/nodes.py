"""Shader graphs of Blender, written as expressions."""

import bpy
import numpy as np


class Nodes:
    """
    Writes a shader graph: every method adds a node and returns its output. Where a value is taken, a number, a colour or
    the output of another node may be given.
    """

    def __init__(self, name):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.nodes, self.links = self.tree.nodes, self.tree.links
        self.bsdf = self.nodes["Principled BSDF"]

    def set(self, socket, v):
        s = self.bsdf.inputs[socket] if isinstance(socket, str) else socket
        if isinstance(v, bpy.types.NodeSocket):
            self.links.new(v, s)
        else:
            s.default_value = (*v, 1) if isinstance(v, tuple) and len(v) == 3 and s.type == "RGBA" else v
        return self

    def node(self, kind, **props):
        n = self.nodes.new("ShaderNode" + kind)
        for k, v in props.items():
            setattr(n, k, v)
        return n

    def math(self, op, a, b=0.0):
        n = self.node("Math", operation=op)
        self.set(n.inputs[0], a)
        self.set(n.inputs[1], b)
        return n.outputs[0]

    def mix(self, a, b, f):
        n = self.node("Mix", data_type="RGBA")
        for i, v in ((6, a), (7, b), (0, f)):
            self.set(n.inputs[i], v)
        return n.outputs[2]

    def ramp(self, v, lo, hi, out0=0.0, out1=1.0):
        n = self.node("MapRange")
        self.set(n.inputs[0], v)
        for i, x in ((1, lo), (2, hi), (3, out0), (4, out1)):
            n.inputs[i].default_value = x
        return n.outputs[0]

    def attr(self, name, out="Vector"):
        return self.node("Attribute", attribute_name=name).outputs[out]

    def noise(self, vec, scale, detail=4.0):
        n = self.node("TexNoise")
        self.set(n.inputs["Vector"], vec)
        n.inputs["Scale"].default_value = scale
        n.inputs["Detail"].default_value = detail
        return n.outputs["Fac"]

    def voronoi(self, vec, scale):
        n = self.node("TexVoronoi")
        self.set(n.inputs["Vector"], vec)
        n.inputs["Scale"].default_value = scale
        return n.outputs["Distance"]

    def image(self, img, uv=None, vec=None, color=False):
        n = self.node("TexImage", image=img)
        if img.source == "FILE":
            img.colorspace_settings.name = "sRGB" if color else "Non-Color"
        n.extension = "CLIP" if vec else "EXTEND"
        if uv:
            u = self.node("UVMap", uv_map=uv)
            self.links.new(u.outputs[0], n.inputs[0])
        if vec:
            self.links.new(vec, n.inputs[0])
        return n.outputs["Color"]

    def split(self, col):
        n = self.node("SeparateColor")
        self.links.new(col, n.inputs[0])
        return n.outputs

    def bump(self, height, strength, distance, normal=None):
        n = self.node("Bump")
        n.inputs["Strength"].default_value = strength
        n.inputs["Distance"].default_value = distance
        self.links.new(height, n.inputs["Height"])
        if normal:
            self.links.new(normal, n.inputs["Normal"])
        return n.outputs[0]


def to_image(name, array, color=False):
    """A picture of Blender's from rows of numbers 0..1, grey or RGB, the uppermost first."""
    a = array if array.ndim == 3 else np.repeat(array[..., None], 3, 2)
    h, w = a.shape[:2]
    picture = bpy.data.images.new(name, w, h, float_buffer=not color)
    picture.colorspace_settings.name = "sRGB" if color else "Non-Color"  # (changing it later would drop the pixels)
    picture.pixels.foreach_set(np.dstack([a, np.ones((h, w))])[::-1].astype(np.float32).ravel())
    picture.update()
    return picture


def add_bake_node(n, image):
    """What is baked goes into this picture."""
    b = n.node("TexImage", image=image)
    n.tree.nodes.active = b
