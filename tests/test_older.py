from pathlib import Path

from harvest import older
from harvest.catalogue import Catalogue
from harvest.reading import read
from tests.cli import ledgers
from tests.cli.conftest import CHECKOUT

LEDGER = older.read(CHECKOUT / "data" / "demo" / "older-ledger.toml")


def _catalogue(tmp_path: Path) -> Catalogue:
    people = {"evidence": "human", "design": "rct"}
    return read(
        ledgers.write(
            tmp_path / "ledgers" / "semax-ssri.jsonl",
            tmp_path / "state",
            ("source", ledgers.source("s1", "39442746", "Semax and Melanotan II on male rats")),
            ("source", ledgers.source("s2", "41479572", "In the Animal Model of Alzheimer's Disease")),
            ("source", ledgers.source("s3", "11517472", "Semax in stroke", **people)),
            ("excluded", ledgers.excluded("34908941", "Long-term use of SSRIs", evidence="human")),
        )
    ).catalogue


def test_one_paper_under_two_titles_is_told_by_the_titles_alone() -> None:
    (pair,) = older.counted_twice(LEDGER)

    assert (pair[0].id, pair[1].id) == ("s6", "s18")
    assert pair[2].same


def test_what_it_lists_is_set_beside_how_it_was_settled_here(tmp_path: Path) -> None:
    said = list(older.compared(LEDGER, _catalogue(tmp_path)))

    assert any(
        line.startswith("s6 and s18 are one paper, counted twice") and "here s1, animals" in line for line in said
    )
    assert (
        "s1 tagged human: here left out, condition without this compound (people studied, without this compound)"
        in said
    )
    assert 's5 tagged human: here s2, animals or laboratory, not people ("rats")' in said
    assert "s3 tagged preclinical: here not found" in said


def test_human_studies_that_it_does_not_list_are_missed(tmp_path: Path) -> None:
    assert [body["sid"] for body in older.missed(LEDGER, _catalogue(tmp_path))] == ["s3"]
