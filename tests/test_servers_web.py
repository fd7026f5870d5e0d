"""The invented web, asked by a plain caller."""

import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection, IncompleteRead
from pathlib import Path

import pytest

from tests.servers import web_hostile as hostile
from tests.servers.web import Web, page, redirect, tagged, text

ROBOTS = "User-agent: *\nDisallow: /no\n"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path)
    made.put(
        {
            "http://one.example/robots.txt": text(ROBOTS),
            "https://one.example/robots.txt": text("User-agent: *\nDisallow: /\n"),
            "http://one.example/a?b=c": page("<p>hello"),
            "http://one.example/moved": redirect("http://two.example/ü", 308),
            "http://one.example/tagged": tagged("<p>tagged", '"t"'),
            "http://two.example/cut": hostile.cut_off,
            "http://two.example/bomb": hostile.coded("gzip", hostile.gzip_bomb()),
        }
    )
    with made:
        yield made


def ask(web: Web, host: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", web.http, timeout=20)
    connection.request(
        "GET", path, headers={"Host": host, **{name.replace("_", "-"): headers[name] for name in headers}}
    )
    answer = connection.getresponse()
    try:
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()


def test_a_host_is_told_by_its_name_and_a_page_by_its_whole_path(web: Web) -> None:
    assert ask(web, "one.example", "/a?b=c")[2] == b"<p>hello"
    assert ask(web, "one.example", "/a")[0] == 404
    assert ask(web, "two.example", "/a?b=c")[0] == 404
    assert [one.url for one in web.log] == [
        "http://one.example/a?b=c", "http://one.example/a", "http://two.example/a?b=c"
    ]  # fmt: skip


def test_every_answer_is_marked_as_synthetic(web: Web) -> None:
    for path in ("/robots.txt", "/moved", "/nowhere"):
        assert ask(web, "one.example", path)[1]["X-Emulator"] == "1"


def test_http_and_https_have_files_of_their_own_and_the_authority_vouches_for_the_latter(web: Web) -> None:
    trusting = ssl.create_default_context(cafile=str(web.authority))
    connection = HTTPSConnection("127.0.0.1", web.https, context=trusting, timeout=20)
    connection.sock = trusting.wrap_socket(
        socket.create_connection(("127.0.0.1", web.https)), server_hostname="one.example"
    )
    connection.request("GET", "/robots.txt", headers={"Host": "one.example"})
    assert b"Disallow: /\n" in connection.getresponse().read()
    assert ask(web, "one.example", "/robots.txt")[2] == ROBOTS.encode()


def test_a_redirect_leads_where_it_says_octets_and_all(web: Web) -> None:
    status, headers, _ = ask(web, "one.example", "/moved")
    assert (status, headers["Location"].encode("latin-1").decode()) == (308, "http://two.example/ü")


def test_a_tag_that_the_caller_knows_is_answered_without_a_body(web: Web) -> None:
    assert ask(web, "one.example", "/tagged")[0] == 200
    assert ask(web, "one.example", "/tagged", If_None_Match='"t"')[::2] == (304, b"")


def test_faults_are_what_they_are_called(web: Web) -> None:
    with pytest.raises(IncompleteRead):
        ask(web, "two.example", "/cut")
    assert len(ask(web, "two.example", "/bomb")[2]) < 1 << 20
    assert len(hostile.many_members()) < 10 << 20
    assert hostile.many_attributes().count("=") == 40_000
    assert 900_000 < len(hostile.many_paragraphs()) < 1 << 20


def test_a_caller_that_takes_it_for_a_proxy_is_noted(web: Web) -> None:
    ask(web, "elsewhere.example", "http://elsewhere.example/")
    assert web.proxied == ["GET http://elsewhere.example/ HTTP/1.1"]
