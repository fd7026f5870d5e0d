"""`harvest dedupe`: which records are one document, of those that somebody hands us, one JSON line each."""

import sys
from itertools import islice
from typing import Annotated, Final

import typer

from harvest.cli.terminal import advise, plain, standard_input

SOME_BAD: Final = 2
"""Finished, but some lines held no record: partial, as crawls are."""


def dedupe(
    *,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Stop after N records.")] = None,
) -> int:
    """Say which records are one document, of those that are given as JSON Lines.

    Standard input has one JSON object a line: id; where known title, authors, year, journal, volume, pages, doi, pmid,
    pmcid, keys, publication_types, vernacular_title. Each is answered by one line, in order: id, cluster (the id of
    the first record of its document) and maybe (ids of records at which a person should look). Answers come when all
    is read, since a later record may join two that stood apart. A line that holds no record is answered with its
    error, which is said on standard error too.

    Exit codes: 0 all read, 2 some lines held no record.
    """
    from harvest.deduping import answers
    from harvest.jsonl_records import numbered

    stream = standard_input("records, one JSON object a line")
    bad = 0
    for said in answers(islice(numbered(stream), limit)):
        sys.stdout.buffer.write(said.line)
        if said.complaint:
            bad += 1
            advise(f"harvest: line {said.number}: {plain(said.complaint)}")
    sys.stdout.buffer.flush()
    return SOME_BAD if bad else 0
