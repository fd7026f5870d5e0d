"""Records that the ledger settled for another question, read again from the archive instead of from the provider."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from harvest import medline
from harvest.archive import read_snapshot
from harvest.catalogue import Catalogue
from harvest.errors import HarvestError
from harvest.model import Found, Key, Snapshot


def kept_records(keys: Sequence[Key], catalogue: Catalogue, archive: Path) -> tuple[list[Found], set[Key]]:
    """Read the records of `keys` from the snapshots that their entries cite.

    Returns:
        The records, in the order of `keys`, and the keys whose snapshot cannot be read: those must be fetched.
    """
    cited: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in keys:
        where = catalogue.settled[key].body.get("snapshot")
        if where:
            cited[where["file"], where["record"]].append(key)
    found = {
        key: again
        for (file, record), some in cited.items()
        for key, again in _read(archive, file, record, some, catalogue)
    }
    return [found[key] for key in keys if key in found], {key for key in keys if key not in found}


def _read(archive: Path, file: str, record: str, keys: list[Key], catalogue: Catalogue) -> list[tuple[Key, Found]]:
    try:
        digest = catalogue.settled[keys[0]].body["snapshot"]["sha256"]
        parsed = medline.articles(read_snapshot(archive, file, record, sha256_hex=digest).body)
    except HarvestError:
        return []
    records = {document.key: document for document in parsed.records if document.key in keys}
    again = []
    for key, document in records.items():
        body = catalogue.settled[key].body
        where = body["snapshot"]
        kept = Snapshot(file, record, where["sha256"], synthetic=where.get("synthetic", False))
        again.append((key, Found(document, kept, body["query"])))
    return again
