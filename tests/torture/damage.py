"""Random damage and forgery, beside that of `tests.tools.mutations`: of values, of erasable content, of redactions."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any, Final

from tests.tools.book import Key, encoded
from tests.tools.files import Files
from tests.tools.mutations import MUTATIONS, Mutation, edited, settled

_VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 3, 2**53 - 1, 2**53, -(2**53), "", "x", "0" * 64, "\ud800", "\U0010ffff", [], {}),
    *([1], {"a": 1}, {"b": {"a": []}}, {"A": 1}, {"": 1}, "2026-11-21T19:06:00.000000Z", "\u007f", "\x00", 1.5),
)
_COMMITMENTS: Final[tuple[Any, ...]] = ("A" * 43, "A" * 42, "../" * 9, "", None, 7, "a/" * 20, "\x00" * 43, "é" * 43)
_SEQS: Final[tuple[Any, ...]] = (True, None, "1", -1, 10**9, [1], {"seq": 1})


def value_in_a_line(chance: Random, files: Files, other: Files) -> Files:
    """One value anywhere in an entry is another, the keys well sorted; an LF may have come with it."""
    lines = files.lines
    number = chance.randrange(len(lines))
    entry = json.loads(lines[number])
    holder, name = chance.choice(list(_holders(entry)))
    holder[name] = _another(chance, holder[name])
    lines[number] = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        errors="surrogatepass"
    )
    return settled(chance, files, [line.rstrip(b"\n") + b"\n" for line in lines], number + 1)


def content_of_a_line(chance: Random, files: Files, other: Files) -> Files:
    """A line commits to content that is there, is not, or cannot be; or to that of another line."""
    lines = files.lines
    number = chance.randrange(len(lines))
    entry = json.loads(lines[number])
    names = [name.removesuffix(".json") for name in (*files.content, *other.content)]
    content: Any = {"commitment": chance.choice((*names, *names, *_COMMITMENTS)), "fields": []}
    entry["body"]["content"] = chance.choice((content, content, content, {}, [], None, "x"))
    lines[number] = encoded(entry)
    return settled(chance, files, lines, number + 1)


def redaction_of_a_line(chance: Random, files: Files, other: Files) -> Files:
    """A line becomes a redaction, of a line with content if there is one."""
    lines = files.lines
    number = chance.randrange(1, len(lines))
    entry = json.loads(lines[number])
    held = [at for at, line in enumerate(lines) if b'"content":{' in line]
    entry["body"] = {"reason": "mistake", "seq": chance.choice((*held, *held, *range(len(lines)), *_SEQS))}
    entry["type"] = "redaction"
    lines[number] = encoded(entry)
    return settled(chance, files, lines, number + 1)


def content_beside(chance: Random, files: Files, other: Files) -> Files:
    """A file of content edited, taken away, put in another's place, put there though nobody asked."""
    content = dict(files.content)
    strange = dict(other.content)
    name = chance.choice((*content, *strange, "A" * 43 + ".json", "x"))
    change = chance.randrange(4)
    if change == 0:
        content.pop(name, None)
    elif change == 1:
        content[name] = edited(chance, content.get(name, b"[]"))
    elif change == 2:
        content[name] = chance.choice((*content.values(), *strange.values(), b""))
    else:
        content = strange
    return replace(files, content=content)


def keys_of_a_ledger(chance: Random, files: Files, other: Files) -> Files:
    """What names a key, an origin, a nonce is edited."""
    lines = files.lines
    numbers = [at for at, line in enumerate(lines) if b'"vkey":"' in line]
    number = chance.choice(numbers)
    entry = json.loads(lines[number])
    body = entry["body"]
    name = chance.choice([name for name in ("vkey", "note", "nonce", "origin", "size", "root") if name in body])
    keys = (*files.keys, *other.keys, Key(9), Key(5, origin="example.org/evidence/other"))
    some = (chance.choice(keys).vkey, edited(chance, str(body[name]).encode()).decode(errors="replace"))
    body[name] = chance.choice((*some, *some, chance.choice(_VALUES)))
    lines[number] = encoded(entry)
    return settled(chance, files, lines, number + 1)


OWN: Final[tuple[Mutation, ...]] = (
    *(value_in_a_line, value_in_a_line, content_of_a_line, redaction_of_a_line, content_beside, keys_of_a_ledger),
)


def damaged(chance: Random, files: Files, other: Files) -> tuple[str, Files]:
    """One mutation, seldom more; their names and what came of them."""
    names = []
    for _ in range(chance.choices((1, 2, 3), (80, 15, 5))[0]):
        mutation: Callable[[Random, Files, Files], Files] = chance.choice((*MUTATIONS, *OWN, *OWN))
        try:
            files = mutation(chance, files, other)
        except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        names.append(mutation.__name__)
    return " and ".join(names), files


def _holders(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value: the object or list, and the name or index in it."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield value, name
        yield from _holders(member)


def _another(chance: Random, value: Any) -> Any:
    if isinstance(value, str) and chance.random() < 0.5:
        return edited(chance, value.encode()).decode(errors="replace")
    if isinstance(value, int) and chance.random() < 0.5:
        return value + chance.choice((-1, 1))
    return chance.choice(_VALUES)
