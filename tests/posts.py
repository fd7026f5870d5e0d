"""Synthetic posts: records whose text lies beside the ledger, as where people write of themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harvest.catalogue import Catalogue
from harvest.erasable import parted
from harvest.ledger import Ledger, Persons, StateFolder
from tests.cli import ledgers

Body = dict[str, Any]

PROVIDER: Final = "trialposts"
STARTED: Final[Body] = {
    "spider": PROVIDER, "topic": "semax-ssri", "topic_sha256": ledgers.TOPIC_SHA256, "versions": {}, "settings": {},
}  # fmt: skip


def whole(number: int, text: str, *, provider: str = PROVIDER, **changes: Any) -> Body:
    """A source's body as it is before its text is parted from it; the sid is that of the number."""
    title = f"Post {number}: {text}"
    body = ledgers.source(f"s{number}", str(number), title)
    key = f"{provider}:{number}"
    return body | {
        "key": key,
        "keys": [key],
        "provider": provider,
        "abstract": f"I took it. {text}",
        "authors": ["the user's name"],
        "url": f"https://posts.example/{text.replace(' ', '-')}",
        "evidence": "anecdotal",
        "design": "first-person",
        "tier": 7,
        "basis": "post",
        "claims": [{"field": "abstract", "start": 11, "end": 11 + len(text), "text": text}],
        "reasons": [{"rule": "report.own", "field": "abstract", "start": 11, "end": 11 + len(text), "text": text}],
        **changes,
    }


def line(number: int, text: str, **changes: Any) -> Body:
    """The body of its line, with a reference to content that nobody stored."""
    body, content = parted(whole(number, text, **changes))
    return body | {"content": {"commitment": f"{number:043d}", "fields": sorted(content)}}


def write(data: Path, state: Path, *posts: str | Mapping[str, Any], duty: bool = True, **options: Any) -> Path:
    """Writes one sealed run that found these posts; a string is the text of one.

    Args:
        data: the data folder.
        state: the state folder.
        posts: texts, or whole bodies.
        duty: has the provider a deletion duty?
        options: `author` of each (one for all where it is a string), `clock`.
    """
    origin = "harvest.invalid/semax-ssri"
    authors = options.get("author", [f"author {n}" for n in range(len(posts))])
    persons = Persons(StateFolder(state), origin)
    path = data / "ledgers" / "semax-ssri.jsonl"
    with opened(data, state, Catalogue(), **options) as ledger:
        with ledger.batch() as batch:
            bound: Body = {"deletion_duty": True} if duty else {}
            batch.append("run-started", {**STARTED, **bound})
            batch.append("search", ledgers.search(provider=PROVIDER))
            for number, given in enumerate(posts, 1):
                body: Body = whole(number, given) if isinstance(given, str) else dict(given)
                author = authors if isinstance(authors, str) else authors[number - 1]
                stored, content = parted(body, person=persons.hash(PROVIDER, author))
                batch.append("source" if "sid" in body else "excluded", stored, content=content)
            batch.append("run-finished", {"providers": {PROVIDER: ledgers.account(included=len(posts))}})
        ledger.seal()
    return path


def opened(data: Path, state: Path, catalogue: Catalogue, **options: Any) -> Ledger:
    """The ledger of the topic, open for writing."""
    return Ledger.open(
        data / "ledgers" / "semax-ssri.jsonl",
        keys=StateFolder(state),
        origin="harvest.invalid/semax-ssri",
        topic="semax-ssri",
        clock=options.get("clock", lambda: ledgers.NOW),
        run=options.get("run", ledgers.RUN),
        created_by="harvest 0.1.0",
        genesis={"synthetic": True},
        fold=catalogue.apply,
    )
