"""What `harvest ingest` gives an operator: a text that can be erased, and what it names, if that is what it says."""

import json
from pathlib import Path

import pytest

from tests.crawl.pasted_trial import (
    ARTICLE,
    BOTH,
    OTHER,
    REPORT,
    TITLE,
    TRIAL,
    TRIAL_TITLE,
    WORK,
    WORK_TITLE,
    PastedTrial,
    article,
    pasting,
)
from tests.crawl.trial import CHECKOUT
from tests.crawl.web_trial import article as page
from tests.servers.emulator import Emulator
from tests.servers.faults import Rule
from tests.servers.messages import Answer, Request, plain

COUNTS = ("found", "included", "excluded", "known", "failed", "refused")
STATED = "Semax restores joy in patients under escitalopram"
NAMING = f"""{REPORT}

{TITLE}. doi:{BOTH} PMID: {ARTICLE}
{WORK_TITLE} https://doi.org/{WORK}
"{STATED}" PMID: {ARTICLE + 1}

What I read was long, and I do not remember all of it.

NCT09999999

{TRIAL_TITLE} ({TRIAL})
"""


def counts(trial: PastedTrial) -> tuple[int, ...]:
    return tuple(trial.account()[name] for name in COUNTS)


def held(trial: PastedTrial, words: bytes) -> list[Path]:
    """Where words stand, in clear."""
    return [path for path in trial.folder.rglob("*") if path.is_file() and words in path.read_bytes()]


def test_a_text_is_a_source_whose_words_stand_in_no_line_the_same_again_is_known_and_it_can_be_erased(
    tmp_path: Path,
) -> None:
    with pasting(tmp_path) as trial:
        done = trial.ingest(REPORT)
        again = trial.ingest(f"\ufeff{REPORT}\r\n\r\n")

        (source,) = trial.bodies("source")
        assert (done.code, again.code) == (0, 0), done.said
        assert (source["provider"], source["evidence"], source["design"]) == ("pasted", "anecdotal", "first-person")
        assert "unverified" in source["flags"]
        assert [path.parent.parent.name for path in held(trial, b"joy again")] == ["content"]
        assert counts(trial) == (1, 0, 0, 1, 0, 0)
        assert trial.harvest("redact", trial.slug, source["sid"], "--reason", "person-asked").code == 0
        assert held(trial, b"joy again") == []
        assert trial.verify() == 0


def test_what_a_text_names_is_settled_if_it_is_what_the_text_says_and_else_refused(tmp_path: Path) -> None:
    with pasting(tmp_path) as trial:
        told = trial.told(NAMING)

        sources = {body["key"]: body for body in trial.bodies("source", "excluded")}
        pasted = next(body for key, body in sources.items() if key.startswith("pasted:"))
        (refused,) = trial.bodies("refused")
        search = next(body for body in trial.bodies("search") if body["by"] == "ids")
        assert {one["key"]: (one["outcome"], one["by"]) for one in told["identifiers"]} == {
            f"doi:{BOTH}": ("accepted", "title"), f"pmid:{ARTICLE}": ("accepted", "title"),
            f"doi:{WORK}": ("accepted", "title"), f"pmid:{ARTICLE + 1}": ("refused", "no-match"),
            "nct:NCT09999999": ("failed", "no-match"), f"nct:{TRIAL}": ("accepted", "title"),
        }  # fmt: skip
        named = [f"pmid:{ARTICLE}", f"doi:{WORK}", f"nct:{TRIAL}"]
        assert [sources[key]["provider"] for key in named] == ["pubmed", "crossref", "trials"]
        assert [link["key"] for link in pasted["links"]] == named
        assert {link["citation"] for link in pasted["links"]} == {""}
        assert (refused["key"], refused["reason"], refused["got"]) == (f"pmid:{ARTICLE + 1}", "other-title", OTHER)
        assert NAMING[slice(*refused["place"])].endswith(str(ARTICLE + 1))
        assert [path.parent.parent.name for path in held(trial, STATED.encode())] == ["content"]
        assert len(search["matched"]) == 4
        assert (told["exit_code"], told["outcome"], counts(trial)) == (2, "partial", (6, 4, 0, 0, 2, 1))


