"""Copies are told by their sketches: whole, cut and spun ones; other texts are none."""

from hypothesis import given
from hypothesis import strategies as st

from harvest.pages import Sketch, alike, sketch
from harvest.text.sketch import likeness
from tests.web_pages.made import PROSE

WORDS = tuple(f"word{number}" for number in range(400))
TEXT = " ".join(WORDS)


def test_a_copy_in_other_letters_is_the_same() -> None:
    assert sketch(PROSE * 2) == sketch((PROSE * 2).upper().replace("-", "\u2013").replace("Semax", "S\u0435max"))


def test_a_copy_with_every_fifth_word_changed_is_alike() -> None:
    spun = " ".join("other" if number % 5 == 0 else word for number, word in enumerate(WORDS))

    assert alike(sketch(TEXT), sketch(spun))


def test_half_of_a_text_is_alike() -> None:
    assert alike(sketch(TEXT), sketch(" ".join(WORDS[:200])))


def test_another_text_of_the_same_words_is_not_alike() -> None:
    assert not alike(sketch(TEXT), sketch(" ".join(WORDS[::-1])))


def test_a_text_too_short_is_like_nothing_not_even_itself() -> None:
    assert sketch("Too short.") == Sketch()
    assert not alike(sketch("Too short."), sketch("Too short."))


def test_scripts_that_do_not_part_words_have_sketches_too() -> None:
    text = "".join(chr(0x4E00 + number * 7) for number in range(200))

    assert alike(sketch(text), sketch(text[20:]))


@given(st.lists(st.sampled_from(WORDS), max_size=300), st.lists(st.sampled_from(WORDS), max_size=300))
def test_likeness_is_a_share_and_the_same_both_ways(one: list[str], other: list[str]) -> None:
    first, second = sketch(" ".join(one)), sketch(" ".join(other))

    assert 0 <= likeness(first, second) == likeness(second, first) <= 1
    assert Sketch.of_hex(first.hex) == first
