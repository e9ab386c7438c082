"""The geometry of one person: rest shape, the poses that are baked, and which faces belong to what."""

import cv2
import numpy as np

import makehuman
import mouth_shapes
from lip_rings import Mouth
from scalp import Scalp
from shaping import smooth

SIDES = ("Left", "Right")
# Weights of the ARKit shapes in the poses that are lit and baked; the later ones are added to the first.
FRIENDLY = {
    **{f"mouthSmile{side}": 0.35 for side in SIDES},
    **{f"eyeSquint{side}": 0.05 for side in SIDES},
    **{f"cheekSquint{side}": 0.12 for side in SIDES},
    **{f"eyeWide{side}": 0.14 for side in SIDES},
    **{f"mouthDimple{side}": 0.08 for side in SIDES},
    "browInnerUp": 0.06,
}
OPEN = {"jawOpen": 0.55, **{f"{name}{side}": 0.35 for name in ("mouthLowerDown", "mouthUpperUp") for side in SIDES}}
BLINK = {"eyeBlinkLeft": 1, "eyeBlinkRight": 1}
SMILE = {
    f"{name}{side}": weight
    for name, weight in (("mouthSmile", 0.5), ("cheekSquint", 0.5), ("eyeSquint", 0.15), ("mouthDimple", 0.2))
    for side in SIDES
}
RAISED = {"browInnerUp": 0.7, "browOuterUpLeft": 0.6, "browOuterUpRight": 0.6}
FROWN = {"mouthShrugLower": 0.2, **{f"mouthFrown{side}": 0.6 for side in SIDES}}
LOWERED = {f"browDown{side}": 0.75 for side in SIDES}


class Person:
    """Lengths are decimetres. Faces are lists of corners (vertex, index into the texture coordinates)."""

    def __init__(self, base, config):
        self.base, self.config = base, config
        self.rest = makehuman.shape(base, config)
        self.units = base.face_units(self.rest)
        self.eyes = {side: makehuman.fit_eye(base, self.rest, side) for side in "lr"}
        self.eye_x, self.eye_y = (float(value) for value in self.eyes["l"][0][:2])
        groups = base.faces
        self.body = self._near(groups["body"], below=2.6, aside=2.6)
        self.tights = self._near(groups["helper-tights"], below=3.6, aside=3.0)
        self.teeth = groups["helper-upper-teeth"] + groups["helper-lower-teeth"]
        self.tongue = groups["helper-tongue"]
        # MakeHuman's strips: number 2 is the upper lashes, number 1 the lower ones.
        self.lashes = [
            (face, upper)
            for side in "lr"
            for strip, upper in ((2, True), (1, False))
            for face in groups[f"helper-{side}-eyelashes-{strip}"]
        ]
        self.lips, self.inside, self.ear = (self._vertex_mask(name) for name in ("lips", "inside-mouth", "ears"))
        friendly = self.rest + self.moved(FRIENDLY)
        # The lips of a smile that stays must meet too.
        self.neutral = friendly + mouth_shapes.closing(Mouth(base), friendly)
        self.open_and_shut = self.neutral + self.moved({**OPEN, **BLINK})
        self.smiling = self.neutral + self.moved({**SMILE, **RAISED})
        self.frowning = self.neutral + self.moved({**FROWN, **LOWERED})
        self.front = [face for face in self.body if self._is_front(face)]
        kept = {id(face) for face in self.front}
        self.back = [face for face in self.body if id(face) not in kept]
        # Height of the mouth's middle relative to the eyes, and half its width.
        middle = Mouth(base).edge(self.rest)[0]
        self.mouth = (float(middle[1] - self.eye_y), float(np.abs(self.rest[self.lips > 0.6, 0]).max()))
        self.scalp = Scalp(self.rest, self.eye_y, config["hairline"])

    def moved(self, weights):
        """How far the shapes of `weights` move each vertex."""
        return sum(weight * self.units[name] for name, weight in weights.items())

    def middle_z(self):
        """Depth of the middle of the head above the eyes."""
        z = self.rest[: makehuman.BODY][self.rest[: makehuman.BODY, 1] > self.eye_y][:, 2]
        return float(z.min() + z.max()) / 2

    def tint(self):
        """Paint per vertex: red is blush, green scalp under the hair, blue shadow of the eyes, alpha the ears."""
        x, y, z = self.rest.T
        height, front = y - self.eye_y, z > self.middle_z() + 0.1
        makeup, tint = self.config["makeup"], np.zeros((len(self.rest), 4))
        tint[:, 3] = self.ear

        def spot(cx, cy, rx, ry):
            return np.exp(-(((x - cx) / rx) ** 2) - ((height - cy) / ry) ** 2) * front

        for side in (-1, 1):
            tint[:, 0] += (0.24 + 0.26 * makeup) * spot(side * 0.50, -0.34, 0.28, 0.20)
            tint[:, 2] += (0.14 + 0.36 * makeup) * spot(side * self.eye_x * 1.03, 0.065, 0.22, 0.10)
            tint[:, 0] += 0.10 * spot(side * self.eye_x, -0.13, 0.2, 0.06)
        tint[:, 0] += 0.24 * spot(0, -0.42, 0.13, 0.12) + 0.22 * self.ear
        if self.config["hair"] != "none":
            tint[:, 1] = smooth(0.01, 0.17, self.scalp.above(self.rest)) * (height > -0.7) * (self.ear < 0.2)
        return tint.clip(0, 1)

    def _near(self, faces, below, aside):
        """The faces that reach no further down and to the sides than the picture does."""

        def is_near(face):
            points = self.rest[[corner[0] for corner in face]]
            return points[:, 1].min() > self.eye_y - below and np.abs(points[:, 0]).max() < aside

        return [face for face in faces if is_near(face)]

    def _vertex_mask(self, name):
        """A mask of MPFB's, 0..1 per vertex."""
        picture = cv2.imread(f"{self.base.folder}/mpfb2/textures/mpfb_{name}.jpg", cv2.IMREAD_GRAYSCALE)
        height, width = picture.shape
        mask = np.zeros(len(self.rest))
        for face in self.body:
            for vertex, index in face:
                u, v = self.base.uvs[index]
                row, column = min(height - 1, max(0, int((1 - v) * height))), min(width - 1, int(u * width))
                mask[vertex] = max(mask[vertex], picture[row, column] / 255)
        return mask

    def _is_front(self, face):
        """Can the camera see it when the head turns a little? Linings of mouth and lids are kept too."""
        vertices = [corner[0] for corner in face]
        points = self.rest[vertices]
        x, y, z = points.mean(0)
        below, middle = self.eye_y - y, self.middle_z()
        if below > 2.25 or abs(x) > 1.35:
            return False
        normal = np.cross(points[1] - points[0], points[2] - points[0])
        faces_camera = normal[2] / (np.linalg.norm(normal) + 1e-12) > -0.45
        eye_z = self.eyes["l"][0][2]
        near_eye = np.hypot(abs(x) - self.eye_x, below) < 0.32 and z > eye_z - 0.2
        return bool(
            faces_camera
            or self.inside[vertices].mean() > 0.3
            or self.ear[vertices].max() > 0.15
            or (below > 0.6 and z > middle - 0.25)
            or near_eye
            or (z > middle + 0.5 and abs(x) < 0.5)
        )
