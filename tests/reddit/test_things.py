"""Posts and comments: what the markers of deletion say, and that nothing of a recorded answer is lost."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import ParseError
from harvest.reddit import things
from harvest.reddit.things import Standing

POST: dict[str, Any] = {
    "id": "zzz1", "subreddit": "Semax", "title": "A title", "selftext": "a text", "author": "somebody",
    "created_utc": 1760000000.0, "edited": False, "num_comments": 3,
}  # fmt: skip
COMMENT: dict[str, Any] = {
    "id": "zzz2", "link_id": "t3_zzz1", "parent_id": "t3_zzz1", "subreddit": "Semax", "body": "a text",
    "author": "somebody", "created_utc": 1760000100.0, "edited": 1760000200.0, "replies": "",
}  # fmt: skip


def post(**changes: Any) -> things.Post:
    return things.post({"kind": "t3", "data": POST | changes})


def comment(**changes: Any) -> things.Comment:
    return things.comment({"kind": "t1", "data": COMMENT | changes}, thread="t3_zzz1")


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        ({}, Standing.PRESENT),
        ({"author": "[deleted]"}, Standing.ACCOUNT_DELETED),
        ({"author": None}, Standing.ACCOUNT_DELETED),
        ({"author": "[deleted]", "selftext": "[deleted]"}, Standing.DELETED),
        ({"author": "[deleted]", "selftext": "", "removed_by_category": "deleted"}, Standing.DELETED),
        ({"selftext": "[removed]"}, Standing.REMOVED),
        ({"selftext": "[ Removed by Reddit on account of violating the content policy ]"}, Standing.REMOVED),
        ({"removed_by_category": "reddit"}, Standing.REMOVED),
        ({"removed_by_category": "a category to come"}, Standing.REMOVED),
    ],
)
def test_deleted_removed_and_a_gone_account_are_told_apart(given: dict[str, Any], standing: Standing) -> None:
    assert post(**given).standing is standing


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        ({"author": "[deleted]", "body": "[deleted]"}, Standing.DELETED),
        ({"author": "[deleted]", "body": "[removed]"}, Standing.REMOVED),
        ({"author": "[deleted]"}, Standing.ACCOUNT_DELETED),
    ],
)
def test_the_same_holds_for_comments(given: dict[str, Any], standing: Standing) -> None:
    assert comment(**given).standing is standing


def test_only_what_the_public_can_read_has_a_text() -> None:
    assert [one for one in Standing if one.has_text] == [Standing.PRESENT, Standing.ACCOUNT_DELETED]


def test_edited_is_a_time_or_nothing() -> None:
    assert (post().edited, post(edited=1760000500.0).edited, comment().edited) == (None, 1760000500, 1760000200)


@pytest.mark.parametrize("odd", [True, None, "1760000000", float("nan"), float("inf"), -1, 1e300])
def test_a_time_that_is_none_breaks_nothing(odd: object) -> None:
    assert post(edited=odd).edited is None


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert post(title="a\ud800b").title == "a?b"


@pytest.mark.parametrize("odd", [None, 3, [], {"kind": "t1"}, {"kind": "t3"}, {"kind": "t3", "data": {"id": ""}}])
def test_what_is_no_post_is_refused(odd: Any) -> None:
    with pytest.raises(ParseError, match="expected a thing of kind t3"):
        things.post(odd)


@pytest.mark.parametrize("odd", [None, "", {"kind": "t3"}, {"kind": "Listing", "data": {"children": [3]}}])
def test_what_is_no_listing_is_refused(odd: Any) -> None:
    with pytest.raises(ParseError, match="Listing"):
        things.children(odd)


def test_the_name_of_the_writer_is_never_shown() -> None:
    assert "somebody" not in f"{post()!r} {comment()!r}"


def test_the_digest_of_a_comment_is_not_that_of_its_replies() -> None:
    answered = comment(replies={"kind": "Listing", "data": {"children": []}})
    assert answered.sha256 == comment().sha256 != comment(body="another").sha256


@pytest.mark.recorded
def test_every_recorded_thing_is_read_and_no_text_is_lost(recorded: Path) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for thing in _recorded(recorded):
        given = thing["data"]
        if thing["kind"] == "t3":
            one: things.Post | things.Comment = things.post(thing)
            assert (one.text, one.id) == (given["selftext"], given["id"])
        else:
            one = things.comment(thing, thread="t3_unknown")
            assert (one.text, one.id) == (given["body"], given["id"])
        seen[thing["kind"], one.standing] += 1

    assert seen == {
        ("t1", "present"): 6168, ("t1", "account-deleted"): 178, ("t1", "deleted"): 55, ("t1", "removed"): 2,
        ("t3", "present"): 4170, ("t3", "account-deleted"): 61, ("t3", "deleted"): 5, ("t3", "removed"): 49,
    }  # fmt: skip


def _recorded(recorded: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(recorded / "reddit" / "things.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
