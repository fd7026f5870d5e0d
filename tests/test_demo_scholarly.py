"""The demonstration's recording of Europe PMC and ClinicalTrials.gov."""

import json
from pathlib import Path

from harvest import topics
from harvest.archive.reader import about, pairs
from tools import make_demo, make_demo_scholarly

CHECKOUT = Path(__file__).resolve().parents[1]
RECORDING = CHECKOUT / "data" / "demo" / "semax-ssri-scholarly-00001.warc.gz"
AGAIN = "make it again with: python -m tools.make_demo_scholarly"


def test_the_recording_holds_what_the_spiders_ask_for_the_topic_as_it_is_now_and_what_the_facts_answer() -> None:
    topic = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
    asked = make_demo_scholarly.exchanges(topic)
    recorded = [pair.exchange() for pair in pairs(RECORDING)]
    assert [(one.method, one.url, one.request_body, one.body) for one in recorded] == [
        (one.method, one.url, one.request_body, one.body) for one in asked
    ], f"the topic, the requests or the facts have changed; {AGAIN}"


def test_the_recording_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    first, second = make_demo_scholarly.write(tmp_path / "a"), make_demo_scholarly.write(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes() == RECORDING.read_bytes(), AGAIN


def test_everything_in_it_says_that_it_is_reconstructed() -> None:
    page, after, version, studies = (json.loads(pair.exchange().body) for pair in pairs(RECORDING))
    assert about(RECORDING)["synthetic"] == "yes"
    assert (page["version"], after["version"], version["apiVersion"]) == ("reconstructed",) * 3
    noted = [result for result in page["resultList"]["result"] if "abstractText" in result]
    assert all(result["abstractText"].startswith(f"<h4>{make_demo.NOTE_LABEL}</h4>") for result in noted)
    assert (page["hitCount"], len(page["resultList"]["result"]), studies["studies"]) == (31, 31, [])
