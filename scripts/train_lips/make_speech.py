"""Speaks the sentences with every voice: DATA/<set>/<voice>/<n>.wav (16 kHz) and <n>.json ([phoneme, start, end] each)."""

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from voices import RATE, Festival, Flite, Kokoro, Piper, Retuned

FOLDER = Path(__file__).parent
TRAINED = ["af_heart", "af_bella", "af_nicole", "af_sarah", "af_nova", "af_jessica", "am_michael", "am_fenrir", "am_puck",
           "am_echo", "am_eric", "am_onyx", "bf_emma", "bf_lily", "bm_george", "bm_fable"]
# Never trained on, and nothing is chosen by them.
HELD_OUT = ["af_kore", "af_sky", "am_adam", "bm_daniel"]
# Never trained on; settings are chosen by them.
VALIDATED = ["af_alloy", "am_liam", "bf_isabella"]


def plan(text: list[str], args: argparse.Namespace):
    """(set, voice, speaker, sentence, more) of everything that is to be spoken, in an order in which any start is of use."""
    kokoro = Kokoro(args.kokoro, args.vocabulary, args.styles)
    random = np.random.default_rng(5)
    for name, speaker in (("awb", Flite("awb")), ("rms", Flite("rms"))):
        yield from (("train", name, speaker, s, ()) for s in text[:240])
    for n, name in enumerate(("awb", "rms")):
        yield from (("train", f"{name}_high", Retuned(Flite(name)), s, ()) for s in text[440 + 50 * n : 490 + 50 * n])
    yield from (("train", "kal16", Flite("kal16"), s, ()) for s in text[240:320])
    yield from (("test", "slt", Flite("slt"), s, ()) for s in text[780:820])
    yield from (("test", "slt_hts", Festival("cmu_us_slt_arctic_hts"), s, ()) for s in text[780:820])
    yield from (("test", "ked", Festival("ked_diphone"), s, ()) for s in text[820:840])
    for n in range(12):
        yield from (("validation", v, kokoro, text[700 + 3 * n + k], ([v],)) for k, v in enumerate(VALIDATED))
    piper = Piper(args.piper)
    yield from (("train", "joe", piper, s, ()) for s in text[320:580])
    for n in range(12):
        yield from (("test", v, kokoro, text[840 + 4 * n + k], ([v],)) for k, v in enumerate(HELD_OUT))
    for n in range(args.rounds):
        for k, v in enumerate(TRAINED):
            mixed = [v] if n % 2 == 0 else [v, *random.choice([t for t in TRAINED if t != v], 2, replace=False).tolist()]
            yield "train", "kokoro", kokoro, text[(n * len(TRAINED) + k) % 700], (mixed,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where to write")
    parser.add_argument("--piper", type=Path, required=True, help="folder of en_US-joe-medium")
    parser.add_argument("--kokoro", type=Path, required=True, help="Kokoro-82M as ONNX")
    parser.add_argument("--vocabulary", type=Path, required=True, help="its vocab.json")
    parser.add_argument("--styles", type=Path, required=True, help="folder of its voices/*.bin")
    parser.add_argument("--rounds", type=int, default=26, help="sentences of each of Kokoro's voices")
    args = parser.parse_args()
    text = (FOLDER / "sentences.txt").read_text().splitlines()
    counts: dict[Path, int] = {}
    for subset, voice, speaker, sentence, more in plan(text, args):
        folder = args.data / subset / voice
        folder.mkdir(parents=True, exist_ok=True)
        number = counts[folder] = counts.get(folder, -1) + 1
        stem = folder / f"{number:04}"
        if stem.with_suffix(".json").exists():
            continue
        pcm, spans = speaker.say(sentence, np.random.default_rng(number), *more)
        wavfile.write(stem.with_suffix(".wav"), RATE, (np.clip(pcm, -1, 1) * 32_767).astype(np.int16))
        stem.with_suffix(".json").write_text(json.dumps([[p, round(a, 4), round(b, 4)] for p, a, b in spans]))
        print(stem, flush=True)


if __name__ == "__main__":
    main()
