"""Histories rewritten without the key, with a key, with another ledger's lines; heads forged and exchanged."""

from dataclasses import replace
from typing import Final

from tests.tools.book import Book, Key
from tests.tools.mutations import relinked
from tests.torture.attacks.scene import FORGER, Attack, Outcome, Scene, Unsuitable, head, rotation

_WITHOUT: Final = "all rewritten without the key"
_WITH: Final = "all rewritten with the key"
_OTHER: Final = "a line from another ledger, a line repeated"


def rewritten(scene: Scene) -> Outcome:
    """Linked anew: the first head over the change has another root."""
    number, lines = _rewritten(scene)
    return Outcome(scene.put(lines), 1, scene.head_over(number + 1))


def rewritten_under_forged_heads(scene: Scene) -> Outcome:
    """The heads are the forger's: none that the ledger's key signed."""
    _, lines = _rewritten(scene)
    note = head(lines, FORGER)
    return Outcome(scene.put(lines, checkpoint=note, head=note, history=note), 1, scene.size)


def rewritten_from_the_genesis(scene: Scene) -> Outcome:
    """The forger's key in the genesis, and all heads but the kept one by it."""
    if scene.own > 1:
        raise Unsuitable
    genesis = scene.edited(0, lambda entry: entry["body"].update(vkey=FORGER.vkey))
    lines = relinked(scene.swapped_in(0, genesis), 1)
    note = head(lines, FORGER)
    return Outcome(scene.put(lines, checkpoint=note, history=note), 1, scene.size)


def rewritten_with_the_key(scene: Scene) -> Outcome:
    """All heads signed anew, the kept one, too: somebody kept an earlier one."""
    number, lines = _rewritten(scene)
    size = scene.choose([size for size in scene.sizes if size > number])
    kept = head(scene.lines[:size], scene.key)
    return Outcome(replace(scene.resealed(lines), against=kept), 1, size)


def rewritten_with_the_key_beside_the_history(scene: Scene) -> Outcome:
    """The history still has what the key signed before."""
    number, lines = _rewritten(scene)
    return Outcome(replace(scene.resealed(lines), history=scene.files.history), 1, scene.head_over(number + 1))


def rewritten_with_the_key_elsewhere(scene: Scene) -> Outcome:
    """Whoever has the key has not the state folder: the kept head is the old one."""
    _, lines = _rewritten(scene)
    return Outcome(replace(scene.resealed(lines), head=scene.files.head), 1, scene.size)


def rewritten_after_a_rotation(scene: Scene) -> Outcome:
    """Before the rotation lines are signed for by a key that is gone: the new one cannot make its note again."""
    rotated = scene.pick_of("key-rotated")
    number = scene.pick(1, rotated)
    line = scene.edited(number, lambda entry: entry["body"].update(zz="forged"))
    if scene.entries[number]["type"] in {"key-rotated", "adopted"}:
        raise Unsuitable
    first = next(at for at in range(number, scene.size) if scene.entries[at]["type"] == "key-rotated")
    return Outcome(scene.resealed(scene.swapped_in(number, line)), 1, first + 1)


def rewritten_with_a_rotation_of_another_key(scene: Scene) -> Outcome:
    """The forger's key signs the note of a rotation to the key in use."""
    rotated = scene.pick_of("key-rotated")
    note = rotation(scene.lines[:rotated], Key(7), FORGER)
    line = scene.edited(rotated, lambda entry: entry.update(body=note))
    lines = relinked(scene.swapped_in(rotated, line), rotated)
    sealed = head(lines, Key(7))
    return Outcome(scene.put(lines, checkpoint=sealed, head=sealed, history=None), 1, rotated + 1)


def line_of_another_ledger(scene: Scene) -> Outcome:
    number = scene.pick(0, min(scene.size, len(scene.other.lines)))
    return Outcome(scene.put(scene.swapped_in(number, scene.other.lines[number])), 1, number + 1)


def another_ledger(scene: Scene) -> Outcome:
    """Another ledger of the same origin, with its heads beside it: only the kept head knows better."""
    if scene.other.content:
        raise Unsuitable
    files = replace(scene.other, head=scene.files.head)
    size = len(scene.other.lines)
    return Outcome(files, 1, scene.size if scene.size <= size else size + 1)


def line_of_another_ledger_appended(scene: Scene) -> Outcome:
    """Where it would stand by its number."""
    if len(scene.other.lines) <= scene.size:
        raise Unsuitable
    return Outcome(scene.put([*scene.lines, scene.other.lines[scene.size]]), 1, scene.size + 1)


def head_of_another_ledger(scene: Scene) -> Outcome:
    size = len(scene.other.lines)
    return Outcome(replace(scene.files, checkpoint=scene.other.checkpoint), 1, min(size, scene.size + 1))


