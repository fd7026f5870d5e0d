"""Heads as git tags, in repositories made for the test."""

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from harvest.ledger import Checkpoint
from harvest.ledger.chain import Diverges
from harvest.ledger.note import Signer
from harvest.ledger.outside import git as tags
from harvest.ledger.outside.git import GitFailed, tag_head, tagged_heads
from harvest.ledger.outside.kept import MAX_BYTES
from tests.ledger.room import ORIGIN, SECOND_RUN, Room

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
TAG = f"harvest/{ORIGIN}/6"


def git(repository: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """What git says to a person who has set up nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {
        f"GIT_{role}_{field}": "someone@example.org" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")
    }
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, input=stdin, env=clean | who | alone, capture_output=True, check=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "repository"
    path.mkdir()
    git(path, "init", "--quiet")
    git(path, "commit", "--quiet", "--allow-empty", "--message=first")
    return path


def test_a_head_is_tagged_with_the_note_as_message_byte_for_byte(crawled: Room, repository: Path) -> None:
    note = crawled.head.read_bytes()
    assert tag_head(repository, note) == TAG
    stored = git(repository, "cat-file", "tag", TAG)
    assert stored.partition(b"\n\n")[2] == note
    assert b"\ntagger harvest <harvest@localhost.invalid> " in stored
    assert git(repository, "rev-parse", f"{TAG}^{{commit}}") == git(repository, "rev-parse", "HEAD")
    assert tagged_heads(repository, ORIGIN) == [note]
    assert tagged_heads(repository, "example.org/other") == []


def test_tags_of_an_origin_that_goes_on_from_this_one_are_not_its_own(repository: Path) -> None:
    for origin in ("example.org/evidence", "example.org/evidence/semax"):
        note = Checkpoint(origin, 3, bytes(32)).sign(Signer(origin, bytes(32)))
        tag_head(repository, note)
        assert tagged_heads(repository, origin) == [note]
    assert len(tagged_heads(repository, "example.org/evidence")) == 1


def test_a_head_that_is_tagged_already_stays_and_another_is_not_put_in_its_place(
    crawled: Room, repository: Path
) -> None:
    note = crawled.head.read_bytes()
    tag_head(repository, note)
    before = git(repository, "rev-parse", TAG)
    assert tag_head(repository, note) == TAG
    other = Checkpoint(ORIGIN, 6, bytes(32)).sign(Signer(ORIGIN, crawled.key.read_bytes()))
    with pytest.raises(Diverges, match=r"expected the head of 6 entries in the tag .*, found something else"):
        tag_head(repository, other)
    assert git(repository, "rev-parse", TAG) == before


def test_tags_are_heads_that_the_ledger_is_held_against(crawled: Room, repository: Path) -> None:
    tag_head(repository, crawled.head.read_bytes())
    crawled.crawl(SECOND_RUN)
    tag_head(repository, crawled.head.read_bytes())
    assert f"git tags in {repository} of 11 entries" in crawled.verify(repositories=[repository]).heads  # type: ignore[arg-type]
    seed = crawled.key.read_bytes()
    shutil.rmtree(crawled.path.parent)
    crawled.head.unlink()
    crawled.crawl(sources=4)
    crawled.key.write_bytes(seed)
    report = crawled.verify(repositories=[repository])  # type: ignore[arg-type]  # tests pass what fits
    assert report.exit_code == 1
    assert report.first_divergence
    assert f"as in the git tags in {repository}" in report.first_divergence.expected


def test_a_repository_that_was_tagged_once_is_remembered_and_one_that_is_gone_is_said(
    crawled: Room, repository: Path
) -> None:
    tag_head(repository, crawled.head.read_bytes())
    crawled.keys.remember(ORIGIN, repository)
    crawled.keys.remember(ORIGIN, repository / ".." / "repository")
    assert crawled.keys.repositories(ORIGIN) == (repository,)
    assert f"git tags in {repository} of 6 entries" in crawled.verify().heads
    git(repository, "tag", "--delete", TAG)
    report = crawled.verify()
    assert (report.exit_code, report.notices) == (0, (f"no head is tagged in {repository}",))
    shutil.rmtree(repository)
    report = crawled.verify()
    assert report.exit_code == 0
    assert report.notices[0].startswith("git tags not checked: expected a git repository, got no such folder")


def test_a_list_of_repositories_that_cannot_be_read_is_said(crawled: Room) -> None:
    crawled.head.with_name("git").write_text("[1]")
    report = crawled.verify()
    assert (report.exit_code, report.unreadable[:40]) == (3, "expected a list of git repositories, got")


def test_a_clone_without_the_key_checks_the_same_tags(crawled: Room, repository: Path, tmp_path: Path) -> None:
    tag_head(repository, crawled.head.read_bytes())
    clone = tmp_path / "clone.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(clone))
    assert tagged_heads(clone, ORIGIN) == [crawled.head.read_bytes()]


def test_hooks_and_settings_of_the_user_run_nothing_and_change_nothing(
    crawled: Room, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "ran"
    program = f"#!/bin/sh\ntouch {marker}\n"
    for name in ("reference-transaction", "post-update", "update"):
        hook = repository / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(program)
        hook.chmod(0o755)
    signer = tmp_path / "signer"
    signer.write_text(program)
    signer.chmod(0o755)
    settings = (
        f"[tag]\n\tgpgSign = true\n[gpg]\n\tprogram = {signer}\n[core]\n\teditor = {signer}\n"
        f"\thooksPath = {repository / '.git' / 'hooks'}\n"
    )
    (tmp_path / ".gitconfig").write_text(settings)
    with (repository / ".git" / "config").open("a") as own:
        own.write(settings)
    for name, value in {"HOME": tmp_path, "GIT_DIR": tmp_path, "GIT_EDITOR": signer, "GIT_INDEX_FILE": "x"}.items():
        monkeypatch.setenv(name, str(value))
    tag_head(repository, crawled.head.read_bytes())
    assert tagged_heads(repository, ORIGIN) == [crawled.head.read_bytes()]
    assert not marker.exists()
    git(repository, "-c", "core.hooksPath=.git/hooks", "-c", "tag.gpgSign=false", "tag", "control")
    assert marker.exists()


def test_a_repository_above_the_folder_that_was_named_is_not_used(crawled: Room, repository: Path) -> None:
    inner = repository / "data"
    inner.mkdir()
    with pytest.raises(
        GitFailed, match=r"expected a git repository that can be used in .*, got .*not a git repository"
    ):
        tag_head(inner, crawled.head.read_bytes())
    assert tagged_heads(repository, ORIGIN) == []


def test_what_git_cannot_do_is_said_in_its_words(
    crawled: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = crawled.head.read_bytes()
    with pytest.raises(GitFailed, match="got no such folder"):
        tag_head(tmp_path / "nothing", note)
    git(tmp_path, "init", "--quiet", "empty")
    with pytest.raises(GitFailed, match=r"expected a commit to tag in .*, got none"):
        tag_head(tmp_path / "empty", note)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitFailed, match="expected git to run"):
        tag_head(tmp_path / "empty", note)


@pytest.mark.parametrize("size", [5, 7])
def test_a_tag_of_another_size_than_its_head_breaks_the_ledger(crawled: Room, repository: Path, size: int) -> None:
    tag_head(repository, crawled.head.read_bytes())
    git(repository, "update-ref", f"refs/tags/harvest/{ORIGIN}/{size}", TAG)
    with pytest.raises(Diverges, match="is named after"):
        tagged_heads(repository, ORIGIN)
    assert crawled.verify(repositories=[repository]).exit_code == 1  # type: ignore[arg-type]  # tests pass what fits


@pytest.mark.parametrize("kind", ["plain", "other words", "a long text"])
def test_a_tag_under_our_name_that_bears_no_head_breaks_the_ledger(crawled: Room, repository: Path, kind: str) -> None:
    words = {"plain": None, "other words": b"nothing\n", "a long text": bytes(1 << 19)}[kind]
    if words is None:
        git(repository, "tag", TAG)
    else:
        made = f"object {git(repository, 'rev-parse', 'HEAD').decode()}type commit\ntag x\ntagger x <x> 0 +0000\n\n"
        digest = git(
            repository, "hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=made.encode() + words
        )
        git(repository, "update-ref", f"refs/tags/{TAG}", digest.decode().strip())
    with pytest.raises(Diverges, match="is named after"):
        tagged_heads(repository, ORIGIN)


@pytest.mark.parametrize(
    "origin",
    ["example.org/a..b", "example.org/.a", "example.org/a.lock", "example.org/~a", "example.org//a", "é/a"],
)
def test_an_origin_that_git_would_not_take_gets_a_name_that_it_takes(repository: Path, origin: str) -> None:
    note = Checkpoint(origin, 3, bytes(32)).sign(Signer(origin, bytes(32)))
    name = tag_head(repository, note)
    assert name == f"harvest/{hashlib.sha256(origin.encode()).hexdigest()}/3"
    assert tagged_heads(repository, origin) == [note]


def test_settings_of_the_user_that_git_cannot_read_stop_nothing(
    crawled: Room, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text("?")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tag_head(repository, crawled.head.read_bytes()) == TAG


def test_a_commit_that_bears_a_head_is_no_tag_of_it(crawled: Room, repository: Path) -> None:
    note = crawled.head.read_bytes()
    git(repository, "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file=-", stdin=note)
    git(repository, "tag", TAG)
    with pytest.raises(Diverges, match="is named after"):
        tagged_heads(repository, ORIGIN)


@pytest.mark.parametrize("more", [0, 1])
def test_a_tag_is_read_up_to_the_size_of_a_head(crawled: Room, repository: Path, more: int) -> None:
    kept = crawled.head.read_bytes()
    made = f"object {git(repository, 'rev-parse', 'HEAD').decode()}type commit\ntag x\ntagger x <x> 0 +0000\n\n"
    room = MAX_BYTES + more - len(made) - len(kept)
    others = b"".join("— {} {}\n".format("x" * 4_000, "A" * 400).encode() for _ in range(50))
    last = "— {} {}\n".format("x", "A" * 400).encode()
    last = last.replace(b"x", b"x" * (room - len(others) - len(last) + 1))
    note = kept + others + last
    digest = git(repository, "hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=made.encode() + note)
    git(repository, "update-ref", f"refs/tags/{TAG}", digest.decode().strip())
    if more:
        with pytest.raises(Diverges, match="is named after"):
            tagged_heads(repository, ORIGIN)
    else:
        assert tagged_heads(repository, ORIGIN) == [note]


def test_a_tag_that_git_is_told_to_replace_is_read_as_it_was(crawled: Room, repository: Path) -> None:
    note = crawled.head.read_bytes()
    tag_head(repository, note)
    git(repository, "tag", "--annotate", "--message=something else", "other")
    git(repository, "replace", f"refs/tags/{TAG}", "refs/tags/other")
    assert b"something else" in git(repository, "cat-file", "tag", TAG)
    assert tagged_heads(repository, ORIGIN) == [note]


@pytest.mark.parametrize(
    "name", [b"\xff", b"6\xe2\x80\xa86", "é".encode()], ids=["no text", "a line's end", "a letter"]
)
def test_a_tag_whose_name_is_no_number_breaks_the_ledger(crawled: Room, repository: Path, name: bytes) -> None:
    tag_head(repository, crawled.head.read_bytes())
    git(repository, "update-ref", f"refs/tags/harvest/{ORIGIN}/{os.fsdecode(name)}", f"refs/tags/{TAG}")
    with pytest.raises(Diverges) as caught:
        tagged_heads(repository, ORIGIN)
    assert caught.value.message.isascii()
    assert ascii(os.fsdecode(name))[1:-1] in caught.value.message


def spoilt(repository: Path, note: bytes) -> str:
    """Tags a head and empties what git stored of it; its name there."""
    tag_head(repository, note)
    digest = git(repository, "rev-parse", TAG).decode().strip()
    stored = repository / ".git" / "objects" / digest[:2] / digest[2:]
    stored.chmod(0o644)
    stored.write_bytes(b"")
    return digest


def test_a_tag_that_is_spoilt_is_said(crawled: Room, repository: Path) -> None:
    spoilt(repository, crawled.head.read_bytes())
    with pytest.raises(GitFailed, match=f"expected the tag refs/tags/{TAG} in .*, got none that git can read"):
        tagged_heads(repository, ORIGIN)
    assert crawled.verify(repositories=[repository]).exit_code == 0  # type: ignore[arg-type]  # tests pass what fits


def test_nothing_is_fetched_for_a_tag_that_is_spoilt(crawled: Room, repository: Path, tmp_path: Path) -> None:
    digest = spoilt(repository, crawled.head.read_bytes())
    marker, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    settings = (
        "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\tpromisor = true\n\turl = {tmp_path}\n\tuploadPack = {program}\n'
    )
    with (repository / ".git" / "config").open("a") as own:
        own.write(settings)
    with pytest.raises(GitFailed):
        tagged_heads(repository, ORIGIN)
    assert not marker.exists()
    with suppress(subprocess.CalledProcessError):
        git(repository, "cat-file", "--batch", stdin=f"{digest}\n".encode())
    assert marker.exists()


def put_in_place_of_git(folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{does}\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_git_that_does_not_end_is_said(crawled: Room, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place_of_git(repository / "programs", "exec /bin/sleep 2", monkeypatch)
    monkeypatch.setattr(tags, "_PATIENCE", 0.1)
    with pytest.raises(GitFailed, match=r"timed out after 0\.1 seconds"):
        tag_head(repository, crawled.head.read_bytes())


def test_what_git_says_in_other_bytes_than_text_is_one_line(
    crawled: Room, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place_of_git(repository / "programs", "printf 'no\\377\\n  way' >&2; exit 1", monkeypatch)
    with pytest.raises(GitFailed, match="got no\N{REPLACEMENT CHARACTER} way"):
        tag_head(repository, crawled.head.read_bytes())


@pytest.mark.parametrize("origin", ["-a/b", "a.b/c_d", "7"])
def test_an_origin_that_git_takes_stands_in_the_name(repository: Path, origin: str) -> None:
    assert (
        tag_head(repository, Checkpoint(origin, 3, bytes(32)).sign(Signer(origin, bytes(32)))) == f"harvest/{origin}/3"
    )
