"""Lines changed, added, taken out, moved or spelt otherwise, by somebody without the key."""

import json
import re
from typing import Final

from tests.torture.attacks.scene import Attack, Outcome, Scene, Unsuitable, renumbered

_CHAIN: Final = "a line flipped, inserted, deleted, moved before the last"
_SPELLING: Final = "the last line changed; another spelling, CRLF, byte order mark, blank line"


def flipped_bit(scene: Scene) -> Outcome:
    number = scene.pick(0, scene.size - 1)
    line = bytearray(scene.lines[number])
    line[scene.chance.randrange(len(line))] ^= 1 << scene.chance.randrange(8)
    return Outcome(scene.put(scene.swapped_in(number, bytes(line))), 1, number + 1)


def changed_word(scene: Scene) -> Outcome:
    """A letter or digit of the body, so that the line is as well-formed as before."""
    number = scene.pick(0, scene.size - 1)
    return Outcome(scene.put(scene.swapped_in(number, _other_word(scene, number))), 1, number + 1)


def inserted_copy(scene: Scene) -> Outcome:
    place = scene.pick(1, scene.size - 1)
    line = scene.choose([line for at, line in enumerate(scene.lines) if at != place])
    return Outcome(scene.put([*scene.lines[:place], line, *scene.lines[place:]]), 1, place + 1)


def inserted_beyond_every_head(scene: Scene) -> Outcome:
    """Lines whose numbers no head covers, where heads cover everything."""
    place, count = scene.pick(0, scene.size - 1), scene.pick(1, 5)
    forged = [scene.edited(place, lambda entry, at=at: entry.update(seq=10**12 + at)) for at in range(count)]
    return Outcome(scene.put([*scene.lines[:place], *forged, *scene.lines[place:]]), 1, place + 1)


def deleted_line(scene: Scene) -> Outcome:
    number = scene.pick(0, scene.size - 1)
    return Outcome(scene.put([*scene.lines[:number], *scene.lines[number + 1 :]]), 1, number + 1)


def swapped_lines(scene: Scene) -> Outcome:
    one, two = sorted(scene.chance.sample(range(scene.size), 2))
    lines = list(scene.lines)
    lines[one], lines[two] = lines[two], lines[one]
    return Outcome(scene.put(lines), 1, one + 1)


def inserted_and_numbered_anew(scene: Scene) -> Outcome:
    """All that follows is numbered and linked anew: the first head over it has another root."""
    place = scene.pick(scene.own, scene.size)
    forged = scene.edited(place, lambda entry: entry.update(body={"key": "pmid:666"}, type="excluded"))
    lines = renumbered([*scene.lines[:place], forged, *scene.lines[place:]])
    return Outcome(scene.put(lines), 1, scene.head_over(place + 1))


def deleted_and_numbered_anew(scene: Scene) -> Outcome:
    number = scene.pick(scene.own, scene.size - 1)
    lines = renumbered([*scene.lines[:number], *scene.lines[number + 1 :]])
    return Outcome(scene.put(lines), 1, scene.head_over(number + 1))


def second_genesis(scene: Scene) -> Outcome:
    """Well linked, by somebody who has the key."""
    place = scene.pick(scene.own, scene.size)
    genesis = scene.edited(place, lambda entry: entry.update(body=scene.entries[0]["body"], type="ledger"))
    return Outcome(scene.resealed(renumbered([*scene.lines[:place], genesis, *scene.lines[place:]])), 1, place + 1)


def changed_last_line(scene: Scene) -> Outcome:
    return Outcome(scene.put([*scene.lines[:-1], _other_word(scene, scene.size - 1)]), 1, scene.size)


def escaped_letter(scene: Scene) -> Outcome:
    """The same text in another spelling."""
    number = scene.pick(0, scene.size)
    line = scene.lines[number]
    places = [match.start() for match in re.finditer(rb'(?<=[a-z ])[a-z](?=[a-z ]*")', line)]
    place = scene.choose(places)
    respelt = line[:place] + rb"\u%04x" % line[place] + line[place + 1 :]
    if json.loads(respelt) != json.loads(line):
        raise Unsuitable
    return Outcome(scene.put(scene.swapped_in(number, respelt)), 1, number + 1)


def other_key_order(scene: Scene) -> Outcome:
    number = scene.pick(0, scene.size)
    entry = scene.entries[number]
    names = list(entry)
    scene.chance.shuffle(names)
    if names == list(entry):
        raise Unsuitable
    line = json.dumps({name: entry[name] for name in names}, separators=(",", ":"), ensure_ascii=False)
    return Outcome(scene.put(scene.swapped_in(number, line.encode() + b"\n")), 1, number + 1)


