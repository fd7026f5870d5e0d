"""Ways to damage or forge a ledger and what lies beside it, drawn at random from a seeded source.

A mutation takes chance, the files, and the files of another ledger to take pieces from.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.tools.book import Book, Key, encoded, sha256
from tests.tools.files import Files
from tests.tools.spoilt import ACCOUNTS, BODIES, ENVELOPES, OTHER_RUN

_PREV = re.compile(rb'"prev":"[0-9a-f]{64}"')


Mutation = Callable[[Random, Files, Files], Files]


def relinked(lines: list[bytes], first: int) -> list[bytes]:
    """The lines from number `first` (from 0) on with the links that make them follow."""
    linked = list(lines)
    for number in range(max(first, 1), len(linked)):
        leaf = sha256(b"\x00", linked[number - 1].removesuffix(b"\n")).hex()
        linked[number] = _PREV.sub(b'"prev":"%s"' % leaf.encode(), linked[number], count=1)
    return linked


def signed(lines: list[bytes], key: Key) -> bytes:
    """A checkpoint over all lines."""
    return Book.of(key, lines).checkpoint().encode()


def settled(chance: Random, files: Files, lines: list[bytes], first: int) -> Files:
    """Damaged lines as they are, linked anew, or linked and signed anew with one of the keys or a forger's."""
    effort = chance.randrange(5)
    if effort:
        lines = relinked(lines, first)
    files = replace(files, ledger=b"".join(lines))
    if effort >= 3:
        note = signed(lines, chance.choice((files.keys[-1], files.keys[-1], files.keys[0], Key(9))))
        files = replace(files, checkpoint=note, head=note if chance.random() < 0.7 else None, history=None)
    return files


def edited(chance: Random, raw: bytes) -> bytes:
    """A few bytes flipped, set, put in, taken out, or cut off."""
    if not raw:
        return raw
    place, length = chance.randrange(len(raw)), chance.choice((1, 1, 1, 2, 7))
    some = bytes(chance.choice(b'\x00\t\n\r ",:[]{}0129aeflnrstuz\\/\x7f\x80\xbf\xef') for _ in range(length))
    return chance.choice(
        (
            raw[:place] + bytes([raw[place] ^ 1 << chance.randrange(8)]) + raw[place + 1 :],
            raw[:place] + some + raw[place + length :],
            raw[:place] + some + raw[place:],
            raw[:place] + raw[place + length :],
            raw[:place],
        )
    )


def bytes_of_the_ledger(chance: Random, files: Files, other: Files) -> Files:
    return replace(files, ledger=edited(chance, files.ledger or b""))


def bytes_of_a_line(chance: Random, files: Files, other: Files) -> Files:
    lines = files.lines
    number = chance.randrange(len(lines))
    lines[number] = edited(chance, lines[number])
    return settled(chance, files, lines, number + 1)


def frame_of_a_line(chance: Random, files: Files, other: Files) -> Files:
    lines = files.lines
    number = chance.randrange(len(lines))
    raw = lines[number]
    frames = (
        raw[:-1] + b"\r\n",
        b"\xef\xbb\xbf" + raw,
        b"\n" + raw,
        b" " + raw,
        raw[:-1] + b" \n",
        raw[:-1],
        raw + raw,
    )
    lines[number] = chance.choice(frames)
    return settled(chance, files, lines, number + 1)


def body_of_a_line(chance: Random, files: Files, other: Files) -> Files:
    lines = files.lines
    number = chance.randrange(len(lines))
    entry = json.loads(lines[number])
    entry["body"] = "BODY"
    lines[number] = encoded(entry).replace(b'"BODY"', chance.choice(BODIES), 1)
    return settled(chance, files, lines, number + 1)


def envelope_of_a_line(chance: Random, files: Files, other: Files) -> Files:
    lines = files.lines
    number = chance.randrange(len(lines))
    entry = json.loads(lines[number])
    name, value = chance.choice(ENVELOPES)
    change = chance.randrange(8)
    if change == 0:
        del entry[name]
    elif change == 1:
        entry[chance.choice(("w", "aa", "prev2"))] = value
    else:
        entry[name] = value
    lines[number] = encoded(entry)
    return settled(chance, files, lines, number + 1)


def spelling_of_a_line(chance: Random, files: Files, other: Files) -> Files:
    lines = files.lines
    number = chance.randrange(len(lines))
    letter = chance.choice(b"aeinoprst").to_bytes(1, "big")
    pieces = lines[number].split(letter)
    place = chance.randrange(1, max(2, len(pieces)))
    lines[number] = letter.join(pieces[:place]) + rb"\u%04x" % letter[0] + letter.join(pieces[place:])
    return settled(chance, files, lines, number + 1)


def order_of_lines(chance: Random, files: Files, other: Files) -> Files:
    lines = files.lines
    one, two = sorted(chance.randrange(len(lines)) for _ in range(2))
    change = chance.randrange(5)
    if change == 0:
        lines[one], lines[two] = lines[two], lines[one]
    elif change == 1:
        lines.insert(two, lines[one])
    elif change == 2:
        lines.insert(two, chance.choice(other.lines))
    elif change == 3:
        del lines[one]
    else:
        del lines[one:two]
    return settled(chance, files, lines, one)


