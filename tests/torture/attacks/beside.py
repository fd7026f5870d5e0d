"""Content and snapshots exchanged, erasures that were none, records left out."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from tests.tools.book import encoded
from tests.torture.attacks.scene import Attack, Outcome, Scene, Unsuitable, renumbered

_BESIDE: Final = "a snapshot or content exchanged, an erasure that was none"
_LEFT_OUT: Final = "records left out"
_RUN: Final = "01J0000000000000000000FRGD"


def content_altered(scene: Scene) -> Outcome:
    number, name = scene.choose(list(_contents(scene)))
    stored = scene.files.content[name]
    place = scene.chance.randrange(len(stored))
    altered = stored[:place] + bytes([stored[place] ^ 1]) + stored[place + 1 :]
    return _beside(scene, number, {name: altered})


def content_swapped(scene: Scene) -> Outcome:
    contents = list(_contents(scene))
    if len(contents) < 2:
        raise Unsuitable
    (one, first), (_, second) = sorted(scene.chance.sample(contents, 2))
    return _beside(scene, one, {first: scene.files.content[second], second: scene.files.content[first]})


def content_lost(scene: Scene) -> Outcome:
    """A false erasure: the file is gone, no line says so."""
    number, name = scene.choose(list(_contents(scene)))
    content = {other: stored for other, stored in scene.files.content.items() if other != name}
    return Outcome(replace(scene.files, content=content), 1, number + 1, fast=0)


def content_not_erased(scene: Scene) -> Outcome:
    """A redaction is written and signed, the file stays."""
    number, _ = scene.choose(list(_contents(scene)))
    redaction = {"body": {"reason": "person-asked", "seq": number}, "run": _RUN, "type": "redaction"}
    lines = renumbered([*scene.lines, encoded(scene.entries[-1] | redaction)])
    return Outcome(scene.resealed(lines), 1, number + 1, fast=0)


def content_put_back(scene: Scene) -> Outcome:
    """A file lies where one was erased."""
    erased = {entry["body"]["seq"] for entry in scene.entries if entry["type"] == "redaction"}
    number = scene.choose(sorted(erased))
    name = f"{scene.entries[number]['body']['content']['commitment']}.json"
    return _beside(scene, number, {name: b"[]"})


def answer_altered(scene: Scene) -> Outcome:
    """The archived answer says something else under the same record."""
    number, file = _cited(scene)
    members = list(_members(scene.files.archive[file]))
    altered = [
        member[:-5] + bytes([member[-5] ^ 1]) + member[-4:] if b"WARC-Type: response" in member else member
        for member in members
    ]
    archive = {**scene.files.archive, file: b"".join(map(gzip.compress, altered))}
    return Outcome(replace(scene.files, archive=archive), 0, contradicted=number + 1)


def answer_exchanged(scene: Scene) -> Outcome:
    """Another file lies under the name of the one that is cited."""
    number, file = _cited(scene)
    archive = {**scene.files.archive, file: scene.choose(list(scene.other.archive.values()))}
    return Outcome(replace(scene.files, archive=archive), 0, contradicted=number + 1)


def record_left_out_of_the_account(scene: Scene) -> Outcome:
    """One counter says less, the sum does not; signed."""
    number, counter = _account(scene)
    line = scene.edited(number, lambda entry: _add(entry, counter, -1))
    return Outcome(scene.resealed(scene.swapped_in(number, line)), 1, number + 1)


def record_left_out_without_the_key(scene: Scene) -> Outcome:
    """Line and counters go; the first head over them has another root."""
    number, counter = _account(scene)
    run = scene.entries[number]["run"]
    left_out = scene.choose([at for at in range(scene.own, number) if scene.entries[at]["run"] == run])
    line = scene.edited(number, lambda entry: (_add(entry, counter, -1), _add(entry, "found", -1)))
    lines = scene.swapped_in(number, line)
    lines = renumbered([*lines[:left_out], *lines[left_out + 1 :]])
    return Outcome(scene.put(lines), 1, scene.head_over(left_out + 1))


def record_left_out_with_the_key(scene: Scene) -> Outcome:
    """Line and counters go, all is signed; the run said how many entries were acknowledged."""
    number, counter = _account(scene)
    run = scene.entries[number]["run"]
    if "acknowledged" not in scene.entries[number]["body"]:
        raise Unsuitable
    left_out = scene.choose([at for at in range(scene.own, number) if scene.entries[at]["run"] == run])
    kept = scene.entries[left_out]
    if kept["type"] == "run-started" or "content" in kept["body"]:
        raise Unsuitable
    _refuse_numbers_that_would_shift(scene, left_out)
    line = scene.edited(number, lambda entry: (_add(entry, counter, -1), _add(entry, "found", -1)))
    lines = scene.swapped_in(number, line)
    return Outcome(scene.resealed(renumbered([*lines[:left_out], *lines[left_out + 1 :]])), 0, contradicted=0)


def end_of_a_run_left_out(scene: Scene) -> Outcome:
    """Signed: the run is reported as interrupted."""
    number = scene.pick_of("run-finished", scene.own)
    run = scene.entries[number]["run"]
    if not any(entry["run"] == run and entry["type"] == "run-started" for entry in scene.entries):
        raise Unsuitable
    _refuse_numbers_that_would_shift(scene, number)
    return Outcome(scene.resealed(renumbered([*scene.lines[:number], *scene.lines[number + 1 :]])), 2)


def _refuse_numbers_that_would_shift(scene: Scene, number: int) -> None:
    """A redaction behind a line that goes would be of another line than it says: that is another attack."""
    if any(entry["type"] == "redaction" for entry in scene.entries[number:]):
        raise Unsuitable


def _cited(scene: Scene) -> tuple[int, str]:
    """The first line (from 0) that cites an archived answer, and the answer's file."""
    for number, entry in enumerate(scene.entries):
        for snapshot in (entry["body"].get("snapshot"), *entry["body"].get("snapshots", ())):
            if snapshot and snapshot["file"] in scene.files.archive:
                return number, snapshot["file"]
    raise Unsuitable


