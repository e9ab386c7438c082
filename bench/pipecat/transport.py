"""A caller without a network: a recording as the microphone, and a loudspeaker that notes when each sample leaves."""

import asyncio
import time

import numpy as np
from pipecat.frames.frames import InputAudioRawFrame, OutputAudioRawFrame, StartFrame
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams

# Seconds of sound in an input frame, as WebRTC brings it.
FRAME = 0.02


class Microphone(BaseInputTransport):
    """Plays 16-bit samples in real time: a frame comes when its last sample has been said."""

    def __init__(self, pcm: np.ndarray, rate: int):
        super().__init__(TransportParams(audio_in_enabled=True, audio_in_sample_rate=rate))
        self._pcm = pcm
        self._rate = rate
        self.began = 0.0
        self._register_event_handler("on_over")

    async def start(self, frame: StartFrame):
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._playing = self.create_task(self._play())

    def now(self) -> float:
        """Seconds since the first sample was said."""
        return time.monotonic() - self.began

    async def _play(self):
        size = round(self._rate * FRAME)
        self.began = time.monotonic()
        for index in range(len(self._pcm) // size):
            await asyncio.sleep(max(0, (index + 1) * FRAME - self.now()))
            audio = self._pcm[index * size : (index + 1) * size].tobytes()
            await self.push_audio_frame(InputAudioRawFrame(audio, self._rate, 1))
        await self._call_event_handler("on_over")


class Loudspeaker(BaseOutputTransport):
    """Takes sound as fast as it is heard, the first of an answer at once, and keeps it on the microphone's clock."""

    def __init__(self, microphone: Microphone, rate: int):
        super().__init__(TransportParams(audio_out_enabled=True, audio_out_sample_rate=rate))
        self._microphone = microphone
        self.rate = rate
        self._played: list[tuple[float, np.ndarray]] = []
        self._end = 0.0

    async def start(self, frame: StartFrame):
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        now = self._microphone.now()
        samples = np.frombuffer(frame.audio, np.int16)
        begin = max(now, self._end)
        self._end = begin + len(samples) / self.rate
        self._played.append((begin, samples))
        await asyncio.sleep(self._end - now)
        return True

    def heard(self) -> np.ndarray:
        """All that was played, float32, from the microphone's first sample on."""
        track = np.zeros(int((self._end + 1) * self.rate), np.float32)
        for begin, samples in self._played:
            at = round(begin * self.rate)
            track[at : at + len(samples)] = samples / 32768
        return track
