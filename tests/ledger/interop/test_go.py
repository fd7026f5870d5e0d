"""Proofs, heads and stored hashes as golang.org/x/mod/sumdb has them, in both directions."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import Checkpoint, Consistency, Index, Proof, Verifier
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.shown import Standing, continuation_shown, line_shown
from harvest.ledger.stored import Stored
from tests.ledger.room import ORIGIN, SECOND_RUN, Room

pytestmark = pytest.mark.usefixtures("unsynced")
SOURCES = Path(os.environ.get("GOPATH") or "/usr/share/gocode")
PACKAGE = "golang.org/x/mod/sumdb"
SIZE = 26


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in check.go; the test is skipped where it cannot be built."""
    if shutil.which("go") is None:
        pytest.skip("go is not installed")
    if not (SOURCES / "src" / PACKAGE).is_dir():
        pytest.skip(f"{PACKAGE} is not in {SOURCES}")
    built = tmp_path_factory.mktemp("go")
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(SOURCES), "GOCACHE": str(built / "cache")}
    command = ["go", "build", "-o", str(built / "check"), str(Path(__file__).with_name("check.go"))]
    subprocess.run(command, env=environment, check=True)
    return built / "check"


@dataclass(frozen=True)
class Proved:
    """A sealed ledger with proofs by us, and the folder to put them in."""

    room: Room
    folder: Path
    check: Path

    def accepted(self, *arguments: str | bytes) -> bool:
        """Does the Go program take it? Bytes are handed to it as files."""
        words = [one if isinstance(one, str) else self._file(at, one) for at, one in enumerate(arguments)]
        return subprocess.run([str(self.check), *words], capture_output=True, check=False).returncode == 0

    def _file(self, at: int, content: bytes) -> str:
        path = self.folder / f"argument-{at}"
        path.write_bytes(content)
        return str(path)

    @property
    def head(self) -> bytes:
        return self.room.head.read_bytes()

    @property
    def vkey(self) -> str:
        return self.room.verify().vkey

    def proof(self, seq: int) -> Proof:
        with Index.open(self.room.path) as index:
            return Proof.of(index, seq, self.head)

    def older(self, size: int) -> bytes:
        signer = self.room.keys.signer(ORIGIN)
        assert signer
        with Stored.beside(self.room.path) as stored:
            return Checkpoint(ORIGIN, size, stored.frontier(size).root()).sign(signer)

    def continuation(self, size: int) -> Consistency:
        with Index.open(self.room.path) as index:
            return Consistency.of(index, read_checkpoint(self.older(size))[0], self.head)


@pytest.fixture
def proved(room: Room, tmp_path: Path, check: Path) -> Proved:
    room.crawl(sources=SIZE - 3)
    return Proved(room, tmp_path, check)


def test_go_takes_every_line_that_we_prove(proved: Proved) -> None:
    for seq, line in enumerate(proved.room.stored()):
        assert proved.accepted("record", proved.vkey, bytes(proved.proof(seq)), line), seq


def test_go_takes_every_continuation_that_we_prove(proved: Proved) -> None:
    for size in range(1, SIZE + 1):
        assert proved.accepted("tree", proved.vkey, bytes(proved.continuation(size)), proved.older(size)), size


def test_we_store_the_hashes_that_go_stores(proved: Proved) -> None:
    assert proved.accepted("stored", str(proved.room.path), str(proved.folder / "stored"))
    assert (proved.folder / "stored").read_bytes() == proved.room.beside("index-tree").read_bytes()


