"""Plays recordings to Pipecat and prints how long its answers took and how often they cut the caller off.

Needs the program's own models (`deno task models fetch`) and Deno; run.sh starts it in its virtual environment.
"""

import argparse
import asyncio
import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from call import RATE, Answer, Models, Setting, call, read_wav
from moonshine import Moonshine
from report import header, latencies, load, stages, turns
from voiced import voiced

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".cache" / "pipecat" / "lines"
# Pipecat's default; the same without Smart Turn; and, besides, with the silence that the program waits for.
SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("smart-turn"),
        Setting("vad", smart_turn=False),
        Setting("vad-128", stop_secs=0.128, smart_turn=False),
    )
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=12, help="plain lines (default 12)")
    parser.add_argument("--pauses", type=int, default=6, help="lines with each length of pause (default 6)")
    parser.add_argument("--settings", default=",".join(SETTINGS), help=f"some of {','.join(SETTINGS)}")
    parser.add_argument("--piper-threads", type=int, choices=(1, 2), default=1, help="2: as Piper has it (default 1)")
    return parser.parse_args()


@contextmanager
def llm_server():
    """The language model's server; yields its address."""
    command = ["deno", "run", "-A", "--quiet", "bench/pipecat/llm_server.ts"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        port = process.stdout.readline().strip()
        if not port.isdigit():
            raise SystemExit("The language model's server did not start; its message is above.")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def check_voiced(calls: list[dict]) -> None:
    """The last voiced sample must be the same one that the program's own benchmark finds."""
    for each in calls:
        own = voiced(read_wav(each["file"]).astype(np.float32) / 32768, RATE)
        if not np.allclose(own, [[span["start"], span["end"]] for span in each["voiced"]]):
            raise SystemExit(f'voiced.py and tests/voiced.ts disagree about "{each["file"]}".')


async def play(models: Models, calls: list[dict], chosen: list[Setting]) -> dict[str, list[Answer]]:
    """The settings take turns, call by call and there and back, so that a busy machine favours none."""
    by_setting: dict[str, list[Answer]] = {setting.name: [] for setting in chosen}
    for index, each in enumerate(calls):
        for setting in chosen if index % 2 == 0 else chosen[::-1]:
            print(f"Call {index + 1} of {len(calls)}, {setting.name} …", file=sys.stderr)
            by_setting[setting.name] += await call(setting, models, each["file"], each["lines"])
    return by_setting


def main() -> None:
    chosen = options()
    # Ends the language model's server, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    unknown = set(chosen.settings.split(",")) - set(SETTINGS)
    if unknown:
        raise SystemExit(f'--settings: unknown "{unknown.pop()}", expected some of {",".join(SETTINGS)}.')
    command = ["deno", "run", "-A", "--quiet", "bench/pipecat/lines.ts", str(FOLDER)]
    subprocess.run([*command, "--turns", str(chosen.turns), "--pauses", str(chosen.pauses)], cwd=ROOT, check=True)
    script = json.loads((FOLDER / "lines.json").read_text())
    check_voiced(script["calls"])
    print(header(chosen.piper_threads, script["threads"]), flush=True)
    with llm_server() as url:
        models = Models(
            root=ROOT / "models",
            moonshine=Moonshine(ROOT / "models" / "moonshine-tiny-en"),
            url=url,
            system=script["system"],
            examples=script["examples"],
            max_tokens=script["maxTokens"],
            piper_threads=chosen.piper_threads,
        )
        models.moonshine.transcribe(np.random.default_rng(1).normal(0, 0.01, 3 * RATE).astype(np.float32))
        settings = [SETTINGS[name] for name in chosen.settings.split(",")]
        found = asyncio.run(play(models, script["calls"], settings))
    print(f"\n{turns(found)}\n\n{latencies(found)}\n\n{stages(found)}\n\n{load('after')}")


main()
