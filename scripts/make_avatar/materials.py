"""The materials of all but the skin."""

from nodes import Nodes, add_bake_node


def simple_material(name, color, rough, bake_image=None, **inputs):
    """One colour; `inputs`: more values of the principled shader. -> its graph"""
    n = Nodes(name)
    n.set("Base Color", color).set("Roughness", rough)
    for k, v in inputs.items():
        n.set(k, v)
    if bake_image:
        add_bake_node(n, bake_image)
    return n


def teeth_material(bake_image):
    """Ivory with dark gaps between the teeth (positions along |x|)."""
    n = simple_material(
        "teeth", (0.8, 0.76, 0.68), 0.25, bake_image, **{"Subsurface Weight": 0.3, "Subsurface Scale": 0.03}
    )
    xyz = n.node("SeparateXYZ")
    n.links.new(n.attr("rest"), xyz.inputs[0])
    ax = n.ramp(n.math("ABSOLUTE", xyz.outputs[0]), 0, 0.32)
    ramp = n.node("ValToRGB")
    n.links.new(ax, ramp.inputs[0])
    white, gap, e = (0.90, 0.85, 0.74, 1), (0.60, 0.48, 0.40, 1), ramp.color_ramp.elements
    e[0].color, e[1].color, e[1].position = gap, (0.5, 0.42, 0.36, 1), 1
    for x, c in [(0.007, white)] + [
        (q + d, c) for q in (0.078, 0.143, 0.205, 0.262) for d, c in ((-0.008, white), (0, gap), (0.008, white))
    ]:
        e.new(x / 0.32).color = c
    n.set("Base Color", ramp.outputs[0])
    return n.material


def cloth_material(kind, color):
    """A knitted or woven fabric ("knit", "jersey"), cut off where the attribute `cut` is above 0."""
    n = Nodes("cloth_" + kind)
    pos = n.node("TexCoord").outputs["Object"]
    n.set("Roughness", 0.9)
    n.set("Sheen Weight", 0.25)
    n.set("Specular IOR Level", 0.2)
    w = n.node("TexWave", wave_type="BANDS", bands_direction="X")
    n.links.new(pos, w.inputs["Vector"])
    w.inputs["Scale"].default_value = 11 if kind == "knit" else 40
    w.inputs["Distortion"].default_value = 0.6
    w.inputs["Detail"].default_value = 1
    fine = n.noise(pos, 90 if kind == "knit" else 160, 3)
    fold = n.noise(pos, 1.6, 2)
    h = n.math(
        "ADD",
        n.math("MULTIPLY", w.outputs["Fac"], 0.7 if kind == "knit" else 0.2),
        n.math("ADD", n.math("MULTIPLY", fine, 0.5), n.math("MULTIPLY", fold, 5)),
    )
    n.set("Normal", n.bump(h, 0.45, 0.02))
    n.set(
        "Base Color",
        n.mix(
            tuple(color),
            tuple(0.72 * c for c in color),
            n.ramp(n.math("ADD", fine, n.math("MULTIPLY", w.outputs["Fac"], 0.25)), 0.4, 0.9),
        ),
    )
    cut = n.attr("cut", "Fac")
    tr = n.node("BsdfTransparent")
    mx = n.node("MixShader")
    out = n.nodes["Material Output"]
    n.set(mx.inputs[0], n.ramp(cut, -0.002, 0.002))
    n.links.new(n.bsdf.outputs[0], mx.inputs[1])
    n.links.new(tr.outputs[0], mx.inputs[2])
    n.links.new(mx.outputs[0], out.inputs[0])
    return n.material


def hair_material(color, rough=0.38):
    """Hair of one colour, a little different from strand to strand."""
    n = Nodes("hair")
    n.nodes.remove(n.bsdf)
    h = n.node("BsdfHairPrincipled", parametrization="COLOR")
    h.inputs["Color"].default_value = (*color, 1)
    h.inputs["Roughness"].default_value = rough
    h.inputs["Radial Roughness"].default_value = 0.55
    for k, v in (("Random Roughness", 0.15), ("Random Color", 0.25)):
        if k in h.inputs:
            h.inputs[k].default_value = v
    n.links.new(h.outputs[0], n.nodes["Material Output"].inputs[0])
    return n.material
