"""What holds of a profile whatever the ledger says."""

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvest.evidence.designs import ALLOWED, SYNTHESES
from harvest.model import Direction, EvidenceKind, Harms
from harvest.summary import Profile, lines
from tests.summary.holdings import Written, linked, outcomes, people, profile, report, retraction, review, source

LABELS = [(str(kind), str(design)) for kind, designs in ALLOWED.items() for design in sorted(designs)]
SOMETIMES = st.sampled_from([(), (), (), ("near",), ("concern",), ("retracted",), ("healthy-volunteers",)])
PROVIDERS = ("pubmed", "europepmc", "trials", "reddit", "web")


@st.composite
def sources(draw: st.DrawFn, least: int = 1) -> list[Written]:
    """Sources of every label that may stand in a ledger, some of them possible duplicates of others."""
    return [_source(draw, number) for number in range(1, draw(st.integers(least, 7)) + 1)]


def _source(draw: st.DrawFn, number: int) -> Written:
    kind, design = draw(st.sampled_from(LABELS))
    both = kind in ("human", "preclinical") and design not in SYNTHESES and draw(st.booleans())
    changes: dict[str, Any] = {
        "evidence": kind,
        "design": design,
        "screening": draw(st.sampled_from(["direct", "compound-only", "condition-only"])),
        "outcome": draw(st.sampled_from(list(map(str, Direction)))),
        "harms": draw(st.sampled_from(list(map(str, Harms)))),
        "flags": list(draw(SOMETIMES)),
        "parts": ["human", "preclinical"] if both else [],
        "abstract": draw(st.sampled_from(["", "We enrolled 40 patients.", "Thirty rats were given it. NCT01234567."])),
        "authors": draw(st.lists(st.sampled_from(["Ivanov A", "Petrov B", "Smith J"]), unique=True, max_size=3)),
        "basis": draw(st.sampled_from(["abstract", "title", "full-text"])),
    }
    if number > 1 and draw(st.booleans()):
        changes["maybe_duplicate_of"] = f"s{draw(st.integers(1, number - 1))}"
    return source(number, **changes)


def counts(of: Profile) -> Counter[str]:
    """Studies by kind of evidence, wherever they are counted."""
    found: Counter[str] = Counter()
    for cell in (*of.cells, *of.healthy_or_pk):
        found[cell.evidence] += cell.studies
    return found


def told(of: Profile) -> object:
    """All that a profile counts, without the order of its lists."""
    cells = [(cell.match, cell.evidence, cell.design, cell.studies, cell.studies_at_least) for cell in of.cells]
    cells += [(cell.participants, cell.outcomes, cell.harms, sorted(cell.sources)) for cell in of.cells]
    rest = (of.sentence, of.not_evidence, of.undetermined, of.basis, of.shared_authors, of.standing, of.legacy_index)
    reports = (of.reports.writers, of.reports.outcomes, of.reports.relayed, sorted(of.reports.sources))
    return cells, rest, reports, of.syntheses, of.gaps, sorted(one.sid for one in (*of.retracted, *of.concern))


@given(sources(), st.data())
def test_a_further_record_changes_no_study_count(written: list[Written], data: st.DataObject) -> None:
    of = data.draw(st.sampled_from(written))[1]["sid"]
    body = {"key": "doi:10.1/x", "keys": ["doi:10.1/x"], "provider": "crossref", "digest": "", "of": of, "rule": "r"}

    assert counts(profile(*written, ("duplicate", body))) == counts(profile(*written))


@given(sources(), st.sampled_from(sorted(SYNTHESES)))
def test_a_synthesis_changes_no_study_count(written: list[Written], design: str) -> None:
    assert counts(profile(*written, people(99, design=design))) == counts(profile(*written))


@given(sources(), st.sampled_from(["preprint-of", "results-of", "translation-of"]), st.data())
def test_a_second_report_changes_no_study_count(written: list[Written], relation: str, data: st.DataObject) -> None:
    first = data.draw(st.sampled_from(written))[1]
    own = ("sid", "key", "keys", "maybe_duplicate_of")
    second = source(99, **{name: value for name, value in first.items() if name not in own} | {"role": "preprint"})

    assert counts(profile(*written, second, linked("s99", relation, first["sid"]))) == counts(profile(*written))


