"""Bad input gets one clear line and the right exit code, and nothing is lost."""

import shutil
import sys

import pytest

from tests.crawl.trial import Finished, Trial


def scrapy(trial: Trial, *arguments: str) -> Finished:
    return trial.run([sys.executable, "-m", "scrapy", "crawl", *arguments])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pubmed", "-a", "topic=semax-tset"), "semax-test"),
        (("pubmed", "-a", "tpoic=semax-test"), "tpoic"),
        (("pubmed",), "topic"),
        (("pubmde", "-a", "topic=semax-test"), "pubmed"),
        (("pubmed", "-a", "topic=../../etc/passwd"), "a topic's name"),
        (("pubmed", "--nonsense"), "nonsense"),
        (("pubmed", "-a", "topic"), "-a"),
        ((), "provider"),
    ],
)
def test_wrong_arguments_exit_with_64_and_name_what_was_expected(
    trial: Trial, arguments: tuple[str, ...], words: str
) -> None:
    done = scrapy(trial, *arguments)
    assert done.code == 64
    assert len(done.last_lines) == 1, done.said
    assert words in done.said
    assert not trial.ledger.exists()


def test_broken_toml_names_file_and_line(trial: Trial) -> None:
    trial.topic_file.write_text('slug = "semax-test"\ntitle = \n')
    done = trial.crawl()
    assert done.code == 64
    assert "semax-test.toml:2" in done.said
    assert len(done.last_lines) == 1


def test_an_unknown_key_in_the_providers_table_names_its_line(trial: Trial) -> None:
    trial.topic_file.write_text(trial.topic_file.read_text().replace("scope =", "scoop ="))
    done = trial.crawl()
    assert done.code == 64
    assert "scoop" in done.said


def test_an_altered_line_is_refused_and_nothing_is_repaired(trial: Trial) -> None:
    trial.crawl()
    stored = trial.ledger.read_bytes()
    trial.ledger.write_bytes(stored.replace(b"included", b"includ3d", 1))
    altered = trial.ledger.read_bytes()
    done = trial.crawl()
    assert done.code == 3
    assert len(done.last_lines) == 1
    assert trial.ledger.read_bytes() == altered
    assert trial.verify() == 1


def test_a_ledger_that_is_gone_while_its_head_is_kept_is_refused(trial: Trial) -> None:
    trial.crawl()
    trial.ledger.unlink()
    done = trial.crawl()
    assert done.code == 3
    assert len(done.last_lines) == 1
    assert not trial.ledger.exists()


def test_a_ledger_whose_head_is_gone_is_refused_until_adopted(trial: Trial) -> None:
    trial.crawl()
    shutil.rmtree(trial.folder / "state")
    done = trial.crawl()
    assert done.code == 3
    assert "adopt" in done.said
    assert trial.harvest("adopt", trial.slug).code == 0
    assert trial.crawl().code == 0


def test_a_production_ledger_refuses_answers_of_an_emulator(trial: Trial) -> None:
    done = trial.crawl(HARVEST_MODE="production")
    assert done.code == 3
    assert "synthetic" in done.said
    assert not trial.bodies("source")


def test_a_wrong_setting_is_named(trial: Trial) -> None:
    done = trial.crawl(HARVEST_REFRESH_DAYS="often")
    assert done.code == 64
    assert "HARVEST_REFRESH_DAYS" in done.said
    assert len(done.last_lines) == 1


@pytest.mark.parametrize(
    "options",
    [
        ("-O", "/proc/nowhere/out.jsonl"),
        ("-s", "HTTPCACHE_ENABLED=False"),
        ("-s", "ITEM_PIPELINES={}"),
    ],
)
def test_an_option_that_takes_the_ground_from_under_a_run_is_refused_before_it_begins(
    trial: Trial, options: tuple[str, ...]
) -> None:
    done = trial.crawl(*options)
    assert done.code == 64, done.said
    assert len(done.last_lines) == 1
    assert not trial.ledger.exists()
