"""Sources that turn out to be one document: `merged` entries by rule, and by a person, who may also undo them."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final

from harvest.catalogue import Catalogue
from harvest.errors import UsageError
from harvest.identity import Verdict, compare, fingerprint_of_line
from harvest.model import Key

Body = dict[str, Any]

_SHARED_ID: Final = "identity.shared-id"


def merges(known: Sequence[tuple[str, Verdict]], catalogue: Catalogue, *, key: Key) -> Iterator[Body]:
    """The `merged` entries that a record causes which shares identifiers with several sources.

    Nothing may contradict: neither what the sources say of themselves, nor a person who parted them.

    Args:
        known: the sources that the record is, as the catalogue found them.
        catalogue: what the ledger says.
        key: of the record.
    """
    counted = catalogue.sources
    verdicts = {sid: verdict for sid, verdict in known if verdict.rule == _SHARED_ID and sid in counted}
    kept, *others = sorted(verdicts, key=_number) or [""]
    for other in others:
        if _nothing_against(kept, other, catalogue):
            agreed = sorted({*verdicts[kept].agreed, *verdicts[other].agreed})
            yield {"sids": [kept, other], "kept": kept, "rule": "merge.shared-id", "agreed": agreed, "key": key}


def merged_by(reviewer: str, reason: str, sids: tuple[str, str], catalogue: Catalogue) -> Body:
    """The `merged` entry of a person; the lower number stays.

    Raises:
        UsageError: they cannot be merged.
    """
    _decided(reviewer, reason)
    kept, other = sorted((catalogue.merges.kept(_existing(sid, catalogue)) for sid in sids), key=_number)
    if kept == other:
        raise UsageError(f"expected two documents, got {_both(sids)}, which are one already")
    return {"sids": [kept, other], "kept": kept, "reviewer": reviewer.strip(), "reason": reason.strip()}


def unmerged_by(reviewer: str, reason: str, sids: tuple[str, str], catalogue: Catalogue) -> Body:
    """The `unmerged` entry of a person: both count again, and no rule merges them a second time.

    Raises:
        UsageError: no entry merged just these two.
    """
    _decided(reviewer, reason)
    kept, other = sorted((_existing(sid, catalogue) for sid in sids), key=_number)
    if not catalogue.merges.joined(kept, other):
        partners = [sid for sid in catalogue.merges.members(other) if catalogue.merges.joined(other, sid)]
        hint = f"{other} was merged with {', '.join(partners)}" if partners else "nothing was merged with " + other
        raise UsageError(f"expected two sources that one entry merged, got {_both(sids)}", hint=hint)
    return {"sids": [kept, other], "kept": kept, "reviewer": reviewer.strip(), "reason": reason.strip()}


def _nothing_against(one: str, other: str, catalogue: Catalogue) -> bool:
    if catalogue.merges.were_parted(one, other):
        return False
    members = product(catalogue.merges.members(one), catalogue.merges.members(other))
    return not any(_contradicting(x, y, catalogue) for x, y in members)


def _contradicting(one: str, other: str, catalogue: Catalogue) -> bool:
    """They contradict each other, or a person called one of them distinct from the other."""
    mine, theirs = catalogue.numbered[one], catalogue.numbered[other]
    for sid, body, double in ((one, mine, other), (other, theirs, one)):
        if sid in catalogue.distinct and body.get("maybe_duplicate_of") == double:
            return True
    return bool(compare(fingerprint_of_line(mine), fingerprint_of_line(theirs)).against)


def _existing(sid: str, catalogue: Catalogue) -> str:
    if sid not in catalogue.numbered:
        last = f"s1 to s{len(catalogue.numbered)}" if catalogue.numbered else "none"
        raise UsageError(f"expected a source ({last}), got {sid!r}")
    if "erased" in catalogue.numbered[sid]:
        raise UsageError(f"expected a source with a text, got {sid}, which was erased")
    return sid


def _decided(reviewer: str, reason: str) -> None:
    for name, said in (("reviewer", reviewer), ("reason", reason)):
        if not said.strip():
            raise UsageError(f"expected a {name}, got nothing", hint=f"--{name} says it")


def _both(sids: tuple[str, str]) -> str:
    return " and ".join(sids)


def _number(sid: str) -> int:
    return int(sid[1:])
