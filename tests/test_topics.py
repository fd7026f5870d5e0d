import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from harvest.errors import TopicError
from harvest.identity import normal_key
from harvest.text import Terms
from harvest.topics import Topic, load, provider_options, read, slugs, template

TOPICS = Path(__file__).resolve().parents[1] / "data" / "topics"
MINIMAL = """\
slug = "a-b"
title = "A for B"

[compound]
name = "Alpha"

[condition]
name = "Beta"
"""


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str], str]:
    """The error of a topic file with this text, without the folder."""

    def error(text: str | bytes) -> str:
        path = tmp_path / "a-b.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(TopicError) as caught:
            read(path)
        assert caught.value.exit_code == 64
        assert "\n" not in str(caught.value)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return error


@pytest.mark.parametrize("slug", slugs(TOPICS))
def test_every_topic_of_the_project_loads_and_its_names_can_be_searched(slug: str) -> None:
    topic = load(slug, TOPICS)
    names = Terms(topic.compound.names, except_=topic.compound.false_friends)
    assert [match.term for match in names.find(topic.compound.name)] == [topic.compound.name]
    assert all(Terms([friend]).find(friend) for friend in topic.compound.false_friends)
    assert not any(names.find(friend) for friend in topic.compound.false_friends)
    assert all(normal_key(key) == key for key in topic.expect)
    assert topic.schedule is not None


def test_the_main_topic_says_what_it_searches() -> None:
    topic = load("semax-ssri", TOPICS)
    assert topic.compound.name == "Semax"
    assert topic.compound.identifiers["unii"] == "I5FAL2585H"
    assert topic.providers["pubmed"]["scope"] == "compound"
    assert len(topic.digest) == 64
    assert "pmid:39442746" in topic.expect


@pytest.mark.recorded
def test_the_main_topic_expects_the_records_of_semax_that_are_known(recorded: Path) -> None:
    lines = (recorded / "semax" / "seed_sources.jsonl").read_text().splitlines()
    seeds = [seed for seed in map(json.loads, lines) if seed.get("pmid")]
    about = {f"pmid:{seed['pmid']}" for seed in seeds if "no Semax" not in seed.get("compound_in_study", "")}
    lines = (recorded / "semax" / "wrong_or_misdescribed_ids.jsonl").read_text().splitlines()
    wrong = {f"pmid:{row['pmid']}" for row in map(json.loads, lines) if "unrelated" in row["fact"]}
    expected = set(load("semax-ssri", TOPICS).expect)
    assert about <= expected
    assert not expected & wrong


def test_the_template_loads(tmp_path: Path) -> None:
    (tmp_path / "x-y.toml").write_text(template("x-y", compound='X "1"', condition="Y\\Z"))
    topic = load("x-y", tmp_path)
    assert (topic.title, topic.compound.name, topic.condition.name) == ('X "1" for Y\\Z', 'X "1"', "Y\\Z")
    assert topic.schedule is not None
    assert topic.schedule.interval == timedelta(days=7)


def is_name(text: str) -> bool:
    return text.isprintable() and text == text.strip() and any(char.isalnum() for char in text)


