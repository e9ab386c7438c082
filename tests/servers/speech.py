"""
Bootlegger's OpenAI-compatible transcription and speech, with Moonshine tiny from its package and a Piper voice.
Arguments: voice file, port.
"""

import sys
import threading

import bootlegger.speech
import moonshine_voice
import numpy
import uvicorn
from bootlegger.config import Settings
from bootlegger.main import create_app
from piper import PiperVoice, SynthesisConfig

voice_file, port = sys.argv[1:3]
voice = PiperVoice.load(voice_file)
lock = threading.Lock()


class Speaker:
    def synthesize(self, text, speed=None, **_):
        settings = SynthesisConfig(length_scale=1 / speed if speed else None)
        with lock:
            chunks = [chunk.audio_float_array for chunk in voice.synthesize(text, settings)]
        return numpy.concatenate(chunks).tolist(), voice.config.sample_rate


def packaged_model(*_, **__):
    return str(moonshine_voice.get_model_path("tiny-en")), moonshine_voice.ModelArch.TINY


moonshine_voice.get_model_for_language = packaged_model
bootlegger.speech._get_tts = lambda language, voice: Speaker()
uvicorn.run(create_app(Settings()), host="127.0.0.1", port=int(port), log_level="info")