def test_we_take_every_line_and_continuation_that_go_proves(proved: Proved) -> None:
    made = proved.folder / "made"
    made.mkdir()
    assert proved.accepted("make", ORIGIN, str(proved.room.path), str(made))
    vkey = Verifier.parse((made / "vkey").read_text(encoding="utf-8"))
    for seq, line in enumerate(proved.room.stored()):
        raw = (made / f"record-{seq}").read_bytes()
        assert line_shown(raw, line, vkey).standing is Standing.HOLDS
        assert Proof.parse(raw).path == proved.proof(seq).path
    for size in range(1, SIZE + 1):
        raw, older = (made / f"tree-{size}").read_bytes(), (made / f"old-{size}").read_bytes()
        assert continuation_shown(raw, older, vkey).standing is Standing.HOLDS
        assert Consistency.parse(raw).path == proved.continuation(size).path


def test_after_a_rotation_go_wants_the_new_key(proved: Proved) -> None:
    old = proved.vkey
    with proved.room.open(SECOND_RUN) as ledger:
        ledger.rotate()
    raw, line = bytes(proved.proof(3)), proved.room.stored()[3]
    assert proved.vkey != old
    assert proved.accepted("record", proved.vkey, raw, line)
    assert not proved.accepted("record", old, raw, line)
    assert line_shown(raw, line, Verifier.parse(old)).standing is Standing.BROKEN


def spoilt(proof: Proof) -> Iterator[tuple[str, bytes]]:
    """What somebody might try with a proof; no line stands where these say."""
    yield "another place", bytes(replace(proof, index=proof.index + 1))
    yield "no place", bytes(replace(proof, index=SIZE))
    yield "one hash more", bytes(replace(proof, path=(*proof.path, bytes(32))))
    yield "one hash less", bytes(replace(proof, path=proof.path[:-1]))
    yield "hashes the other way round", bytes(replace(proof, path=proof.path[::-1]))
    for at in range(len(proof.path)):
        yield f"another hash {at}", bytes(replace(proof, path=(*proof.path[:at], bytes(32), *proof.path[at + 1 :])))
    for name, old, new in (("size", b"\n26\n", b"\n27\n"), ("origin", b"example.org", b"example.net")):
        yield f"another {name}", bytes(replace(proof, checkpoint=proof.checkpoint.replace(old, new)))
    raw = bytes(proof)
    signature = raw.rindex(b" ") + 20
    yield "another signature", raw[:signature] + (b"A" if raw[signature:][:1] != b"A" else b"B") + raw[signature + 1 :]


def test_both_refuse_every_spoilt_proof(proved: Proved) -> None:
    line, vkey = proved.room.stored()[3], proved.vkey
    attempts = dict(spoilt(proved.proof(3)))
    assert len(attempts) == 13
    for name, raw in attempts.items():
        assert not proved.accepted("record", vkey, raw, line), name
        assert _refused(lambda raw=raw: line_shown(raw, line, Verifier.parse(vkey)).standing), name  # type: ignore[misc] # bound now


def test_both_refuse_another_line_and_another_key(proved: Proved) -> None:
    raw, lines = bytes(proved.proof(3)), proved.room.stored()
    stranger = "example.org/evidence/demo+a3d015e5+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    for vkey, line in ((proved.vkey, lines[4]), (stranger, lines[3])):
        assert not proved.accepted("record", vkey, raw, line)
        assert line_shown(raw, line, Verifier.parse(vkey)).standing is Standing.BROKEN


def test_both_refuse_a_continuation_of_a_forked_head(proved: Proved) -> None:
    signer = proved.room.keys.signer(ORIGIN)
    assert signer
    forked = Checkpoint(ORIGIN, 7, bytes(32)).sign(signer)
    raw = bytes(proved.continuation(7))
    assert not proved.accepted("tree", proved.vkey, raw, forked)
    assert continuation_shown(raw, forked, signer.verifier).standing is Standing.BROKEN
    for other in (6, 8):
        assert not proved.accepted("tree", proved.vkey, raw, proved.older(other))
        assert continuation_shown(raw, proved.older(other), signer.verifier).standing is Standing.BROKEN


def _refused(shown: Callable[[], Standing]) -> bool:
    try:
        return shown() is Standing.BROKEN
    except LedgerBroken:
        return True
