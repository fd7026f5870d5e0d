"""The table of attacks in the documentation is the one that the torture goes through."""

from tests import pages
from tests.torture.test_attacks import ATTACKS

PAGE = pages.CHECKOUT / "docs" / "explanation" / "what-a-ledger-proves.md"


def test_the_documentation_names_every_attack_that_is_made_and_no_other() -> None:
    (told,) = pages.tables(pages.section(PAGE, "Attacks"))
    made: dict[str, list[str]] = {}
    for attack in ATTACKS:
        made.setdefault(attack.row, []).append(attack.name)
    assert {attack: tried.split(" · ") for attack, _, tried in told} == made
