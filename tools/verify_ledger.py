#!/usr/bin/env python3
"""Check an evidence ledger by docs/reference/ledger-format.md: this file, Python 3.11 and openssl 3 are enough."""

import argparse
import json
import os
import re
import subprocess
import tempfile
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256  # a line holds that of the line before; all are leaves of a tree with a signed root
from pathlib import Path

HEADER = r"1 [0-7][0-9A-HJKMNP-TV-Z]{25} [0-9-]{10}T[0-9:]{8}\.[0-9]{6}Z (?s:.+)"  # v, a ULID, UTC to 1 us, a type
B64 = "(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?"  # its one spelling
SIGNATURES = rf"\n((?:— [^\s\0-\37+]+ (?=[^=]{{7}}){B64}\n){{1,64}}+)"  # C2SP signed-note: key hash, signature
NOTE = rf"(?<![^\0-\37])(([^\0-\37]++)\n(0|[1-9][0-9]{{0,15}})\n((?=.{{43}}=\n){B64})\n){SIGNATURES}"  # tlog-checkpoint
OPENSSL = "-rawin" in subprocess.getoutput("openssl pkeyutl -help")  # noqa: S605, S607 -- is there one of version 3?


def _require(holds: object, expected: object, found: object, error: type[Exception] = ValueError) -> None:
    if not holds:
        raise error(f"expected {expected!s:.150}, found {found!r:.100}")


def _file(path: Path | str, most: int = 1 << 20, error: type[Exception] = ValueError) -> Path:  # no pipe, no device
    _require(Path(path).stat().st_size <= most and Path(path).is_file(), f"a file, <= {most} bytes", f"{path}", error)
    return Path(path)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:  # one JSON object
    _require([*dict(pairs)] == sorted(n for n, _ in pairs if re.fullmatch("[a-z0-9_]+", n)), "sorted keys", pairs)
    return dict(pairs)


def _entry_of(raw: bytes) -> list:  # values in the order of the keys; last, what is no calendar time or no text fails
    _require(raw.endswith(b"\n") and len(raw) < 1 << 16, "LF within 65,535 bytes", f"{len(raw)} bytes without it")
    line = json.loads(text := raw[:-1].decode(), object_pairs_hook=_members, parse_float=int, parse_constant=int)
    out, deep = re.sub(r'"(\\.|[^"\\])*"', "", text), 0  # what stands outside strings
    _require([out] == out.split() and max(map(int, re.findall(r"\d+", out))) < 2**53, "no space, small integers", text)
    _require(max(deep := deep + (c in "[{") - (c in "]}") for c in out) in range(101), "at most 100 deep", text)
    _require(" ".join(line) == "body prev run seq time type v", "an entry's seven keys", text)
    _require([*map(type, line.values())] == [dict, str, str, int, str, str, int], "the types of the table", text)
    _require(re.fullmatch(HEADER, "{v} {run} {time} {type}".format(**line)), "v 1, a ULID, a time, a type", text)
    return datetime.fromisoformat(line["time"]) and json.dumps(line, ensure_ascii=False).encode() and [*line.values()]


def _key_of(origin: str, vkey: str) -> bytes:  # 4 bytes of hash, then the key as openssl reads it
    key = b64decode(vkey[-44:])
    digest = sha256(f"{origin}\n".encode() + key).digest()[:4]
    own = f"{origin}+{digest.hex()}+{b64encode(key).decode()}"
    _require(re.fullmatch(r"[^\s+]+", origin) and (len(key), key[0]) == (33, 1) and vkey == own, "an Ed25519 key", vkey)
    return digest + bytes.fromhex("302a300506032b6570032100") + key[1:]  # RFC 8410


def _signed(text: str, key: bytes, lines: str) -> bool:  # on trust where there is no openssl; the verdict says so
    blobs = [b64decode(line.split()[2]) for line in lines.splitlines() if line.split()[1] == text.partition("\n")[0]]
    mine = {sha256(blob).hexdigest(): blob[4:] for blob in blobs if blob[:4] == key[:4]}
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key", "-in", "text", "-sigfile"]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {"key": key[4:], "text": text.encode(), **mine}.items():
            Path(folder, name).write_bytes(content)
        asked = [subprocess.run([*command, n], cwd=folder, capture_output=True, check=False) for n in mine if OPENSSL]  # noqa: S603
    return bool(mine) and not any(one.returncode for one in asked)


def _root_of(t: list[bytes]) -> bytes:  # RFC 9162 section 2.1, over complete subtrees, the largest first
    return _root_of([*t[:-2], sha256(b"\1" + b"".join(t[-2:])).digest()]) if t[1:] else b"".join(t) or sha256().digest()


def _notes_of(given: argparse.Namespace, first: bytes) -> tuple[str, list[tuple]]:  # origin; notes, largest first
    try:
        origin = _entry_of(first)[0]["origin"] + ""  # fails on anything but text
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        origin = ""  # what is wrong is said when that line is read
    usual, past = (Path(given.ledger.removesuffix(".jsonl") + end) for end in (".checkpoint", ".checkpoints"))
    kept = Path(given.state, sha256(origin.encode()).hexdigest(), "head")
    _require(not any(map(os.path.islink, (kept, usual, past))), "no link", f"{kept}, {usual} or {past}", OSError)
    given.head = given.head or (kept.exists() and kept)
    paths = [given.head, given.checkpoint or (usual.exists() and usual), given.against]
    heads = [re.fullmatch(NOTE, _file(path, 1 << 20, OSError).read_bytes().decode()) for path in paths if path]
    _require(all(n and origin in {"", n[2]} and int(n[3]) < 2**53 for n in heads), f"heads of {origin}", "others")
    given.known = int(heads[0][3]) if given.head else 2**53
    past = _file(past, 1 << 26, OSError).read_bytes().decode(errors="replace") if past.exists() else ""
    return origin, sorted({(int(n[3]), n[1], n[4], n[5], n in heads) for n in (*heads, *re.finditer(NOTE, past))})[::-1]


