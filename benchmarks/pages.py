"""Pages of the web: `python benchmarks/pages.py [FOLDER]`; FOLDER holds the recorded pages (`../shared/data`).

The main text beside plain trafilatura and BeautifulSoup, by the scorer of the article-extraction benchmark itself, on
its 181 pages and on Mozilla's; pages refused; kinds of page on those labelled in `data/labels/pages.jsonl`; copies of
real texts, spun and cut, told from different texts.
"""

import gzip
import importlib.util
import itertools
import json
import logging
import random
import re
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import trafilatura
from bs4 import BeautifulSoup

from harvest.pages import Page, PageKind, alike, read, sketch
from harvest.pages.extraction import extracted
from harvest.pages.hidden import without_hidden
from harvest.pages.markup import decoded, parsed

sys.path.insert(0, str(Path(__file__).resolve().parent))
from scoring import interval, share

CHECKOUT = Path(__file__).resolve().parents[1]
RECORDED = CHECKOUT.parent / "shared" / "data"
LABELS = CHECKOUT / "data" / "labels" / "pages.jsonl"
FETCHED = date(2026, 11, 22)
SEED = 20_261_122
LONG_ENOUGH = 600
"""Characters of a text of which copies are made."""
REPLACED = 4
"""Letters of a word that a copy may have another word for."""
SHUFFLED = 0.2
"""Copies with more words changed have their sentences in another order."""
SPUN = (
    ("whole", 0.0, 0.0),
    ("cut to half", 0.0, 0.5),
    ("every fifth word changed", 0.2, 0.0),
    ("two in five words changed, sentences shuffled", 0.4, 0.0),
    ("three in ten changed, shuffled, cut to half", 0.3, 0.5),
)
"""What was done to a copy, which share of its longer words was replaced, which share of its sentences left out."""

Extract = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded page; `expected` is its main text as its corpus has it, Mozilla's as HTML; empty where it has none."""

    id: str
    corpus: str
    url: str
    body: bytes
    expected: str | bytes

    @property
    def gold(self) -> str:
        """The main text."""
        return get_text(self.expected) if isinstance(self.expected, bytes) else self.expected


def benchmark(folder: Path) -> Iterator[Recorded]:
    """The article-extraction benchmark."""
    with tarfile.open(folder / "pages" / "article-extraction-benchmark.tar.xz") as archive:
        files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        opened = {name: file.read() for name, file in files.items() if file is not None}
    for name, told in json.loads(opened["ground-truth.json"]).items():
        body = gzip.decompress(opened[f"html/{name}.html.gz"])
        yield Recorded(name, "article-extraction-benchmark", told["url"], body, told["articleBody"])


def mozilla(folder: Path) -> Iterator[Recorded]:
    """Mozilla's pages, with the text of the reading view that is expected of them."""
    with tarfile.open(folder / "pages" / "mozilla_readability_test-pages.tar.xz") as archive:
        files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        opened = {name: file.read() for name, file in files.items() if file is not None}
    for path in sorted(name for name in opened if name.endswith("/source.html")):
        expected = opened[path.replace("source", "expected")]
        yield Recorded(path.split("/")[-2], "mozilla-readability", "", opened[path], expected)


def biomcp(folder: Path) -> Iterator[Recorded]:
    """An article at PubMed Central, and a check for robots."""
    where = folder / "trials_scholarly" / "biomcp" / "testdata" / "sources" / "pmc_article"
    for path in sorted(where.glob("*.html")):
        yield Recorded(path.stem, "biomcp", "https://pmc.ncbi.nlm.nih.gov/articles/PMC3040717/", path.read_bytes(), "")


def corpora(folder: Path) -> list[Recorded]:
    """All recorded pages."""
    return [*benchmark(folder), *mozilla(folder), *biomcp(folder)]


def ours(body: bytes) -> str:
    """The main text that this package finds."""
    tree = parsed(decoded(body, ""))
    if tree is None:
        return ""
    without_hidden(tree)
    return extracted(tree, forum=False)[0]


def plain_trafilatura(body: bytes) -> str:
    return trafilatura.extract(body.decode("utf-8", "replace"), include_comments=False) or ""


def get_text(body: bytes) -> str:
    return BeautifulSoup(body, "lxml").get_text(" ")


CONTESTANTS: Mapping[str, Extract] = {
    "harvest": ours,
    "trafilatura": plain_trafilatura,
    "BeautifulSoup get_text": get_text,
}


@cache
def scorer(folder: Path) -> ModuleType:
    """The benchmark's own `evaluate.py`, as it lies in its archive."""
    with (
        tarfile.open(folder / "pages" / "article-extraction-benchmark.tar.xz") as archive,
        TemporaryDirectory() as away,
    ):
        archive.extract("evaluate.py", away, filter="data")
        spec = importlib.util.spec_from_file_location("evaluate", Path(away) / "evaluate.py")
        if spec is None or spec.loader is None:
            raise ImportError("expected evaluate.py in the archive of the benchmark, got none")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module