def _members(packed: bytes) -> Iterator[bytes]:
    """What the gzip members of a WARC file hold, each one record."""
    while packed:
        member = zlib.decompressobj(31)
        yield member.decompress(packed)
        packed = member.unused_data


def _contents(scene: Scene) -> Iterator[tuple[int, str]]:
    """Lines (from 0) whose content is there, with the name of its file."""
    for number, entry in enumerate(scene.entries):
        content = entry["body"].get("content")
        if isinstance(content, dict) and (name := f"{content['commitment']}.json") in scene.files.content:
            yield number, name


def _beside(scene: Scene, number: int, changed: dict[str, bytes]) -> Outcome:
    files = replace(scene.files, content={**scene.files.content, **changed})
    return Outcome(files, 1, number + 1, fast=0)


def _account(scene: Scene) -> tuple[int, str]:
    """An end of a run (from 0) and a counter of its first provider that is not 0."""
    number = scene.pick_of("run-finished", scene.own)
    counts = next(iter(scene.entries[number]["body"]["providers"].values()), {})
    settled = ("included", "excluded", "duplicate", "known", "failed")
    return number, scene.choose([name for name in settled if counts.get(name)])


def _add(entry: dict[str, Any], counter: str, number: int) -> None:
    next(iter(entry["body"]["providers"].values()))[counter] += number


_MAKERS: Final[dict[str, Callable[[Scene], Outcome]]] = {
    "content altered": content_altered,
    "content of two lines swapped": content_swapped,
    "content lost, a false erasure": content_lost,
    "content redacted and not erased": content_not_erased,
    "content put back after its erasure": content_put_back,
    "an archived answer altered": answer_altered,
    "an archived answer exchanged": answer_exchanged,
}
ATTACKS: Final = (
    *(Attack(name, _BESIDE, make) for name, make in _MAKERS.items()),
    Attack("a counter lowered, the sum left; signed", _LEFT_OUT, record_left_out_of_the_account),
    Attack("a record left out, its counters, too", _LEFT_OUT, record_left_out_without_the_key),
    Attack("a record left out, its counters, too; signed", _LEFT_OUT, record_left_out_with_the_key),
    Attack("the end of a run left out; signed", _LEFT_OUT, end_of_a_run_left_out),
)
