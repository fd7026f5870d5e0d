"""What all emulators share, seen on the smallest one there can be."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.servers.asking import command, send
from tests.servers.emulator import Emulator
from tests.servers.faults import FAULTS, Rule
from tests.servers.messages import Answer, Request, jsonic

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Echo(Emulator):
    """Answers with what it was asked; its own fault turns that around."""

    path = "/api/"
    faults = (*FAULTS, "backwards")

    def tool(self, request: Request) -> str:
        return request.path.split("/")[2]

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        word = request.get("Word")
        return jsonic({"word": word[::-1] if rule else word, "body": request.body.decode()})


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo(now=NOW) as running:
        yield running


def test_an_emulator_is_its_routes_and_every_answer_says_that_it_is_none_of_the_real_service(echo: Echo) -> None:
    reply = send(f"{echo.url}say/it?Word=hello")
    assert (reply.status, reply.json["word"], reply.headers["X-Emulator"]) == (200, "hello", "1")


def test_names_of_parameters_keep_their_case(echo: Echo) -> None:
    assert send(f"{echo.url}say?word=hello").json["word"] == ""


def test_a_form_is_read_like_an_address_and_the_body_is_there_as_well(echo: Echo) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = send(f"{echo.url}say", "POST", body=b"Word=hello", headers=form)
    assert reply.json == {"word": "hello", "body": "Word=hello"}


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [
        ("http-503", 503, None),
        ("html", 200, None),
        ("rate-limit", 429, None),
        ("rate-limit-retry-after", 429, "1"),
        ("rate-limit-http-date", 429, "Mon, 01 Jun 2026 12:00:01 GMT"),
    ],
)
def test_a_shared_fault_strikes_once_by_default(echo: Echo, fault: str, status: int, header: str | None) -> None:
    echo.fault(fault)
    struck, after = send(f"{echo.url}say?Word=a"), send(f"{echo.url}say?Word=a")
    assert (struck.status, struck.headers["Retry-After"], b'"word"' in struck.body) == (status, header, False)
    assert after.json["word"] == "a"


def test_an_emulator_has_faults_of_its_own_and_tools_of_its_own_naming(echo: Echo) -> None:
    echo.fault("backwards", tool="say", on=[2])
    assert [send(f"{echo.url}{tool}?Word=ab").json["word"] for tool in ("say", "sing", "say")] == ["ab", "ab", "ba"]
    assert [entry.fault for entry in echo.asked("say")] == ["", "backwards"]
    with pytest.raises(ValueError, match=r"expected one of reset, .*, backwards, got 'sideways'"):
        echo.fault("sideways")


def test_an_answer_can_be_empty_or_torn(echo: Echo) -> None:
    echo.fault("empty")
    assert send(f"{echo.url}say?Word=abcdef").body == b""
    echo.fault("truncated", bytes=5)
    assert send(f"{echo.url}say?Word=abcdef").body == b'{"wor'


def test_clock_script_and_log_obey_commands_from_another_process(echo: Echo) -> None:
    assert command(echo.url, do="clock", days=1) == "2026-06-02T12:00:00+00:00"
    command(echo.url, do="fault", name="http-500", times=None)
    assert send(f"{echo.url}say").status == 500
    command(echo.url, do="clear_faults")
    assert send(f"{echo.url}say").status == 200
    assert [entry["status"] for entry in command(echo.url, do="log", tool="say")] == [500, 200]
    assert "expected one of fault" in command(echo.url, do="dance")["error"]


def test_an_emulator_can_go_away_and_come_back_at_the_same_place(echo: Echo) -> None:
    echo.go_down()
    with pytest.raises(ConnectionRefusedError):
        send(f"{echo.url}say")
    echo.come_up()
    assert send(f"{echo.url}say").status == 200
