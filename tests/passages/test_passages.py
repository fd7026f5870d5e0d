"""Sentences and what they do."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harvest.model import AbstractSection, Record
from harvest.passages import passages
from harvest.passages.sentences import sentences


def record(title: str, *sections: AbstractSection) -> Record:
    return Record("pubmed", "pmid:1", ("pmid:1",), title, abstract=sections)


def roles(text: str) -> list[str]:
    return [passage.role for passage in passages(record("", AbstractSection(text)))]


def parted(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_the_course_of_a_plain_abstract_is_told_from_its_words_and_places() -> None:
    text = (
        "Depression is a common and disabling disorder worldwide. Little is known about its treatment with peptides. "
        "The aim of this study was to evaluate the efficacy of the compound in depression. "
        "Ninety patients were randomly assigned to the compound or placebo for 8 weeks. "
        "Scores were assessed with a rating scale. "
        "Scores fell by 12.1 with the compound and by 7.4 with placebo (p = 0.003). "
        "These findings suggest that the compound may be effective in depression."
    )
    assert roles(text) == ["background", "background", "aim", "methods", "methods", "results", "conclusions"]


def test_a_section_s_category_decides_before_its_words() -> None:
    (told,) = passages(record("", AbstractSection("Depression is common.", label="WHAT WE SAW", category="RESULTS")))
    assert told.role == "results"


def test_of_one_or_two_sentences_without_a_label_nothing_is_said() -> None:
    assert roles("Depression is common. The compound helped.") == ["unknown", "unknown"]


def test_abbreviations_and_brackets_end_no_sentence() -> None:
    assert parted("It was 52% vs. 31% (P < .01). Rats (Wistar) Sham or not, i.p. 10 mg.) Done.") == [
        "It was 52% vs. 31% (P < .01).",
        "Rats (Wistar) Sham or not, i.p. 10 mg.)",
        "Done.",
    ]


def test_a_line_s_end_ends_a_sentence() -> None:
    assert parted("one\ntwo vs.\nthree") == ["one", "two vs.", "three"]


def test_the_same_record_is_read_once() -> None:
    told = record("Title", AbstractSection("One. Two. Three."))
    assert passages(told) is passages(told)


@given(st.text(max_size=80), st.lists(st.text(alphabet=st.sampled_from("aA .\n(1)\u00df\u0130\U0001f600")), max_size=3))
def test_every_letter_stands_in_one_passage(title: str, texts: list[str]) -> None:
    told = record(title, *(AbstractSection(text, label="RESULTS" if i else "") for i, text in enumerate(texts)))
    found = passages(told)
    places = [(passage.start, passage.end) for passage in found if passage.field == "abstract"]
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    inside = "".join(told.abstract_text[start:end] for start, end in places)
    letters = "".join("".join(text.split()) for text in texts)
    assert "".join(inside.split()) == letters
