# ruff: noqa: RUF001 - look-alikes, dashes and Cyrillic words are what is tested
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvest.text import Terms, fold

MIXED = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("ßﬁİς­\u200b\u0301–—αβΩΑе҉①²™ﷺ가")),
    max_size=40,
)
COMPOUND = ["Semax", "ACTH(4-7)-Pro-Gly-Pro", "Pro-Gly-Pro-ACTH(4-7)", "MEHFPGP", "Семакс"]
FALSE_FRIENDS = ["semaxanib", "semaxint"]


@pytest.fixture
def words() -> Callable[..., list[str]]:
    def found(text: str, *names: str, except_: tuple[str, ...] = ()) -> list[str]:
        return [match.text for match in Terms(names, except_=except_).find(text)]

    return found


@given(MIXED)
def test_every_folded_slice_comes_from_the_raw_slice_that_span_names(text: str) -> None:
    folded = fold(text)
    for start in range(len(folded.text)):
        for end in range(start + 1, min(start + 6, len(folded.text)) + 1):
            raw_start, raw_end = folded.span(start, end)
            assert 0 <= raw_start < raw_end <= len(text)
            assert folded.text[start:end] in fold(text).text
            assert folded.text[start:end] in fold(text[:raw_end]).text


@given(MIXED)
def test_spans_never_run_backwards_and_the_whole_text_spans_itself(text: str) -> None:
    folded = fold(text)
    starts = [folded.span(at, at + 1)[0] for at in range(len(folded.text))]
    assert starts == sorted(starts)
    assert folded.span(len(folded.text), len(folded.text)) == (len(text), len(text))


@example("\u1f80")
@given(st.text(max_size=60))
def test_folding_does_not_depend_on_case_or_normal_form_of_plain_words(text: str) -> None:
    plain = "".join(char for char in text if char.isascii())
    assert fold(plain.upper()).text == fold(plain.lower()).text
    assert fold(unicodedata.normalize("NFC", text)).text == fold(unicodedata.normalize("NFD", text)).text


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["Semax", "SEMAX", "Sеmax", "Se\u00admax", "sémax"]))
def test_a_name_between_spaces_is_found_at_its_raw_offsets(before: str, after: str, word: str) -> None:
    text = f"{before} {word} {after}"
    matches = Terms(["Semax"]).find(text)
    assert all(text[match.start : match.end] == match.text for match in matches)
    assert any(match.start == len(before) + 1 and match.text == word for match in matches)


@given(MIXED)
def test_what_terms_report_is_the_raw_slice(text: str) -> None:
    for match in Terms(["a", "1", "α", "ss"]).find(text):
        assert text[match.start : match.end] == match.text


@pytest.mark.parametrize(
    "text",
    ["SEMAX", "semax", "Semax®", "Semax™", "Semax's", "Semax’s", "#semax", "semax_review", "(Semax)", "Se\u200bmax",
     "Se\u00admax", "Sеmax", "ЅЕМАХ", "Ｓｅｍａｘ", "Se\u0301max", "Semax-treated", "non-Semax", "𝐒𝐞𝐦𝐚𝐱"],
)  # fmt: skip
def test_a_name_is_found_however_it_is_dressed(text: str) -> None:
    assert [match.term for match in Terms(["Semax"]).find(text)] == ["Semax"]


@pytest.mark.parametrize("text", ["semaxanib", "semaxint", "baseMaxHp", "PauseMax", "versemax", "Semax1", "SemaXY"])
def test_a_name_inside_another_word_is_no_match(text: str) -> None:
    assert Terms(COMPOUND).find(text) == []


@pytest.mark.parametrize(
    "text",
    ["ACTH(4-7)-Pro-Gly-Pro", "ACTH 4–7 Pro Gly Pro", "ACTH (4-7), Pro-Gly-Pro-", "ACTH[4−7]ProGlyPro",
     "acth-(4—7)-pro‑gly‑pro", "ACTH(4-7)-\nPro-Gly-Pro"],
)  # fmt: skip
def test_a_peptide_is_found_with_any_dash_bracket_or_space(text: str) -> None:
    assert [match.term for match in Terms(COMPOUND).find(text)] == ["ACTH(4-7)-Pro-Gly-Pro"]


