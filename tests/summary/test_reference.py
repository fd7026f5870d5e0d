"""The page on the profile names every field that `--json` has."""

from pathlib import Path

from tests import pages
from tests.summary.holdings import linked, people, profile, source

PAGE = pages.CHECKOUT / "docs" / "reference" / "profile.md"


def _named(path: Path, table: int) -> set[str]:
    rows = list(pages.tables(path.read_text(encoding="utf-8")))[table]
    return {name.strip("`") for row in rows for name in row[0].split(", ")}


def test_every_field_is_described() -> None:
    assert _named(PAGE, 0) == set(profile().as_json())


def test_every_field_of_a_cell_is_described() -> None:
    (cell,) = profile(people(1)).as_json()["cells"]

    assert _named(PAGE, 1) == set(cell)


def test_the_fields_of_what_is_listed_are_named() -> None:
    written = [
        people(1, design="meta-analysis"),
        source(2, evidence="none", design="trial-registration"),
        people(3),
        linked("s3", "included-in", "s1"),
    ]
    found = profile(*written).as_json()
    text = PAGE.read_text(encoding="utf-8")

    for name in (*found["syntheses"][0], *found["registrations"][0], *found["reports"], *found["gaps"]):
        assert f"`{name}`" in text, name