def test_a_bare_id_is_looked_up_and_marked_and_a_source_of_the_ledger_is_compared_without_asking(
    tmp_path: Path,
) -> None:
    with pasting(tmp_path) as trial:
        told = trial.told(f"https://pubmed.ncbi.nlm.nih.gov/{ARTICLE}/")
        again = trial.told(f'{TITLE}. PMID: {ARTICLE}\n\n"A review of Selank" doi:{BOTH}\n\nA list: PMID: 99999999999')

        (search,) = (body for body in trial.bodies("search") if body["by"] == "ids")
        assert (told["exit_code"], told["tally"]["found"], told["tally"]["included"]) == (0, 1, 1)
        assert search["matched"] == [{"key": f"pmid:{ARTICLE}", "by": "nothing-said", "share": 0}]
        assert [one["outcome"] for one in again["identifiers"]] == ["known", "refused", "refused"]
        assert again["requests"] == {}


def test_what_did_not_come_is_asked_for_when_the_text_is_pasted_again_and_a_replay_gives_the_same(
    tmp_path: Path,
) -> None:
    text = f"{REPORT}\n\n{TITLE}. PMID: {ARTICLE}"
    with pasting(tmp_path / "one") as trial:
        nowhere = trial.ingest(text, HARVEST_REPLAY=str(CHECKOUT / "data" / "demo"))
        before = counts(trial)
        told = trial.told(text)
        replay = {"HARVEST_REPLAY": str(trial.folder / "data" / "archive"), "HARVEST_EUTILS_URL": trial.url}
        with pasting(tmp_path / "other") as other:
            again = other.ingest(text, "--json", **replay)

            assert nowhere.code == 2, nowhere.said
            assert before == (2, 1, 0, 0, 1, 0)
            assert counts(trial) == (2, 1, 0, 1, 0, 0)
            (changed,) = trial.bodies("changed")
            assert [link["key"] for link in changed["new"]["links"]] == [f"pmid:{ARTICLE}"]
            assert {one["outcome"] for one in (*told["identifiers"], *json.loads(again.said)["identifiers"])} == {
                "accepted"
            }
            keys = [[b["key"] for b in one.bodies("source") if b["provider"] == "pasted"] for one in (trial, other)]
            assert keys[0] != keys[1], "another state folder has another key"


class Site(Emulator):
    """A host with one page."""

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        if request.path == "/post":
            return Answer(page("It was used beside escitalopram for anhedonia.").encode(), "text/html")
        return plain("nothing", status=404)


def test_a_link_alone_is_read_as_a_page_of_the_web(tmp_path: Path) -> None:
    with pasting(tmp_path) as trial, Site() as site:
        done = trial.ingest(f"{site.url}post\n")

        (source,) = trial.bodies("source")
        assert done.code == 0, done.said
        assert (source["provider"], source["key"]) == ("web", f"url:{site.url}post")
        assert trial.bodies("run-started")[-1]["spider"] == "web"


@pytest.mark.recorded
def test_the_wrong_pmids_that_others_published_are_all_refused_and_right_ones_accepted(
    recorded: Path, tmp_path: Path
) -> None:
    """The records of the wrong ones were never recorded: those here are made up, and say so in their titles."""
    lines = (recorded / "semax" / "wrong_or_misdescribed_ids.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = [said for said in map(json.loads, lines) if "unrelated papers" in said["fact"]]
    lines = (recorded / "semax" / "seed_sources.jsonl").read_text(encoding="utf-8").splitlines()
    right = [said for said in map(json.loads, lines) if said.get("pmid")]
    records = [article(int(one["pmid"]), f"{OTHER}, part {number}") for number, one in enumerate(wrong)]
    records += [article(int(one["pmid"]), one["title"]) for one in right]
    drafted = [f"- Effects of {one['claimed_for']} in patients with anxiety. PMID: {one['pmid']}" for one in wrong]
    told = [f"- {one['first_author']} et al. {one['title']}. {one['year']}. PMID: {one['pmid']}" for one in right]

    with pasting(tmp_path, records) as trial:
        answer = trial.told("\n".join([*drafted, *told]))

        outcomes = {one["key"]: one["outcome"] for one in answer["identifiers"]}
        assert len(wrong) == 16
        assert {outcomes[f"pmid:{one['pmid']}"] for one in wrong} == {"refused"}
        assert {outcomes[f"pmid:{one['pmid']}"] for one in right} == {"accepted"}
        assert len(trial.bodies("refused")) == 16