@given(st.text(min_size=1, max_size=30).filter(is_name))
def test_a_template_with_any_name_loads(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    path = tmp_path_factory.mktemp("topics") / "x-y.toml"
    path.write_text(template("x-y", compound=name), encoding="utf-8")
    assert read(path).compound.name == name


def test_a_minimal_topic_leaves_the_rest_empty(tmp_path: Path) -> None:
    (tmp_path / "a-b.toml").write_text(MINIMAL)
    topic = load("a-b", tmp_path)
    assert (topic.compound.synonyms, topic.condition.context, topic.expect, topic.schedule) == ((), (), (), None)


def test_the_digest_changes_with_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "a-b.toml"
    path.write_text(MINIMAL)
    before = read(path).digest
    path.write_text(MINIMAL + "\n")
    assert read(path).digest != before


SCHEMES = "atc, cas, chebi, chembl, chemspider, drugbank, inchikey, mesh, pubchem_cid, rxnorm, unii, wikidata"
COMPOUND_KEYS = "name, synonyms, derivatives, false_friends, identifiers, mesh, substances"
ANOTHER_NAME = "expected another name, got"
OWN_CODE = "expected a substance's own ATC code of 7 characters (a shorter one names a group)"
TOPIC_KEYS = "slug, title, compound, condition, providers, schedule, expect"


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("synonyms = 3", "6: expected a list of strings for compound.synonyms, got 3"),
        ('synonyms = [\n "x", # one\n\n 4,\n]', "9: expected a string for compound.synonyms[1], got 4"),
        ("synonims = []", f"6: expected one of {COMPOUND_KEYS}, got compound.synonims; did you mean synonyms?"),
        ('mesh = [""]', "6: expected a name, got an empty string in compound.mesh[0]"),
        ('synonyms = ["x", "x"]', "6: expected each name once, got 'x' twice in compound.synonyms"),
        (
            'synonyms = ["Al-x"]\nfalse_friends = ["al x"]',
            f"7: {ANOTHER_NAME} 'al x', which is a name of the compound, 'Al-x', too in compound.false_friends",
        ),
        (
            'derivatives = ["ALPHA"]',
            f"6: {ANOTHER_NAME} 'ALPHA', which is a name of the compound itself, 'Alpha', too in compound.derivatives",
        ),
        (
            'identifiers = { atc = "N06BX" }',
            f"6: {OWN_CODE} for atc, got 'N06BX' in compound.identifiers",
        ),
        (
            'identifiers = { cas = "80714-61-1" }',
            "6: expected a CAS number whose check digit is right for cas, got '80714-61-1' in compound.identifiers",
        ),
        (
            "identifiers = { pubchem = 1 }",
            f"6: expected an identifier scheme out of {SCHEMES}, got 'pubchem' in compound.identifiers",
        ),
    ],
)
def test_a_mistake_in_the_compound_is_told_in_one_line_with_the_place(
    broken: Callable[[str], str], added: str, said: str
) -> None:
    assert broken(MINIMAL.replace('"Alpha"', f'"Alpha"\n{added}')) == f"a-b.toml:{said}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Alpha"', "", "4: expected compound.name, got nothing"),
        (
            '"Alpha"',
            '" Alpha"',
            "5: expected a name without control characters or white space around it, got ' Alpha' in compound.name",
        ),
        (
            '"Alpha"',
            '"--"',
            "5: expected a name with letters, of at most 200 characters, got '--' in compound.name",
        ),
        (
            "[compound]",
            'expect = ["pmid:1", "PMID 2"]\n[compound]',
            "4: expected the normal form 'pmid:2', got 'PMID 2' in expect[1]",
        ),
        (
            "[compound]",
            'expect = ["16996037"]\n[compound]',
            "4: expected an identifier such as pmid:16996037 or doi:10.1000/182, got '16996037' in expect[0]",
        ),
        ("[compound]", 'digest = "x"\n[compound]', f"4: expected one of {TOPIC_KEYS}, got digest"),
        (
            '"Beta"',
            '"Beta"\n[schedule]\nevery = "7 days"',
            "10: expected a number of hours or days such as '12h' or '7d', got '7 days' in schedule.every",
        ),
        ('"Beta"', '"Beta"\n[providers]\npubmed = 3', "10: expected a table for providers.pubmed, got 3"),
        ('"a-b"', '"a-c"', "1: expected the file's name 'a-b' for slug, got 'a-c'"),
        (
            '"a-b"',
            '"A B"',
            "1: expected lower-case words joined by hyphens, at most 64 characters, got 'A B' in slug",
        ),
        ('"Beta"', "Beta", "8: expected TOML, got invalid value"),
        ('"Beta"', '["Beta"', "8: expected TOML, got unclosed array"),
        ("[condition]", "[compound]", "7: expected TOML, got cannot declare ('compound',) twice"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_the_place(
    broken: Callable[[str], str], old: str, new: str, said: str
) -> None:
    assert old in MINIMAL
    assert broken(MINIMAL.replace(old, new, 1)) == f"a-b.toml:{said}"


def test_bytes_that_are_no_utf_8_are_told_with_their_line(broken: Callable[[bytes], str]) -> None:
    assert broken(MINIMAL.encode().replace(b"Beta", b"B\xe9ta")) == "a-b.toml:8: expected UTF-8, got byte 0xe9"


def test_lines_are_right_behind_strings_that_look_like_keys(broken: Callable[[str], str]) -> None:
    text = MINIMAL.replace("A for B", 'A \\" [x] # for B').replace(
        "[compound]", 'expect = [ # ]\n  "pmid:1",\n  \'pmid:2\', # "pmid:3\n]\n[ compound ]'
    )
    assert broken(text + '"mesh" = [\'\'\'a\'\'\', """\n"""]\n').startswith("a-b.toml:13: ")


def test_an_unknown_topic_is_told_with_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "a-b.toml").write_text(MINIMAL)
    (tmp_path / ".hidden.toml").write_text("")
    with pytest.raises(TopicError) as caught:
        load("a-bb", tmp_path)
    assert caught.value.message == f"expected a topic in {tmp_path}, got 'a-bb'"
    assert caught.value.hint == "did you mean a-b? topics: a-b"


