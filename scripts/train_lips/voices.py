"""Speakers that tell when each phoneme sounds: text in, 16 kHz sound and phoneme spans out."""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pyworld
from scipy.io import wavfile
from scipy.ndimage import convolve1d
from scipy.signal import resample_poly

from phones import CMU

RATE = 16_000
Spans = list[tuple[str, float, float]]
#: Kokoro's durations lag its sound: its own program takes 3 frames off the first (`join_timestamps`), and the spectrum
#: changes most 50 to 70 ms before its borders; with the other voices here it does so at the borders.
KOKORO_LAG = 0.065


def to_16k(pcm: np.ndarray, rate: int) -> np.ndarray:
    shared = int(np.gcd(rate, RATE))
    return resample_poly(pcm, RATE // shared, rate // shared).astype(np.float32)


def ipa(text: str, language: str) -> str:
    """eSpeak NG's phonemes; punctuation, which it swallows, is put back at the end of each of its lines."""
    said = []
    for clause in filter(None, (part.strip() for part in text.replace("?", "?|").replace("!", "!|").replace(
            ".", ".|").replace(",", ",|").replace(";", ";|").replace("。", ".|").replace("，", ",|").replace("？", "?|").split("|"))):
        run = subprocess.run(["espeak-ng", "-q", "--ipa", "-v", language, clause], capture_output=True, text=True, check=True)
        mark = clause[-1] if clause[-1] in ".,?!;" else ""
        said.append(" ".join(run.stdout.split()) + mark)
    return " ".join(said)


def with_durations(path: Path, op: str) -> tuple[onnxruntime.InferenceSession, str]:
    """The model with one more output: what the only node `op` that rounds its durations gives."""
    model = onnx.load(str(path))
    names = [n.output[0] for n in model.graph.node if n.op_type == op and (op != "Clip" or "Round" in n.input[0])]
    if len(names) != 1:
        raise SystemExit(f"{path}: expected one node {op} that gives the durations, found {len(names)}")
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(names[0]))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"]), names[0]


def spread(symbols: list[str], durations: np.ndarray, seconds: float) -> Spans:
    ends = np.cumsum(durations) * seconds
    starts = ends - durations * seconds
    return [(s, float(a), float(b)) for s, a, b in zip(symbols, starts, ends)]


class Piper:
    """A Piper voice (VITS); one id has a duration in frames of 256 samples."""

    def __init__(self, folder: Path):
        [path] = folder.glob("*.onnx")
        self.session, _ = with_durations(path, "Ceil")
        self.about = json.loads(Path(f"{path}.json").read_text())

    def say(self, text: str, random: np.random.Generator) -> tuple[np.ndarray, Spans]:
        ids_of = self.about["phoneme_id_map"]
        symbols = ["^", "_"]
        for point in ipa(text, self.about["espeak"]["voice"]):
            if point in ids_of:
                symbols += [point, "_"]
        symbols.append("$")
        ids = np.array([[ids_of[s][0] for s in symbols]], np.int64)
        scales = np.array([random.uniform(0.4, 0.9), random.uniform(0.8, 1.25), random.uniform(0.6, 1)], np.float32)
        pcm, durations = self.session.run(
            None, {"input": ids, "input_lengths": np.array([ids.shape[1]], np.int64), "scales": scales})
        rate = self.about["audio"]["sample_rate"]
        spans = spread([" " if s in "^$" else s for s in symbols], durations.ravel(), 256 / rate)
        return to_16k(pcm.ravel(), rate), spans


class Kokoro:
    """Kokoro-82M; a style is one voice's table or the mean of some; durations come in frames of 25 ms."""

    def __init__(self, model: Path, vocabulary: Path, styles: Path):
        self.session, _ = with_durations(model, "Clip")
        self.vocabulary = json.loads(vocabulary.read_text())["vocab"]
        self.styles = styles

    def say(self, text: str, random: np.random.Generator, voices: list[str]) -> tuple[np.ndarray, Spans]:
        """In English, whatever the language of the first of the voices is; a British one says it the British way."""
        said = ipa(text, "en-gb" if voices[0].startswith("b") else "en-us")
        for old, new in (("r", "ɹ"), ("ɜːː", "ɜː"), ("g", "ɡ")):
            said = said.replace(old, new)
        symbols = [c for c in said if c in self.vocabulary]
        tables = [np.fromfile(self.styles / f"{v}.bin", np.float32).reshape(-1, 1, 256) for v in voices]
        shares = random.dirichlet(np.ones(len(tables)))
        style = sum(s * t[min(len(symbols), len(t)) - 1] for s, t in zip(shares, tables))
        pcm, durations = self.session.run(None, {
            "tokens": np.array([[0, *(self.vocabulary[c] for c in symbols), 0]], np.int64),
            "style": style.astype(np.float32),
            "speed": np.array([random.uniform(0.85, 1.2)], np.float32),
        })
        spans = spread([" ", *symbols, " "], durations.ravel(), 1 / 40)
        return to_16k(pcm.ravel(), 24_000), [(s, a - KOKORO_LAG, b - KOKORO_LAG) for s, a, b in spans]


