"""Does the writer use the compound, or is it only named?"""

import pytest

from harvest.reports import Use, used
from tests.reports.posts import post, topic


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("I took Semax for my anhedonia and it helped.", Use.OWN),
        ("Three weeks of Semax and I feel nothing new.", Use.OWN),
        ("I switched from Selank to Semax and I am calmer on it.", Use.OWN),
        ("I used Selank, not Semax, and it calmed me.", Use.NAMED),
        ("I have been on Selank for a month and I sleep well. People keep mentioning Semax here.", Use.NAMED),
        ("I take sertraline and feel flat. I never tried Semax.", Use.NAMED),
        ("Has anyone tried Semax?", Use.NAMED),
        ("I feel numb on my SSRI. Should I try Semax?", Use.NAMED),
        ("My friend takes Semax and says that he feels alive again.", Use.NEAR),
        ("Buy Semax today, free shipping with code TEN.", Use.NAMED),
        ("I took Semaxanib in a trial and felt ill.", Use.ABSENT),
        ("I took Selank and felt calm.", Use.ABSENT),
        ("Капал Семакс месяц, мне стало легче.", Use.OWN),
    ],
)
def test_a_compound_is_used_by_the_writer_by_somebody_near_or_only_named(text: str, use: Use) -> None:
    assert used(post(text), topic("Semax", "Семакс")).use is use


def test_the_name_is_the_reason() -> None:
    record = post("I took Semax and it helped me.")
    (reason,) = used(record, topic()).reasons
    assert (reason.field, reason.text) == ("abstract", "Semax")
    assert record.abstract_text[reason.start : reason.end] == "Semax"


def test_a_name_that_is_absent_gives_no_reason() -> None:
    assert used(post("I took something."), topic()).reasons == ()
