"""Where hair grows."""

import numpy as np

import makehuman

# Angle about the head from the forehead to the nape, degrees, and the height of the hair line there above the eyes.
ANGLES = [0, 10, 20, 30, 40, 50, 60, 75, 84, 100, 112, 130, 180]
HAIRLINES = {
    "round": [0.60, 0.60, 0.595, 0.57, 0.52, 0.45, 0.36, 0.19, -0.02, 0.08, -0.2, -0.45, -0.62],
    "peak": [0.545, 0.575, 0.595, 0.59, 0.55, 0.47, 0.37, 0.19, -0.02, 0.08, -0.2, -0.45, -0.62],
    "temples": [0.575, 0.59, 0.625, 0.665, 0.66, 0.55, 0.41, 0.20, -0.02, 0.08, -0.2, -0.45, -0.62],
}
# Hair thins out towards its edge within this distance, decimetres.
EDGE = 0.13


class Scalp:
    """`scale` is the height of the skull against that of a usual head."""

    def __init__(self, rest, eye_y, hairline):
        head = rest[: makehuman.BODY][rest[: makehuman.BODY, 1] > eye_y - 0.3]
        self.eye_y = eye_y
        self.scale = (float(head[:, 1].max()) - eye_y) / 1.04
        middle = float(head[:, 2].min() + head[:, 2].max()) / 2
        self.center = np.array([0, eye_y + 0.12 * self.scale, middle - 0.12])
        self.heights = HAIRLINES[hairline]

    def above(self, points):
        """Height above the hair line, decimetres; negative where no hair grows."""
        angle = np.degrees(np.arctan2(np.abs(points[..., 0]), points[..., 2] - self.center[2] - 0.10))
        return points[..., 1] - self.eye_y - self.scale * np.interp(angle, ANGLES, self.heights)
