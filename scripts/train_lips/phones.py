"""From phonemes to mouth shapes, as src/face/visemes.ts and src/face/timeline.ts do it, and the phone sets of CMU's voices."""

import re
import unicodedata
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src/face/visemes.ts"
SILENCE = "sil"
BLANK_LIMIT = 0.08
JOIN = 0.03
BREATH = 0.025
WORD_GAP = 0.08
LENGTH_MARKS, STRESS_MARKS = "ːˑ", "ˈˌ"

# The phone set of flite's and festival's American voices, in IPA.
CMU = {
    "aa": "ɑ", "ae": "æ", "ah": "ʌ", "ao": "ɔ", "aw": "aʊ", "ax": "ə", "ay": "aɪ", "b": "b", "ch": "tʃ", "d": "d",
    "dh": "ð", "dx": "ɾ", "eh": "ɛ", "el": "əl", "em": "m", "en": "n", "er": "ɚ", "ey": "eɪ", "f": "f", "g": "ɡ",
    "hh": "h", "hv": "h", "ih": "ɪ", "iy": "i", "jh": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n", "nx": "n",
    "ng": "ŋ", "ow": "oʊ", "oy": "ɔɪ", "p": "p", "r": "ɹ", "s": "s", "sh": "ʃ", "t": "t", "th": "θ", "uh": "ʊ",
    "uw": "u", "v": "v", "w": "w", "y": "j", "z": "z", "zh": "ʒ", "pau": " ", "h#": " ", "brth": " ", "ssil": " ",
}


def letters() -> dict[str, str]:
    """The viseme of each IPA letter, read from the TypeScript source so that there is one table."""
    source = SOURCE.read_text(encoding="utf-8")
    table = re.search(r"const letters[^{]*\{(.*?)\n\};", source, re.S)
    if table is None:
        raise SystemExit(f'{SOURCE}: expected a table "const letters"')
    rows = re.findall(r'(\w+): "([^"]+)"', table[1])
    return {letter: viseme for viseme, of in rows for letter in of}


BY_LETTER = letters()
CLASSES = [SILENCE, *dict.fromkeys(BY_LETTER.values())]


def segments(spans: list[tuple[str, float, float]]) -> list[list]:
    """Spans (phoneme, start, end in seconds) as [viseme, start, end]; the same rules as `append` in timeline.ts."""
    result: list[list] = []
    pending = -1.0
    for phoneme, start, end in spans:
        if phoneme == "_" or (len(phoneme) == 1 and phoneme in STRESS_MARKS):
            pending = start if pending < 0 else pending
            continue
        units: list[str] = []
        for letter in unicodedata.normalize("NFD", phoneme):
            viseme = (units[-1] if units else None) if letter in LENGTH_MARKS else BY_LETTER.get(letter)
            if viseme:
                units.append(viseme)
        if units:
            first = start if pending < 0 else max(pending, start - BLANK_LIMIT)
            step = (end - first) / len(units)
            for i, viseme in enumerate(units):
                push(result, viseme, first + i * step, first + (i + 1) * step)
            if phoneme.endswith("p"):
                last = result[-1]
                last[2] = max(last[2] - BREATH, (last[1] + last[2]) / 2)
        elif result and phoneme in LENGTH_MARKS:
            result[-1][2] = max(result[-1][2], end)
        pending = -1.0
    return result


def push(result: list[list], viseme: str, start: float, end: float) -> None:
    gap = start - result[-1][2] if result else 0.0
    if result and result[-1][0] == viseme and gap < JOIN:
        result[-1][2] = max(result[-1][2], end)
    else:
        result.append([viseme, start - gap if viseme == "PP" and gap < WORD_GAP else start, end])
