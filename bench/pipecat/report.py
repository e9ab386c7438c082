"""Tables of the comparison, as Markdown."""

import math
import os
import platform
from importlib.metadata import version

from call import Answer

PACKAGES = ["pipecat-ai", "piper-tts", "onnxruntime", "openai", "numpy"]
# Pipecat's names for the parts of the time between; what is in none of them is its pipeline's own.
PARTS = [
    "endpointing_wait",
    "transcription",
    "turn_detection",
    "llm_inference",
    "sentence_aggregation",
    "speech_synthesis",
    "output_transport",
]
SERVICES = ["MoonshineSTTService", "OpenAILLMService", "PiperTTSService"]


def percentile(numbers: list[float], p: float) -> float:
    """Nearest rank, as bench/statistics.ts has it."""
    ranked = sorted(numbers)
    return ranked[max(0, math.ceil(p * len(ranked)) - 1)] if ranked else math.nan


def rounded(number: float | None) -> str:
    return "–" if number is None or math.isnan(number) else str(math.floor(number + 0.5))


def table(head: list, rows: list[list]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def processor() -> str:
    with open("/proc/cpuinfo") as file:
        names = (line.split(":")[1].strip() for line in file if line.startswith("model name"))
        return next(names, platform.machine())


def load(when: str) -> str:
    return f"Load of the machine {when}: {', '.join(f'{mean:.1f}' for mean in os.getloadavg())}."


def header(piper_threads: int, llm_threads: int) -> str:
    return "\n".join(
        [
            f"Python {platform.python_version()}, "
            + ", ".join(f"{package} {version(package)}" for package in PACKAGES)
            + ".",
            "Models (threads): Pipecat's Silero VAD (1), Smart Turn v3.2 (1), moonshine-tiny-en (1), "
            f"SmolLM2-135M-Instruct ({llm_threads}), en_US-joe-medium ({piper_threads}).",
            f"Processor: {processor()}, {os.cpu_count()} cores.",
            load("before"),
        ]
    )


def waits(answers: list[Answer]) -> list[float]:
    return [answer.wait for answer in answers if answer.wait is not None]


def summary(name: str, answers: list[Answer]) -> list:
    times = waits(answers)
    cut = sum(answer.cut_off for answer in answers)
    return [
        name,
        len(answers),
        f"{cut} ({100 * cut / len(answers):.0f} %)",
        rounded(percentile(times, 0.5)),
        rounded(percentile(times, 0.95)),
        len(answers) - len(times),
    ]


def latencies(by_setting: dict[str, list[Answer]]) -> str:
    rows = []
    for name, answers in by_setting.items():
        plain = [answer for answer in answers if answer.line["pause"] == 0]
        paused = [answer for answer in answers if answer.line["pause"] > 0]
        if plain:
            rows.append(summary(f"{name}, plain", plain))
        for pause in sorted({answer.line["pause"] for answer in paused}):
            part = [answer for answer in paused if answer.line["pause"] == pause]
            rows.append(summary(f"{name}, pause {pause} ms", part))
        if paused:
            rows.append(summary(f"{name}, all pauses", paused))
    return table(["setting", "lines", "cut off", "wait p50 ms", "p95 ms", "unanswered"], rows)


def stages(by_setting: dict[str, list[Answer]]) -> str:
    """Pipecat's own account, plain lines only."""
    parts, firsts = [], []
    for name, answers in by_setting.items():
        plain = [answer for answer in answers if answer.line["pause"] == 0]
        for p in (0.5, 0.95):
            label = f"{name}, p{100 * p:.0f}"
            told = [answer for answer in plain if answer.parts]
            known = [[answer.parts.get(part, 0) for answer in told] for part in PARTS]
            rest = [sum(value for key, value in answer.parts.items() if key not in PARTS) for answer in told]
            total = [sum(answer.parts.values()) for answer in told]
            parts.append([label, *(rounded(percentile(values, p)) for values in (*known, rest, total))])
            firsts.append(
                [label]
                + [
                    rounded(percentile([a.first_bytes[s] for a in plain if s in a.first_bytes], p))
                    for s in SERVICES
                ]
            )
    heads = [part.replace("_", " ") for part in PARTS]
    return "\n\n".join(
        [
            "Pipecat's own account (UserBotLatencyObserver), plain lines, ms from the end of speech that its VAD found:",
            table(["", *heads, "pipeline", "total"], parts),
            "Time to first byte (its metrics; that of the STT counts from the end of speech):",
            table(["", "STT", "LLM", "TTS"], firsts),
        ]
    )


def turns(by_setting: dict[str, list[Answer]]) -> str:
    rows = [
        [name, answer.line["name"], answer.line["pause"] or "", rounded(answer.wait), "yes" if answer.cut_off else ""]
        for name, answers in by_setting.items()
        for answer in answers
    ]
    return table(["setting", "said", "pause ms", "wait ms", "cut off"], rows)
