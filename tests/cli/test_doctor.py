import json
import socket
from datetime import UTC, datetime

import pytest

from tests import posts
from tests.cli.conftest import Room


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection can be made."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", refuse)


def _findings(room: Room) -> dict[str, tuple[str, str]]:
    said = json.loads(room.harvest("doctor", "--json").out)
    return {one["name"]: (one["grade"], one["said"]) for one in said["findings"]}


def test_offline_is_advice_and_no_failure(room: Room) -> None:
    said = room.harvest("doctor")

    assert said.code == 0
    assert "network is unreachable" in _findings(room)["network"][1]
    assert _findings(room)["network"][0] == "advice"


def test_a_wrong_topic_is_a_problem_and_exits_3(room: Room) -> None:
    (room.data / "topics" / "bad.toml").write_text("slug = 3\n")

    assert room.harvest("doctor").code == 3
    assert _findings(room)["topic bad"][0] == "problem"


def test_a_state_folder_below_the_data_folder_is_a_problem(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_STATE_DIR", str(room.data / "state"))

    assert _findings(room)["kept heads"][0] == "problem"


def test_credentials_are_named_and_never_shown(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "sesame-sesame")

    said = room.harvest("doctor").out

    assert "sesame" not in said
    assert _findings(room)["NCBI_API_KEY"] == ("ok", "set")


def test_what_follows_without_credentials_is_said(room: Room) -> None:
    assert _findings(room)["praw_client_id"] == ("ok", "not set: Reddit is skipped")


def test_every_service_is_named_by_where_it_is_asked(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_EUROPEPMC_URL", "http://127.0.0.1:8080/rest/")

    assert _findings(room)["Europe PMC"] == ("ok", "http://127.0.0.1:8080")
    assert _findings(room)["Crossref"] == ("ok", "https://api.crossref.org")


def test_text_that_is_hidden_since_nobody_asked_its_provider_is_advice(room: Room) -> None:
    posts.write(room.data, room.state, "a post of long ago", clock=lambda: datetime(2020, 1, 1, tzinfo=UTC))

    assert _findings(room)["recheck semax-ssri"] == (
        "advice", "text of trialposts is hidden; run: harvest recheck semax-ssri"
    )  # fmt: skip


def test_without_a_contact_there_is_advice(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _findings(room)["contact"][0] == "advice"
    monkeypatch.setenv("HARVEST_CONTACT", "someone@example.org")
    assert _findings(room)["contact"] == ("ok", "HARVEST_CONTACT is set")


def test_a_recording_that_is_not_there_is_a_problem(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_REPLAY", str(room.data / "none.warc.gz"))

    assert _findings(room)["replay"][0] == "problem"