def white_space(scene: Scene) -> Outcome:
    number = scene.pick(0, scene.size)
    line = scene.lines[number]
    place = scene.choose([match.end() for match in re.finditer(rb'"[a-z]+":|^\{|\}(?=\n$)', line)])
    spaced = line[:place] + scene.chance.choice((b" ", b"  ", b"\t")) + line[place:]
    return Outcome(scene.put(scene.swapped_in(number, spaced)), 1, number + 1)


def crlf(scene: Scene) -> Outcome:
    """One line, or all of them."""
    number = scene.pick(0, scene.size)
    if scene.chance.random() < 0.5:
        return Outcome(scene.put([line[:-1] + b"\r\n" for line in scene.lines]), 1, 1)
    return Outcome(scene.put(scene.swapped_in(number, scene.lines[number][:-1] + b"\r\n")), 1, number + 1)


def byte_order_mark(scene: Scene) -> Outcome:
    number = scene.chance.choice((0, scene.pick(0, scene.size)))
    return Outcome(scene.put(scene.swapped_in(number, b"\xef\xbb\xbf" + scene.lines[number])), 1, number + 1)


def blank_line(scene: Scene) -> Outcome:
    place = scene.pick(0, scene.size + 1)
    blank = scene.chance.choice((b"\n", b" \n", b"\r\n"))
    return Outcome(scene.put([*scene.lines[:place], blank, *scene.lines[place:]]), 1, place + 1)


def key_twice(scene: Scene) -> Outcome:
    """Of a key that stands twice readers see one value and hash both."""
    number = scene.pick(0, scene.size)
    line, name = scene.lines[number], scene.choose(list(scene.entries[number])).encode()
    place = line.rindex(b'"%b":' % name) if name != b"body" else 1
    other = b'"%b":%b,' % (name, scene.chance.choice((b"0", b'"x"', b"{}")))
    return Outcome(scene.put(scene.swapped_in(number, line[:place] + other + line[place:])), 1, number + 1)


def respelt_number(scene: Scene) -> Outcome:
    number = scene.pick(0, scene.size)
    line = scene.lines[number]
    other = scene.chance.choice((b"%b.0", b"%be0", b"0%b", b"+%b", b"%b.", b"%b00e-2"))
    respelt = re.sub(rb'"seq":([0-9]+)(?=,"time")', lambda found: b'"seq":' + other % found[1], line)
    return Outcome(scene.put(scene.swapped_in(number, respelt)), 1, number + 1)


def earlier_time(scene: Scene) -> Outcome:
    """The clock set back by somebody who has the key."""
    number = scene.pick(scene.own, scene.size)
    early = scene.edited(number, lambda entry: entry.update(time="2001-01-01T00:00:00.000000Z"))
    return Outcome(scene.resealed(scene.swapped_in(number, early)), 1, number + 1)


def _other_word(scene: Scene, number: int) -> bytes:
    """The line with another letter in a string of its body."""
    line = scene.lines[number]
    begin, end = len(b'{"body":'), line.rindex(b',"prev":"')
    letters = [match.start() for match in re.finditer(rb'(?<=[a-z ])[a-z](?=[a-z ]*")', line[:end])]
    place = scene.choose([at for at in letters if at >= begin])
    return line[:place] + (b"z" if line[place : place + 1] != b"z" else b"y") + line[place + 1 :]


ATTACKS: Final = (
    Attack("one bit flipped", _CHAIN, flipped_bit),
    Attack("one word changed, the line well-formed", _CHAIN, changed_word),
    Attack("a line repeated in between", _CHAIN, inserted_copy),
    Attack("lines in between that are numbered beyond every head", _CHAIN, inserted_beyond_every_head),
    Attack("a line deleted", _CHAIN, deleted_line),
    Attack("two lines swapped", _CHAIN, swapped_lines),
    Attack("a line inserted, the rest numbered and linked anew", _CHAIN, inserted_and_numbered_anew),
    Attack("a line deleted, the rest numbered and linked anew", _CHAIN, deleted_and_numbered_anew),
    Attack("a second genesis, signed", _CHAIN, second_genesis),
    Attack("time set back, signed", _CHAIN, earlier_time),
    Attack("the last line changed", _SPELLING, changed_last_line),
    Attack("a letter written as an escape", _SPELLING, escaped_letter),
    Attack("keys in another order", _SPELLING, other_key_order),
    Attack("white space between tokens", _SPELLING, white_space),
    Attack("a number spelt otherwise", _SPELLING, respelt_number),
    Attack("a key twice", _SPELLING, key_twice),
    Attack("CRLF", _SPELLING, crlf),
    Attack("a byte order mark", _SPELLING, byte_order_mark),
    Attack("a blank line", _SPELLING, blank_line),
)