@given(sources(), st.lists(st.sampled_from(list(map(str, Direction))), max_size=4))
def test_anecdotes_change_no_cell(written: list[Written], directions: list[str]) -> None:
    anecdotes = [report(50 + number, outcome=outcome) for number, outcome in enumerate(directions)]

    assert profile(*written, *anecdotes).cells == profile(*written).cells


@given(sources(), st.sampled_from(["worsened", "no-clear-difference", "not-reported"]))
def test_a_negative_report_never_raises_improved(written: list[Written], outcome: str) -> None:
    before, study = profile(*written), profile(*written, people(99, outcome=outcome))
    writer = profile(*written, report(98, outcome=outcome))

    assert outcomes(study, "improved") == outcomes(before, "improved") == outcomes(writer, "improved")
    assert writer.reports.outcomes.get("improved", 0) == before.reports.outcomes.get("improved", 0)


@given(sources(least=2), st.data())
def test_a_retraction_removes_the_weight(written: list[Written], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(written))
    with_it = profile(*written, retraction(int(gone[1]["sid"][1:])))
    without = profile(*(one for one in written if one is not gone))

    assert (with_it.cells, with_it.healthy_or_pk) == (without.cells, without.healthy_or_pk)
    assert (with_it.reports, with_it.not_evidence) == (without.reports, without.not_evidence)
    assert (with_it.sentence, with_it.basis) == (without.sentence, without.basis)


@given(sources(), st.dictionaries(st.sampled_from(PROVIDERS), st.sampled_from(["complete", "failed", "skipped"])))
def test_every_none_found_names_what_did_not_answer(written: list[Written], accounts: dict[str, str]) -> None:
    found = profile(*written, **(accounts or {"pubmed": "failed"}))
    silent = [one.name for one in found.searched if one.outcome in ("failed", "skipped")]

    for line in (line for line in lines(found) if "none found" in line or "no search has succeeded" in line):
        assert all(name in line for name in silent)
    if all(one.outcome != "complete" for one in found.searched):
        assert not any("none found" in line for line in lines(found))


@given(sources(), st.data())
def test_the_order_of_sources_changes_nothing(written: list[Written], data: st.DataObject) -> None:
    pairs = st.tuples(st.integers(1, len(written)), st.integers(1, len(written)))
    relations = st.sampled_from(["preprint-of", "results-of", "included-in", "cross-post"])
    links = [
        linked(f"s{one}", data.draw(relations), f"s{other}") for one, other in data.draw(st.lists(pairs, max_size=3))
    ]
    shuffled = data.draw(st.permutations(written))
    again = data.draw(st.permutations(links))

    assert told(profile(*shuffled, *again)) == told(profile(*written, *links))


@given(sources())
def test_every_source_stands_somewhere(written: list[Written]) -> None:
    found = profile(*written)
    listed = {source for cell in (*found.cells, *found.healthy_or_pk) for source in cell.sources}
    listed |= {*found.reports.sources, *(one.sid for one in (*found.syntheses, *found.registrations, *found.retracted))}
    silent = (EvidenceKind.NONE, EvidenceKind.UNDETERMINED)
    rest = [body for _, body in written if body["sid"] not in listed and body["screening"] != "condition-only"]

    assert all(body["evidence"] in silent for body in rest)
    assert len(rest) == sum(found.not_evidence.values()) + sum(found.undetermined.values())


@given(sources(), st.data())
def test_a_confirmed_label_is_counted_as_checked_and_changes_nothing_else(
    written: list[Written], data: st.DataObject
) -> None:
    sid = data.draw(st.sampled_from(written))[1]["sid"]
    before, after = profile(*written), profile(*written, review(sid))

    assert counts(after) == counts(before)
    assert before.unchecked - after.unchecked == (written[int(sid[1:]) - 1][1]["screening"] != "condition-only")


@given(sources())
def test_no_tier_and_no_score_is_shown(written: list[Written]) -> None:
    found = profile(*written)

    said = "\n".join(lines(found))

    assert "tier" not in said
    assert "index" not in said
    assert "score" not in said
