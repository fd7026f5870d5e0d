"""Where a text's sentences begin and end."""

import re

_END = re.compile(r"[.!?\n](?:(?<=\n)(\n*)|(?<!\n)[)\]\"']?(\s+)(?=[A-Z0-9\[(\"']))")
_ABBREVIATED = (
    "vs.", "e.g.", "i.e.", "i.p.", "i.v.", "s.c.", "p.o.", "cf.", " No.", "Fig.", "approx.", " ca.", " Dr.", " St.",
)  # fmt: skip
_LINE = 1
"""The group of `_END` that is the end of a line: that always ends a sentence, `vs.` and the like never do."""


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences' spans, in code points, without the white space between them."""
    cuts = [0]
    for end in _END.finditer(text):
        line = end.lastindex == _LINE
        at = end.start() if line else end.start(end.lastindex or 0)
        if line or not text.endswith(_ABBREVIATED, 0, at):
            cuts += [at, end.end()]
    cuts.append(len(text))
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if a < b]
