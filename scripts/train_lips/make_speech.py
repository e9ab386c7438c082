"""Speaks the sentences with every voice: DATA/<set>/<voice>/<n>.wav (16 kHz) and <n>.json ([phoneme, start, end] each)."""

import argparse
import json
import re
from pathlib import Path

import numpy as np
from scipy.io import wavfile

from voices import RATE, Festival, Flite, Kokoro, Piper, Retuned, Vocoded

FOLDER = Path(__file__).parent
ENGLISH = ["af_heart", "af_bella", "af_nicole", "af_sarah", "af_nova", "af_jessica", "am_michael", "am_fenrir", "am_puck",
           "am_echo", "am_eric", "am_onyx", "bf_emma", "bf_lily", "bm_george", "bm_fable", "af_aoede", "af_river", "am_santa",
           "bf_alice", "bm_lewis"]
# They speak English too, each with an accent of its own.
FOREIGN = ["ef_dora", "em_alex", "em_santa", "ff_siwis", "hf_alpha", "hf_beta", "hm_omega", "hm_psi", "if_sara", "im_nicola",
           "jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo", "pf_dora", "pm_alex", "pm_santa", "zf_xiaobei",
           "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi", "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang"]
# Never trained on, and nothing is chosen by them.
HELD_OUT = ["af_kore", "af_sky", "am_adam", "bm_daniel"]
# Never trained on; settings are chosen by them.
VALIDATED = ["af_alloy", "am_liam", "bf_isabella"]


# Sentences of each of Kokoro's voices: in folders by what was done to them, and in one folder.
ROUNDS, MORE = 15, 8


def words_of(text: list[str]) -> list[str]:
    return sorted({word for sentence in text for word in re.findall("[a-z]{2,}", sentence)})


def salad(words: list[str], random: np.random.Generator) -> str:
    """Words in no order, so that nothing but their sound tells the next."""
    said = random.choice(words, random.integers(6, 11)).tolist()
    return f"{' '.join(said).capitalize()}."


def kokoro_says(text: list[str], rounds: int, seed: int):
    """(folder, sentence, voices): each voice once a round, alone and mixed in turn; some rounds through the vocoders."""
    random = np.random.default_rng(seed)
    words = words_of(text)
    at = 0
    for n in range(rounds):
        for k, voice in enumerate(random.permutation(ENGLISH + FOREIGN).tolist()):
            others = [v for v in (ENGLISH if random.random() < 0.5 else FOREIGN) if v != voice]
            mixed = [voice] if n % 2 == 0 else [voice, *random.choice(others, random.integers(1, 3), replace=False).tolist()]
            said = salad(words, random) if (n + k) % 4 == 3 else text[at % len(text)]
            at += 1
            folder = {2: "kokoro_vocoded", 4: "kokoro_retuned"}.get((n + k) % 7, "kokoro")
            yield folder, said, mixed


def anyone(text: list[str], few: dict):
    """Many other voices made of a few."""
    retuned = {name: Retuned(speaker, (0.7, 2.1), (0.87, 1.22)) for name, speaker in few.items()}
    for n in range(120):
        for k, (name, speaker) in enumerate(retuned.items()):
            sentence = text[(n + 170 * k) % len(text)]
            yield "train", f"{name}_other", speaker, sentence, ()
            if n < 50:
                yield "train", f"{name}_buzz", Vocoded(speaker), sentence, ()


def validation(text: list[str], kokoro: Kokoro):
    """Sentences that the training does not hear, and words in no order, by voices that it does not hear."""
    random = np.random.default_rng(7)
    words = words_of(text[:700])
    salads = [salad(words, random) for _ in range(100)]
    others = {"vocoded": Vocoded(kokoro), "retuned": Retuned(kokoro)}
    for k, v in enumerate(VALIDATED):
        yield from (("validation", v, kokoro, s, ([v],)) for s in [*text[700 + k : 736 : 3], *salads[k::5]])
    for k, (name, speaker) in enumerate(others.items()):
        said = [*text[736 + 12 * k : 748 + 12 * k], *salads[3 + k :: 5]]
        yield from (("validation", name, speaker, s, ([VALIDATED[n % 3]],)) for n, s in enumerate(said))


def plan(text: list[str], args: argparse.Namespace):
    """(set, voice, speaker, sentence, more) of everything that is to be spoken, in an order in which any start is of use."""
    kokoro = Kokoro(args.kokoro, args.vocabulary, args.styles)
    heard = text[:700]
    yield from validation(text, kokoro)
    yield from (("test", "slt", Flite("slt"), s, ()) for s in text[780:820])
    yield from (("test", "slt_hts", Festival("cmu_us_slt_arctic_hts"), s, ()) for s in text[780:820])
    yield from (("test", "ked", Festival("ked_diphone"), s, ()) for s in text[820:840])
    for n in range(12):
        yield from (("test", v, kokoro, text[840 + 4 * n + k], ([v],)) for k, v in enumerate(HELD_OUT))
    piper = Piper(args.piper)
    for n, (name, speaker) in enumerate((("awb", Flite("awb")), ("rms", Flite("rms")), ("joe", piper))):
        yield from (("train", name, speaker, s, ()) for s in heard[100 * n : 100 * n + 400])
        yield from (("train", f"{name}_high", Retuned(speaker), s, ()) for s in heard[100 * n + 400 : 100 * n + 500])
        yield from (("train", f"{name}_vocoded", Vocoded(speaker), s, ()) for s in heard[100 * n : 100 * n + 60])
    yield from (("train", "kal16", Flite("kal16"), s, ()) for s in heard[240:360])
    yield from (("train", "kal16_high", Retuned(Flite("kal16")), s, ()) for s in heard[360:420])
    speakers = {"kokoro": kokoro, "kokoro_retuned": Retuned(kokoro, (0.7, 1.5), (0.87, 1.16)), "kokoro_vocoded": Vocoded(kokoro)}
    for folder, sentence, voices in kokoro_says(heard, ROUNDS, seed=5):
        yield "train", folder, speakers[folder], sentence, (voices,)
    few = {"awb": Flite("awb"), "rms": Flite("rms"), "kal16": Flite("kal16"), "joe": piper}
    yield from anyone(heard, few)
    for folder, sentence, voices in kokoro_says(heard[350:] + heard[:350], MORE, seed=6):
        yield "train", "kokoro_more", speakers[folder], sentence, (voices,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where to write")
    parser.add_argument("--piper", type=Path, required=True, help="folder of en_US-joe-medium")
    parser.add_argument("--kokoro", type=Path, required=True, help="Kokoro-82M as ONNX")
    parser.add_argument("--vocabulary", type=Path, required=True, help="its vocab.json")
    parser.add_argument("--styles", type=Path, required=True, help="folder of its voices/*.bin")
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