def figures(pages: Sequence[Recorded], extract: Extract, folder: Path) -> dict[str, float]:
    """F1, precision and recall over shingles of four words, as the benchmark counts them."""
    score = scorer(folder)
    every = [score.string_shingle_matching(true=page.gold, pred=extract(page.body)) for page in pages]
    return dict(score.metrics_from_tp_fp_fns(every))


def url_of(page: Recorded) -> str:
    """Its address; of Mozilla's pages what they say themselves."""
    said = re.search(rb'(?:rel="canonical" href|property="og:url" content)="([^"]+)"', page.body)
    return page.url or (said[1].decode("utf-8", "replace") if said else "https://example.org/page")


def as_read(page: Recorded) -> Page:
    return read(page.body, url=url_of(page), content_type="text/html", fetched=FETCHED)


def kinds(pages: Sequence[Recorded]) -> list[tuple[dict[str, str], str]]:
    """Each label, and the kind that is told."""
    known = {(page.corpus, page.id): page for page in pages}
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    here = [label for label in labels if (label["corpus"], label["id"]) in known]
    return [(label, str(as_read(known[label["corpus"], label["id"]]).kind)) for label in here]


def texts(pages: Sequence[Recorded]) -> list[str]:
    """Real main texts that are long enough, each once."""
    found = dict.fromkeys(ours(page.body) for page in pages)
    return [text for text in found if len(text) >= LONG_ENOUGH and "Lorem ipsum" not in text]


def spun(text: str, pool: Sequence[str], drawn: random.Random, *, changed: float, left_out: float) -> str:
    """A copy with words replaced by words of other texts; where any are, or some are left out, shuffled."""
    words = re.split(r"(\W+)", text)
    made = "".join(
        drawn.choice(pool) if word.isalpha() and len(word) >= REPLACED and drawn.random() < changed else word
        for word in words
    )
    sentences = re.split(r"(?<=[.!?])\s+", made)
    if changed > SHUFFLED:
        drawn.shuffle(sentences)
    return " ".join(sentences[: max(1, round(len(sentences) * (1 - left_out)))])


def copies(real: Sequence[str]) -> Iterator[str]:
    """How many copies are recognised, and how many pairs of different texts are taken for copies."""
    drawn = random.Random(SEED)  # noqa: S311 - the same copies each time
    pool = [word for text in real for word in re.findall(r"[^\W\d_]{4,}", text)]
    sketches = [sketch(text) for text in real]
    for name, changed, left_out in SPUN:
        made = (spun(text, pool, drawn, changed=changed, left_out=left_out) for text in real)
        found = sum(alike(one, sketch(copy)) for one, copy in zip(sketches, made, strict=True))
        yield f"  {name:<48} {share(found, len(real))}"
    wrong = sum(alike(one, other) for one, other in itertools.combinations(sketches, 2))
    yield f"  {'different texts taken for copies':<48} {share(wrong, len(sketches) * (len(sketches) - 1) // 2)}"


def table(told: Sequence[tuple[dict[str, str], str]]) -> Iterator[str]:
    """Right by half and by how the page was drawn, then what was taken for what."""
    for name, value in (("half", "development"), ("half", "test"), ("drawn", "picked"), ("drawn", "random")):
        part = [(label["kind"], given) for label, given in told if label[name] == value]
        right = sum(kind == given for kind, given in part)
        low, high = interval(part, lambda pairs: sum(a == b for a, b in pairs) / len(pairs))
        yield f"  {value:<12} {right} of {len(part)} right, {right / max(1, len(part)):.2f} [{low:.2f}-{high:.2f}]"
    confusion = Counter((label["kind"], given) for label, given in told)
    names = [str(each) for each in PageKind]
    yield "  expected \\ given " + "".join(f"{name[:12]:>14}" for name in names)
    for expected in names:
        yield f"  {expected:<17}" + "".join(f"{confusion[expected, given]:>14}" for given in names)


def main(folder: Path) -> None:
    """Print every measurement."""
    logging.disable(logging.CRITICAL)
    every = corpora(folder)
    for corpus in ("article-extraction-benchmark", "mozilla-readability"):
        pages = [page for page in every if page.corpus == corpus]
        print(f"main text of {len(pages)} pages, {corpus}")
        for name, extract in CONTESTANTS.items():
            start = time.process_time()
            told = figures(pages, extract, folder)
            spent = (time.process_time() - start) / len(pages) * 1000
            shown = "  ".join(f"{each} {value:.4f}" for each, value in told.items())
            print(f"  {name:<24} {shown}  {spent:.0f} ms a page")
    read_ = [(page, as_read(page)) for page in every]
    print("refused")
    for page, told_of in read_:
        if told_of.refusal:
            print(f"  {told_of.refusal:<14} {page.corpus} {page.id[:44]} {page.url[:60]}")
    print("kinds of page")
    print("\n".join(table(kinds(every))))
    real = texts(every)
    print(f"copies of {len(real)} real texts")
    print("\n".join(copies(real)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED)