class Flite:
    """A voice of flite; `-psdur` prints where each phone ends."""

    def __init__(self, voice: str):
        self.voice = voice

    def say(self, text: str, random: np.random.Generator) -> tuple[np.ndarray, Spans]:
        stretch = random.uniform(0.85, 1.2)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "said.wav"
            run = subprocess.run(
                ["flite", "-voice", self.voice, "--setf", f"duration_stretch={stretch:.3f}", "-psdur", "-t", text, "-o", path],
                capture_output=True, text=True, check=True)
            rate, pcm = wavfile.read(path)
        spans: Spans = []
        for item in run.stdout.split():
            phone, end = item.rsplit(":", 1)
            spans.append((CMU[phone], spans[-1][2] if spans else 0.0, float(end)))
        return to_16k(pcm / 32_768, rate), spans


class Festival:
    """A voice of festival; each utterance has its segments with the times of their ends."""

    def __init__(self, voice: str):
        self.voice = voice

    def say(self, text: str, random: np.random.Generator) -> tuple[np.ndarray, Spans]:
        with tempfile.TemporaryDirectory() as folder:
            wav, lab, script = (Path(folder) / name for name in ("said.wav", "said.lab", "say.scm"))
            script.write_text(
                f'(voice_{self.voice})\n(set! u (utt.synth (Utterance Text "{text}")))\n'
                f'(utt.save.segs u "{lab}")\n(utt.save.wave u "{wav}" \'riff)\n')
            subprocess.run(["festival", "-b", script], capture_output=True, check=True)
            rate, pcm = wavfile.read(wav)
            rows = [line.split() for line in lab.read_text().splitlines()]
        spans: Spans = []
        for row in rows:
            if len(row) == 3 and row[0] != "separator":
                spans.append((CMU[row[2]], spans[-1][2] if spans else 0.0, float(row[0])))
        return to_16k(pcm / 32_768, rate), spans


class Retuned:
    """Another speaker's voice with another pitch and another length of the vocal tract (the WORLD vocoder takes it apart)."""

    def __init__(self, speaker, pitch: tuple[float, float] = (1.3, 2.1), tract: tuple[float, float] = (1.03, 1.22)):
        self.speaker, self.pitch, self.tract = speaker, pitch, tract

    def say(self, text: str, random: np.random.Generator, *more) -> tuple[np.ndarray, Spans]:
        pcm, spans = self.speaker.say(text, random, *more)
        pitch, tract = random.uniform(*self.pitch), random.uniform(*self.tract)
        f0, envelope, noise = pyworld.wav2world(pcm.astype(np.float64), RATE)
        bins = np.minimum(np.arange(envelope.shape[1]) / tract, envelope.shape[1] - 1.001)
        low = bins.astype(int)
        share = bins - low
        stretched = np.ascontiguousarray(envelope[:, low] * (1 - share) + envelope[:, low + 1] * share)
        return pyworld.synthesize(f0 * pitch, stretched, noise, RATE).astype(np.float32), spans


class Vocoded:
    """
    Another speaker's voice as synthesis by hidden Markov models leaves it: few coefficients of the spectrum, smooth over
    time, an even pitch and a buzz (Zen et al., "Statistical parametric speech synthesis", 2009, section 4).
    """

    def __init__(self, speaker):
        self.speaker = speaker

    def say(self, text: str, random: np.random.Generator, *more) -> tuple[np.ndarray, Spans]:
        pcm, spans = self.speaker.say(text, random, *more)
        f0, envelope, noise = pyworld.wav2world(pcm.astype(np.float64), RATE)
        window = np.hanning(2 * random.integers(2, 6) + 1)[1:-1]
        coded = pyworld.code_spectral_envelope(envelope, RATE, int(random.integers(18, 32)))
        coded = convolve1d(coded, window / window.sum(), axis=0, mode="nearest")
        smooth = pyworld.decode_spectral_envelope(np.ascontiguousarray(coded), RATE, 2 * (envelope.shape[1] - 1))
        voiced = f0 > 0
        if voiced.any():
            middle = np.exp(np.log(f0[voiced]).mean())
            f0[voiced] = middle * (f0[voiced] / middle) ** random.uniform(0.3, 1) * random.uniform(0.8, 1.4)
        # Up to some kilohertz a pure buzz, above it noise.
        hertz = np.linspace(0, RATE / 2, noise.shape[1])
        buzz = np.clip((hertz - random.uniform(2_000, 6_000)) / 2_000, random.uniform(0.001, 0.1), 0.9)
        noise[voiced] = buzz
        return pyworld.synthesize(f0, smooth, noise, RATE).astype(np.float32), spans
