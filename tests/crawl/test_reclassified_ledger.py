"""Crawls and `harvest reclassify` judge alike, and each takes the other's word."""

from tests.crawl.trial import Trial


def other_condition(trial: Trial) -> None:
    changed = trial.topic_file.read_text().replace("emotional blunting", "hair loss").replace("anhedonia", "baldness")
    trial.topic_file.write_text(changed)


def test_what_a_crawl_has_just_judged_is_not_judged_otherwise(trial: Trial) -> None:
    trial.crawl()
    before = trial.ledger.read_bytes()

    done = trial.harvest("reclassify", trial.slug, "--yes")

    assert done.code == 0, done.said
    assert "none of them otherwise than before" in done.said
    assert trial.ledger.read_bytes() == before


def test_what_was_judged_again_for_a_new_topic_file_the_next_crawl_leaves_alone(trial: Trial) -> None:
    trial.crawl()
    other_condition(trial)
    done = trial.harvest("reclassify", trial.slug, "--yes")
    assert done.code == 0, done.said
    judged = trial.counts()["reclassified"]
    assert judged

    done = trial.crawl()

    assert done.code == 0, done.said
    assert trial.counts()["reclassified"] == judged
    assert trial.verify() == 0


def test_a_crawl_for_a_new_topic_file_says_what_reclassifying_says(trial: Trial) -> None:
    trial.crawl()
    other_condition(trial)
    shown = trial.harvest("reclassify", trial.slug, "--dry-run").said

    done = trial.crawl()

    assert done.code == 0, done.said
    for body in trial.bodies("reclassified"):
        assert f"{body.get('sid') or body['key']}  " in shown
    assert "none of them otherwise" in trial.harvest("reclassify", trial.slug, "--yes").said
