"""Which documents a text names, in all ways of writing identifiers, and what it says of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.pasted import mentions
from harvest.pasted.mentions import MOST, is_bare


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("PMID 16996037, PMID: 16635254", ["pmid:16996037", "pmid:16635254"]),
        ("PMIDs: 16996037, 16635254 and 18756821", ["pmid:16996037", "pmid:16635254", "pmid:18756821"]),
        ("https://pubmed.ncbi.nlm.nih.gov/16996037/?from=x", ["pmid:16996037"]),
        ("www.ncbi.nlm.nih.gov/pubmed/16996037", ["pmid:16996037"]),
        ("https://doi.org/10.1016/J.Brainres.2006.07.108.", ["doi:10.1016/j.brainres.2006.07.108"]),
        ("(doi:10.1016/j.brainres.2006.07.108)", ["doi:10.1016/j.brainres.2006.07.108"]),
        ("https://clinicaltrials.gov/study/NCT04320615 and nct04320615", ["nct:NCT04320615"]),
        ("PMC8650205 is not looked up, nor is 16996037 by itself", []),
        ("PMID: 99999999999", ["pmid:99999999999"]),
    ],
)
def test_identifiers_are_found_however_they_are_written(text: str, keys: list[str]) -> None:
    assert [one.key for one in mentions(text)] == keys


def test_a_number_that_cannot_be_a_pmid_is_said_to_be_none() -> None:
    (mention,) = mentions("PMID: 99999999999")

    assert not mention.possible


def test_identifiers_of_one_reference_share_what_it_says() -> None:
    first, second = mentions("A title of a paper on Semax. doi: 10.1000/182. PMID: 16996037")

    assert first.said == second.said
    assert first.said[0].core.startswith("A title of a paper on Semax.")


def test_in_a_list_each_identifier_has_its_own_line() -> None:
    found = mentions("PMID 16996037: Semax and BDNF in rats\nPMID 33418449: Fluvoxamine in white rats")

    assert [one.said[0].core.strip(": ") for one in found] == ["Semax and BDNF in rats", "Fluvoxamine in white rats"]


def test_a_text_names_a_hundred_documents_at_most() -> None:
    assert len(mentions("\n".join(f"PMID {number}" for number in range(1_000_000, 1_000_500)))) == MOST


def test_a_text_of_identifiers_alone_says_nothing_itself() -> None:
    assert is_bare("PMID: 16996037\nhttps://doi.org/10.1000/182")
    assert not is_bare("PMID: 16996037 helped me")


@given(st.text(alphabet=st.sampled_from('PMID:1234567 .,\n()[]"doi:10./NCT\u0430https://x'), max_size=200))
def test_every_mention_stands_where_it_says(text: str) -> None:
    for one in mentions(text):
        assert 0 <= one.start < one.end <= len(text)
