"""How a document stands to those that are catalogued: the `linked` entries that it causes, each written once.

Either may come first: what a record says of a document that is not there yet is found when that one arrives.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from harvest.catalogue import Catalogue, Link
from harvest.catalogue.kin import sketch_of
from harvest.identity import compare, fingerprint_of_line, kinship
from harvest.relations import CLAIMED, SYNTHESES, registration, stated

Body = dict[str, Any]
Source = Mapping[str, Any]

_REPORTS: Final = frozenset({"", "article", "preprint", "posted-results"})
"""Roles of what may report the results of a registered study."""


class Linked(NamedTuple):
    """A link, the rule that found it, and what both have in common where they were compared."""

    link: Link
    rule: str
    agreed: tuple[str, ...] = ()

    def body(self) -> Body:
        """The `linked` entry."""
        link = self.link
        told: Body = {"one": link.one, "other": link.other, "relation": link.relation, "rule": self.rule}
        return told | ({"agreed": list(self.agreed)} if self.agreed else {})


def links(sid: str, body: Source, catalogue: Catalogue) -> tuple[Linked, ...]:
    """What is new of how a document stands to other sources.

    Args:
        sid: of the source that it becomes, or that it is a further record of.
        body: its record as a `source` line holds it, with all its text.
        catalogue: what the ledger says.
    """
    rules = (_stated, _awaited, _registered, _related, _copied)
    found: dict[Link, Linked] = {}
    for one in (found for rule in rules for found in rule(sid, body, catalogue)):
        link = _counted(one.link, catalogue)
        if (
            link.one != link.other
            and not {link, one.link} & catalogue.linked
            and _believed(one.link, catalogue, sid, body)
        ):
            found.setdefault(link, one._replace(link=link))
    return tuple(found.values())


def _counted(link: Link, catalogue: Catalogue) -> Link:
    """The same between the numbers under which the documents are counted."""
    one, other = (catalogue.merges.kept(catalogue.kin.named.get(end, end)) for end in (link.one, link.other))
    return Link(one, other, link.relation)


def _stated(sid: str, body: Source, catalogue: Catalogue) -> Iterator[Linked]:
    """What its own record says of sources."""
    for said in stated(body):
        if other := catalogue.kin.named.get(said.key):
            yield Linked(_link(sid, other, said.relation, said.reversed), "link.stated")


def _awaited(sid: str, body: Source, catalogue: Catalogue) -> Iterator[Linked]:
    """What records of sources say of it."""
    for other, said in catalogue.kin.waiting(body):
        yield Linked(_link(other, sid, said.relation, said.reversed), "link.stated")


def _registered(sid: str, body: Source, catalogue: Catalogue) -> Iterator[Linked]:
    """It reports a study in people whose registration is a source, or it is the registration of such reports."""
    number = registration(body)
    for other in catalogue.kin.registered(number) if number else ():
        known = catalogue.numbered[other]
        if known["key"] == f"nct:{number}" and _reports(body):
            yield Linked(Link(sid, other, "results-of"), "link.registration", ("nct",))
        elif body["key"] == f"nct:{number}" and _reports(known):
            yield Linked(Link(other, sid, "results-of"), "link.registration", ("nct",))


def _reports(body: Source) -> bool:
    study = body["evidence"] == "human" and body["design"] not in SYNTHESES
    return study and body.get("role", "") in _REPORTS


def _related(sid: str, body: Source, catalogue: Catalogue) -> Iterator[Linked]:
    """A preprint and its article, an original and its translation."""
    document = fingerprint_of_line(body)
    for other, known in catalogue.kin.near(document):
        if related := kinship(document, known):
            yield Linked(_link(sid, other, related.relation, related.reversed), related.rule, related.agreed)


def _copied(sid: str, body: Source, catalogue: Catalogue) -> Iterator[Linked]:
    """A page with the text of another; nobody can tell which was first: the later found links to the earlier."""
    for other in catalogue.kin.copies(sketch_of(body)):
        yield Linked(Link(sid, other, "spun-copy-of"), "link.sketch")


def _believed(link: Link, catalogue: Catalogue, sid: str, body: Source) -> bool:
    """What is erased is linked to nothing; what a page says that it is must have its title."""
    one, other = (body if end == sid else catalogue.numbered[end] for end in (link.one, link.other))
    if "erased" in one or "erased" in other:
        return False
    if link.relation not in CLAIMED:
        return True
    return bool({"title", "similar-title"} & {*compare(fingerprint_of_line(one), fingerprint_of_line(other)).agreed})


def _link(one: str, other: str, relation: str, reversed_: bool) -> Link:  # noqa: FBT001 - as `Stated` has it
    return Link(other, one, relation) if reversed_ else Link(one, other, relation)
