"""What is done to a bake before it is a texture."""

import cv2
import numpy as np


def bleed(path, faces, uv, inset=2):
    """Replaces the texels at and beyond the island borders by the nearest safe one (no dark seams)."""
    im = cv2.imread(path)
    S = im.shape[0]
    mask, i = np.zeros((S, S), np.uint8), 0
    for f in faces:
        q = uv[i : i + len(f)] * S
        i += len(f)
        cv2.fillPoly(mask, [np.stack([q[:, 0] * 16, (S - q[:, 1]) * 16], 1).astype(np.int32)], 255, shift=4)
    safe = cv2.erode(mask, np.ones((2 * inset + 1,) * 2, np.uint8))
    _, label = cv2.distanceTransformWithLabels(255 - safe, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros((label.max() + 1, 3), np.uint8)
    table[label[safe > 0]] = im[safe > 0]
    cv2.imwrite(path, np.where((safe > 0)[..., None], im, table[label]))


def grade(path, saturation=1.16, contrast=1.07, floor=(0, 0, 0)):
    """A little more life than the neutral film curve gives; floor (BGR): colour of the scalp in the shade of the hair."""
    im = cv2.imread(path).astype(np.float32) / 255
    grey = im @ np.array([0.114, 0.587, 0.299], np.float32)
    im = grey[..., None] + (im - grey[..., None]) * saturation
    im = np.maximum(0.5 + (im - 0.5) * contrast + 0.012, np.array(floor, np.float32))
    cv2.imwrite(path, (np.clip(im, 0, 1) * 255).round().astype(np.uint8))
