"""Tails cut off, older copies put back, files removed, lines forged above the newest head."""

from dataclasses import replace
from typing import Any, Final

from tests.tools.book import Key, encoded
from tests.torture.attacks.scene import FORGER, Attack, Outcome, Scene, Unsuitable, head, renumbered, rotation

_CUT: Final = "the tail cut off, an older copy put back, the ledger removed"
_FORGED: Final = "lines forged above the last checkpoint"
_OTHER: Final = "a line from another ledger, a line repeated"
_RUN: Final = "01J0000000000000000000FRGD"
_LATER: Final = "2099-01-01T00:00:00.000000Z"


def cut_at_a_line(scene: Scene) -> Outcome:
    """With or without the checkpoints beside it: the kept head remembers."""
    kept = scene.pick(1, scene.size)
    gone: dict[str, Any] = {"checkpoint": None, "history": None} if scene.chance.random() < 0.5 else {}
    at = _first_head_above(scene, kept, gone=bool(gone))
    return Outcome(scene.put(scene.lines[:kept], **gone), 1, at)


def cut_inside_a_line(scene: Scene) -> Outcome:
    number = scene.pick(0, scene.size)
    torn = scene.lines[number][: scene.chance.randrange(1, len(scene.lines[number]))]
    return Outcome(scene.put([*scene.lines[:number], torn]), 1, number + 1)


def cut_and_adopted(scene: Scene) -> Outcome:
    """The kept head is older than another, as after a crash; whoever cuts takes over with keys of his own."""
    old = scene.choose([size for size in scene.sizes[:-1] if size >= scene.own])
    kept = scene.pick(old, scene.sizes[-1])
    cut = replace(scene, files=scene.put(scene.lines[:kept]))
    keys = (FORGER, Key(8))[: scene.chance.randint(1, 2)]
    lines = _with(cut, *(("adopted", {"reason": "lost", "vkey": key.vkey}) for key in keys))
    left: dict[str, Any] = {"head": head(scene.lines[:old], scene.key)}
    first = scene.head_over(kept + 1)
    if scene.chance.random() < 0.5:
        left |= {"checkpoint": head(lines, keys[-1]), "history": None, "against": scene.files.checkpoint}
        first = scene.sizes[-1]
    return Outcome(scene.put(lines, **left), 1, min(first, len(lines) + 1))


def older_copy(scene: Scene) -> Outcome:
    """Ledger, checkpoint and history as they were under an earlier head."""
    size, files = _older(scene)
    return Outcome(replace(files, head=scene.files.head), 1, size + 1)


def older_copy_of_all(scene: Scene) -> Outcome:
    """The kept head, too: only a checkpoint that somebody else kept tells."""
    size, files = _older(scene)
    return Outcome(replace(files, against=scene.files.checkpoint), 1, size + 1)


def removed_ledger(scene: Scene) -> Outcome:
    return Outcome(replace(scene.files, ledger=None), 3)


def emptied_ledger(scene: Scene) -> Outcome:
    return Outcome(replace(scene.files, ledger=b""), 1, 1, origin=scene.key.origin)


def forged_above(scene: Scene) -> Outcome:
    """Well-formed, well linked: nobody signed for them, and no one can tell them from an interrupted run."""
    return Outcome(scene.put(_with(scene, *(("excluded", {"key": f"pmid:{n}"}) for n in range(_some(scene))))), 2)


def garbage_above(scene: Scene) -> Outcome:
    garbage = scene.chance.choice((b"{}\n", b"\x00" * 40, scene.lines[-1][:-9], b"[1]\n", b'{"body":{}'))
    return Outcome(scene.put([*scene.lines, garbage]), 1, scene.size + 1)


def end_of_a_run_forged_above(scene: Scene) -> Outcome:
    """A run that is over goes on."""
    ended = [entry for entry in scene.entries if entry["type"] == "run-finished"]
    lines = [*scene.lines, encoded(scene.choose(ended) | {"time": _LATER, "type": "source"})]
    return Outcome(scene.put(renumbered(lines)), 1, scene.size + 1)


def forged_rotation(scene: Scene) -> Outcome:
    """The new key is vouched for by itself, and signs the head beside the ledger."""
    lines = _with(scene, ("key-rotated", rotation(scene.lines, FORGER, FORGER)))
    return Outcome(scene.put(lines, checkpoint=head(lines, FORGER)), 1, scene.size + 1)


def forged_adoption(scene: Scene) -> Outcome:
    """An adoption that the kept head does not know: what the forger's key signs seals nothing."""
    lines = _with(scene, ("adopted", {"reason": "lost", "vkey": FORGER.vkey}))
    return Outcome(scene.put(lines, checkpoint=head(lines, FORGER)), 2)


def replayed_line(scene: Scene) -> Outcome:
    """A line of this ledger once more, byte for byte."""
    return Outcome(scene.put([*scene.lines, scene.choose(scene.lines)]), 1, scene.size + 1)


def repeated_under_a_new_number(scene: Scene) -> Outcome:
    """The chain holds, the head is signed; but a document is settled once, and a number given once."""
    number = scene.pick_of("source")
    if "content" in scene.entries[number]["body"]:
        raise Unsuitable
    lines = _with(scene, ("source", scene.entries[number]["body"]))
    return Outcome(scene.resealed(lines), 0, contradicted=scene.size + 1)


def _older(scene: Scene) -> tuple[int, Any]:
    """The files under an earlier head of the key of then, and how many lines it covers."""
    size = scene.choose([size for size in scene.sizes[:-1] if size >= scene.own])
    lines = scene.lines[:size]
    note = head(lines, scene.key)
    if any(_content(scene, number) for number in range(scene.size)):
        raise Unsuitable
    return size, scene.put(lines, checkpoint=note, history=note, head=note)


def _content(scene: Scene, number: int) -> bool:
    return "content" in scene.entries[number]["body"]


def _first_head_above(scene: Scene, kept: int, *, gone: bool) -> int:
    """A head asks for more lines than there are; it is named behind the last of them."""
    return kept + 1 if gone or scene.sizes[-1] > kept else kept


def _some(scene: Scene) -> int:
    return scene.chance.randint(1, 4)


def _with(scene: Scene, *added: tuple[str, dict[str, Any]]) -> list[bytes]:
    """The lines and some more."""
    last = scene.entries[-1]
    more = [encoded(last | {"body": body, "run": _RUN, "time": _LATER, "type": kind}) for kind, body in added]
    return renumbered([*scene.lines, *more])


ATTACKS: Final = (
    Attack("the tail cut off at a line", _CUT, cut_at_a_line),
    Attack("the tail cut off within a line", _CUT, cut_inside_a_line),
    Attack("the tail cut off, an adoption in its place, the kept head older", _CUT, cut_and_adopted),
    Attack("an older copy put back, with its checkpoints", _CUT, older_copy),
    Attack("an older copy of everything put back; somebody kept a checkpoint", _CUT, older_copy_of_all),
    Attack("the ledger removed, the head kept", _CUT, removed_ledger),
    Attack("the ledger emptied", _CUT, emptied_ledger),
    Attack("well-formed lines above the newest head", _FORGED, forged_above),
    Attack("garbage above the newest head", _FORGED, garbage_above),
    Attack("a run that is over goes on above the newest head", _FORGED, end_of_a_run_forged_above),
    Attack("a rotation that the old key did not sign", _FORGED, forged_rotation),
    Attack("an adoption that the kept head does not know", _FORGED, forged_adoption),
    Attack("a line replayed byte for byte", _OTHER, replayed_line),
    Attack("a line repeated under a new number, signed", _OTHER, repeated_under_a_new_number),
)
