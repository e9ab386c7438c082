"""The material of the skin."""

import bpy
import numpy as np

import face_paint
from nodes import Nodes, add_bake_node

# Colours from light to dark; `skin` in a preset is a place between the ends.
SKIN = [
    (0.82, 0.56, 0.46),
    (0.74, 0.45, 0.335),
    (0.60, 0.345, 0.235),
    (0.40, 0.205, 0.125),
    (0.22, 0.105, 0.062),
    (0.105, 0.048, 0.030),
]  # light .. dark


def between(items, t):
    """The colour at t, 0..1, of a list of colours."""
    t = float(np.clip(t, 0, 1)) * (len(items) - 1)
    i = min(int(t), len(items) - 2)
    return tuple(float(a + (b - a) * (t - i)) for a, b in zip(items[i], items[i + 1]))


def skin_material(config, textures, masks, bake_image, eye_y):
    """
    Skin with lips, brows, stubble, freckles, blush, pores and the scalp under the hair.

    textures: folder of MPFB's masks; masks: picture of `face_paint.face_masks`; bake_image: what is baked into.
    """
    n = Nodes("skin")
    rest = n.attr("rest")
    tint = n.split(n.attr("tint", "Color"))
    ear = n.attr("tint", "Alpha")
    xyz = n.node("SeparateXYZ")
    n.links.new(rest, xyz.inputs[0])
    comb = n.node("CombineXYZ")  # front projection -> canvas coordinates
    n.set(comb.inputs[0], n.ramp(xyz.outputs[0], -face_paint.XMAX, face_paint.XMAX))
    n.set(comb.inputs[1], n.ramp(xyz.outputs[1], eye_y - face_paint.DOWN, eye_y + face_paint.UP))
    front = n.ramp(xyz.outputs[2], 0.35, 0.6)
    art = n.split(n.image(masks, vec=comb.outputs[0]))
    lips = n.image(bpy.data.images.load(f"{textures}/mpfb_lips.jpg"), uv="orig")
    inside = n.image(bpy.data.images.load(f"{textures}/mpfb_inside-mouth.jpg"), uv="orig")
    base = between(SKIN, config["skin"])
    dark = lambda k, r=1.0: (min(1, base[0] * k * r), base[1] * k, base[2] * k)
    color = n.mix(
        base, dark(0.86, 1.04), n.math("MULTIPLY", n.ramp(n.noise(rest, 2.6), 0.35, 0.75), 0.55)
    )  # broad mottling
    color = n.mix(color, dark(1.12), n.math("MULTIPLY", n.ramp(n.noise(rest, 33, 3), 0.45, 0.75), 0.50))
    color = n.mix(color, dark(0.72, 1.12), n.math("MULTIPLY", n.ramp(n.noise(rest, 11, 3), 0.52, 0.78), 0.30))
    color = n.mix(color, dark(0.80, 1.16), n.math("MULTIPLY", n.ramp(n.noise(rest, 5, 3), 0.50, 0.75), 0.30))
    color = n.mix(color, dark(0.55), n.math("MULTIPLY", n.ramp(n.voronoi(rest, 95), 0.30, 0.05), 0.26))  # pores
    color = n.mix(color, dark(0.70, 1.05), n.math("MULTIPLY", n.ramp(n.noise(rest, 140, 1), 0.52, 0.70), 0.22))
    blush = (min(1, base[0] * 1.02), base[1] * 0.56, base[2] * 0.60)
    color = n.mix(color, blush, tint[0])
    color = n.mix(color, dark(0.50, 1.08), tint[2])
    color = n.mix(color, dark(0.55, 1.1), n.math("MULTIPLY", art[2], 0.55))
    lip_color = tuple(config["lip_color"])
    fine = n.noise(rest, 60, 2)
    color = n.mix(
        color,
        n.mix(lip_color, tuple(x * 0.72 for x in lip_color), n.ramp(fine, 0.4, 0.7)),
        n.math("MULTIPLY", n.ramp(lips, 0.12, 0.80), config["lip_strength"]),
    )
    color = n.mix(color, (0.20, 0.035, 0.033), inside)
    hair = config["hair_color"]
    beard = tuple(0.55 * h + 0.45 * b * 0.20 for h, b in zip(config["beard_color"], base))
    darker, lighter = (tuple(x * share for x in beard) for share in (0.45, 1.25))
    color = n.mix(
        color,
        n.mix(darker, lighter, n.ramp(n.noise(rest, 110, 2), 0.40, 0.60)),
        n.math("MULTIPLY", n.math("MULTIPLY", art[1], front), n.math("SUBTRACT", 0.92, n.math("MAXIMUM", lips, ear))),
    )
    color = n.mix(color, tuple(x * 0.75 for x in config["brow_color"]), n.math("MULTIPLY", art[0], front))
    # What is painted of the hair's shade ends as unevenly as the hair does.
    ragged = n.math("ADD", tint[1], n.ramp(n.noise(rest, 24, 3), 0.3, 0.7, -0.3, 0.3))
    scalp = n.math("MULTIPLY", n.ramp(ragged, 0.25, 0.85), 0.93)
    color = n.mix(color, tuple(h * 0.45 for h in hair), scalp)
    n.set("Base Color", color)
    n.set("Subsurface Weight", n.math("MULTIPLY", n.math("SUBTRACT", 1.0, scalp), config["sss"]))
    n.set("Subsurface Radius", (1.0, 0.34, 0.17))
    n.set("Subsurface Scale", 0.042)
    height = n.math(
        "ADD",
        n.math("MULTIPLY", n.voronoi(rest, 95), 0.8),
        n.math(
            "ADD",
            n.math("MULTIPLY", n.noise(rest, 150, 1), 0.5),
            n.math("MULTIPLY", n.noise(rest, 30, 2), 0.8),
        ),
    )
    lip_lines = n.node("TexNoise")
    mapping = n.node("Mapping")
    mapping.inputs["Scale"].default_value = (46, 6, 6)
    n.links.new(rest, mapping.inputs[0])
    n.links.new(mapping.outputs[0], lip_lines.inputs["Vector"])
    lip_lines.inputs["Scale"].default_value = 1
    height = n.math(
        "ADD",
        height,
        n.math("MULTIPLY", n.math("MULTIPLY", lip_lines.outputs["Fac"], n.ramp(lips, 0.2, 0.8)), 2.2),
    )
    height = n.math(
        "ADD",
        height,
        n.math(
            "MULTIPLY",
            n.math("MULTIPLY", n.math("ADD", art[0], n.math("MULTIPLY", art[1], 0.35)), front),
            1.6,
        ),
    )
    n.set("Normal", n.bump(height, config["bump"], 0.014))
    rough = n.ramp(n.noise(rest, 20, 2), 0.3, 0.7, config["rough"] - 0.06, config["rough"] + 0.08)
    nose = n.node("VectorMath", operation="DISTANCE")
    n.links.new(rest, nose.inputs[0])
    nose.inputs[1].default_value = (0, eye_y, 1.5)
    rough = n.math("SUBTRACT", rough, n.ramp(nose.outputs["Value"], 0.1, 0.75, 0.05, 0))
    wet = n.math("MAXIMUM", n.ramp(lips, 0.2, 0.8), n.math("MULTIPLY", inside, 1.3))
    rough = n.math("MAXIMUM", n.math("SUBTRACT", rough, n.math("MULTIPLY", wet, config["lip_gloss"])), 0.16)
    n.set("Roughness", n.math("MAXIMUM", rough, n.math("MULTIPLY", scalp, 0.8)))
    n.set(
        "Specular IOR Level",
        n.math("SUBTRACT", 0.45, n.math("MULTIPLY", n.math("MAXIMUM", n.math("MAXIMUM", scalp, art[0]), art[1]), 0.4)),
    )
    add_bake_node(n, bake_image)
    return n.material