@pytest.mark.parametrize("slug", ["../a-b", ".a-b", "a-b/", "a-b.toml", "A-B", "a--b", "", "a" * 65, "a-b\n", "a\x00b"])
def test_a_slug_that_is_a_path_is_refused(tmp_path: Path, slug: str) -> None:
    (tmp_path / "a-b.toml").write_text(MINIMAL)
    with pytest.raises(TopicError, match="expected a topic's name such as semax-ssri, got "):
        load(slug, tmp_path)


def test_no_topics_and_no_folder_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TopicError, match="harvest topic new"):
        load("a-b", tmp_path)
    with pytest.raises(TopicError, match="HARVEST_DATA_DIR"):
        load("a-b", tmp_path / "none")
    assert slugs(tmp_path / "none") == []


def test_a_file_that_cannot_be_read_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(TopicError, match="expected a topic file, got No such file"):
        read(tmp_path / "a-b.toml")


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    scope: str = "compound"
    limit: int = 3


def with_provider(tmp_path: Path, table: str) -> Topic:
    (tmp_path / "a-b.toml").write_text(f"{MINIMAL}\n[providers.pubmed]\n{table}\n")
    return load("a-b", tmp_path)


def test_a_provider_reads_its_own_table_with_its_own_model(tmp_path: Path) -> None:
    topic = with_provider(tmp_path, 'scope = "pair"')
    assert provider_options(topic, "pubmed", Options) == Options(scope="pair")
    assert provider_options(topic, "reddit", Options) == Options()


@pytest.mark.parametrize(
    ("table", "said"),
    [("limit = 'x'", "expected a whole number for providers.pubmed.limit, got 'x'"),
     ("scoop = 'pair'", "expected one of scope, limit, got providers.pubmed.scoop; did you mean scope?")],
)  # fmt: skip
def test_a_wrong_provider_option_is_told_with_its_line(tmp_path: Path, table: str, said: str) -> None:
    topic = with_provider(tmp_path, table)
    with pytest.raises(TopicError) as caught:
        provider_options(topic, "pubmed", Options)
    assert caught.value.message == f"{tmp_path / 'a-b.toml'}:11: {said}"


def test_a_topic_is_a_value(tmp_path: Path) -> None:
    topic = with_provider(tmp_path, "")
    with pytest.raises(ValueError, match="frozen"):
        topic.title = "other"
