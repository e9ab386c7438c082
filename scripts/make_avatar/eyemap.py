"""eyemap.png: shadow of the lids and reflections on the eyeballs."""

import os

import cv2
import numpy as np

import camera
import materials
from pictures import lid_shadow

# Its pixels a side against those of the pictures of hair and clothes, if it were as wide as they are.
FINER = 1.5
# How far the shadow of lids and lashes reaches over the eyes, decimetres.
LID_SHADOW = 0.02


def eye_box(studio):
    """Part of the picture that holds the eyes: left, top, right, bottom, 0..1."""
    person, view = studio.person, studio.view
    half = view["half_render"] * (1 - person.eyes["l"][0][2] / view["dist"])
    aside, up = person.eye_x + 0.24, 0.22
    middle = person.eye_y - view["cy"]
    box = [half - aside, half - middle - up, half + aside, half - middle + up]
    pixels = pixels_a_side(studio)
    return [float(np.floor(edge / (2 * half) * pixels) / pixels) for edge in box]


def take_eyes(studio):
    """Shadow of the lids (red) and reflections (green) on the eyeballs, as the camera sees them."""
    camera.visible(skin="shadow", eye="on", cloth="shadow", hair="shadow", teeth="off", tongue="off")
    white = materials.simple_material("white", (0.8, 0.8, 0.8), 0.9, **{"Specular IOR Level": 0.0})
    wet = materials.simple_material("wet", (0.0, 0.0, 0.0), 0.06, **{"Coat Weight": 1.0, "Coat Roughness": 0.02})
    shade, gloss = (eyes_as(studio, graph.material) for graph in (white, wet))
    for eye in studio.eyes:
        eye.data.materials[0] = studio.eye.material
    inside = shade[..., 3] > 250
    light = shade[..., :3].mean(2) / np.maximum(1, shade[..., 3]) * 255
    light = np.clip(light / np.percentile(light[inside], 92), 0.30, 1)
    light = cv2.GaussianBlur(np.where(inside, light, 0.6).astype(np.float32), (0, 0), 2.0) * 255
    light *= lid_shadow(inside, LID_SHADOW * pixels_a_side(studio) / 2 / studio.view["half_render"])
    # Only lamps are to shine in the eyes: the reflection of the room is a veil over a dark iris.
    gloss = gloss[..., :3].mean(2)
    gloss = np.clip(gloss - np.percentile(gloss[inside], 90) - 4, 0, 255)
    cv2.imwrite(studio.file("eyemap"), np.dstack([np.zeros_like(gloss), gloss, light]).astype(np.uint8))


def eyes_as(studio, material):
    """A picture of the eyes, made of one material."""
    for eye in studio.eyes:
        eye.data.materials[0] = material
    path = studio.file("eyes_for_now")
    picture = camera.render(path, pixels_a_side(studio), eye_box(studio))
    os.remove(path)
    return picture


def pixels_a_side(studio):
    return int(studio.layer_pixels * FINER)
