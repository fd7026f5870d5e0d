"""Asking providers which of their content still exists, and erasing here what does not (deletion duty)."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from harvest.catalogue import Catalogue
from harvest.configuration import Configuration
from harvest.crawl.duty import NAMELESS, There
from harvest.crawl.runs import EXIT_CODES, spiders
from harvest.erasable import PERSON
from harvest.errors import ProviderError, UsageError
from harvest.ledger import Batch, ContentStore, Ledger, run_lock
from harvest.ledger.entry import stamp
from harvest.model import Key, RunOutcome
from harvest.opening import open_ledger
from harvest.stops import stops_held

GROUP: Final = 100
"""Records that a provider is asked for at once."""
GONE: Final = "gone-at-provider"


class Duty(Protocol):
    """What a recheck needs of a provider's spider class."""

    deletion_duty: bool

    @staticmethod
    def still_there(keys: Sequence[Key], configuration: Configuration) -> Mapping[Key, There]:
        """Does each of these still exist?"""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What one provider said.

    Attributes:
        asked: records with text that it was to be asked for; the sum of the next three.
        present: those that still exist.
        gone: those that do not, and are erased now.
        unknown: those of which nothing was learned; their text stays, and the check renews nothing.
        outcome: complete if nothing is unknown, failed if everything is.
        problem: why, in words.
    """

    provider: str
    asked: int
    present: int
    gone: int
    unknown: int
    outcome: RunOutcome
    problem: str = ""

    def as_body(self, began: datetime) -> dict[str, Any]:
        """The `rechecked` entry."""
        body = {**asdict(self), "outcome": str(self.outcome), "began": stamp(began)}
        return body if self.problem else {name: value for name, value in body.items() if name != "problem"}


def recheck(slug: str, configuration: Configuration, clock: Callable[[], datetime]) -> tuple[Rechecked, ...]:
    """Rechecks every provider of a topic's ledger that has a deletion duty and whose text is held.

    Returns:
        One report for each, in the order of their names; none where there is nothing to ask for.

    Raises:
        UsageError: in replay, where nobody can be asked.
        Busy: another recheck of the topic is going on.
        LedgerError: the ledger cannot be continued.
    """
    if configuration.replay:
        raise UsageError("expected to ask providers, got HARVEST_REPLAY", hint="unset it")
    catalogue = Catalogue()
    with (
        run_lock(configuration.state_dir, slug, "recheck"),
        open_ledger(slug, configuration, clock=clock, catalogue=catalogue) as ledger,
    ):
        known: Mapping[str, Duty] = spiders()
        providers = {held.provider for held in catalogue.holdings.held.values() if held.key}
        chosen = sorted(providers & (bound() | catalogue.holdings.duties))
        return tuple(
            _recheck(name, known.get(name), ledger, catalogue=catalogue, configuration=configuration, clock=clock)
            for name in chosen
        )


def exit_code(reports: Sequence[Rechecked]) -> int:
    """0 all complete, 3 all failed, else 2."""
    outcomes = {report.outcome for report in reports}
    return EXIT_CODES[outcomes.pop() if len(outcomes) == 1 else RunOutcome.PARTIAL] if outcomes else 0


def bound() -> frozenset[str]:
    """The providers of this version that have a deletion duty."""
    return frozenset(name for name, spider in spiders().items() if spider.deletion_duty)


def _recheck(
    provider: str,
    spider: Duty | None,
    ledger: Ledger,
    *,
    catalogue: Catalogue,
    configuration: Configuration,
    clock: Callable[[], datetime],
) -> Rechecked:
    """Asks one provider, erases group by group what is gone, so that a break loses no deletion, and writes it down.

    What a writer has changed is gone, too: of what exists, the newest text alone stays.
    """
    began = clock()
    records = catalogue.holdings.from_provider(provider)
    counts: Counter[There] = Counter()
    problem = ""
    for group in _groups(tuple(records)):
        answers, problem = _ask(spider, group, configuration)
        if answers:
            with stops_held():
                _forget(provider, answers, ledger, catalogue)
        counts.update(answers.values())
        if problem:
            break
    present = counts[True] + counts[NAMELESS]
    unknown = len(records) - present - counts[False]
    outcome = _outcome(len(records), unknown)
    report = Rechecked(provider, len(records), present, counts[False], unknown, outcome, problem)
    with ledger.batch() as batch:
        batch.append("rechecked", report.as_body(began))
    ledger.seal()
    return report


def _forget(provider: str, answers: Mapping[Key, There], ledger: Ledger, catalogue: Catalogue) -> None:
    """Erases what is gone, older texts, and the hash of a writer who has no account any more.

    All of it as the ledger stands under the append lock: while the provider answered, others may have erased some of
    it or stored newer texts.
    """
    nameless = [key for key, there in answers.items() if there == NAMELESS]
    with ledger.batch() as batch:
        lines = catalogue.holdings.from_provider(provider)
        gone = [seq for key, there in answers.items() if there is False for seq in lines.get(key, ())]
        older = [seq for key, there in answers.items() if there for seq in _older(lines.get(key, ()), key, catalogue)]
        copies = _without_persons(nameless, ContentStore.beside(ledger.path), batch, catalogue)
    if not (gone or older or copies):
        return
    redacted = ledger.redact([*gone, *older, *copies], GONE)
    # Whoever erased such a line before it was our turn knew nothing of its copy.
    if astray := [copy for seq, copy in copies.items() if seq not in redacted]:
        ledger.redact(astray, GONE)


def _older(lines: Sequence[int], key: Key, catalogue: Catalogue) -> Sequence[int]:
    """Of a record's lines those that do not hold its newest text: all, where that one is erased."""
    settled = catalogue.settled.get(key)
    return lines if settled and "erased" in settled.body else lines[:-1]


def _without_persons(keys: Sequence[Key], store: ContentStore, batch: Batch, catalogue: Catalogue) -> dict[int, int]:
    """Stores texts anew without the hash of who wrote them; each line whose content holds it, and the line of its copy.

    What is erased by now has no text that could be stored.
    """
    copies = {}
    for key in keys:
        body = catalogue.settled[key].body
        text = None if "erased" in body else store.get(body["content"]["commitment"])
        if text and text.pop(PERSON, None):
            newest = max(held.seq for held in catalogue.holdings.of(key))
            told = {"key": key, "provider": body["provider"], "what": ["account-deleted"], "old": {}, "new": {}}
            copies[newest] = batch.append("changed", told, content=text)
    return copies


def _ask(spider: Duty | None, group: Sequence[Key], configuration: Configuration) -> tuple[dict[Key, There], str]:
    """What the provider says of each, and what went wrong; after that it is not asked for more."""
    if spider is None:
        return {}, "not in this version"
    try:
        said = spider.still_there(group, configuration)
    except ProviderError as error:
        return {}, str(error)
    return {key: said.get(key) for key in group}, ""


def _groups(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    return (keys[start : start + GROUP] for start in range(0, len(keys), GROUP))


def _outcome(asked: int, unknown: int) -> RunOutcome:
    if not unknown:
        return RunOutcome.COMPLETE
    return RunOutcome.FAILED if unknown == asked else RunOutcome.PARTIAL
