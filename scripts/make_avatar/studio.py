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
import relief
import skin
import wrinkles
from atlas import atlas
from garment import garment, neckline
from hair_styles import STYLES
from mouth_paint import redden
from nodes import to_image
from pictures import bleed, fold_in, grade, lid_shadow, light_ratio, paint_hair, repaint, write_creases
from presets import CLOTHES
from silhouette import picture_behind

# The pictures of hair and clothes are this much larger than the nominal one, so that nothing is cut when they move.
OVERSCAN = 1.08
# Pixels a side at quality 1: of the pictures of hair and clothes, and of the skin.
LAYER_PIXELS, SKIN_PIXELS = 1440, 1280
SMALL_PIXELS, CREASE_PIXELS = 512, 640
# Broad folds have no fine detail: shares of the skin's pixels a side and of its samples that they are baked with.
POSE_PIXELS, POSE_SAMPLES = 0.25, 0.5
# The same of the light that falls on the skin.
LIGHT_PIXELS = 0.5
# Share of the samples that clothes are rendered with: they have no fine edges.
CLOTH_SAMPLES = 0.5
# How far the shadow of lids and lashes reaches over the eyes, decimetres.
LID_SHADOW = 0.02
# Skin that lies so far behind the hair line, decimetres, is painted as hair and not baked.
UNDER_HAIR = 0.13
NOTHING_ELSE = {"eye": "off", "teeth": "off", "tongue": "off"}
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
        """skin0 (neutral), skin1 (mouth open, eyes closed), crease, mouth and eye."""
        person = self.person
        camera.visible(**EVERYTHING)
        self._bake_lit({"skin0": person.neutral, "skin1": person.open_and_shut})
        # Without skin around them; the run time darkens them by depth and by how far the mouth is open.
        camera.visible(skin="off", cloth="off", hair="off", eye="off")
        camera.bake(self.parts["teeth"], self.baked["mouth"], self._file("mouth"))
        camera.bake(self.parts["tongue"], self.baked["mouth"], self._file("mouth"), clear=False)
        camera.visible(eye="on", teeth="off", tongue="off")
        camera.bake(self.eyes[0], self.baked["eye"], self._file("eye"))
        poses = {"smiling": person.smiling, "frowning": person.frowning}
        self._bake_poses(poses)
        self._build_head(person.neutral)
        self._build_mouth(person.neutral)
        shade = tuple(0.5 * value ** (1 / 2.2) for value in person.config["hair_color"][::-1])
        for name in ("skin0", "skin1", *poses):
            bleed(self._file(name), *self.bare)
            grade(self._file(name), floor=shade)
            if self.covered[0]:
                paint_hair(self._file(name), *self.covered, shade, person.config["seed"])
        grade(self._file("mouth"))
        self._crease(poses)
        for name in ("skin0", "skin1"):
            redden(self._file(name), person, self.atlas_uv)

    def _crease(self, poses):
        """Folds the skin: lines that stay into skin0 and skin1, and what comes with the poses into `crease`."""
        person = self.person
        canvas, stays = relief.light(person, wrinkles.heights(person)), wrinkles.rest_for(person.config)
        lines = relief.on_atlas(person, self.atlas_uv, canvas, CREASE_PIXELS)
        broad = [light_ratio(self._file("skin0"), self._file(name)) for name in poses]
        write_creases(self._file("crease"), broad, lines ** (1 - stays))
        for name in poses:
            os.remove(self._file(name))
        for name in ("skin0", "skin1") if stays > 0 else ():
            fold_in(self._file(name), lines.prod(2) ** stays)

    def _bake_poses(self, poses):
        cycles, image = bpy.context.scene.cycles, self.baked["skin"]
        samples, pixels = cycles.samples, self.skin_pixels
        cycles.samples = max(1, int(samples * POSE_SAMPLES))
        image.scale(int(pixels * POSE_PIXELS), int(pixels * POSE_PIXELS))
        camera.visible(**EVERYTHING)
        for name, vertices in poses.items():
            self._bake_skin(name, vertices)
        image.scale(pixels, pixels)
        cycles.samples = samples

    def _bake_lit(self, poses):
        """Light is smooth and dear, colour is neither: colour is baked in full size, light in part of it."""
        image, pixels, paint = self.baked["skin"], self.skin_pixels, self._file("paint")
        camera.bake_color(self.head, image, paint)
        image.scale(int(pixels * LIGHT_PIXELS), int(pixels * LIGHT_PIXELS))
        for name, vertices in poses.items():
            self._bake_skin(name, vertices)
            repaint(self._file(name), paint)
        image.scale(pixels, pixels)
        os.remove(paint)

    def _bake_skin(self, name, vertices):
        self._build_head(vertices)
        self._build_mouth(vertices)
        camera.bake(self.head, self.baked["skin"], self._file(name))

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
        light *= lid_shadow(inside, LID_SHADOW * self._eye_pixels() / 2 / self.view["half_render"])
        # Only lamps are to shine in the eyes: the reflection of the room is a veil over a dark iris.
        gloss = gloss[..., :3].mean(2)
        gloss = np.clip(gloss - np.percentile(gloss[inside], 90) - 4, 0, 255)
        cv2.imwrite(self._file("eyemap"), np.dstack([np.zeros_like(gloss), gloss, light]).astype(np.uint8))

    def take_layers(self):
        """cloth, hair_front and hair_back, each with a hole where the head covers it."""
        camera.visible(skin="holdout", cloth="on", hair="shadow", **NOTHING_ELSE)
        camera.render(self._file("cloth"), self.layer_pixels, share=CLOTH_SAMPLES)
        if self.strands:
            camera.visible(skin="holdout", cloth="shadow", hairB="shadow", hairF="on", **NOTHING_ELSE)
            camera.render(self._file("hair_front"), self.layer_pixels)
        self._take_back()

    def _take_back(self):
        """hair_back: all hair as it is without the head, and the collar, so that a turn of the head uncovers no hole."""
        hair, cloth = (self._file("hair_for_now") if self.strands else None), self._file("cloth_for_now")
        camera.visible(skin="shadow", cloth="on", hair="shadow", **NOTHING_ELSE)
        camera.render(cloth, self.layer_pixels // 2, share=CLOTH_SAMPLES)
        if hair:
            camera.visible(skin="shadow", cloth="shadow", hair="on", **NOTHING_ELSE)
            camera.render(hair, self.layer_pixels)
        picture_behind(hair, cloth, self._file("hair_back"), self.person, self.view)

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