def verify(given: argparse.Namespace) -> tuple[int, str]:
    """Exit code and verdict; remembers runs (has it finished?) and erasable content, of all other lines nothing."""
    trees, runs, content, erased = list[bytes](), dict[str, bool](), dict[int, tuple[int, str]](), set[int]()
    vouched, key, prev, clock, size, offset, sealed = b"", b"", "0" * 64, "", 0, 0, 0
    try:
        with _file(given.ledger, 1 << 62, OSError).open("rb") as stream:
            origin, notes, offset = *_notes_of(given, stream.readline(1 << 16)), stream.seek(0)
            while raw := stream.readline(1 << 16):
                body, link, run, seq, time, kind, _ = _entry_of(raw)
                _require((link, seq) == (prev, size), f"seq {size}, prev {prev}", f"seq {seq}, prev {link}")
                _require((kind == "ledger") == (size == 0), "a genesis, once, as the first line", kind)
                _require(time >= clock and not runs.get(run), f"a time from {clock}, a run not over", f"{time}, {run}")
                _require(size or re.fullmatch("[0-9a-f]{64}", body["nonce"]), "a nonce", body)
                if kind == "key-rotated":
                    statement = f"{origin}\n{size}\n{b64encode(_root_of(trees)).decode()}\n{body['vkey']}\n"
                    note = re.fullmatch(re.escape(statement) + SIGNATURES, body["note"])
                    _require(note and _signed(statement, key, note[1]), "a note signed by the old key", body["note"])
                old, key = key, _key_of(origin, body["vkey"]) if kind in {"ledger", "key-rotated", "adopted"} else key
                if kind == "adopted" and given.known <= size and old != key and not vouched:
                    vouched, notes = old, [(*n[:4], n[4] or _signed(n[1], old, n[3])) for n in notes]
                runs |= {run: kind == "run-finished"} if kind in {"run-started", "run-finished"} else {}
                for counts in body["providers"].values() if runs.get(run) else ():
                    n = [counts.get(k, 0) for k in ("found", "included", "excluded", "duplicate", "known", "failed")]
                    _require({*map(type, n)} == {int} and min(n) >= 0 and 2 * n[0] == sum(n), "found as a sum", counts)
                content |= {size: (offset, str(c.get("commitment")))} if type(c := body.get("content")) is dict else {}
                erased |= {body["seq"]} if kind == "redaction" and isinstance(body.get("seq"), int) else set()
                trees.append(leaf := sha256(b"\0" + raw[:-1]).digest())  # a whole subtree for each binary 1 of the size
                trees[(size + 1).bit_count() - 1 :] = [_root_of(trees[(size + 1).bit_count() - 1 :])]
                while notes and notes[-1][0] <= size + 1:
                    count, text, root, lines, binding = notes.pop()
                    genuine, now = _signed(text, key, lines), b64encode(_root_of(trees[:count])).decode()
                    _require(root == now if genuine else not binding, f"root {root} signed by key {key[:4].hex()}", now)
                    sealed = count if genuine and vouched in {b"", key} else sealed
                size, prev, clock, offset = size + 1, leaf.hex(), time, offset + len(raw)
        needed = max([1, *(note[0] for note in notes if note[4] or _signed(note[1], key, note[3]))])
        _require(size >= needed, f"{needed} lines", "the end of the file")
        for size, (offset, name) in content.items():  # noqa: B007 -- where it is, if lost, altered or not erased
            path = Path(given.ledger).absolute().parent.parent / "content" / Path(given.ledger).stem / f"{name}.json"
            _require(re.fullmatch("[A-Za-z0-9_-]{43}", name), "a commitment", name)
            found = b64encode(sha256(_file(path).read_bytes()).digest(), b"-_")[:43] if path.is_file() else b""
            _require(found.decode() == ("" if size in erased else name), f"{name} unless redacted", found)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as e:
        why = e if str(e).startswith("expected") else f"expected what the format says, found {e!r}"
        return (3, f"REFUSED: {e}") if isinstance(e, OSError) else (1, f"BROKEN line {size + 1}, byte {offset}: {why}")
    verdict = f"VALID: {seq + 1} entries, {seq + 1 - sealed} unsealed, {[*runs.values()].count(False)} runs interrupted"
    return 2 if seq >= sealed or not all(runs.values()) else 0, verdict + ("" if given.head else ", no kept head")


def main(argv: list[str] | None = None) -> int:
    """0 valid, 1 broken, 2 valid but with unsigned entries or an interrupted run, 3 unreadable or refused."""
    state = os.getenv("HARVEST_STATE_DIR") or f"{os.getenv('XDG_STATE_HOME') or f'{Path.home()}/.local/state'}/harvest"
    parser = argparse.ArgumentParser(description=__doc__, epilog=f"Exit codes: {main.__doc__}")
    parser.error = lambda message: parser.exit(3, f"{message}\n")  # type: ignore[method-assign]  # 2 says something else
    for name in ("ledger", "--checkpoint", "--head", "--against", "--state"):
        parser.add_argument(name, default=state if name == "--state" else None)
    code, verdict = verify(parser.parse_args(argv))
    print(re.sub(r"[^ -~]", lambda c: ascii(c[0])[1:-1], verdict if OPENSSL else f"{verdict}, signature not checked"))
    return code


if __name__ == "__main__":
    raise SystemExit(main())
