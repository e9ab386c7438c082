"""Small functions of numbers and vectors that several parts use."""

import numpy as np


def smooth(low, high, x):
    """0 below `low`, 1 above `high`, a smooth step between them (Hermite)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def unit(vectors):
    """Vectors of length 1."""
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)
