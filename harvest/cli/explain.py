"""`harvest explain`: why a record was judged as it was, for people who check it."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from harvest.cli.ledgers import ledger_of
from harvest.cli.terminal import advise, as_json, plain, say, standard_input

if TYPE_CHECKING:
    from harvest.configuration import Configuration
    from harvest.explaining import Later
    from harvest.ledger import Entry
    from harvest.reading import Reading

Body = dict[str, Any]

STDIN: Final = "-"
LATER: Final = frozenset({"changed", "reclassified", "review"})
SOME_BAD: Final = 2


def explain(
    topic: Annotated[str, typer.Argument(metavar="TOPIC|-", help="The topic's slug; - for records on standard input.")],
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="sN|KEY...", help="Sources (s3), or records left out (pmid:16996037).")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Say why records were judged as they were.

    Every label in words for readers, below it the words that caused it, each in its sentence and with the rule; what
    spoke against it; and what was decided anew later. With - in place of a topic: the same for records that are read
    from standard input as `harvest classify` reads them.
    """
    from harvest.errors import UsageError

    if topic == STDIN:
        if sources:
            raise UsageError("expected records on standard input and nothing else", hint="harvest explain - < FILE")
        return _given(json=json)
    if not sources:
        raise UsageError("expected a source or the key of a record, got none", hint=f"harvest explain {topic} s1")
    _settled(topic, sources, json=json)
    return 0


def _given(*, json: bool) -> int:
    """Explain records from standard input; a line that holds none is said and passed over."""
    from harvest import explaining, jsonl_records
    from harvest.errors import ParseError
    from harvest.evidence import classify

    said: list[Body] = []
    bad = 0
    for number, line in jsonl_records.numbered(standard_input("records, one JSON object a line")):
        try:
            given = jsonl_records.read(jsonl_records.fields(line))
        except ParseError as error:
            bad += 1
            advise(f"harvest: line {number}: {plain(error.message)}")
            continue
        said.append({"id": given.id} | explaining.of_evidence(given.record, classify(given.record)))
    _say(said, {}, json=json)
    return SOME_BAD if bad else 0


def _settled(topic: str, sources: list[str], *, json: bool) -> None:
    from datetime import UTC, datetime

    from harvest.configuration import Configuration
    from harvest.explaining import Later
    from harvest.reading import read

    configuration = Configuration.load()
    path = ledger_of(topic, configuration)
    later: dict[str, list[Later]] = {}

    def keep(entry: "Entry") -> None:
        if entry.type in LATER:
            about = entry.body.get("sid") or entry.body["key"]
            later.setdefault(about, []).append(Later(entry.time, entry.type, entry.body))

    reading = read(path, told=keep, now=datetime.now(UTC))
    _say([_whole(reading.find(wanted), reading, configuration) for wanted in sources], later, json=json)


def _whole(body: Body, reading: "Reading", configuration: "Configuration") -> Body:
    """The line of a record that was left out has no abstract: it is read from the answer that was kept, if it was."""
    from harvest.crawl.rejudge import kept_records

    pointed = any(reason["field"] == "abstract" for reason in body.get("reasons", ()))
    if "abstract" in body or not pointed:
        return body
    found, _ = kept_records([body["key"]], reading.catalogue, configuration.archive)
    return body | {"abstract": found[0].record.abstract_text} if found else body


def _say(bodies: list[Body], later: dict[str, list["Later"]], *, json: bool) -> None:
    from harvest import explaining

    if json:
        as_json({"explained": [explaining.as_json(body, _about(body, later)) for body in bodies]})
        return
    for number, body in enumerate(bodies):
        if number:
            say()
        for line in explaining.lines(body, _about(body, later)):
            say(_indented(line))


def _about(body: Body, later: dict[str, list["Later"]]) -> "list[Later]":
    """What was written of a record later; of one that was left out first and is a source now, of both in order."""
    found = [*later.get(body["key"], ()), *later.get(body.get("sid") or "", ())]
    return sorted(found, key=lambda one: one.time)


def _indented(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + plain(line[indent:])
