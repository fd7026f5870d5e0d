"""`harvest show`: the sources of a topic, or one of them with everything that is known of it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from harvest.cli.ledgers import ledger_of
from harvest.cli.terminal import advise, as_json, hand_over, plain, say, table

if TYPE_CHECKING:
    from harvest.configuration import Configuration
    from harvest.reading import Reading

Body = dict[str, Any]


def show(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    source: Annotated[
        str | None, typer.Argument(metavar="sN|KEY", help="A source (s3), or any record looked at (pmid:16996037).")
    ] = None,
    *,
    snapshot: Annotated[
        bool, typer.Option("--snapshot", help="Print the provider's own record and check its digest.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """List a topic's sources, or show one in full.

    In full: what it is, how it was judged, the words that caused it, which search found it, and where the provider's
    own answer is kept.
    """
    from datetime import UTC, datetime

    from harvest.configuration import Configuration
    from harvest.errors import UsageError
    from harvest.reading import read

    if snapshot and source is None:
        raise UsageError("expected a source for --snapshot, got none", hint=f"harvest show {topic} s1 --snapshot")
    configuration = Configuration.load()
    path = ledger_of(topic, configuration)
    reading = read(path, now=datetime.now(UTC))
    if source is None:
        _list(reading, topic, json=json)
    elif snapshot:
        _snapshot(configuration, reading.find(source))
    else:
        _one(reading, reading.find(source), json=json)
    return 0


def _list(reading: "Reading", topic: str, *, json: bool) -> None:
    from harvest import wording

    sources, erased = reading.sources, reading.erased
    if json:
        as_json({"topic": topic, "synthetic": reading.synthetic, "sources": list(sources.values()), "erased": erased})
        return
    if reading.synthetic:
        advise("SYNTHETIC: made against an emulator or a reconstructed recording; not evidence")
    rows = [
        (
            sid,
            body["year"] or "",
            wording.said(wording.MATCH, body["screening"]),
            wording.evidence(body),
            wording.said(wording.DESIGN, body["design"]),
            "RETRACTED " * ("retracted" in body["flags"]) + wording.title(body),
        )
        for sid, body in sources.items()
    ]
    if rows:
        table(("source", "year", "match", "evidence", "design", "title"), rows)
    gone = f"; {len(erased)} more erased" if erased else ""
    advise(f"{len(rows)} sources, {wording.UNCHECKED}; `harvest show {topic} s1` says why{gone}")


def _one(reading: "Reading", body: Body, *, json: bool) -> None:
    from harvest.account import described, quoted_in_full

    search = next((one for one in reading.catalogue.searches if one["seq"] == body.get("query")), None)
    if search is not None:
        search = search | {"time": reading.times[search["seq"]]}
    catalogue = reading.catalogue
    heard = catalogue.standings.heard(catalogue.merges.members(body.get("sid", "")))
    if json:
        standing = {service: word.as_json() for service, word in heard.items()}
        as_json(body | {"search": search, "standing": standing})
        return
    further = [one for sid, one in catalogue.further if sid == body.get("sid")]
    for name, said in (*described(body, search, heard=heard), *quoted_in_full((body, *further))):
        say(f"{name:<12} {plain(said)}".rstrip())
    if body.get("provider") == "web":
        _claims(body)


def _claims(body: Body) -> None:
    """What a page says of the compound, and what it rests that on."""
    from harvest.pages.table import HEAD, rows

    if claims := rows(body):
        say()
        table(HEAD, claims)


def _snapshot(configuration: "Configuration", body: Body) -> None:
    """The provider's record as it was delivered, after its digest is checked."""
    from harvest import wording
    from harvest.errors import UsageError
    from harvest.excerpts import excerpt

    if "erased" in body:
        raise UsageError(f"expected a record with a snapshot, got {body['key']}: {wording.erased(body['erased'])}")
    if "content" in body:
        raise UsageError(f"expected a record with a snapshot, got {body['key']}, whose answers are never kept")
    if not body.get("snapshot"):
        raise UsageError(f"expected a record with a snapshot, got {body['key']}, which never came")
    where = body["snapshot"]
    exchange = _kept(configuration, where)
    record = excerpt(exchange.body, body["provider"], body["key"])
    hand_over(record + b"\n")
    advise(f"{plain(exchange.url)}, {exchange.when:%Y-%m-%d %H:%M:%S} UTC: SHA-256 agrees, {where['sha256']}")


def _kept(configuration: "Configuration", where: Body) -> Any:
    """Read the answer from the archive, or from the recording where a replayed ledger cites it."""
    from harvest.archive import read_snapshot
    from harvest.errors import ArchiveError

    folder, replay = configuration.archive, configuration.replay
    if replay is not None and not (folder / where["file"]).exists():
        folder = replay if replay.is_dir() else replay.parent
    if where["file"] and not (folder / where["file"]).exists():
        raise ArchiveError(
            f"expected {where['file']} in {folder}, got no such file",
            hint="restore it, or name the recording with HARVEST_REPLAY",
        )
    return read_snapshot(folder, where["file"], where["record"], sha256_hex=where["sha256"])
