"""Heads as annotated git tags, in a repository that somebody names: `harvest/<origin>/<size>`, the note as message.

A tag proves no time; it is a head in another place, and in every clone of it.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harvest.errors import LedgerBroken, LedgerError
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.outside.kept import MAX_BYTES, unfit

_PATIENCE: Final = 60.0
"""Seconds that git may take."""
_PLAIN: Final = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9._-]+(?<!\.)(?<!\.lock)")
"""A part of a name that git takes as it is ("git check-ref-format")."""
_SET: Final = ("core.hooksPath=/dev/null", "tag.gpgSign=false", "protocol.allow=never")
"""No program that a repository or a person has set up runs with ours, and nothing is fetched."""


class GitFailed(LedgerError):
    """Git could not do what was asked; says why in git's own words."""


def tag_head(repository: Path, note: bytes) -> str:
    """Tags the current commit with a head; a tag that bears it already stays.

    Returns:
        The tag's name.

    Raises:
        GitFailed: no repository, no commit in it, no right to write there.
        Diverges: a tag of that name bears something else.
    """
    checkpoint, _ = read_checkpoint(note)
    name = f"{_folder(checkpoint.origin)}{checkpoint.size}"
    ref = f"refs/tags/{name}"
    if not _git(repository, "for-each-ref", "--format=%(refname)", "--", ref):
        _git(repository, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", failing="a commit to tag")
        _git(repository, "tag", "--annotate", "--cleanup=verbatim", "--file=-", "--", name, stdin=note)
    (found,) = _messages(repository, [ref])
    if found != note:
        raise unfit(f"the head of {checkpoint.size} entries in the tag {name} of {repository}", "something else")
    return name


def tagged_heads(repository: Path, origin: str) -> list[bytes]:
    """The notes of all heads of an origin that are tagged there; of an origin that goes on from this one, none.

    Raises:
        GitFailed: there is no repository any more, or it cannot be read.
        Diverges: a tag below our name bears no head of that size.
    """
    folder = _folder(origin)
    listed = _git(repository, "for-each-ref", "--format=%(refname)", "--", f"refs/tags/{folder}*")  # `*` is no `/`
    refs = [os.fsdecode(ref) for ref in listed.splitlines()]
    notes = _messages(repository, refs)
    for ref, note in zip(refs, notes, strict=True):
        if f"refs/tags/{folder}{_size(note)}" != ref:
            raise unfit(f"the head that the tag {ascii(ref)[1:-1]} of {repository} is named after", "something else")
    return notes


def _folder(origin: str) -> str:
    """The part of a tag's name before the size; of an origin that git would not take, its SHA-256."""
    plain = all(_PLAIN.fullmatch(part) for part in origin.split("/"))
    return f"harvest/{origin if plain else hashlib.sha256(origin.encode()).hexdigest()}/"


def _size(note: bytes) -> int | None:
    try:
        return read_checkpoint(note)[0].size
    except LedgerBroken:
        return None


def _messages(repository: Path, refs: Sequence[str]) -> list[bytes]:
    """The message of each annotated tag, byte for byte; of what is none, nothing."""
    asked = b"".join(os.fsencode(ref) + b"\n" for ref in refs)
    answer = _git(repository, "cat-file", "--batch", stdin=asked) if refs else b""
    messages = []
    for ref in refs:
        head, _, answer = answer.partition(b"\n")
        *_, kind, length = head.split(b" ")
        if length == b"missing":
            raise GitFailed(f"expected the tag {ref} in {repository}, got none that git can read")
        stored, answer = answer[: int(length)], answer[int(length) + 1 :]
        messages.append(stored.partition(b"\n\n")[2] if kind == b"tag" and len(stored) <= MAX_BYTES else b"")
    return messages


def _git(repository: Path, *arguments: str, stdin: bytes = b"", failing: str = "") -> bytes:
    """What git says, with no settings but the repository's own, and never of a repository above the one named."""
    place = repository.resolve()
    if not place.is_dir():
        raise GitFailed(f"expected a git repository, got no such folder: {repository}")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own = {
        "GIT_CEILING_DIRECTORIES": str(place.parent),
        "GIT_COMMITTER_EMAIL": "harvest@localhost.invalid",
        "GIT_COMMITTER_NAME": "harvest",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "LC_ALL": "C",
    }
    command = ["git", "-C", str(place), *(word for setting in _SET for word in ("-c", setting)), *arguments]
    try:
        ended = subprocess.run(  # noqa: S603 - no shell; what is not ours stands behind `--` or on standard input
            command, env=inherited | own, input=stdin, capture_output=True, check=False, timeout=_PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitFailed(f"expected git to run, got {error}") from error
    if ended.returncode:
        said = " ".join(ended.stderr.decode(errors="replace").split())
        raise GitFailed(
            f"expected {failing or 'a git repository that can be used'} in {repository}, got {said or 'none'}"
        )
    return ended.stdout