def head_of_another_origin(scene: Scene) -> Outcome:
    stranger = Key(5, origin="example.org/evidence/other")
    note = Book.of(stranger, scene.lines).checkpoint().encode()
    name = scene.chance.choice(("checkpoint", "head", "against"))
    return Outcome(replace(scene.files, **{name: note}), 1, 1)


def head_signed_by_another(scene: Scene) -> Outcome:
    """The text is right, the signature somebody else's."""
    name = scene.chance.choice(("checkpoint", "head", "against"))
    return Outcome(replace(scene.files, **{name: head(scene.lines, FORGER)}), 1, scene.size)


def head_with_the_signature_of_another_text(scene: Scene) -> Outcome:
    shorter = head(scene.lines[:-1], scene.key).rpartition(b"\n\n")[2]
    text = head(scene.lines, scene.key).rpartition(b"\n\n")[0]
    name = scene.chance.choice(("checkpoint", "head", "against"))
    return Outcome(replace(scene.files, **{name: text + b"\n\n" + shorter}), 1, scene.size)


def head_in_another_spelling(scene: Scene) -> Outcome:
    note = head(scene.lines, scene.key)
    spelt = (note + b"\n", note.replace(b"\n", b"\r\n"), note[:-1], note.replace(b"\n", b"\n0", 1))
    name = scene.chance.choice(("checkpoint", "head", "against"))
    return Outcome(replace(scene.files, **{name: scene.chance.choice(spelt)}), 1, 0)


def checkpoint_rolled_back(scene: Scene) -> Outcome:
    """An older checkpoint beside the whole ledger contradicts nothing; the kept head covers what it does not."""
    size = scene.choose([size for size in scene.sizes if size >= scene.own])
    return Outcome(replace(scene.files, checkpoint=head(scene.lines[:size], scene.key)), 0)


def all_heads_rolled_back(scene: Scene) -> Outcome:
    """What stands above is unsealed."""
    size = scene.choose([size for size in scene.sizes[:-1] if size >= scene.own])
    note = head(scene.lines[:size], scene.key)
    return Outcome(replace(scene.files, checkpoint=note, head=note, history=None), 2)


def history_edited(scene: Scene) -> Outcome:
    """What the key did not sign proves nothing, for and against."""
    history = bytearray(scene.files.history or b"")
    place = scene.chance.randrange(len(history))
    history[place] ^= 1 << scene.chance.randrange(8)
    return Outcome(replace(scene.files, history=bytes(history)), 0)


def fork_in_the_history(scene: Scene) -> Outcome:
    """The key signed another root of the same size: two histories were shown."""
    number, lines = _rewritten(scene)
    size = scene.pick(number + 1, scene.size + 1)
    fork = head(lines[:size], scene.key)
    return Outcome(replace(scene.files, history=(scene.files.history or b"") + fork), 1, size)


def _rewritten(scene: Scene) -> tuple[int, list[bytes]]:
    """Lines that say something else from one on, all linked anew; that one's number, from 0."""
    number = scene.pick(scene.own, scene.size)
    if scene.entries[number]["type"] == "run-finished":
        raise Unsuitable
    line = scene.edited(number, lambda entry: entry["body"].update(zz="forged"))
    return number, relinked(scene.swapped_in(number, line), number)


ATTACKS: Final = (
    Attack("a line rewritten, all linked anew", _WITHOUT, rewritten),
    Attack("rewritten, all heads signed by a forger", _WITHOUT, rewritten_under_forged_heads),
    Attack("rewritten from a genesis of the forger's", _WITHOUT, rewritten_from_the_genesis),
    Attack("a rotation exchanged, its note by a forger", _WITHOUT, rewritten_with_a_rotation_of_another_key),
    Attack("a head signed by another key", _WITHOUT, head_signed_by_another),
    Attack("a head under the signature of another text", _WITHOUT, head_with_the_signature_of_another_text),
    Attack("a head in another spelling", _WITHOUT, head_in_another_spelling),
    Attack("rewritten with the key; somebody kept a checkpoint", _WITH, rewritten_with_the_key),
    Attack("rewritten with the key; the history was left", _WITH, rewritten_with_the_key_beside_the_history),
    Attack("rewritten with the key; the kept head was out of reach", _WITH, rewritten_with_the_key_elsewhere),
    Attack("rewritten with the new key before its rotation", _WITH, rewritten_after_a_rotation),
    Attack("two heads of one size that differ", _WITH, fork_in_the_history),
    Attack("the checkpoint beside the ledger rolled back", _WITH, checkpoint_rolled_back),
    Attack("all heads rolled back", _WITH, all_heads_rolled_back),
    Attack("the history damaged", _WITH, history_edited),
    Attack("a line of another ledger in place of one", _OTHER, line_of_another_ledger),
    Attack("a line of another ledger at the end", _OTHER, line_of_another_ledger_appended),
    Attack("another ledger of the same origin", _OTHER, another_ledger),
    Attack("a head of another ledger", _OTHER, head_of_another_ledger),
    Attack("a head of another origin", _OTHER, head_of_another_origin),
)