def test_digits_that_a_name_keeps_apart_are_not_run_together(words: Callable[..., list[str]]) -> None:
    assert words("ACTH47-Pro-Gly-Pro and ACTH 4 7 Pro Gly Pro", COMPOUND[1]) == ["ACTH 4 7 Pro Gly Pro"]


def test_a_name_does_not_run_over_the_end_of_a_sentence(words: Callable[..., list[str]]) -> None:
    assert words("It was emotional. Blunting followed.", "emotional blunting") == []


@pytest.mark.parametrize("text", ["Семакса", "семаксом", "СЕМАКСУ", "Семаксе", "Семакс"])
def test_a_russian_name_is_found_in_every_case(text: str) -> None:
    assert [match.text for match in Terms(COMPOUND).find(f"после {text}, внутрь")] == [text]


def test_russian_words_of_a_longer_name_are_all_inflected(words: Callable[..., list[str]]) -> None:
    assert words("об эмоциональном притуплении", "эмоциональное притупление") == ["эмоциональном притуплении"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("inhibitor", "inhibitors"), ("inhibitors", "inhibitor"), ("therapy", "therapies"), ("diagnosis", "diagnoses"),
     ("ssri", "SSRIs"), ("ssri", "SSRI's"), ("virus", "viruses"), ("crisis", "crises"), ("stress", "stress"),
     ("emotional blunting", "emotional-blunting"), ("emotional blunting", "emotionalblunting")],
)  # fmt: skip
def test_an_english_name_is_found_in_its_plural_and_possessive(name: str, text: str) -> None:
    assert [match.text for match in Terms([name]).find(f"the {text}.")] == [text]


@pytest.mark.parametrize("text", ["TNFα", "TNF-α", "TNF alpha", "tnf-Α", "TNF-ALPHA"])
def test_a_greek_letter_is_its_name(text: str) -> None:
    assert [match.text for match in Terms(["TNF-alpha"]).find(text)] == [text]


def test_a_greek_capital_inside_a_latin_word_is_a_disguise(words: Callable[..., list[str]]) -> None:
    assert words("SEΜAX", "Semax") == ["SEΜAX"]


def test_a_short_name_in_capitals_matches_in_capitals_only(words: Callable[..., list[str]]) -> None:
    assert words("EB, EBs, eb, Eb, EB's", "EB") == ["EB", "EBs", "EB's"]


def test_a_short_name_in_lower_case_matches_in_any_case(words: Callable[..., list[str]]) -> None:
    assert words("SSRI ssri Ssri", "ssri") == ["SSRI", "ssri", "Ssri"]


def test_a_match_within_a_false_friend_is_dropped_and_others_stay(words: Callable[..., list[str]]) -> None:
    assert words("the Semax Bank; Semax", "Semax", except_=("semax bank",)) == ["Semax"]


def test_of_overlapping_names_the_longest_is_reported() -> None:
    matches = Terms(["ssri", "SSRI emotional blunting", "emotional blunting"]).find("SSRI emotional blunting")
    assert [match.term for match in matches] == ["SSRI emotional blunting"]


def test_matches_of_several_names_come_in_the_order_of_the_text() -> None:
    matches = Terms(["beta", "alpha"]).find("alpha, beta, alpha")
    assert [(match.term, match.start) for match in matches] == [("alpha", 0), ("beta", 7), ("alpha", 13)]


def test_a_name_with_signs_in_it_is_found_with_other_signs(words: Callable[..., list[str]]) -> None:
    assert words("SKF-92334, SK & F 92334, SK&F92334", "SK&F 92334") == ["SKF-92334", "SK & F 92334", "SK&F92334"]


def test_a_name_of_signs_alone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a name with a letter or a digit, got '\(\)'"):
        Terms(["()"])


def test_a_folded_text_may_be_searched_many_times() -> None:
    folded = fold("Sеmax and apathy")
    assert [Terms([name]).find(folded)[0].start for name in ("Semax", "apathy")] == [0, 10]


def test_the_names_within_a_text_find_the_same_in_its_parts() -> None:
    names = Terms(("vitamin D", "insulin", "EB"), except_=("insulin resistance",))
    parts = ("Vitamin D and insulin.", "Insulin resistance, and the EB.", "Nothing of the kind.")
    fewer = names.within(fold(" ".join(parts)).text)
    assert [fewer.find(part) for part in parts] == [names.find(part) for part in parts]
    assert not names.within(fold(parts[2]).text).may_find(fold(parts[2]).text)