def numbered_anew(chance: Random, files: Files, other: Files) -> Files:
    """A line taken out or put in by somebody who numbers and links the rest anew."""
    lines = files.lines
    number = chance.randrange(len(lines))
    if chance.random() < 0.5:
        del lines[number]
    else:
        lines.insert(number, chance.choice((*other.lines, *lines)))
    for seq in range(number, len(lines)):
        lines[seq] = re.sub(rb'"seq":[0-9]+', b'"seq":%d' % seq, lines[seq], count=1)
    return settled(chance, files, lines, number)


def added_lines(chance: Random, files: Files, other: Files) -> Files:
    """Lines after the last: forged, of a run that is over, of a type that is unknown, of a new key."""
    book = Book.of(files.keys[-1], files.lines)
    last = json.loads(files.lines[-1])
    for _ in range(chance.randrange(1, 4)):
        kind = chance.choice(("source", "later", "run-started", "run-finished", "adopted", "key-rotated", "ledger"))
        key = chance.choice((Key(9), files.keys[0], files.keys[-1]))
        body: dict[str, Any] = {"providers": {"pubmed": chance.choice(ACCOUNTS)}, "vkey": key.vkey}
        if kind == "key-rotated":
            signer = chance.choice((Key(9), files.keys[-1], files.keys[-1]))
            body["note"] = chance.choice((signer.note, signer.signature))(f"{book.head_text()}{key.vkey}\n")
        run = chance.choice((last["run"], OTHER_RUN, OTHER_RUN))
        book.add(kind, body, run=run, time=chance.choice((last["time"], "2099-01-01T00:00:00.000000Z")))
    files = replace(files, ledger=b"".join(book.lines))
    if chance.random() < 0.5:
        note = signed(book.lines, chance.choice((Key(9), files.keys[-1], files.keys[-1])))
        files = replace(files, checkpoint=note, head=note if chance.random() < 0.4 else files.head)
    return files


def accounts(chance: Random, files: Files, other: Files) -> Files:
    lines = files.lines
    ends = [number for number, raw in enumerate(lines) if b'"type":"run-finished"' in raw]
    if not ends:
        return files
    number = chance.choice(ends)
    entry = json.loads(lines[number])
    account = chance.choice(ACCOUNTS)
    lie = {"pubmed": account} if chance.random() < 0.8 else account
    if chance.random() < 0.5 and isinstance(account, dict):
        lie = {"pubmed": entry["body"]["providers"]["pubmed"] | account}
    entry["body"]["providers"] = lie
    lines[number] = encoded(entry)
    return settled(chance, files, lines, number + 1)


def older_copy(chance: Random, files: Files, other: Files) -> Files:
    """The file as it was some lines ago, with some of its heads as they were then."""
    lines = files.lines[: chance.randrange(len(files.lines))]
    key = chance.choice(files.keys)
    note = signed(lines, key)
    return replace(
        files,
        ledger=b"".join(lines),
        checkpoint=chance.choice((note, files.checkpoint)),
        head=chance.choice((note, files.head, files.head)),
        history=chance.choice((note, files.history, None)),
    )


def forged_head(chance: Random, files: Files) -> bytes:
    """A checkpoint that some key signed over some lines, well formed."""
    lines = files.lines[: chance.randrange(len(files.lines) + 1)]
    text = Book.of(chance.choice((*files.keys, Key(9))), lines).head_text()
    signer = chance.choice((*files.keys, Key(9)))
    change = chance.randrange(6)
    if change == 0:
        text = text.replace("\n", f"{chance.randrange(10)}\n", 2).replace(f"{signer.origin}", signer.origin)
    elif change == 1:
        text = text.replace(signer.origin, "example.org/evidence/other")
    note = signer.note(text)
    if change == 2:
        note += Key(8, origin="witness.example").signature(text)
    elif change == 3:
        note += signer.signature(text + chance.choice(("", "x")))
    elif change == 4:
        note = note.replace("\n\n", "\nextension\n\n")
    return note.encode()


def heads(chance: Random, files: Files, other: Files) -> Files:
    """One head or the history damaged, forged, exchanged or taken away."""
    name = chance.choice(("checkpoint", "checkpoint", "head", "head", "history", "against", "against"))
    old: bytes = getattr(files, name) or b""
    change = chance.randrange(6)
    if change == 0:
        new: bytes | None = None
    elif change == 1:
        new = chance.choice((other.checkpoint, other.head, other.against))
    elif change == 2:
        new = forged_head(chance, files)
    elif change == 3:
        new = old + (forged_head(chance, files) if name == "history" else chance.choice((b"\n", b" ", b"x", old)))
    else:
        new = edited(chance, old)
    changes: dict[str, Any] = {name: new}
    return replace(files, **changes)


MUTATIONS: tuple[Mutation, ...] = (
    bytes_of_the_ledger,
    bytes_of_the_ledger,
    bytes_of_a_line,
    bytes_of_a_line,
    frame_of_a_line,
    body_of_a_line,
    body_of_a_line,
    envelope_of_a_line,
    envelope_of_a_line,
    spelling_of_a_line,
    order_of_lines,
    numbered_anew,
    added_lines,
    added_lines,
    accounts,
    older_copy,
    heads,
    heads,
    heads,
)


def mutate(chance: Random, files: Files, other: Files) -> tuple[str, Files]:
    """One mutation, seldom two; its name and what came of it."""
    names = []
    for _ in range(2 if chance.random() < 0.15 else 1):
        mutation = chance.choice(MUTATIONS)
        try:
            files = mutation(chance, files, other)
        except (ValueError, IndexError, KeyError, TypeError, AttributeError):
            continue
        names.append(mutation.__name__)
    return " and ".join(names), files
