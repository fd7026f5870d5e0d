"""Which posts and comments are judged on their own."""

from pathlib import Path

import pytest

from harvest import topics
from harvest.reddit.candidates import about, candidates, names_compound, place_name
from harvest.reddit.records import key
from harvest.reddit.threads import Thread
from harvest.topics import Topic
from tests.reddit.test_things import comment, post

STORY = "I took it for two weeks and it helped me a lot, my mood improved."


@pytest.fixture(scope="module")
def topic() -> Topic:
    return topics.load("semax-ssri", Path(__file__).resolve().parents[2] / "data" / "topics")


def chosen(
    topic: Topic, title: str, *texts: str, subreddit: str = "Nootropics", known: bool = False
) -> list[tuple[str, str]]:
    comments = tuple(comment(id=f"zzz{place}", body=text) for place, text in enumerate(texts))
    thread = Thread(post(title=title, subreddit=subreddit), comments, 0, 0)
    found = candidates(thread, topic, {key(one.name) for one in comments} if known else ())
    return [(one.text, "".join(word.text for word in record.keywords)) for one, record in found]


def test_a_comment_that_names_the_compound_counts_wherever_it_stands(topic: Topic) -> None:
    assert chosen(topic, "On sleep", "Semax keeps me awake.", "Try tea.") == [("Semax keeps me awake.", "")]


def test_a_report_counts_in_a_thread_whose_title_names_the_compound(topic: Topic) -> None:
    assert chosen(topic, "Semax experiences?", STORY, "Nice weather today.") == [(STORY, "Semax")]


def test_a_report_counts_in_a_community_of_that_name(topic: Topic) -> None:
    assert chosen(topic, "Two weeks in", STORY, subreddit="Semax") == [(STORY, "Semax")]


def test_a_report_in_a_thread_on_something_else_does_not(topic: Topic) -> None:
    assert chosen(topic, "On sleep", STORY) == []


def test_what_was_judged_before_is_judged_again(topic: Topic) -> None:
    assert chosen(topic, "On sleep", "edited away", known=True) == [("edited away", "")]


def test_deleted_and_empty_comments_are_no_documents(topic: Topic) -> None:
    assert chosen(topic, "Semax", "[deleted]", "[removed]", "  ") == []


def test_a_false_friend_is_not_the_compound(topic: Topic) -> None:
    another = post(title="Semaxanib in a trial", subreddit="Nootropics")
    assert about(another, topic) == ""
    assert not names_compound(another, topic)


def test_the_community_names_what_the_post_does_not(topic: Topic) -> None:
    assert place_name(post(title="Two weeks in", subreddit="Semax"), topic) == "Semax"
    assert place_name(post(title="Semax, two weeks in", subreddit="Semax"), topic) == ""
    assert names_compound(post(title="Two weeks in", subreddit="Semax"), topic)
