import json

from tests.cli.conftest import Room


def test_a_new_topic_is_written_and_passes_its_own_check(room: Room) -> None:
    said = room.harvest("topic", "new", "creatine-depression", "--compound", "Creatine", "--condition", "Depression")

    assert said.code == 0
    assert room.harvest("topic", "check", "creatine-depression").out == "creatine-depression: ok\n"
    text = (room.data / "topics" / "creatine-depression.toml").read_text()
    assert 'title = "Creatine for Depression"' in text


def test_an_existing_topic_is_never_overwritten(room: Room) -> None:
    before = (room.data / "topics" / "semax-ssri.toml").read_bytes()

    said = room.harvest("topic", "new", "semax-ssri")

    assert said.code == 64
    assert "which exists" in said.err
    assert (room.data / "topics" / "semax-ssri.toml").read_bytes() == before


def test_a_slug_that_would_leave_the_folder_is_refused(room: Room) -> None:
    assert room.harvest("topic", "new", "../creatine").code == 64
    assert not (room.data / "creatine.toml").exists()


def test_a_name_that_no_topic_can_have_leaves_no_file(room: Room) -> None:
    said = room.harvest("topic", "new", "creatine", "--compound", " ")

    assert said.code == 64
    assert not (room.data / "topics" / "creatine.toml").exists()


def test_the_list_says_what_each_topic_asks(room: Room) -> None:
    said = json.loads(room.harvest("topic", "list", "--json").out)

    semax = next(one for one in said["topics"] if one["slug"] == "semax-ssri")
    assert (semax["every"], semax["error"]) == ("7d", "")
    assert semax["providers"] == ["pubmed", "europepmc", "trials", "reddit", "web", "enrich"]


def test_the_list_names_a_topic_whose_file_is_wrong(room: Room) -> None:
    (room.data / "topics" / "bad.toml").write_text("slug = 3\n")

    said = room.harvest("topic", "list")

    assert said.code == 0
    assert "bad.toml:1: expected a string for slug" in said.out


def test_check_names_file_and_line_and_exits_64(room: Room) -> None:
    path = room.data / "topics" / "semax-ssri.toml"
    path.write_text(path.read_text().replace('scope = "compound"', 'scope = "everything"'))

    said = room.harvest("topic", "check")

    assert said.code == 64
    line = 1 + path.read_text().splitlines().index(
        next(line for line in path.read_text().splitlines() if line.startswith("scope"))
    )
    assert f"semax-ssri.toml:{line}: expected" in said.err
    assert "ketamine-depression: ok" in said.out


def test_check_says_which_providers_this_version_does_not_know(room: Room) -> None:
    path = room.data / "topics" / "semax-ssri.toml"
    path.write_text(f"{path.read_text()}\n[providers.elsewhere]\n")

    assert "not in this version: elsewhere" in room.harvest("topic", "check", "semax-ssri").out
