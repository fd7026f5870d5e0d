"""`harvest classify`: what the results of records rest on that somebody hands us, one JSON line each."""

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

import typer

from harvest.cli.terminal import advise, plain, standard_input

if TYPE_CHECKING:
    from concurrent.futures import Future

    from harvest.classifying import Answer

SOME_BAD: Final = 2
"""Finished, but some lines held no record: partial, as crawls are."""
CHUNK: Final = 64
"""Lines that a worker gets at a time."""
AHEAD: Final = 4
"""Chunks for each worker that are read before the first of them is answered."""

Numbered = tuple[int, bytes]


def classify(
    *,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Stop after N records.")] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, metavar="N", help="Processes; with several, answers come in batches.")
    ] = 1,
) -> int:
    """Label records that are given as JSON Lines.

    Human, preclinical, anecdotal, none or undetermined, with the reasons; no topic, ledger or network is needed.
    Standard input has one JSON object a line: id, title, abstract or text; where known journal, keywords, mesh,
    publication_types, language, provider. Each is answered by one line, in order: id, evidence, design, tier,
    probability, needs_review, reasons. A line that holds no record is answered with its error, which is said on
    standard error too.

    Exit codes: 0 all classified, 2 some lines held no record.
    """
    from harvest.jsonl_records import numbered

    stream = standard_input("records, one JSON object a line")
    given = islice(numbered(stream), limit)
    answered = _one_by_one(given) if workers == 1 else _side_by_side(given, workers)
    bad = 0
    for number, said in answered:
        sys.stdout.buffer.write(said.line)
        sys.stdout.buffer.flush()
        if said.complaint:
            bad += 1
            advise(f"harvest: line {number}: {plain(said.complaint)}")
    return SOME_BAD if bad else 0


def _one_by_one(given: Iterable[Numbered]) -> Iterator[tuple[int, "Answer"]]:
    from harvest.classifying import answer

    for number, line in given:
        yield number, answer(line)


def _side_by_side(given: Iterator[Numbered], workers: int) -> Iterator[tuple[int, "Answer"]]:
    """The same in several processes; answers keep the order of the lines."""
    import signal
    from concurrent.futures import ProcessPoolExecutor

    from harvest.classifying import answers

    begun: deque[tuple[list[int], Future[list[Answer]]]] = deque()
    with ProcessPoolExecutor(workers, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        while True:
            while len(begun) < workers * AHEAD and (chunk := list(islice(given, CHUNK))):
                numbers, lines = zip(*chunk, strict=True)
                begun.append((list(numbers), pool.submit(answers, lines)))
            if not begun:
                return
            numbers_of, future = begun.popleft()
            yield from zip(numbers_of, future.result(), strict=True)
