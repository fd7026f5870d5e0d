"""Content and snapshots exchanged, erasures that were none, records left out."""

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


def end_of_a_run_left_out(scene: Scene) -> Outcome:
    """Signed: the run is reported as interrupted."""
    number = scene.pick_of("run-finished", scene.own)
    run = scene.entries[number]["run"]
    if not any(entry["run"] == run and entry["type"] == "run-started" for entry in scene.entries):
        raise Unsuitable
    return Outcome(scene.resealed(renumbered([*scene.lines[:number], *scene.lines[number + 1 :]])), 2)


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
}
ATTACKS: Final = (
    *(Attack(name, _BESIDE, make) for name, make in _MAKERS.items()),
    Attack("a counter lowered, the sum left; signed", _LEFT_OUT, record_left_out_of_the_account),
    Attack("a record left out, its counters, too", _LEFT_OUT, record_left_out_without_the_key),
    Attack("the end of a run left out; signed", _LEFT_OUT, end_of_a_run_left_out),
)
