"""What is done to a bake before it is a texture."""

import glob

import cv2
import numpy as np

# How far, in texels, the colours of an island go on beyond its border.
BLEED = 10


def covered(faces, uv, S):
    """Mask of the texels of faces; uv: those of their corners."""
    mask, i = np.zeros((S, S), np.uint8), 0
    for f in faces:
        q = uv[i : i + len(f)] * S
        i += len(f)
        cv2.fillPoly(mask, [np.stack([q[:, 0] * 16, (S - q[:, 1]) * 16], 1).astype(np.int32)], 255, shift=4)
    return mask


def paint_hair(path, faces, uv, color, seed):
    """Paints skin under hair as hair, for a turn of the head may bring it into sight; color: BGR, 0 to 1."""
    im = cv2.imread(path).astype(np.float32) / 255
    mask = covered(faces, uv, im.shape[0]).astype(np.float32) / 255
    share = cv2.GaussianBlur(mask, (0, 0), im.shape[0] / 350)[..., None]
    noise = np.random.default_rng(seed + 7).normal(0, 1, im.shape[:2]).astype(np.float32)
    streaks = cv2.GaussianBlur(noise, (0, 0), 1.6, sigmaY=12)
    light = 1.3 * np.exp(0.2 * streaks / streaks.std())[..., None]
    hair = np.array(color, np.float32) * light
    cv2.imwrite(path, (np.clip(im + (hair - im) * share, 0, 1) * 255).round().astype(np.uint8))


def bleed(path, faces, uv, inset=3):
    """Replaces the texels at and beyond the island borders by the nearest safe one (no dark seams)."""
    im = cv2.imread(path)
    mask = covered(faces, uv, im.shape[0])
    safe = cv2.erode(mask, np.ones((2 * inset + 1,) * 2, np.uint8))
    _, label = cv2.distanceTransformWithLabels(255 - safe, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros((label.max() + 1, 3), np.uint8)
    table[label[safe > 0]] = im[safe > 0]
    filled = np.where((safe > 0)[..., None], im, table[label])
    filled = np.where((safe > 0)[..., None], im, cv2.GaussianBlur(filled, (0, 0), inset))
    # Nothing is read far from an island: one colour there keeps the file small.
    near = cv2.dilate(mask, np.ones((2 * BLEED + 1,) * 2, np.uint8)) > 0
    cv2.imwrite(path, np.where(near[..., None], filled, filled[near].mean(0).round().astype(np.uint8)))


def grade(path, floor=0, saturation=1.16, contrast=1.07):
    """A little more life than the neutral film curve gives; floor: nothing is darker than this (BGR, 0 to 1)."""
    im = cv2.imread(path).astype(np.float32) / 255
    grey = im @ np.array([0.114, 0.587, 0.299], np.float32)
    im = grey[..., None] + (im - grey[..., None]) * saturation
    im = np.maximum(0.5 + (im - 0.5) * contrast + 0.012, floor)
    cv2.imwrite(path, (np.clip(im, 0, 1) * 255).round().astype(np.uint8))


def lid_shadow(inside, reach):
    """Light on an eye that is seen where `inside` is: the upper lid and its lashes shade it, `reach` pixels far."""
    open_to_light = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), reach)
    below = np.float32([[1, 0, 0], [0, 1, 0.8 * reach]])
    return 0.50 + 0.50 * np.clip(1.15 * cv2.warpAffine(open_to_light, below, inside.shape[::-1]), 0, 1)


def light_ratio(neutral, posed):
    """How much lighter or darker the second bake is than the first, as large as the second; both are files."""
    light = brightness(posed)
    before = cv2.resize(brightness(neutral), light.shape[::-1], interpolation=cv2.INTER_AREA)
    # Where it is dark (brows, nostrils) a ratio says nothing.
    return cv2.GaussianBlur(cv2.medianBlur((light + 12) / (before + 12), 5), (0, 0), 0.8)


def brightness(path):
    """Grey, 0 to 255."""
    return cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2GRAY).astype(np.float32)


def write_creases(path, broad, lines):
    """Ratios of light of two poses: red the first, green the second; 128 is unchanged, 0 black, 255 twice as light."""
    size = lines.shape[:2]
    both = [cv2.resize(ratio, size, interpolation=cv2.INTER_CUBIC) * lines[..., i] for i, ratio in enumerate(broad)]
    both = [np.exp(bounded(np.log(np.maximum(ratio, 0.1)))) for ratio in both]
    picture = np.dstack([np.ones(size), both[1], both[0]]) * 128
    cv2.imwrite(path, np.clip(picture, 0, 255).round().astype(np.uint8))


def bounded(change):
    """A logarithm of light within limits: what shines in a fold was in a shadow at rest, such as the lips' corners."""
    most = np.where(change > 0, 0.2, 0.5)
    return most * np.tanh(change / most)


def fold_in(path, lines):
    """Darkens and lightens a picture by a ratio of light; folds are redder than what is around them."""
    picture = cv2.imread(path)
    ratio = cv2.resize(lines, picture.shape[:2], interpolation=cv2.INTER_CUBIC)
    ratio = np.dstack([ratio**1.12, ratio**1.04, ratio**0.86])
    cv2.imwrite(path, np.clip(picture * ratio, 0, 255).round().astype(np.uint8))


# Grey, 0 to 1: where the colour is nearly black a ratio says nothing.
LEAST_PAINT = 0.06


def repaint(path, paint):
    """
    Sharpens a small lit bake by the colours alone, `paint`, in the size of the latter: what is lit, divided by its
    colour, is smooth, so noise is taken from it before it is enlarged and the colour is put back.
    """
    colors = cv2.imread(paint).astype(np.float32) / 255 + LEAST_PAINT
    lit = cv2.imread(path).astype(np.float32) / 255 + LEAST_PAINT
    light = lit / cv2.resize(colors, lit.shape[1::-1], interpolation=cv2.INTER_AREA)
    light = cv2.bilateralFilter(light, 5, 0.10, 1.4)
    light = cv2.resize(light, colors.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(path, (np.clip(light * colors - LEAST_PAINT, 0, 1) * 255).round().astype(np.uint8))


def shrink(folder):
    """Writes all pictures of a folder again as small as lossless PNG gets; colours under nothing are dropped."""
    for path in sorted(glob.glob(f"{folder}/*.png")):
        picture = cv2.imread(path, cv2.IMREAD_UNCHANGED)
        if picture.ndim == 3 and picture.shape[2] == 4:
            picture[picture[..., 3] < 2] = 0
        cv2.imwrite(path, picture, [cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, 1])
