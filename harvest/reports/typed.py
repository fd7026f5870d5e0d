"""How a text is typed: capitals, marks, brackets, links, where the writer and the condition come in it."""

import re

from harvest.reports.lexicon import FIRST, is_condition

_WORD = re.compile(r"[^\W\d_][^\W\d_'’]*")  # noqa: RUF001 - the curly apostrophe, as typed
_SHORT = 3
_PICTURES = "\U0001f000"


def typed(text: str, words: list[str]) -> list[str]:
    """Features of how `text`, whose words these are, was typed."""
    stripped, size = text.strip(), len(words).bit_length()
    last = stripped[-1:]
    return [
        *_capitals(text),
        f"end {'a' if last.isalpha() else last}",
        f"cut {last.isalnum()} {size}",
        f"tail {text.endswith(' ')}",
        f"lines {min(3, text.count(chr(10)))}",
        f"link {'http' in text or 'www' in text}",
        f"leads {text[:1] == '['} {text[:1] == chr(34)}",
        f"bracket {'[' in text}",
        f"round {'(' in text}",
        f"tag {'#' in text}",
        f"picture {not text.isascii() and max(text) > _PICTURES}",
        f"numbers {min(3, sum([word[0].isdigit() for word in words]))}",
        f"length {min(12, len(words) // 8)}",
        *_order(words),
    ]


def _capitals(text: str) -> list[str]:
    """Headings have them everywhere, posts at the beginning, messages nowhere."""
    words = _WORD.findall(text)
    long = [word[0].isupper() for word in words[1:] if len(word) > _SHORT]
    share = round(5 * sum(long) / max(1, len(long)))
    shouted = sum([word.isupper() for word in words if len(word) > 1])
    return [
        f"capitals {share}",
        f"capitals {share} of {len(words).bit_length()}",
        f"shouted {min(3, shouted)}",
        f"begins low {bool(words) and words[0][0].islower()}",
    ]


def _order(words: list[str]) -> list[str]:
    """Where the first condition stands, where the writer, and which comes first."""
    conditions = [place for place, word in enumerate(words) if is_condition(word)]
    own = next((place for place, word in enumerate(words) if word in FIRST), None)
    where = min(4, 5 * conditions[0] // len(words)) if conditions else None
    order = own < conditions[0] if own is not None and conditions else (own is None, bool(conditions))
    return [
        f"condition at {where}",
        f"condition at {where} of {len(words).bit_length()}",
        f"conditions {min(3, len(conditions))}",
        f"own at {own if own is None else min(6, own)}",
        f"own before {order}",
    ]
