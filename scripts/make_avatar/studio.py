"""The scene of one person."""

import bpy
import numpy as np

import camera
import eye_paint
import face_paint
import hair
import materials
import objects
import skin
from atlas import atlas
from garment import garment, neckline
from hair_styles import STYLES
from nodes import to_image
from presets import CLOTHES

# The pictures of hair and clothes are this much larger than the nominal one, so that nothing is cut when they move.
OVERSCAN = 1.08
# Pixels a side at quality 1: of the pictures of hair and clothes, and of the skin.
LAYER_PIXELS, SKIN_PIXELS = 1440, 1280
SMALL_PIXELS = 512
# Skin that lies so far behind the hair line, decimetres, is painted as hair and not baked.
UNDER_HAIR = 0.18
EVERYTHING = {name: "on" for name in ("skin", "teeth", "tongue", "eye", "cloth", "hair")}


class Studio:
    def __init__(self, person, out, quality, samples, threads):
        self.person, self.out, config, eye_y = person, out, person.config, person.eye_y
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.layer_pixels = int(LAYER_PIXELS * quality) // 16 * 16
        self.skin_pixels = int(SKIN_PIXELS * quality) // 16 * 16
        half = config["half"]
        self.view = {"cy": eye_y - 0.31, "dist": 17.0, "half": half, "half_render": half * OVERSCAN}
        camera.setup(eye_y, self.view, samples, threads)
        sizes = {"skin": self.skin_pixels, "mouth": SMALL_PIXELS, "eye": SMALL_PIXELS}
        self.baked = {name: bpy.data.images.new(name, s, s, float_buffer=True) for name, s in sizes.items()}
        self.atlas_uv = atlas(person)
        self.mouth_uv = self._window(person.teeth, (0, 0.02, 1, 0.46))
        self.mouth_uv |= self._window(person.tongue, (0.02, 0.5, 0.98, 0.98))
        self._part_scalp()
        self._make_materials()
        self.parts = {}
        self.pose(person.neutral)
        self.eyes = [objects.eye_object(side, *person.eyes[side], self.eye.material) for side in "lr"]
        self._dress()
        self._comb()

    def preview(self, name, pixels):
        """One quick picture of everything."""
        bpy.context.scene.cycles.samples = 10
        camera.visible(**EVERYTHING)
        self.eye.set("Coat Weight", 1.0).set("Coat Roughness", 0.02)
        camera.render(self.file(name), pixels)

    def file(self, name):
        return f"{self.out}/{name}.png"

    def pose(self, vertices):
        """Head and mouth are built anew with these positions."""
        self._build_head(vertices)
        self._build_mouth(vertices)

    def _make_materials(self):
        person, config = self.person, self.person.config
        hairs = {name: config[name] for name in ("seed", "brow", "stubble", "beard", "freckles")}
        paint = face_paint.face_masks(person.eye_x, person.mouth, **hairs)
        masks, folder = to_image("masks", paint / 255.0), f"{person.base.folder}/mpfb2/textures"
        self.skin = skin.skin_material(config, folder, masks, self.baked["skin"], person.eye_y)
        self.tint = person.tint()
        self.teeth = materials.teeth_material(self.baked["mouth"])
        soft = {"Subsurface Weight": 0.2, "Subsurface Scale": 0.04}
        tongue = materials.simple_material("tongue", (0.62, 0.22, 0.20), 0.42, self.baked["mouth"], **soft)
        self.tongue = tongue.material
        self.eye = materials.simple_material("eye", (1.0, 1.0, 1.0), 0.35, self.baked["eye"])
        iris = eye_paint.iris_texture(config["iris"], config["seed"]) ** (1 / 2.2)
        self.eye.set("Base Color", self.eye.image(to_image("iris", iris, True), uv="UVMap", color=True))
        # The node of the iris has become the active one; it is the other one that is baked into.
        self.eye.tree.nodes.active = next(
            node for node in self.eye.nodes if node.type == "TEX_IMAGE" and node.image == self.baked["eye"]
        )

    def _window(self, faces, box):
        """A part of the mouth's texture for a helper: index of a texture coordinate -> u, v."""
        indices = sorted({corner[1] for face in faces for corner in face})
        uv = self.person.base.uvs[indices]
        low, high = uv.min(0), uv.max(0)
        x0, y0, x1, y1 = box
        scaled = (uv - low) / (high - low) * (x1 - x0, y1 - y0) + (x0, y0)
        return {index: tuple(pair) for index, pair in zip(indices, scaled)}

    def _part_scalp(self):
        """`bare`, `covered`: faces that are baked and those under the hair, each with its texture coordinates."""
        person, groups, at = self.person, ([], []), 0
        above = person.scalp.above(person.rest) * (person.ear < 0.1)
        for face in person.front:
            hidden = person.config["hair"] != "none" and min(above[[corner[0] for corner in face]]) > UNDER_HAIR
            groups[hidden].append((face, self.atlas_uv[at : at + len(face)]))
            at += len(face)
        self.bare, self.covered = (
            ([face for face, _ in group], np.concatenate([uv for _, uv in group]) if group else None)
            for group in groups
        )

    def _build_head(self, vertices):
        person, uvs = self.person, self.person.base.uvs
        for old in [thing for thing in bpy.context.scene.objects if thing.name.startswith("skin")]:
            bpy.data.objects.remove(old, do_unlink=True)
        faces, corners = self.bare
        sets = [("bake", ("corners", corners)), ("orig", uvs)]
        self.head = objects.mesh_object("skin", vertices, faces, [self.skin], sets, person.rest, self.tint, 2)
        layer = self.head.data.uv_layers["bake"]
        layer.active = layer.active_render = True
        sets = [("bake", uvs * 0), ("orig", uvs)]
        hidden = person.back + self.covered[0]
        objects.mesh_object("skinrest", vertices, hidden, [self.skin], sets, person.rest, self.tint, 1)

    def _build_mouth(self, vertices):
        person = self.person
        for old in self.parts.values():
            bpy.data.objects.remove(old, do_unlink=True)
        table = np.zeros((len(person.base.uvs), 2))
        for index, uv in self.mouth_uv.items():
            table[index] = uv
        for name, faces, material, levels in (
            ("teeth", person.teeth, self.teeth, 2),
            ("tongue", person.tongue, self.tongue, 1),
        ):
            sets = [("UVMap", table)]
            self.parts[name] = objects.mesh_object(name, vertices, faces, [material], sets, person.rest, None, levels)

    def _dress(self):
        person = self.person
        ring = person.rest[[corner[0] for face in person.body for corner in face]]
        ring = ring[(np.abs(ring[:, 1] - person.eye_y + 1.35) < 0.1) & (np.abs(ring[:, 0]) < 0.8)]
        axis = (0.0, 0.0, float(ring[:, 2].min() + ring[:, 2].max()) / 2)
        for kind, fabric, color, offset, collar in CLOTHES[person.config["clothes"]]:
            material = materials.cloth_material(fabric, color or person.config["cloth_color"] or (0.05, 0.09, 0.16))
            garment(person.neutral, person.tights, material, neckline(kind, person.eye_y), offset, axis, collar)

    def _comb(self):
        """`strands`: `strands.Strand`s."""
        person, config = self.person, self.person.config
        self.strands = []
        if config["hair"] == "none":
            return
        quads = [[corner[0] for corner in face] for face in person.body]
        self.strands = hair.grow(config["hair"], person.scalp, person.neutral, quads, person.ear, config["seed"])
        material, radius = materials.hair_material(config["hair_color"]), STYLES[config["hair"]]["radius"]
        for name, side in (("hairF", False), ("hairB", True)):
            objects.curves_object(name, [s for s in self.strands if s.behind == side], material, radius)
