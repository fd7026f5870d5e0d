"""User names in texts: none is left that can be told from a word."""

import pytest

from harvest.reddit.names import without_names


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("thanks u/some_body!", "thanks u/[user]!"),
        ("thanks /u/Some-Body9, and U/another1", "thanks /u/[user], and U/[user]"),
        ("see https://www.reddit.com/user/somebody/comments/x", "see https://www.reddit.com/user/[user]/comments/x"),
        (r"thanks u/some\_body\_9.", "thanks u/[user]."),
        ("see example.com/u/somebody", "see example.com/u/somebody"),
        ("(reddit.com/u/somebody)", "(reddit.com/u/[user])"),
        ("r/Semax and 5 mcg/u/day are none; and/or u/ab", "r/Semax and 5 mcg/u/day are none; and/or u/ab"),
    ],
)
def test_whoever_is_mentioned_is_masked(text: str, left: str) -> None:
    assert without_names(text) == left


def test_a_signature_is_masked_where_it_cannot_be_a_word() -> None:
    assert without_names("It helped. - Some_Body77", "some_body77") == "It helped. - [user]"
    assert without_names(r"It helped. - Some\_Body77", "some_body77") == "It helped. - [user]"
    assert without_names("It helped. - JohnDoe", "JohnDoe") == "It helped. - [user]"
    assert without_names("I take Prozac.", "Prozac") == "I take Prozac."
