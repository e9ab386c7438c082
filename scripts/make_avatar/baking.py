"""The pictures that are baked: lit skin, its creases, the mouth and an eye."""

import os
from contextlib import contextmanager

import cv2
import numpy as np

import camera
import pores
import relief
import wrinkles
from mouth_paint import filled, redden, whiten
from pictures import BLEED, bleed, covered, fold_in, grade, light_ratio, paint_hair, repaint, write_creases
from seams import mend_seams
from studio import EVERYTHING, SMALL_PIXELS

CREASE_PIXELS = 640
# Broad folds have no fine detail: shares of the skin's pixels a side and of its samples that they are baked with.
POSE_PIXELS, POSE_SAMPLES = 0.25, 0.5
# The same of the light that falls on the skin.
LIGHT_PIXELS = 0.5
# How far light spreads under the skin where it falls on pores, decimetres: less than SPREAD, or none would be seen.
FINE = 0.001


def take_bakes(studio):
    """skin0 (neutral), skin1 (mouth open, eyes closed), crease, mouth and eye."""
    person, file = studio.person, studio.file
    camera.visible(**EVERYTHING)
    bake_lit(studio, {"skin0": person.neutral, "skin1": person.open_and_shut})
    # Without skin around them; the run time darkens them by depth and by how far the mouth is open.
    camera.visible(skin="off", cloth="off", hair="off", eye="off")
    camera.bake(studio.parts["teeth"], studio.baked["mouth"], file("mouth"))
    camera.bake(studio.parts["tongue"], studio.baked["mouth"], file("mouth"), clear=False)
    camera.visible(eye="on", teeth="off", tongue="off")
    camera.bake(studio.eyes[0], studio.baked["eye"], file("eye"))
    poses = {"smiling": person.smiling, "frowning": person.frowning}
    bake_poses(studio, poses)
    studio.pose(person.neutral)
    finish_mouth(studio)
    finish_skin(studio, poses)


def finish_mouth(studio):
    """Grades the mouth and whitens its teeth."""
    person, path = studio.person, studio.file("mouth")
    faces = person.teeth + person.tongue
    uv = np.array([studio.mouth_uv[corner[1]] for face in faces for corner in face])
    bleed(path, faces, uv, inset=1)
    grade(path)
    teeth = sum(len(face) for face in person.teeth)
    mask = covered(person.teeth, uv[:teeth], SMALL_PIXELS)
    whiten(path, cv2.dilate(mask, np.ones((2 * BLEED + 1,) * 2, np.uint8)))


def finish_skin(studio, poses):
    """Colours, hair, folds and seams of what was baked of the head."""
    person, file = studio.person, studio.file
    shade = tuple(0.5 * value ** (1 / 2.2) for value in person.config["hair_color"][::-1])
    for name in ("skin0", "skin1", *poses):
        bleed(file(name), *studio.bare)
        # The scalp between the hairs is never darker than they are in the shade.
        scalp = filled(person.front, studio.atlas_uv, studio.tint[:, 1], cv2.imread(file(name)).shape[0])
        grade(file(name), floor=scalp[..., None] * shade)
        if studio.covered[0]:
            paint_hair(file(name), *studio.covered, shade, person.config["seed"])
    crease(studio, poses)
    for name in ("skin0", "skin1"):
        mend_seams(file(name), person.front, studio.atlas_uv)
        redden(file(name), person, studio.atlas_uv)


def crease(studio, poses):
    """Folds the skin: pores and lines that stay into skin0 and skin1, and what comes with the poses into `crease`."""
    person, file = studio.person, studio.file
    stays = wrinkles.rest_for(person.config)
    folded, rested = (
        relief.on_atlas(person, studio.atlas_uv, relief.light(person, wrinkles.heights(person, rests)), CREASE_PIXELS)
        for rests in (False, True)
    )
    broad = [light_ratio(file("skin0"), file(name)) for name in poses]
    write_creases(file("crease"), broad, folded ** (1 - stays))
    for name in poses:
        os.remove(file(name))
    fine = relief.on_atlas(
        person, studio.atlas_uv, relief.light(person, [pores.heights(person)], FINE), studio.skin_pixels
    )
    for name in ("skin0", "skin1"):
        fold_in(file(name), rested.prod(2) ** stays)
        fold_in(file(name), fine[..., 0])


def bake_poses(studio, poses):
    """The head in each of the poses (name to vertices), small and with few samples."""
    camera.visible(**EVERYTHING)
    with camera.fewer_samples(POSE_SAMPLES), smaller(studio, POSE_PIXELS):
        for name, vertices in poses.items():
            bake_skin(studio, name, vertices)


def bake_lit(studio, poses):
    """Light is smooth and dear, colour is neither: colour is baked in full size, light in part of it."""
    paint = studio.file("paint")
    camera.bake_color(studio.head, studio.baked["skin"], paint)
    with smaller(studio, LIGHT_PIXELS):
        for name, vertices in poses.items():
            bake_skin(studio, name, vertices)
            repaint(studio.file(name), paint)
    os.remove(paint)


def bake_skin(studio, name, vertices):
    studio.pose(vertices)
    camera.bake(studio.head, studio.baked["skin"], studio.file(name))


@contextmanager
def smaller(studio, share):
    """The picture that skin is baked into, for a while with a share of its pixels a side."""
    image, pixels = studio.baked["skin"], int(studio.skin_pixels * share)
    image.scale(pixels, pixels)
    yield
    image.scale(studio.skin_pixels, studio.skin_pixels)
