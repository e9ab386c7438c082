"""Colours that a bake does not get right: the lips' inside, as pale as skin or as grey as its shadow, and the teeth."""

import cv2
import numpy as np

from lip_rings import Mouth
from shaping import smooth

# How much of the inside's colour each ring takes, from deep inside to the lips' front.
INSIDE = (1, 1, 1, 1, 1, 0.75, 0.3, 0.1)
# The inside's colour (BGR) as a share of the lips' own, and the least and the most light it gets.
REDDER, DARKEST, BRIGHTEST = (0.62, 0.62, 0.9), 0.5, 0.95
# The teeth's colour (BGR) where light falls on them, and how far what light there is evens out. They hang behind the
# lips, which shade them once more when they are drawn.
IVORY, EVEN = np.array((222, 240, 250)), 0.6
# The light is looked at over so wide a neighbourhood: share of the picture.
NEAR = 0.05


def redden(path, person, uv):
    """Paints the inside of the lips in a bake; uv: of the corners of the front's faces, as in the atlas."""
    picture = cv2.imread(path).astype(np.float32)
    share = smooth(0.25, 0.6, person.inside)
    front = np.zeros(len(person.rest))
    rings = Mouth(person.base).rings
    for ring, value in zip(rings, INSIDE):
        share[ring] = value
    front[rings[7:11]] = 1
    size = picture.shape[0]
    lips = picture[filled(person.front, uv, front, size) > 0.99].mean(0)
    mask = cv2.GaussianBlur(filled(person.front, uv, share, size), (0, 0), size / 640)[..., None]
    light = np.clip(picture.mean(2) / lips.mean(), DARKEST, BRIGHTEST)[..., None]
    painted = picture + (light * lips * REDDER - picture) * mask
    cv2.imwrite(path, np.clip(painted, 0, 255).round().astype(np.uint8))


def whiten(path, mask):
    """Paints the teeth, which lie where `mask` is, as ivory in even light; gums and gaps stay what they are to them."""
    picture, there = cv2.imread(path).astype(np.float32), mask > 0
    usual = np.percentile(picture[there], 75, axis=0)
    weight = there.astype(np.float32)
    wide = lambda values: cv2.GaussianBlur(values, (0, 0), NEAR * len(picture))
    light = wide(picture.mean(2) * weight) / np.maximum(wide(weight), 1e-3) / usual.mean()
    painted = picture / usual * IVORY * np.maximum(light, 0.2)[..., None] ** -EVEN
    # No tooth is bluer than ivory, wherever the light on it comes from.
    painted = np.minimum(painted, painted[..., 2:] * IVORY / IVORY[2])
    cv2.imwrite(path, np.where(there[..., None], np.clip(painted, 0, 255), picture).round().astype(np.uint8))


def filled(faces, uv, values, size):
    """A picture of the mean of the vertices' values in each face."""
    picture, at = np.zeros((size, size), np.float32), 0
    for face in faces:
        corners = uv[at : at + len(face)] * size
        at += len(face)
        value = float(np.mean([values[corner[0]] for corner in face]))
        if value > 0:
            points = np.stack([corners[:, 0] * 16, (size - corners[:, 1]) * 16], 1).astype(np.int32)
            cv2.fillPoly(picture, [points], value, shift=4)
    return picture
