"""Moonshine for Pipecat: the program's own weights in a plain decode loop, as a segmented STT service.

Pipecat's own MoonshineSTTService has its weights fetched by a library whose C++ wrapper takes longer for the same model.
"""

import asyncio
import math
from collections.abc import AsyncGenerator
from pathlib import Path

import numpy as np
import onnxruntime
from pipecat.frames.frames import Frame, TranscriptionFrame
from pipecat.services.settings import STTSettings
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.transcriptions.language import Language
from pipecat.utils.time import time_now_iso8601

RATE = 16000
BEGIN, END = 1, 2
# Heads and width of one layer's keys and values.
HEADS, WIDTH = 8, 36
TOKENS_PER_SECOND = 6.5


def one_thread() -> onnxruntime.SessionOptions:
    """Session options for two cores that several models share."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return options


def read_vocabulary(data: bytes) -> list[bytes]:
    """The bytes of each token; the format is described in src/handlers/asr/tokenizer.ts."""
    vocabulary, at = [], 0
    while at < len(data):
        length, at = data[at], at + 1
        if length >= 128:
            length, at = data[at] * 128 + length - 128, at + 1
        vocabulary.append(data[at : at + length])
        at += length
    return vocabulary


class Moonshine:
    """Encoder and greedy decoder with a key/value cache."""

    def __init__(self, folder: Path):
        """Loads `encoder_model.ort`, `decoder_model_merged.ort` and `tokenizer.bin`."""
        self._vocabulary = read_vocabulary((folder / "tokenizer.bin").read_bytes())
        self._encoder = onnxruntime.InferenceSession(str(folder / "encoder_model.ort"), one_thread())
        self._decoder = onnxruntime.InferenceSession(str(folder / "decoder_model_merged.ort"), one_thread())
        names = [value.name for value in self._decoder.get_inputs()]
        self._self_cache = [name for name in names if ".decoder." in name]
        self._cross_cache = [name for name in names if ".encoder." in name]

    def transcribe(self, pcm: np.ndarray) -> str:
        """Recognises float32 speech of 16 kHz; blocks, but leaves the interpreter free."""
        mask = np.ones((1, len(pcm)), np.int64)
        hidden = self._encoder.run(None, {"input_values": pcm[None], "attention_mask": mask})[0]
        feeds = {"encoder_hidden_states": hidden, "encoder_attention_mask": mask}
        empty = np.zeros((1, HEADS, 1, WIDTH), np.float32)
        feeds |= {name: empty for name in self._self_cache + self._cross_cache}
        cached = self._self_cache + self._cross_cache
        tokens, token, first = [], BEGIN, True
        for _ in range(math.ceil(len(pcm) / RATE * TOKENS_PER_SECOND)):
            feeds["input_ids"] = np.array([[token]], np.int64)
            feeds["use_cache_branch"] = np.array([not first])
            wanted = [name.replace("past_key_values", "present") for name in cached]
            logits, *present = self._decoder.run(["logits", *wanted], feeds)
            feeds |= dict(zip(cached, present))
            # Later steps leave the encoder's keys and values as the first step made them.
            cached, first = self._self_cache, False
            token = int(logits[0, -1].argmax())
            if token == END:
                break
            tokens.append(token)
        return self._decode(tokens)

    def _decode(self, tokens: list[int]) -> str:
        pieces = (self._vocabulary[token] for token in tokens)
        spoken = (piece for piece in pieces if not (len(piece) > 2 and piece[:1] == b"<" and piece[-1:] == b">"))
        return b"".join(spoken).decode(errors="replace").replace("\u2581", " ").strip()


class MoonshineSTTService(SegmentedSTTService):
    """Transcribes each segment that the VAD marked, in a thread of its own as Pipecat's local services do."""

    def __init__(self, moonshine: Moonshine, **kwargs):
        settings = STTSettings(model="moonshine-tiny-en", language=Language.EN)
        super().__init__(sample_rate=RATE, settings=settings, ttfs_p99_latency=1.0, **kwargs)
        self._moonshine = moonshine

    @property
    def wants_wav_segments(self) -> bool:
        return False

    def can_generate_metrics(self) -> bool:
        return True

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        pcm = np.frombuffer(audio, np.int16).astype(np.float32) / 32768
        text = await asyncio.to_thread(self._moonshine.transcribe, pcm)
        if text:
            yield TranscriptionFrame(text, self._user_id, time_now_iso8601(), Language.EN)
