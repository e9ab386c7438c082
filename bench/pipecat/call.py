"""One call: a Pipecat pipeline of warm models that hears a recording, and what became of each line said in it."""

import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime
from moonshine import Moonshine, MoonshineSTTService, one_thread
from openai import AsyncOpenAI
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.observers.user_bot_latency_observer import LatencyBreakdown, UserBotLatencyObserver
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.piper.tts import PiperTTSService
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy, TurnAnalyzerUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.utils.string import match_endofsentence
from pipecat.workers.runner import WorkerRunner
from transport import Loudspeaker, Microphone
from voiced import voiced

RATE = 16000


@dataclass
class Setting:
    """When Pipecat takes the caller to have finished."""

    name: str
    # Seconds of silence; 0.2 is Pipecat's default.
    stop_secs: float = 0.2
    # Asks Smart Turn v3.2, as Pipecat does by default, or answers at the end of the silence.
    smart_turn: bool = True


@dataclass
class Models:
    """What all calls share."""

    root: Path
    moonshine: Moonshine
    url: str
    system: str
    # Example exchanges that stand before the conversation.
    examples: list[dict]
    max_tokens: int
    piper_threads: int


@dataclass
class Answer:
    """What became of a line; milliseconds."""

    line: dict
    # From the last voiced sample of the line to the first voiced one of the answer; None: none came.
    wait: float | None
    # Did an answer begin before the line was over?
    cut_off: bool
    # Pipecat's own account of the time between.
    parts: dict[str, float] = field(default_factory=dict)
    first_bytes: dict[str, float] = field(default_factory=dict)


def read_wav(path: str) -> np.ndarray:
    """Samples of a 16-bit mono file of 16 kHz."""
    with wave.open(path) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit(f'"{path}" is not a WAV file of 16 kHz, 16 bits, one channel.')
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def warm_smart_turn() -> LocalSmartTurnAnalyzerV3:
    analyzer = LocalSmartTurnAnalyzerV3()
    analyzer._predict_endpoint(np.zeros(8 * RATE, np.float32))
    return analyzer


def strategies(setting: Setting) -> UserTurnStrategies:
    if setting.smart_turn:
        return UserTurnStrategies(stop=[TurnAnalyzerUserTurnStopStrategy(turn_analyzer=warm_smart_turn())])
    # The silence that the VAD waits for is all: no second timer behind it.
    return UserTurnStrategies(stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.0)])


def warm_voice(models: Models) -> PiperTTSService:
    folder = models.root / "en_US-joe-medium"
    service = PiperTTSService(
        download_dir=folder, settings=PiperTTSService.Settings(voice="en_US-joe-medium")
    )
    if models.piper_threads == 1:
        # The service has no setting for it.
        service._voice.session = onnxruntime.InferenceSession(str(folder / "en_US-joe-medium.onnx"), one_thread())
    for text in ("Hello there.", "How can I help you today?"):
        list(service._voice.synthesize(text))
    match_endofsentence("Hello there. How")
    return service


async def warm_memory(models: Models) -> None:
    """Puts what every prompt begins with into the language model's memory."""
    client = AsyncOpenAI(base_url=models.url, api_key="none")
    system = {"role": "system", "content": models.system}
    messages = [system, *models.examples, {"role": "user", "content": "Hello there!"}]
    stream = await client.chat.completions.create(model="local", messages=messages, stream=True)
    async for _ in stream:
        pass
    await client.close()


def pipeline(setting: Setting, models: Models, microphone: Microphone) -> tuple[Pipeline, Loudspeaker]:
    vad = SileroVADAnalyzer(params=VADParams(stop_secs=setting.stop_secs))
    tts = warm_voice(models)
    loudspeaker = Loudspeaker(microphone, tts._voice.config.sample_rate)
    llm = OpenAILLMService(
        base_url=models.url,
        api_key="none",
        settings=OpenAILLMService.Settings(
            model="local",
            system_instruction=models.system,
            max_tokens=models.max_tokens,
            temperature=0.0,
        ),
    )
    context = LLMContextAggregatorPair(
        LLMContext(messages=list(models.examples)),
        user_params=LLMUserAggregatorParams(vad_analyzer=vad, user_turn_strategies=strategies(setting)),
    )
    stt = MoonshineSTTService(models.moonshine)
    stages = [microphone, stt, context.user(), llm, tts, loudspeaker, context.assistant()]
    return Pipeline(stages), loudspeaker


async def call(setting: Setting, models: Models, file: str, lines: list[dict]) -> list[Answer]:
    """Plays the file to a fresh pipeline in real time."""
    microphone = Microphone(read_wav(file), RATE)
    stages, loudspeaker = pipeline(setting, models, microphone)
    await warm_memory(models)
    observer = UserBotLatencyObserver(min_contribution_secs=0)
    breakdowns: list[tuple[float, LatencyBreakdown]] = []

    @observer.event_handler("on_latency_breakdown")
    async def on_breakdown(_, breakdown: LatencyBreakdown):
        breakdowns.append((microphone.now(), breakdown))

    rate = loudspeaker.rate
    params = PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=rate, enable_metrics=True)
    worker = PipelineWorker(stages, params=params, observers=[observer], enable_rtvi=False)
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)

    @microphone.event_handler("on_over")
    async def on_over(_):
        await worker.cancel()

    await runner.run()
    return answers(lines, voiced(loudspeaker.heard(), rate), breakdowns)


def answers(lines: list[dict], replies: list[tuple[float, float]], breakdowns) -> list[Answer]:
    """As bench/answers.ts has it."""
    found = []
    for index, line in enumerate(lines):
        then = lines[index + 1]["start"] if index + 1 < len(lines) else float("inf")
        onset = next((start for start, _ in replies if line["end"] < start < then), None)
        answer = Answer(
            line=line,
            wait=None if onset is None else (onset - line["end"]) * 1000,
            cut_off=any(line["start"] < start <= line["end"] for start, _ in replies),
        )
        own = next((told for at, told in breakdowns if line["end"] < at < then), None)
        if own:
            for part in own.contributions:
                answer.parts[part.key] = answer.parts.get(part.key, 0) + part.duration_secs * 1000
            for first in own.ttfb:
                answer.first_bytes[first.processor.split("#")[0]] = first.duration_secs * 1000
        found.append(answer)
    return found
