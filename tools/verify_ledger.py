#!/usr/bin/env python3
"""Check an evidence ledger without the program that wrote it: this file, Python 3.11 and openssl 3 are enough.

Each line holds, as `prev`, the hash of the line before; the hashes are leaves of a Merkle tree whose root is signed
in a checkpoint. The newest checkpoint (the head) is also kept elsewhere. Rules: docs/reference/ledger-format.md.
"""

import argparse
import json
import os
import re
import subprocess
import tempfile
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

COUNTS, ULID = ("found", "included", "excluded", "duplicate", "known", "failed"), "[0-7][0-9A-HJKMNP-TV-Z]{25}"
B64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"  # its one spelling
SIGNATURES = rf"\n((?:— [^\s+]+ (?=[^=]{{7}}){B64}\n){{1,64}})"  # C2SP signed-note: key hash, signature
NOTE = rf"(([^\0-\37]+)\n(0|[1-9][0-9]{{0,15}})\n((?=.{{44}}\n){B64})\n){SIGNATURES}"  # C2SP tlog-checkpoint
OPENSSL = "-rawin" in subprocess.getoutput("openssl pkeyutl -help")  # noqa: S605, S607 -- is there one of version 3?


def require(holds: object, expected: object, found: object) -> None:
    """Stop at the first thing that is not as the format says."""
    if not holds:
        raise ValueError(f"expected {expected}, found {found!r:.100}")


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One JSON object."""
    names = [name for name, _ in pairs]
    require(names == sorted(set(names)) and all(re.fullmatch("[a-z0-9_]+", n) for n in names), "sorted keys", names)
    return dict(pairs)


def entry_of(raw: bytes) -> list[Any]:
    """The values of body, prev, run, seq, time, type and v, if the line keeps the rules of section "Lines"."""
    require(raw.endswith(b"\n") and len(raw) < 1 << 16, "LF within 65,535 bytes", f"{len(raw)} bytes without it")
    text = raw[:-1].decode()
    entry = json.loads(text, object_pairs_hook=members)
    json.dumps(entry, ensure_ascii=False).encode()  # fails on a lone surrogate; the result is not used
    bare = re.sub(r'"(\\.|[^"\\])*"', "", text)  # what stands outside strings
    require(not re.search(r"\s|\.|\d[eE]|NaN|Infinity", bare), "no white space outside strings, no float, no NaN", text)
    require(all(int(digits) < 2**53 for digits in re.findall("[0-9]+", bare)), "integers within 2^53-1", text)
    require(" ".join(entry) == "body prev run seq time type v", "an entry's seven keys", text)
    require([*map(type, entry.values())] == [dict, str, str, int, str, str, int], "the types of the table", text)
    spelled = re.fullmatch(ULID, entry["run"]) and re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{6}Z", entry["time"])
    require(spelled and entry["v"] == 1 and entry["type"] and datetime.fromisoformat(entry["time"]), "v 1, UTC", text)
    return [*entry.values()]


def key_of(origin: str, vkey: str) -> bytes:
    """A key's 4-byte hash, then the key as openssl reads it, from C2SP's `origin+hash+base64(0x01 || key)`."""
    key = b64decode(vkey[-44:])
    digest = sha256(f"{origin}\n".encode() + key).digest()[:4]
    spelled = f"{origin}+{digest.hex()}+{b64encode(key).decode()}"
    require(re.fullmatch(r"[^\s+]+", origin) and key[0] == 1 and vkey == spelled, "an Ed25519 key of the origin", vkey)
    return digest + bytes.fromhex("302a300506032b6570032100") + key[1:]  # RFC 8410


def signed(text: str, key: bytes, lines: str) -> bool:
    """Does the signature line of `key` hold for `text`? Taken on trust without openssl, as the verdict then says."""
    pairs = [(line.split()[1], b64decode(line.split()[2])) for line in lines.splitlines()]
    mine = {blob[4:] for name, blob in pairs if (name, blob[:4]) == (text.partition("\n")[0], key[:4])}
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key", "-in", "text", "-sigfile", "sig"]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("key", key[4:]), ("text", text.encode()), ("sig", b"".join(mine))):
            Path(folder, name).write_bytes(content)
        refused = OPENSSL and subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode  # noqa: S603
    return len(mine) == 1 and not refused


def root_of(trees: list[bytes]) -> str:
    """The root, in base64, over complete subtrees, the largest first (RFC 9162 section 2.1)."""
    node = trees[-1] if trees else sha256().digest()
    for left in trees[-2::-1]:
        node = sha256(b"\1" + left + node).digest()
    return b64encode(node).decode()


def notes_of(given: argparse.Namespace, origin: str, key: bytes) -> list[tuple[str, ...]]:
    """Text, origin, size, root and signatures of the checkpoints to hold the ledger against, the kept head first."""
    usual, past = (Path(given.ledger.removesuffix(".jsonl") + end) for end in (".checkpoint", ".checkpoints"))
    kept = Path(given.state, sha256(origin.encode()).hexdigest(), "head")
    given.head = given.head or (kept.exists() and kept)
    paths = [given.head, given.checkpoint or (usual.exists() and usual), given.against]
    notes = [re.fullmatch(NOTE, Path(path).read_bytes().decode()) for path in paths if path]
    require(all(note and note[2] == origin for note in notes), f"checkpoints of {origin}", "something else")
    history = re.finditer(NOTE, past.read_bytes().decode(errors="replace") if past.exists() else "")
    return [note.groups() for note in (*notes, *(note for note in history if signed(note[1], key, note[5]))) if note]


def verify(given: argparse.Namespace) -> tuple[int, str]:
    """Exit code and verdict; remembers little, however long the ledger (of a run: has it finished?)."""
    trees, runs, notes, key, size, offset, prev, clock = list[bytes](), dict[str, bool](), [], b"", 0, 0, "0" * 64, ""
    try:
        with Path(given.ledger).open("rb") as stream:
            while raw := stream.readline(1 << 16):
                body, link, run, seq, time, kind, _ = entry_of(raw)
                require((link, seq) == (prev, size), f"seq {size}, prev {prev}", f"seq {seq}, prev {link}")
                require(time >= clock and not runs.get(run), f"a time from {clock}, a run not over", f"{time}, {run}")
                if size == 0:
                    require(kind == "ledger" and re.fullmatch("[0-9a-f]{64}", body["nonce"]), "a genesis", body)
                    origin, key = body["origin"], key_of(body["origin"], body["vkey"])
                    notes = notes_of(given, origin, key)
                elif kind == "key-rotated":
                    statement = f"{origin}\n{size}\n{root_of(trees)}\n{body['vkey']}\n"
                    note = re.fullmatch(re.escape(statement) + SIGNATURES, body["note"])
                    require(note and signed(statement, key, note[1]), "a note signed by the old key", body["note"])
                blessed = not given.head or int(notes[0][2]) > size  # a kept head must know of an adoption
                if kind == "key-rotated" or (kind == "adopted" and blessed):
                    key = key_of(origin, body["vkey"])
                runs |= {run: kind == "run-finished"} if kind in {"run-started", "run-finished"} else {}
                for counts in body["providers"].values() if runs.get(run) else ():
                    n = [counts.get(name, 0) for name in COUNTS]
                    require({*map(type, n)} == {int} and min(n) >= 0 and 2 * n[0] == sum(n), "found as a sum", counts)
                leaf = node = sha256(b"\0" + raw[:-1]).digest()
                for _ in range((size ^ size + 1).bit_length() - 1):
                    node = sha256(b"\1" + trees.pop() + node).digest()
                trees.append(node)
                for text, _, count, root, lines in [n for n in notes if int(n[2]) in {size + 1, size and -1}]:
                    require(root == root_of(trees[: int(count)]), f"root {root}, as signed", root_of(trees))
                    require(signed(text, key, lines), f"a checkpoint signed by key {key[:4].hex()}", lines)
                size, prev, clock, offset = size + 1, leaf.hex(), time, offset + len(raw)
        sealed = max((int(note[2]) for note in notes), default=0)
        require(size >= max(sealed, 1), f"{max(sealed, 1)} lines", "the end of the file")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as e:
        return (3, f"REFUSED: {e}") if isinstance(e, OSError) else (1, f"BROKEN line {size + 1}, byte {offset}: {e}")
    verdict = f"VALID: {size} entries, {size - sealed} unsealed, {[*runs.values()].count(False)} runs interrupted"
    return 2 if size > sealed or not all(runs.values()) else 0, verdict + ("" if given.head else ", no kept head")


def main(argv: list[str] | None = None) -> int:
    """0 valid, 1 broken, 2 valid but with unsigned entries or an interrupted run, 3 unreadable or refused."""
    state = os.getenv("HARVEST_STATE_DIR") or f"{os.getenv('XDG_STATE_HOME') or f'{Path.home()}/.local/state'}/harvest"
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"Exit codes: {main.__doc__}")
    parser.error = lambda message: parser.exit(3, f"{message}\n")  # type: ignore[method-assign]  # 2 says something else
    for name in ("ledger", "--checkpoint", "--head", "--against", "--state"):
        parser.add_argument(name, default=state if name == "--state" else None)
    code, verdict = verify(parser.parse_args(argv))
    print(verdict if OPENSSL else f"{verdict}, signature not checked")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
