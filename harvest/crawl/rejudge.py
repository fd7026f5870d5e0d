"""Records that the ledger settled, read again from the archive instead of from the provider."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from harvest import medline
from harvest.archive import read_snapshots
from harvest.catalogue import Catalogue
from harvest.errors import HarvestError
from harvest.model import Found, Key, Record, Snapshot

Body = dict[str, Any]


def kept_records(keys: Sequence[Key], catalogue: Catalogue, archive: Path) -> tuple[list[Found], set[Key]]:
    """Read the records of `keys` from the snapshots that their entries cite.

    Returns:
        The records, in the order of `keys`, and the keys whose snapshot cannot be read: those must be fetched.
    """
    found = {one.record.key: one for one in stream_kept(keys, catalogue, [archive])}
    return [found[key] for key in keys if key in found], {key for key in keys if key not in found}


def stream_kept(keys: Sequence[Key], catalogue: Catalogue, folders: Sequence[Path]) -> Iterator[Found]:
    """Yield the same records as they stand in the archive; each WARC file is read once, one answer held at a time.

    Args:
        keys: of settled records.
        catalogue: what the ledger says, with the snapshot that each was read from last.
        folders: where WARC files may lie; of several of one name the first counts.
    """
    cited: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for where in filter(None, (catalogue.settled[key].body.get("snapshot") for key in keys)):
        cited[where["file"]][where["record"]] = where["sha256"]
    wanted = {key: catalogue.settled[key].body for key in keys}
    for file, records in cited.items():
        folder = next((one for one in folders if file and (one / file).is_file()), folders[0])
        with suppress(HarvestError):
            for record, document in _documents(folder, file, records):
                body = wanted.get(document.key, {})
                if body.get("snapshot", {}).get("record") == record:
                    yield _again(document, body)


def _documents(archive: Path, file: str, records: Mapping[str, str]) -> Iterator[tuple[str, Record]]:
    for record, exchange in read_snapshots(archive, file, records):
        with suppress(HarvestError):
            yield from ((record, document) for document in medline.articles(exchange.body).records)


def _again(document: Record, body: Body) -> Found:
    where = body["snapshot"]
    kept = Snapshot(where["file"], where["record"], where["sha256"], synthetic=where.get("synthetic", False))
    return Found(document, kept, body["query"])
