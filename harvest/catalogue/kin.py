"""The sources by all that later documents may be linked to them with: a fold over the bodies of their entries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harvest.identity import Fingerprint
from harvest.model import Key
from harvest.relations import Stated, registration, stated
from harvest.text.sketch import Sketch, alike

Body = Mapping[str, Any]

_FAMILY_LENGTH = 4
_YEARS = 5
"""Between a preprint and its article, at most."""


class Waiting(NamedTuple):
    """Source `sid` says how it stands to a document: as `Stated` says, its own record or a service having said it."""

    sid: str
    said: Stated


@dataclass(slots=True)
class Kin:
    """Every look-up answers with `sid`s in ledger order, or with nothing."""

    named: dict[Key, str] = field(default_factory=dict)
    """Own identifiers of sources and of their further records; a registration number names the registration alone."""
    _waiting: defaultdict[Key, list[Waiting]] = field(default_factory=lambda: defaultdict(list))
    _registered: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _sketches: dict[str, Sketch] = field(default_factory=dict)
    _sharing: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    _near: defaultdict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))
    _fingerprints: dict[str, Fingerprint] = field(default_factory=dict)

    def add(self, sid: str, body: Body, document: Fingerprint) -> None:
        """Take a source; `document` is the fingerprint of its line."""
        self.say(sid, body)
        if number := registration(body):
            self._registered[number].append(sid)
        if (drawn := sketch_of(body)).least:
            self._sketches[sid] = drawn
            for each in drawn.least:
                self._sharing[each].append(sid)
        self.place(sid, document)

    def place(self, sid: str, fingerprint: Fingerprint) -> None:
        """Take what tells which document a source is."""
        self._fingerprints[sid] = fingerprint
        for block in (*_blocks(fingerprint), *_by_author(fingerprint, 0)):
            self._near[block].append(sid)

    def say(self, sid: str, body: Body) -> None:
        """Take what a record of a source, or a service, says of it: its identifiers and links."""
        given = (key for said in body.get("services", {}).values() for key in said.get("ids", ()))
        for key in (*body.get("keys", ()), *given):
            if not key.startswith("nct:") or key == body.get("key"):
                self.named.setdefault(key, sid)
        for said in stated(body):
            if (waiting := Waiting(sid, said)) not in self._waiting[said.key]:
                self._waiting[said.key].append(waiting)

    def waiting(self, body: Body) -> Iterator[Waiting]:
        """Who says something of the document that this record describes."""
        for key in body["keys"]:
            if not key.startswith("nct:") or key == body["key"]:
                yield from self._waiting.get(key, ())

    def registered(self, number: str) -> tuple[str, ...]:
        """Registrations and reports of the study with this number."""
        return tuple(self._registered.get(number, ()))

    def near(self, fingerprint: Fingerprint) -> Iterator[tuple[str, Fingerprint]]:
        """Sources that have a title or the place in common with it.

        Of a preprint or a translation also those by the same first author within a few years, of any other document the
        preprints and translations among these.
        """
        kind = "" if _is_special(fingerprint) else "special"
        blocks = (*_blocks(fingerprint), *(block for block in _by_author(fingerprint, _YEARS) if block[0] == kind))
        found = dict.fromkeys(sid for block in blocks for sid in self._near.get(block, ()))
        return ((sid, self._fingerprints[sid]) for sid in found)

    def copies(self, drawn: Sketch) -> tuple[str, ...]:
        """Pages of which this text is a copy, spun or cut."""
        found = dict.fromkeys(sid for each in drawn.least for sid in self._sharing.get(each, ()))
        return tuple(sid for sid in found if alike(self._sketches[sid], drawn))


def sketch_of(body: Body) -> Sketch:
    """The sketch of a page's text; empty of any other document."""
    return Sketch.of_hex(str(body.get("details", {}).get("sketch", "")))


def _blocks(fp: Fingerprint) -> Iterator[tuple[str, ...]]:
    for title in fp.folded_titles:
        yield ("title", title)
    if fp.volume_number and fp.first_page:
        yield ("place", fp.volume_number, fp.first_page)


def _by_author(fp: Fingerprint, years: int) -> Iterator[tuple[str, ...]]:
    """First author and year, for all (`""`) and for preprints and translations (`special`) alone."""
    if fp.family and fp.year is not None:
        for year in range(fp.year - years, fp.year + years + 1):
            yield ("", fp.family[:_FAMILY_LENGTH], str(year))
            if years or _is_special(fp):
                yield ("special", fp.family[:_FAMILY_LENGTH], str(year))


def _is_special(fp: Fingerprint) -> bool:
    return fp.role == "preprint" or fp.translated
