"""The scene of one person, and every picture of the pack that is taken of it."""

import os

import bpy
import cv2
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
from pictures import bleed, grade
from presets import CLOTHES

# The pictures of hair and clothes are this much larger than the nominal one, so that nothing is cut when they move.
OVERSCAN = 1.08
# Pixels a side at quality 1: of the pictures of hair and clothes, and of the skin.
LAYER_PIXELS, SKIN_PIXELS = 1440, 1280
SMALL_PIXELS = 512
NOTHING_ELSE = {"eye": "off", "teeth": "off", "tongue": "off"}
EVERYTHING = {name: "on" for name in ("skin", "teeth", "tongue", "eye", "cloth", "hair")}


class Studio:
    def __init__(self, person, out, quality, samples, threads):
        self.person, self.out, config, eye_y = person, out, person.config, person.eye_y
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.layer_pixels = int(LAYER_PIXELS * quality) // 16 * 16
        self.skin_pixels = int(SKIN_PIXELS * quality) // 16 * 16
        half = config["half"]
        self.view = {"cy": eye_y - 0.345, "dist": 17.0, "half": half, "half_render": half * OVERSCAN}
        camera.setup(eye_y, self.view, samples, threads)
        sizes = {"skin": self.skin_pixels, "mouth": SMALL_PIXELS, "eye": SMALL_PIXELS}
        self.baked = {name: bpy.data.images.new(name, s, s, float_buffer=True) for name, s in sizes.items()}
        self.atlas_uv = atlas(person)
        self.mouth_uv = self._window(person.teeth, (0, 0.02, 1, 0.46))
        self.mouth_uv |= self._window(person.tongue, (0.02, 0.5, 0.98, 0.98))
        self._make_materials()
        self._build_head(person.neutral)
        self.parts = {}
        self._build_mouth(person.neutral)
        self.eyes = [objects.eye_object(side, *person.eyes[side], self.eye.material) for side in "lr"]
        self._dress()
        self._comb()

    def preview(self, name, pixels):
        """One quick picture of everything."""
        bpy.context.scene.cycles.samples = 10
        camera.visible(**EVERYTHING)
        self.eye.set("Coat Weight", 1.0).set("Coat Roughness", 0.02)
        camera.render(self._file(name), pixels)

    def bake(self):
        """skin0 (neutral), skin1 (mouth open, eyes closed), mouth and eye."""
        person = self.person
        camera.visible(**EVERYTHING)
        camera.bake(self.head, self.baked["skin"], self._file("skin0"), self.skin_pixels)
        self._build_head(person.open_and_shut)
        self._build_mouth(person.open_and_shut)
        camera.bake(self.head, self.baked["skin"], self._file("skin1"), self.skin_pixels)
        # Without skin around them; the run time darkens them by depth and by how far the mouth is open.
        camera.visible(skin="off", cloth="off", hair="off", eye="off")
        camera.bake(self.parts["teeth"], self.baked["mouth"], self._file("mouth"), SMALL_PIXELS)
        camera.bake(self.parts["tongue"], self.baked["mouth"], self._file("mouth"), SMALL_PIXELS, clear=False)
        camera.visible(eye="on", teeth="off", tongue="off")
        camera.bake(self.eyes[0], self.baked["eye"], self._file("eye"), SMALL_PIXELS)
        self._build_head(person.neutral)
        shade = tuple(0.5 * value ** (1 / 2.2) for value in person.config["hair_color"][::-1])
        for name in ("skin0", "skin1"):
            bleed(self._file(name), person.front, self.atlas_uv)
            grade(self._file(name), floor=shade)
        grade(self._file("mouth"))

    def eye_box(self):
        """Part of the picture that holds the eyes: left, top, right, bottom, 0..1."""
        person, view = self.person, self.view
        half = view["half_render"] * (1 - person.eyes["l"][0][2] / view["dist"])
        aside, up = person.eye_x + 0.24, 0.22
        middle = person.eye_y - view["cy"]
        box = [half - aside, half - middle - up, half + aside, half - middle + up]
        pixels = self._eye_pixels()
        return [float(np.floor(edge / (2 * half) * pixels) / pixels) for edge in box]

    def take_eyes(self):
        """eyemap: shadow of the lids (red) and reflections (green) on the eyeballs, as the camera sees them."""
        camera.visible(skin="shadow", eye="on", cloth="shadow", hair="shadow", teeth="off", tongue="off")
        white = materials.simple_material("white", (0.8, 0.8, 0.8), 0.9, **{"Specular IOR Level": 0.0})
        wet = materials.simple_material("wet", (0.0, 0.0, 0.0), 0.06, **{"Coat Weight": 1.0, "Coat Roughness": 0.02})
        shade, gloss = (self._eyes_as(graph.material) for graph in (white, wet))
        for eye in self.eyes:
            eye.data.materials[0] = self.eye.material
        inside = shade[..., 3] > 250
        light = shade[..., :3].mean(2) / np.maximum(1, shade[..., 3]) * 255
        light = np.clip(light / np.percentile(light[inside], 92), 0.30, 1)
        light = cv2.GaussianBlur(np.where(inside, light, 0.6).astype(np.float32), (0, 0), 2.0) * 255
        gloss = gloss[..., :3].mean(2)
        gloss = np.clip(gloss - np.percentile(gloss[inside], 20), 0, 255)
        cv2.imwrite(self._file("eyemap"), np.dstack([np.zeros_like(gloss), gloss, light]).astype(np.uint8))

    def take_layers(self):
        """cloth, hair_front and hair_back, each with a hole where the head covers it."""
        camera.visible(skin="holdout", cloth="on", hair="shadow", **NOTHING_ELSE)
        camera.render(self._file("cloth"), self.layer_pixels)
        if self.strands:
            camera.visible(skin="holdout", cloth="shadow", hairB="shadow", hairF="on", **NOTHING_ELSE)
            camera.render(self._file("hair_front"), self.layer_pixels)
        if any(behind for _, behind in self.strands):
            camera.visible(skin="shadow", cloth="shadow", hairB="on", hairF="off", **NOTHING_ELSE)
            camera.render(self._file("hair_back"), self.layer_pixels)

    def _file(self, name):
        return f"{self.out}/{name}.png"

    def _eye_pixels(self):
        return self.layer_pixels * 3 // 2

    def _eyes_as(self, material):
        """The eyes, made of one material."""
        for eye in self.eyes:
            eye.data.materials[0] = material
        path = self._file("eyes_for_now")
        picture = camera.render(path, self._eye_pixels(), self.eye_box())
        os.remove(path)
        return picture

    def _make_materials(self):
        person, config = self.person, self.person.config
        paint = face_paint.face_masks(
            person.eye_x, person.mouth, config["seed"], config["brow"], config["stubble"], config["freckles"]
        )
        masks, folder = to_image("masks", paint / 255.0), f"{person.base.folder}/mpfb2/textures"
        self.skin = skin.skin_material(config, folder, masks, self.baked["skin"], person.eye_y)
        self.tint = person.tint()
        self.teeth = materials.teeth_material(self.baked["mouth"])
        soft = {"Subsurface Weight": 0.2, "Subsurface Scale": 0.04}
        tongue = materials.simple_material("tongue", (0.52, 0.15, 0.14), 0.42, self.baked["mouth"], **soft)
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

    def _build_head(self, vertices):
        person, uvs = self.person, self.person.base.uvs
        for old in [thing for thing in bpy.context.scene.objects if thing.name.startswith("skin")]:
            bpy.data.objects.remove(old, do_unlink=True)
        sets = [("bake", ("corners", self.atlas_uv)), ("orig", uvs)]
        self.head = objects.mesh_object("skin", vertices, person.front, [self.skin], sets, person.rest, self.tint, 2)
        layer = self.head.data.uv_layers["bake"]
        layer.active = layer.active_render = True
        sets = [("bake", uvs * 0), ("orig", uvs)]
        objects.mesh_object("skinrest", vertices, person.back, [self.skin], sets, person.rest, self.tint, 1)

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
        """`strands`: lists of points, each with whether it hangs behind the head."""
        person, config = self.person, self.person.config
        self.strands = []
        if config["hair"] == "none":
            return
        quads = [[corner[0] for corner in face] for face in person.body]
        self.strands = hair.grow(config["hair"], person.scalp, person.neutral, quads, person.ear, config["seed"])
        material, radius = materials.hair_material(config["hair_color"]), STYLES[config["hair"]]["radius"]
        for name, side in (("hairF", False), ("hairB", True)):
            strands = [points for points, behind in self.strands if behind == side]
            objects.curves_object(name, strands, material, radius)
