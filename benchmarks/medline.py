"""How many PubMed records a second, beside other people's readers.

    python benchmarks/medline.py [--records N] [--rounds N] [--file FILE]

FILE is a PubMed file as it is served, also `.gz` or `.xz`; by default the recorded update file beside the checkout, and
where that is absent, generated records (the report says so). Each round runs every reader once, in turn, over the same
N records, so that whatever else the machine does falls on all of them; medians are of processor time. The two bare
loops read nothing: they are the floor that lxml itself sets, once asked for articles only, once for every element.
pubmed_parser reads only packed files, so its figure holds the unpacking.
"""

import argparse
import gzip
import io
import lzma
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from harvest.medline import articles, iter_articles

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "data" / "pubmed" / "pubmed21n1298.xml.xz"
OPENERS: dict[str, Callable[..., io.BufferedIOBase]] = {".gz": gzip.open, ".xz": lzma.open}
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st '
    b'January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
TAIL = b"\n</PubmedArticleSet>\n"
AUTHOR = "<Author><LastName>Family{n}</LastName><ForeName>Given</ForeName><Initials>G</Initials></Author>"
ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{n}</PMID>
<DateRevised><Year>2021</Year><Month>06</Month><Day>07</Day></DateRevised><Article PubModel="Print">
<Journal><ISSN IssnType="Print">0000-0000</ISSN><JournalIssue CitedMedium="Print"><Volume>10</Volume><PubDate>
<Year>2000</Year><Month>Feb</Month></PubDate></JournalIssue><Title>Generated</Title></Journal>
<ArticleTitle>Generated record {n}.</ArticleTitle><Pagination><MedlinePgn>1-2</MedlinePgn></Pagination>
<Abstract><AbstractText>{text}</AbstractText></Abstract><AuthorList CompleteYN="Y">{authors}</AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
</PublicationTypeList></Article><MedlineJournalInfo><MedlineTA>Gen</MedlineTA></MedlineJournalInfo></MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="entrez"><Year>2000</Year><Month>3</Month><Day>8</Day></PubMedPubDate>
</History><PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">{n}</ArticleId>
</ArticleIdList></PubmedData></PubmedArticle>"""

Reader = Callable[[Path], int]


def first_records(path: Path, wanted: int) -> bytes:
    """The first `wanted` articles of a PubMed file."""
    found: list[bytes] = []
    with OPENERS.get(path.suffix, open)(path, "rb") as stream:
        rest = b""
        while len(found) < wanted and (block := stream.read(1 << 22)):
            parts = re.split(rb"(?<=</PubmedArticle>)", rest + block)
            rest = parts.pop()
            found += (part[part.index(b"<PubmedArticle>") :] for part in parts)
    return b"\n".join(found[:wanted])


def generated(wanted: int) -> bytes:
    """Articles of ordinary size and no meaning."""
    text = "A sentence of an abstract that was generated. " * 30
    authors = "".join(AUTHOR.format(n=n) for n in range(6))
    return "\n".join(ARTICLE.format(n=n, text=text, authors=authors) for n in range(1, wanted + 1)).encode()


def bare(path: Path, tag: str | None = "PubmedArticle") -> int:
    count = 0
    for _, node in etree.iterparse(path, tag=tag):
        if node.tag == "PubmedArticle":
            count += 1
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]
    return count


def every_element(path: Path) -> int:
    return bare(path, None)


def ours_as_a_stream(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in iter_articles(stream))


def ours_at_once(path: Path) -> int:
    return len(articles(path.read_bytes()).records)


def with_pubmed_parser(path: Path) -> int:
    import pubmed_parser  # noqa: PLC0415 - a peer, not always installed

    packed = str(path.with_suffix(".xml.gz"))
    return sum(1 for _ in pubmed_parser.parse_medline_xml(packed, nlm_category=True, author_list=True))


def with_bio_entrez(path: Path) -> int:
    from Bio import Entrez  # noqa: PLC0415 - beside the other peer

    with path.open("rb") as stream:
        return len(Entrez.read(stream)["PubmedArticle"])


READERS: dict[str, Reader] = {
    "lxml.etree.iterparse, articles only": bare,
    "lxml.etree.iterparse, every element": every_element,
    "harvest.medline.iter_articles": ours_as_a_stream,
    "harvest.medline.articles": ours_at_once,
    "pubmed_parser.parse_medline_xml": with_pubmed_parser,
    "Bio.Entrez.read": with_bio_entrez,
}


def measured(path: Path, rounds: int, wanted: int) -> dict[str, list[float]]:
    """Records a second of each reader, a value for each round; a reader that is not installed is left out."""
    rates: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, reader in READERS.items():
            started = time.process_time()
            try:
                count = reader(path)
            except ImportError:
                continue
            rates[name].append(count / (time.process_time() - started))
            if count != wanted:
                print(f"{name}: expected {wanted} records, got {count}")
    return {name: values for name, values in rates.items() if values}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--file", type=Path, default=RECORDED)
    asked = parser.parse_args()
    if asked.file.exists():
        records, origin = first_records(asked.file, asked.records), asked.file.name
    else:
        records, origin = generated(asked.records), "generated records, no PubMed file being there"
    wanted = records.count(b"<PubmedArticle>")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.xml"
        path.write_bytes(HEAD + records + TAIL)
        path.with_suffix(".xml.gz").write_bytes(gzip.compress(HEAD + records + TAIL, 1))
        print(f"{wanted} records, {path.stat().st_size / 1e6:.1f} MB, {asked.rounds} rounds; {origin}")
        rates = measured(path, asked.rounds, wanted)
    floor = statistics.median(rates["lxml.etree.iterparse, articles only"])
    stream = statistics.median(rates["harvest.medline.iter_articles"])
    print(f"{'':38}{'records/s':>10}{'of the floor':>14}{'ours is':>10}")
    for name, values in rates.items():
        rate = statistics.median(values)
        print(f"{name:38}{rate:10,.0f}{rate / floor:14.2f}{stream / rate:9.1f}x")


if __name__ == "__main__":
    main()
