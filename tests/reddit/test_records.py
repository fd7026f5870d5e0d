"""Posts and comments as records: erasable, under their thread, without anybody's name."""

from harvest.entries import describe
from harvest.erasable import parted
from harvest.identity import Index, fingerprint
from harvest.model import PublicationDate, Record, Related
from harvest.reddit import records
from harvest.reddit.records import comment_record, post_record
from tests.reddit.test_things import comment, post


def test_a_post_is_an_erasable_record_with_its_canonical_address() -> None:
    record = post_record(post(), missing_comments=2)

    assert (record.key, record.provider, record.erasable, record.basis) == ("reddit:t3_zzz1", "reddit", True, "post")
    assert (record.title, record.abstract_text, record.date.iso) == ("A title", "a text", "2025-10-09")
    assert record.url == "https://www.reddit.com/comments/zzz1/"
    assert record.details == {
        "kind": "post", "thread": "t3_zzz1", "subreddit": "Semax", "created": 1760000000, "missing_comments": 2,
    }  # fmt: skip


def test_a_comment_stands_under_its_thread() -> None:
    record = comment_record(comment())

    assert record.key == "reddit:t1_zzz2"
    assert record.related == (Related("same-thread", "reddit:t3_zzz1"),)
    assert record.url == "https://www.reddit.com/comments/zzz1/_/zzz2/"
    assert (record.details["thread"], record.details["parent"]) == ("t3_zzz1", "t3_zzz1")
    assert (record.title, record.flags) == ("", ("edited",))


def test_a_cross_post_says_of_what() -> None:
    record = post_record(post(crosspost_parent="t3_zzz9"))

    assert record.related == (Related("cross-post", "reddit:t3_zzz9"),)
    assert "cross-post" in record.flags


def test_a_gone_account_is_flagged_and_nobody_wrote_it() -> None:
    record = post_record(post(author="[deleted]"))

    assert (record.flags, record.writer, record.abstract_text) == (("account-deleted",), "", "a text")


def test_of_a_removed_post_no_text_is_kept() -> None:
    assert post_record(post(removed_by_category="reddit")).abstract == ()


def test_the_writer_is_the_same_however_the_name_is_written() -> None:
    assert post_record(post(author="SomeBody")).writer == comment_record(comment(author="somebody")).writer


def test_the_line_of_a_record_holds_neither_text_nor_address_nor_name() -> None:
    signed = post(author="Some_Body9", selftext="It helped. - some_body9, thanks u/other_one", subreddit="u_Some_Body9")
    line, content = parted(describe(post_record(signed)))

    assert not {"title", "abstract", "url", "digest", "keywords"} & line.keys()
    assert "some_body9" not in f"{line} {content}".lower()
    assert "other_one" not in f"{line} {content}"
    assert line["details"]["subreddit"] == "(a profile)"


def test_a_post_with_the_title_of_a_paper_is_not_the_paper() -> None:
    title = "Semax, an analog of ACTH(4-10), regulates BDNF expression in rat hippocampus"
    paper = Record("pubmed", "pmid:1", ("pmid:1",), title, date=PublicationDate("2025", 2025))
    catalogued = Index()
    catalogued.add("s1", fingerprint(paper))
    assert catalogued.find(fingerprint(post_record(post(title=title)))) is None


def test_what_the_thread_is_about_is_a_keyword_of_ours_and_not_its_title() -> None:
    record = comment_record(comment(), about="Semax")

    assert [(word.text, word.owner) for word in record.keywords] == [("Semax", "thread")]
    assert record.title == ""


def test_a_snapshot_names_no_file_for_none_is_kept() -> None:
    found = records.found(post_record(post()), post().sha256, 7, synthetic=True)

    assert (found.snapshot.file, found.snapshot.record, found.search) == ("", "", 7)
    assert found.snapshot.sha256 == post().sha256
    assert found.snapshot.synthetic
