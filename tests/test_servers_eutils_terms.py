"""Whatever term is sent, the emulator answers; and its operators are those of sets."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.servers.clock import Clock
from tests.servers.eutils_evaluate import Evaluator
from tests.servers.eutils_messages import Request
from tests.servers.eutils_query import Atom, Joined, Range, parse
from tests.servers.eutils_service import Service
from tests.servers.eutils_synthetic import own_corpus

TODAY = date(2025, 6, 1).toordinal()
CORPUS = own_corpus()
SERVICE = Service(CORPUS, clock=Clock(), rate_limit=False)
PIECES = (
    *("semax", "rats", "xyzzyq", "the", "AND", "OR", "NOT", "(", ")", '"', ":", "#1", "*", "[", "]", "[tiab]", "[mh]"),
    *(
        "[crdt]",
        "[uid]",
        "2024/02",
        "90000001",
        '"emotional blunting"',
        "10.5555/synth(1)2",
        "[ti:~3]",
        "é",
        "β",
        "\x00",
    ),
)
OPERANDS = (
    "semax[tiab]",
    "humans[mh]",
    "rats[ti]",
    "2024/02:2024/06[crdt]",
    "english[la]",
    '"emotional blunting"[tiab]',
)


def found(term: str) -> set[int]:
    return Evaluator(CORPUS, TODAY).run(term).numbers or set()


def request(term: str, **params: str) -> Request:
    given_params = {"term": [term], **{name: [value] for name, value in params.items()}}
    return Request("POST", "/esearch.fcgi", "esearch", given_params, "127.0.0.1", 0)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map(" ".join), st.sampled_from(("", "y")))
def test_every_term_has_an_answer_in_both_forms(term: str, history: str) -> None:
    as_json = json.loads(SERVICE.answer(request(term, retmode="json", usehistory=history)).body)["esearchresult"]
    if "\x00" not in term and term.isprintable():
        as_xml = etree.fromstring(SERVICE.answer(request(term, usehistory=history)).body)
        assert as_xml.findtext("Count") == as_json.get("count")
    assert as_json.keys() & {"ERROR", "count"} or not as_json


@given(st.sampled_from(OPERANDS), st.sampled_from(OPERANDS))
def test_operators_are_those_of_sets(one: str, other: str) -> None:
    assert found(f"{one} AND {other}") == found(f"{one} {other}") == found(one) & found(other)
    assert found(f"{one} OR {other}") == found(one) | found(other)
    assert found(f"{one} NOT {other}") == found(one) - found(other)


@given(st.sampled_from(OPERANDS), st.sampled_from(("AND", "OR", "NOT")), st.sampled_from(("AND", "OR", "NOT")))
def test_a_dropped_term_changes_nothing(operand: str, before: str, after: str) -> None:
    assert found(f"{operand} {before} xyzzyq[tiab]") == found(operand)
    assert found(f"xyzzyq[tiab] {after} {operand}") == found(operand)


@pytest.mark.parametrize(
    ("term", "tree"),
    [
        ("a b[ti]", Atom("a b", "ti")),
        ('"a b"', Atom("a b", quoted=True)),
        ("a AND NOT b", Joined("AND", Atom("a"), Atom("b"))),
        ("a OR b AND c", Joined("AND", Joined("OR", Atom("a"), Atom("b")), Atom("c"))),
        ("a (b)", Joined("AND", Atom("a"), Atom("b"))),
        ("2021:2022[dp]", Range("2021", "2022", "dp")),
        ('"2021/01/01"[crdt] : "2021/02/01"[crdt]', Range("2021/01/01", "2021/02/01", "crdt")),
        ('("2021/01/01"[crdt]:"2021/02/01"[crdt])', Range("2021/01/01", "2021/02/01", "crdt")),
        ("(10.1016/s0960-9822(00)00336-5[doi])", Atom("10.1016/s0960-9822(00)00336-5", "doi")),
        ("ACTH(4-7)-Pro", Joined("AND", Joined("AND", Atom("ACTH"), Atom("4-7")), Atom("-Pro"))),
        ("((a)", Atom("a")),
        ("a) AND", Atom("a")),
        ("()", None),
        ("", None),
    ],
)
def test_a_term_is_read_as(term: str, tree: object) -> None:
    assert parse(term) == tree
