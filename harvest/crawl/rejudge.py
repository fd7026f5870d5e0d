"""Records that the ledger settled, read again from the archive instead of from the provider."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from harvest.archive import Exchange, read_snapshots
from harvest.catalogue import Catalogue
from harvest.crawl.runs import reader
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
    providers: dict[str, str] = {}
    wanted = {key: body for key in keys if (body := catalogue.settled[key].body).get("snapshot")}
    for body in wanted.values():
        where = body["snapshot"]
        cited[where["file"]][where["record"]] = where["sha256"]
        providers[where["record"]] = body["provider"]
    readers = {provider: reader(provider) for provider in set(providers.values())}
    for file, records in cited.items():
        folder = next((one for one in folders if file and (one / file).is_file()), folders[0])
        with suppress(HarvestError):
            for record, exchange in read_snapshots(folder, file, records):
                for document in _documents(exchange, readers[providers[record]]):
                    body = wanted.get(document.key, {})
                    if body.get("snapshot", {}).get("record") == record:
                        yield _again(document, body)


def _documents(answer: Exchange, records: Callable[[Exchange], Iterable[Record]]) -> Iterator[Record]:
    with suppress(HarvestError):
        yield from records(answer)


def _again(document: Record, body: Body) -> Found:
    where = body["snapshot"]
    kept = Snapshot(where["file"], where["record"], where["sha256"], synthetic=where.get("synthetic", False))
    return Found(document, kept, body["query"])
