"""What lies behind the head: all that can be seen of it in some pose, and nothing else."""

import os

import cv2
import numpy as np

from garment import neckline
from presets import CLOTHES

# How far the rim of the head moves over what is behind it when the head turns, decimetres.
REACH, OVERLAP = 0.34, 0.20
# How dark hair is behind the head and the neck (share of the light that is missing), and how soft that shadow is.
SHADOW, SOFT = 0.55, 0.16
# Half the width of what is kept of the collar, decimetres: round a usual neck, and round one that is half as wide as
# `BROAD` or more where the collar lies.
NECK, WIDE, BROAD = 0.70, 0.95, 0.75
# What is left of the hair's colour where no light falls.
LEAST = 0.5


def picture_behind(hair, cloth, path, person, view):
    """
    Writes a picture of the hair (a file, or None) over the inside of the collar (a smaller one), and removes both
    files. The hair is emptied where the head hides it in every pose, the clothes where the head never hides them.
    """
    front = read(hair) if hair else None
    back = read(cloth)
    if hair:
        back = cv2.resize(back, front.shape[:2], interpolation=cv2.INTER_LINEAR)
    head = silhouette(person, view, len(back))
    # A little beyond the neck too: the two pictures of the collar do not turn alike.
    back[cv2.dilate(head, disk(OVERLAP, len(back), view)) == 0] = 0
    # The shoulders stay where they are, and would come out behind themselves.
    aside = np.abs(np.arange(len(back)) - len(back) / 2) > neck(person) * len(back) / 2 / view["half_render"]
    back[:, aside] = 0
    if hair:
        shade(front, head, SOFT * len(back) / 2 / view["half_render"], person.config["hair_color"])
        alpha = front[..., 3:] + back[..., 3:] * (1 - front[..., 3:])
        back = np.dstack(
            [
                (front[..., :3] * front[..., 3:] + back[..., :3] * back[..., 3:] * (1 - front[..., 3:]))
                / np.maximum(alpha, 1e-6),
                alpha,
            ]
        )
    # Beyond the picture's edge nothing is known to be head.
    back[cv2.erode(head, disk(REACH, len(back), view), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0] = 0
    for file in filter(None, (hair, cloth)):
        os.remove(file)
    cv2.imwrite(path, (back * 255).round().astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def neck(person):
    """Half the width of what is kept of the collar."""
    kind, skin = CLOTHES[person.config["clothes"]][-1][0], person.neutral[[c[0] for face in person.body for c in face]]
    height = neckline(kind, person.eye_y)(np.pi / 2)
    beside = skin[np.abs(skin[:, 1] - height) < 0.06]
    return WIDE if np.abs(beside[:, 0]).max() > BROAD else NECK


def shade(hair, head, reach, color):
    """Darkens a picture of hair behind the head, softly over so many pixels, but nothing to black. In place."""
    shadow = cv2.GaussianBlur(head.astype(np.float32) / 255, (0, 0), reach)
    hair[..., :3] *= 1 - SHADOW * np.minimum(1, 1.5 * shadow)[..., None]
    dark = LEAST * np.array(color[::-1], np.float32) ** (1 / 2.2)
    hair[..., :3] = np.minimum(1, hair[..., :3] + dark * np.exp(-hair[..., :3] / dark))


def disk(radius, pixels, view):
    reach = int(radius * pixels / 2 / view["half_render"])
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))


def read(path):
    return cv2.imread(path, cv2.IMREAD_UNCHANGED).astype(np.float32) / 255


def silhouette(person, view, pixels):
    """Where the head and the neck are in a picture of so many pixels a side."""
    scale, points = pixels / 2 / view["half_render"], person.neutral
    near = scale * view["dist"] / (view["dist"] - points[:, 2])
    places = np.stack([pixels / 2 + points[:, 0] * near, pixels / 2 - (points[:, 1] - view["cy"]) * near], 1)
    head = np.zeros((pixels, pixels), np.uint8)
    for face in person.front:
        cv2.fillConvexPoly(head, places[[corner[0] for corner in face]].round().astype(np.int32), 255)
    return head
