"""The emulator's records come from files of PubMed XML, and are read once."""

import gzip
import lzma
from datetime import date
from pathlib import Path

import pytest

from tests.servers import eutils_corpus
from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_evaluate import Evaluator
from tests.servers.eutils_own import BOOK, RECORDS
from tests.servers.eutils_synthetic import article_xml

TODAY = date(2025, 6, 1).toordinal()


def record_set(*records: bytes, deleted: tuple[int, ...] = ()) -> bytes:
    tail = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    removed = f"<DeleteCitation>{tail}</DeleteCitation>".encode() if deleted else b""
    return b"<?xml version='1.0'?>\n<PubmedArticleSet>" + b"\n".join(records) + removed + b"</PubmedArticleSet>"


ARTICLES = [article_xml(made) for made in RECORDS]


def found(corpus: Corpus, term: str) -> set[int]:
    numbers = Evaluator(corpus, TODAY).run(term).numbers or set()
    return {corpus.documents[number].pmid for number in numbers}


def test_plain_and_packed_files_and_folders_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "a.xml").write_bytes(record_set(ARTICLES[0]))
    (folder / "b.xml.gz").write_bytes(gzip.compress(record_set(ARTICLES[1])))
    (folder / "c.xml.xz").write_bytes(lzma.compress(record_set(ARTICLES[2], BOOK)))
    (folder / "notes.txt").write_text("no records", encoding="utf-8")
    corpus = Corpus.load([folder], cache=tmp_path / "cache")
    assert corpus.pmids() == [90000001, 90000002, 90000003, 90000900]


def test_records_are_kept_byte_by_byte_and_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(record_set(*ARTICLES))
    first = Corpus.load([file], cache=tmp_path / "cache")
    monkeypatch.setattr(eutils_corpus, "_build", lambda *_: pytest.fail("the file is read again"))
    second = Corpus.load([file], cache=tmp_path / "cache")
    for corpus in (first, second):
        assert [corpus.raw(number) for number in range(len(ARTICLES))] == ARTICLES
        assert found(corpus, "semax AND rats") == {90000002}


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(record_set(ARTICLES[0]))
    Corpus.load([file], cache=tmp_path / "cache")
    file.write_bytes(record_set(ARTICLES[1]))
    assert Corpus.load([file], cache=tmp_path / "cache").pmids() == [90000002]


def test_a_deleted_citation_is_gone_unless_a_later_file_brings_it_back(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(record_set(ARTICLES[0], ARTICLES[1]))
    (tmp_path / "2.xml").write_bytes(record_set(ARTICLES[2], deleted=(90000001, 90000002, 5)))
    (tmp_path / "3.xml").write_bytes(record_set(ARTICLES[1]))
    corpus = Corpus.load([tmp_path], cache=tmp_path / "cache")
    assert corpus.pmids() == [90000002, 90000003]
    assert found(corpus, "semax") == {90000002, 90000003}


def test_the_later_record_of_a_pmid_counts(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(record_set(ARTICLES[1]))
    (tmp_path / "2.xml").write_bytes(record_set(ARTICLES[1].replace(b"rats", b"quokkas")))
    corpus = Corpus.load([tmp_path], cache=tmp_path / "cache")
    assert found(corpus, "quokkas") == {90000002}
    assert found(corpus, "sucrose NOT quokkas") == set()


def test_a_record_without_a_pmid_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a record with a PMID"):
        Corpus().add(b"<PubmedArticle><MedlineCitation/></PubmedArticle>")


def test_a_kept_index_takes_changes_on_top(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_bytes(record_set(*ARTICLES))
    corpus = Corpus.load([tmp_path], cache=tmp_path / "cache")
    corpus.add(ARTICLES[1].replace(b"90000002", b"90000555"))
    corpus.delete(90000002)
    assert found(corpus, "sucrose") == found(corpus, "sucro*") == {90000555}
