"""MEDLINE XML to records, each fact on XML made by hand."""

import io
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from harvest.errors import ParseError
from harvest.medline import articles, iter_articles, record_xml
from harvest.model import (
    AbstractSection,
    Author,
    Correction,
    DataBank,
    HistoryDate,
    Journal,
    Keyword,
    MeshHeading,
    OtherAbstract,
    PublicationDate,
    Qualifier,
    Record,
    Substance,
    Term,
)

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January {year}//EN" '
    '"{scheme}://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{short}0101.dtd">\n'
)
FULL = """
<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Curated">
    <PMID Version="2">900001</PMID>
    <DateCompleted><Year>2006</Year><Month>12</Month><Day>07</Day></DateCompleted>
    <DateRevised><Year>2021</Year><Month>1</Month><Day>8</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <ISSN IssnType="Electronic">1111-2222</ISSN>
        <JournalIssue CitedMedium="Internet">
          <Volume>12</Volume><Issue>3 Suppl</Issue>
          <PubDate><Year>2006</Year><Month>Oct</Month><Day>30</Day></PubDate>
        </JournalIssue>
        <Title>Made-up journal of things</Title><ISOAbbreviation>Made-up J. Things</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Effects of <i>N</i>-acetyl-X<sub>2</sub> on Ca<sup>2+</sup>.</ArticleTitle>
      <Pagination><StartPage>54</StartPage><EndPage>60</EndPage><MedlinePgn>54-60</MedlinePgn></Pagination>
      <ELocationID EIdType="pii" ValidYN="Y">S1</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">10.5555/ABC.1</ELocationID>
      <Abstract>
        <AbstractText Label="AIMS" NlmCategory="OBJECTIVE">To look.</AbstractText>
        <AbstractText Label="RESULTS" NlmCategory="RESULTS">Less, P&lt;0.001 (n > 3).</AbstractText>
        <CopyrightInformation>Copyright nobody.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="N">
        <Author ValidYN="Y"><LastName>Ivanova</LastName><ForeName>Anna B</ForeName><Initials>AB</Initials>
          <Identifier Source="ORCID">http://orcid.org/0000-0002-1825-009x</Identifier>
          <AffiliationInfo><Affiliation>Here</Affiliation><Identifier Source="GRID">g</Identifier></AffiliationInfo>
        </Author>
        <Author ValidYN="N"><LastName>Ivanov</LastName><Initials>AB</Initials></Author>
        <Author ValidYN="Y"><LastName>Li</LastName><Initials>Q</Initials><Suffix>Jr</Suffix></Author>
        <Author ValidYN="Y"><CollectiveName>The <i>X</i> Study Group</CollectiveName></Author>
      </AuthorList>
      <Language>rus</Language><Language>eng</Language>
      <DataBankList CompleteYN="Y">
        <DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
          <AccessionNumberList><AccessionNumber>NCT01234567</AccessionNumber></AccessionNumberList></DataBank>
        <DataBank><DataBankName>GEO</DataBankName>
          <AccessionNumberList><AccessionNumber>GSE1</AccessionNumber></AccessionNumberList></DataBank>
      </DataBankList>
      <PublicationTypeList>
        <PublicationType UI="D016428">Journal Article</PublicationType>
        <PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>
      </PublicationTypeList>
      <VernacularTitle>Vliyanie.</VernacularTitle>
      <ArticleDate DateType="Electronic"><Year>2006</Year><Month>09</Month><Day>01</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><Country>Russia</Country><MedlineTA>Made Up J</MedlineTA><NlmUniqueID>0000001</NlmUniqueID>
      <ISSNLinking>1111-3333</ISSNLinking></MedlineJournalInfo>
    <ChemicalList>
      <Chemical><RegistryNumber>80714-61-0</RegistryNumber><NameOfSubstance UI="C1">Xium</NameOfSubstance></Chemical>
      <Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI="D000002">Things</NameOfSubstance></Chemical>
    </ChemicalList>
    <SupplMeshList><SupplMeshName Type="Disease" UI="C535332">Rare thing</SupplMeshName></SupplMeshList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="RetractionIn"><RefSource>J X. 2008;1:2</RefSource><PMID Version="1">900009</PMID>
        <Note>for a reason</Note></CommentsCorrections>
      <CommentsCorrections RefType="ErratumIn"><RefSource>J X. 2007;1:1</RefSource></CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D006801" MajorTopicYN="N">Humans</DescriptorName></MeshHeading>
      <MeshHeading><DescriptorName UI="D001921" MajorTopicYN="N" AutoHM="Y">Brain</DescriptorName>
        <QualifierName UI="Q000187" MajorTopicYN="Y">drug effects</QualifierName>
        <QualifierName UI="Q000378" MajorTopicYN="N">metabolism</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName UI="D001917" MajorTopicYN="Y">Brachyura</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="spa"><AbstractText Label="FIN">Uno.</AbstractText></OtherAbstract>
    <KeywordList Owner="NOTNLM">
      <Keyword MajorTopicYN="Y">λ-thing</Keyword><Keyword MajorTopicYN="N"> two  words </Keyword>
    </KeywordList>
    <KeywordList Owner="NASA"><Keyword>space</Keyword></KeywordList>
    <CoiStatement>None <b>declared</b>.</CoiStatement>
  </MedlineCitation>
  <PubmedData>
    <History>
      <PubMedPubDate PubStatus="received"><Year>2005</Year><Month>3</Month><Day>8</Day></PubMedPubDate>
      <PubMedPubDate PubStatus="entrez"><Year>2006</Year><Month>11</Month><Day>1</Day><Hour>9</Hour><Minute>0</Minute>
      </PubMedPubDate>
    </History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList>
      <ArticleId IdType="pubmed">900001</ArticleId><ArticleId IdType="doi">10.5555/abc.1</ArticleId>
      <ArticleId IdType="pmc">PMC77.2</ArticleId><ArticleId IdType="pii">S1</ArticleId>
    </ArticleIdList>
    <ReferenceList><Reference><Citation>Somebody. 10.9999/other</Citation><ArticleIdList>
      <ArticleId IdType="pubmed">900008</ArticleId><ArticleId IdType="doi">10.9999/other</ArticleId>
    </ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>
"""


def body(*records: str, prolog: str = DECLARATION) -> bytes:
    return f"{prolog}<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>".encode()


def short(article: str = "", citation: str = "", pubmed: str = "", pmid: str = "7") -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>{pmid}</PMID><Article>{article}</Article>{citation}"
        f"</MedlineCitation><PubmedData>{pubmed}</PubmedData></PubmedArticle>"
    )


def one(*parts: str, **named: str) -> Record:
    parsed = articles(body(short(*parts, **named)))
    assert parsed.unreadable == ()
    return parsed.records[0]


def date(inner: str) -> PublicationDate:
    return one(f"<Journal><JournalIssue><PubDate>{inner}</PubDate></JournalIssue></Journal>").date


def test_every_field_of_an_article_arrives() -> None:
    assert articles(body(FULL)).records == (
        Record(
            provider="pubmed",
            key="pmid:900001",
            keys=("pmid:900001", "doi:10.5555/abc.1", "pmcid:PMC77", "nct:NCT01234567"),
            title="Effects of N-acetyl-X2 on Ca2+.",
            vernacular_title="Vliyanie.",
            abstract=(
                AbstractSection("To look.", "AIMS", "OBJECTIVE"),
                AbstractSection("Less, P<0.001 (n > 3).", "RESULTS", "RESULTS"),
            ),
            other_abstracts=(OtherAbstract("Publisher", "spa", (AbstractSection("Uno.", "FIN"),)),),
            copyright="Copyright nobody.",
            authors=(
                Author("Ivanova", "Anna B", "AB", orcid="0000-0002-1825-009X"),
                Author("Li", initials="Q", suffix="Jr"),
                Author(collective="The X Study Group"),
            ),
            authors_complete=False,
            date=PublicationDate("2006 Oct 30", 2006, 10, 30, "day"),
            electronic_date=PublicationDate("2006 09 01", 2006, 9, 1, "day"),
            revised=PublicationDate("2021 1 8", 2021, 1, 8, "day"),
            completed=PublicationDate("2006 12 07", 2006, 12, 7, "day"),
            journal=Journal(
                title="Made-up journal of things",
                abbreviation="Made-up J. Things",
                nlm_id="0000001",
                issn=("1111-2222", "1111-3333"),
                country="Russia",
                volume="12",
                issue="3 Suppl",
                pages="54-60",
            ),
            languages=("rus", "eng"),
            publication_types=(Term("D016428", "Journal Article"), Term("D016449", "Randomized Controlled Trial")),
            mesh=(
                MeshHeading("D006801", "Humans"),
                MeshHeading(
                    "D001921",
                    "Brain",
                    automatic=True,
                    qualifiers=(
                        Qualifier("Q000187", "drug effects", major=True),
                        Qualifier("Q000378", "metabolism"),
                    ),
                ),
                MeshHeading("D001917", "Brachyura", major=True),
            ),
            supplementary_concepts=(Term("C535332", "Rare thing"),),
            substances=(Substance("C1", "Xium", "80714-61-0"), Substance("D000002", "Things", "0")),
            keywords=(
                Keyword("λ-thing", "NOTNLM", major=True),
                Keyword("two words", "NOTNLM"),
                Keyword("space", "NASA"),
            ),
            databanks=(DataBank("ClinicalTrials.gov", ("NCT01234567",)), DataBank("GEO", ("GSE1",))),
            corrections=(
                Correction("RetractionIn", "J X. 2008;1:2", "pmid:900009", "for a reason"),
                Correction("ErratumIn", "J X. 2007;1:1"),
            ),
            history=(
                HistoryDate("received", PublicationDate("2005 3 8", 2005, 3, 8, "day")),
                HistoryDate("entrez", PublicationDate("2006 11 1", 2006, 11, 1, "day")),
            ),
            status="MEDLINE",
            indexing_method="Curated",
            version=2,
            coi_statement="None declared.",
            url="https://pubmed.ncbi.nlm.nih.gov/900001/",
        ),
    )


def test_an_article_with_nothing_but_its_pmid_is_a_record() -> None:
    assert one() == Record(provider="pubmed", key="pmid:7", keys=("pmid:7",), title="", url="https://pubmed.ncbi.nlm.nih.gov/7/")  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(
    ("mixed", "flat"),
    [
        ("a<sup>2</sup>b<sub>i<i>j</i></sub> c", "a2bij c"),
        ("<b>all</b> <i>marked</i>", "all marked"),
        ("P&lt;0.001 &amp; r>0.5 &lt;i&gt;", "P<0.001 & r>0.5 <i>"),
        ("x <m:math xmlns:m='M'><m:msub><m:mi>T</m:mi> <m:mn>1</m:mn></m:msub></m:math> , y", "x T 1 , y"),
        ("y <DispFormula><m:math xmlns:m='M'><m:mi>E</m:mi></m:math></DispFormula>z", "y Ez"),
        ("  two\n   lines\tand\u00a0no-break\u2009thin\u2003", "two lines and\u00a0no-break\u2009thin"),
        ("a<!-- never said -->b<?pi no?>c", "abc"),
        ("<![CDATA[1 < 2]]>", "1 < 2"),
        ("", ""),
        ("<i/>", ""),
    ],
)  # fmt: skip
def test_mixed_content_is_flattened_and_nothing_lost(mixed: str, flat: str) -> None:
    assert one(f"<ArticleTitle>{mixed}</ArticleTitle>").title == flat
    sections = one(f"<Abstract><AbstractText>{mixed}</AbstractText></Abstract>").abstract
    assert sections == ((AbstractSection(flat),) if flat else ())


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
)
def test_every_character_but_white_space_arrives_in_order(text: str) -> None:
    element = etree.Element("ArticleTitle")
    element.text = text
    assert one(etree.tostring(element, encoding="unicode")).title == re.sub(r"[ \t\r\n]+", " ", text).strip()


def test_labels_stay_with_their_text_and_empty_sections_fall_away() -> None:
    record = one(
        "<Abstract><AbstractText Label='A  B' NlmCategory='METHODS'>One.</AbstractText><AbstractText/>"
        "<AbstractText Label='TRIAL REGISTRATION'/><AbstractText>Two.</AbstractText></Abstract>"
    )
    assert record.abstract_text == "A B: One.\nTRIAL REGISTRATION: \nTwo."


def test_another_abstract_is_never_joined_to_the_abstract() -> None:
    other = "<OtherAbstract Type='plain-language-summary'><AbstractText>Plain.</AbstractText></OtherAbstract>"
    record = one("", other + other.replace("Plain", "Simple"))
    assert record.abstract == ()
    assert [(a.kind, a.language, a.sections[0].text) for a in record.other_abstracts] == [
        ("plain-language-summary", "eng", "Plain."),
        ("plain-language-summary", "eng", "Simple."),
    ]


def test_a_translated_title_keeps_its_brackets() -> None:
    title = "<ArticleTitle>[Effects of X].</ArticleTitle><VernacularTitle>Влияние X.</VernacularTitle>"
    assert (one(title).title, one(title).vernacular_title) == ("[Effects of X].", "Влияние X.")


@pytest.mark.parametrize(
    ("inner", "raw", "iso", "precision"),
    [
        ("<Year>2006</Year>", "2006", "2006", "year"),
        ("<Year>2006</Year><Month>Oct</Month>", "2006 Oct", "2006-10", "month"),
        ("<Year>2006</Year><Month>03</Month><Day>5</Day>", "2006 03 5", "2006-03-05", "day"),
        ("<Year>2006</Year><Month>sept</Month>", "2006 sept", "2006-09", "month"),
        ("<Year>2006</Year><Month>December</Month>", "2006 December", "2006-12", "month"),
        ("<Year>2021</Year><Month>Sep</Month><Day>31</Day>", "2021 Sep 31", "2021-09", "month"),
        ("<Year>2021</Year><Month>2</Month><Day>29</Day>", "2021 2 29", "2021-02", "month"),
        ("<Year>2024</Year><Month>2</Month><Day>29</Day>", "2024 2 29", "2024-02-29", "day"),
        ("<Year>2021</Year><Month>Feb</Month><Day>x</Day>", "2021 Feb x", "2021-02", "month"),
        ("<Year>2021</Year><Month>13</Month><Day>1</Day>", "2021 13 1", "2021", "year"),
        ("<Year>2021</Year><Month>Juvember</Month>", "2021 Juvember", "2021", "year"),
        ("<Year>2021</Year><Day>4</Day>", "2021 4", "2021", "year"),
        ("<Year>2013</Year><Season>Spring</Season>", "2013 Spring", "2013", "season"),
        ("<Year>MMXX</Year><Month>Jan</Month>", "MMXX Jan", "", "none"),
        ("<Year>20210</Year>", "20210", "", "none"),
        ("<Year> 2006\n</Year>", "2006", "2006", "year"),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998 Dec-1999 Jan", "1998", "year"),
        ("<MedlineDate>1979  Jan-Feb</MedlineDate>", "1979 Jan-Feb", "1979", "year"),
        ("<MedlineDate>1976 Apr 11-17</MedlineDate>", "1976 Apr 11-17", "1976-04", "month"),
        ("<MedlineDate>1975 Aug 30-Sep 6</MedlineDate>", "1975 Aug 30-Sep 6", "1975", "year"),
        ("<MedlineDate>1975-1976</MedlineDate>", "1975-1976", "1975", "year"),
        ("<MedlineDate>1975 3rd Quarter</MedlineDate>", "1975 3rd Quarter", "1975", "year"),
        ("<MedlineDate>1977 Winter</MedlineDate>", "1977 Winter", "1977", "season"),
        ("<MedlineDate>Fall 2009</MedlineDate>", "Fall 2009", "2009", "year"),
        ("<MedlineDate>undated</MedlineDate>", "undated", "", "none"),
        ("", "", "", "none"),
    ],
)
def test_a_date_keeps_what_was_printed_and_claims_no_more(inner: str, raw: str, iso: str, precision: str) -> None:
    assert (date(inner).raw, date(inner).iso, date(inner).precision) == (raw, iso, precision)


def test_an_invalid_elocation_is_ignored() -> None:
    article = (
        "<ELocationID EIdType='doi' ValidYN='N'>10.1/wrong</ELocationID>"
        "<ELocationID EIdType='doi'>10.1/Right</ELocationID>"
    )
    assert one(article).keys == ("pmid:7", "doi:10.1/right")


@pytest.mark.parametrize(
    ("kind", "given", "key"),
    [
        ("doi", " 10.1016/S0960-9822(00)00336-5 ", "doi:10.1016/s0960-9822(00)00336-5"),
        ("doi", "doi:10.1/A", "doi:10.1/a"),
        ("doi", "https://doi.org/10.1/A", "doi:10.1/a"),
        ("doi", "none", None),
        ("doi", "10.1/a b", None),
        ("pmc", "PMC123", "pmcid:PMC123"),
        ("pmc", "PMC123.4", "pmcid:PMC123"),
        ("pmcid", "pmc-id: PMC123;manuscript-id: NIHMS9;", "pmcid:PMC123"),
        ("pmc", "n/a", None),
        ("pii", "S0960", None),
        ("mid", "NIHMS1", None),
    ],
)
def test_own_ids_get_their_normal_form_or_are_left_out(kind: str, given: str, key: str | None) -> None:
    ids = f"<ArticleIdList><ArticleId IdType='{kind}'>{given}</ArticleId></ArticleIdList>"
    assert one(pubmed=ids).keys == ("pmid:7", *([key] if key else []))


def test_the_pmid_may_stand_in_the_article_ids_alone() -> None:
    ids = "<ArticleIdList><ArticleId>0042</ArticleId></ArticleIdList>"
    assert one(pmid="", pubmed=ids).key == "pmid:42"


def test_pages_come_from_medlinepgn_or_from_start_and_end() -> None:
    def pages(inner: str) -> str:
        return one(f"<Pagination>{inner}</Pagination>").journal.pages

    assert pages("<MedlinePgn>1-4, 9</MedlinePgn>") == "1-4, 9"
    assert pages("<StartPage>10</StartPage><EndPage>12</EndPage>") == "10-12"
    assert pages("<StartPage>e5</StartPage>") == "e5"
    assert pages("<StartPage>10</StartPage><EndPage>12</EndPage><MedlinePgn/>") == "10-12"


def test_medlineta_stands_in_for_a_missing_abbreviation() -> None:
    info = "<MedlineJournalInfo><MedlineTA>Short J</MedlineTA></MedlineJournalInfo>"
    assert one("", info).journal.abbreviation == "Short J"
    assert one("<Journal><ISOAbbreviation>Sh. J.</ISOAbbreviation></Journal>", info).journal.abbreviation == "Sh. J."


@pytest.mark.parametrize(
    ("given", "orcid"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("000-0002-1825-0097", ""),
        ("", ""),
    ],
)
def test_an_orcid_gets_its_normal_form(given: str, orcid: str) -> None:
    identifier = f"<Identifier Source='ORCID'>{given}</Identifier><Identifier Source='ISNI'>1</Identifier>"
    authors = f"<AuthorList><Author><LastName>A</LastName>{identifier}</Author><Author/></AuthorList>"
    assert one(authors).authors == (Author("A", orcid=orcid),)


def test_a_person_who_indexed_leaves_the_indexing_method_empty() -> None:
    manual = short().replace("<MedlineCitation>", "<MedlineCitation IndexingMethod='Manual' Status='MEDLINE'>")
    assert articles(body(manual)).records[0].indexing_method == ""


def test_headings_and_keywords_follow_the_defaults_of_the_dtd() -> None:
    record = one(
        "",
        "<MeshHeadingList><MeshHeading><DescriptorName>Old</DescriptorName><QualifierName AutoHM='Y'>q</QualifierName>"
        "</MeshHeading><MeshHeading/></MeshHeadingList><KeywordList><Keyword>k</Keyword><Keyword/></KeywordList>",
    )
    assert record.mesh == (MeshHeading("", "Old", automatic=True, qualifiers=(Qualifier("", "q"),)),)
    assert record.keywords == (Keyword("k", "NLM"),)


CHAPTER = """
<PubmedBookArticle><BookDocument><PMID Version="1">8</PMID>
  <ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
  <Book><Publisher><PublisherName>P</PublisherName></Publisher><BookTitle book="b">The <i>Book</i></BookTitle>
    <PubDate><Year>1993</Year></PubDate>
    <AuthorList Type="editors"><Author><LastName>Editor</LastName></Author></AuthorList>
    <ELocationID EIdType="doi">10.1/Book</ELocationID></Book>
  <ArticleTitle book="b" part="c">A Chapter</ArticleTitle><Language>eng</Language>
  <AuthorList Type="authors"><Author><LastName>Writer</LastName></Author></AuthorList>
  <PublicationType UI="D016454">Review</PublicationType>
  <Abstract><AbstractText Label="SUMMARY">Short.</AbstractText></Abstract>
  <ContributionDate><Year>2006</Year><Month>2</Month><Day>2</Day></ContributionDate>
  <DateRevised><Year>2020</Year></DateRevised>
</BookDocument><PubmedBookData>
  <History><PubMedPubDate PubStatus="entrez"><Year>2010</Year><Month>3</Month><Day>20</Day></PubMedPubDate></History>
  <ArticleIdList><ArticleId IdType="pubmed">8</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>
"""


def test_a_chapter_stands_in_its_book_as_an_article_in_a_journal() -> None:
    record = articles(body(CHAPTER)).records[0]
    assert record.key == "pmid:8"
    assert record.keys == ("pmid:8",)
    assert (record.title, record.journal.title, record.status) == ("A Chapter", "The Book", "book")
    assert [author.family for author in record.authors] == ["Writer"]
    assert record.publication_types == (Term("D016454", "Review"),)
    assert (record.date.iso, record.electronic_date and record.electronic_date.iso) == ("1993", "2006-02-02")
    assert record.abstract_text == "SUMMARY: Short."
    assert [one.status for one in record.history] == ["entrez"]


def test_a_whole_book_bears_its_own_title_doi_and_editors() -> None:
    whole = re.sub(r"<ArticleTitle.*?</ArticleTitle>|<AuthorList Type=\"authors\">.*?</AuthorList>", "", CHAPTER)
    record = articles(f"<PubmedBookArticleSet>{whole}</PubmedBookArticleSet>".encode()).records[0]
    assert (record.title, record.journal.title) == ("The Book", "")
    assert record.keys == ("pmid:8", "doi:10.1/book")
    assert [author.family for author in record.authors] == ["Editor"]


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        DECLARATION,
        "\ufeff" + DECLARATION,
        DECLARATION + DOCTYPE.format(year=2025, short=25, scheme="https"),
        DECLARATION + DOCTYPE.format(year=2031, short=31, scheme="https"),
        DOCTYPE.format(year=2016, short=16, scheme="http"),
        DECLARATION + "<!-- made today --><?xml-stylesheet href='x'?>\n",
    ],
    ids=["nothing", "declaration", "byte order mark", "DTD", "next DTD", "http DTD alone", "comment"],
)
def test_any_prolog_is_read_without_a_network(prolog: str) -> None:
    assert [record.key for record in articles(body(FULL, CHAPTER, prolog=prolog)).records] == ["pmid:900001", "pmid:8"]


def test_another_encoding_is_read() -> None:
    declared = body(short("<ArticleTitle>Ärzte</ArticleTitle>"), prolog='<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert articles(declared.decode().encode("iso-8859-1")).records[0].title == "Ärzte"


def test_deletions_are_told_apart_from_records() -> None:
    deletion = "<DeleteCitation><PMID Version='1'>5</PMID><PMID Version='1'>6</PMID></DeleteCitation>"
    parsed = articles(body(short(), deletion))
    assert [record.key for record in parsed.records] == ["pmid:7"]
    assert parsed.deleted == ("pmid:5", "pmid:6")
    assert [record.key for record in iter_articles(io.BytesIO(body(short(), deletion)))] == ["pmid:7"]


def test_an_empty_set_is_an_answer() -> None:
    assert articles(body()).records == ()


def test_a_record_without_pmid_is_reported_and_the_others_are_kept() -> None:
    parsed = articles(body(short(pmid="1"), short(pmid="none"), short(pmid="3")))
    assert [record.key for record in parsed.records] == ["pmid:1", "pmid:3"]
    assert parsed.unreadable == ("the PubmedArticle in line 2 has no usable PMID",)


HOSTILE = '<!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">{more}]>'


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" \n",
        b"<html><body>down_bethesda</body></html>",
        b"<!DOCTYPE html><html><br></html>",
        b'{"error":"API rate limit exceeded"}',
        b"Error: something",
        b"<eFetchResult><ERROR>Cannot retrieve history data</ERROR></eFetchResult>",
        b"<ERROR>Search Backend failed</ERROR>",
        b"<PubmedArticleSet><ERROR>no</ERROR></PubmedArticleSet>",
        b"<eSearchResult><Count>1</Count></eSearchResult>",
        short().encode(),
        body(FULL)[:-10],
        body(FULL).replace(b"</Abstract>", b"", 1),
        body(FULL) + b'{"error":"late"}',
        body(short("<ArticleTitle>&b;</ArticleTitle>"), prolog=HOSTILE.format(more="")),
        body(short("<ArticleTitle>&c;</ArticleTitle>"), prolog=HOSTILE.format(more='<!ENTITY c SYSTEM "file:///etc/hosts">')),
        body(short(), prolog='<!DOCTYPE PubmedArticleSet [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd">%p;]>'),
        body(short("<ArticleTitle>\x00</ArticleTitle>")),
        body(short(f"<ArticleTitle>{'<i>' * 300}{'</i>' * 300}</ArticleTitle>")),
    ],
)  # fmt: skip
def test_what_is_no_whole_set_is_refused_in_one_line(raw: bytes) -> None:
    for read in (articles, lambda given: list(iter_articles(io.BytesIO(given)))):
        with pytest.raises(ParseError) as caught:
            read(raw)
        assert re.fullmatch(r"expected .*, got .*", caught.value.message)


def test_the_error_of_a_truncated_answer_says_so() -> None:
    with pytest.raises(ParseError, match="broken or cut off"):
        articles(body(FULL)[:-10])


def test_entities_do_not_grow_before_they_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    prolog = f'<!DOCTYPE PubmedArticleSet [<!ENTITY l0 "ha">{laughs}]>'
    for inner in ("<ArticleTitle>&l29;</ArticleTitle>", "<Abstract><AbstractText Label='&l29;'/></Abstract>"):
        with pytest.raises(ParseError):
            articles(body(short(inner), prolog=prolog))


def test_a_huge_record_is_read_whole() -> None:
    authors = "".join(f"<Author><LastName>N{n}</LastName></Author>" for n in range(20_000))
    text = "word " * 200_000
    record = one(f"<Abstract><AbstractText>{text}</AbstractText></Abstract><AuthorList>{authors}</AuthorList>")
    assert len(record.authors) == 20_000
    assert record.abstract[0].text == text.strip()


def test_a_file_is_read_record_by_record() -> None:
    class Slow(io.BytesIO):
        """Gives a kilobyte at a time."""

        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(1024)

    stream = Slow(body(*(FULL.replace("900001", str(n)) for n in range(1, 40))))
    records = iter_articles(stream)
    assert next(records).key == "pmid:1"
    assert stream.tell() < 40_000
    assert [record.key for record in records] == [f"pmid:{n}" for n in range(2, 40)]


def test_a_file_gives_what_it_held_before_it_breaks_off() -> None:
    records = iter_articles(io.BytesIO(body(short(pmid="1"), short(pmid="2"))[:-30]))
    assert next(records).key == "pmid:1"
    with pytest.raises(ParseError, match="broken or cut off"):
        list(records)


def test_a_file_with_a_record_without_pmid_gives_the_rest_and_then_says_so() -> None:
    records = iter_articles(io.BytesIO(body(short(pmid="1"), short(pmid=""), short(pmid="3"))))
    assert next(records).key == "pmid:1"
    assert next(records).key == "pmid:3"
    with pytest.raises(ParseError, match="got 1 without"):
        next(records)


def test_the_xml_of_one_record_is_given_back() -> None:
    set_of_three = body(short(pmid="1"), FULL + "<!-- tail -->", CHAPTER)
    assert record_xml(set_of_three, "pmid:900001").decode() == FULL.strip().replace("n > 3", "n &gt; 3")
    assert articles(b"<PubmedArticleSet>" + record_xml(set_of_three, "pmid:8") + b"</PubmedArticleSet>").records
    with pytest.raises(ParseError, match="expected pmid:5 in the answer, got 3 other records"):
        record_xml(set_of_three, "pmid:5")
    with pytest.raises(ParseError, match="broken or cut off"):
        record_xml(set_of_three[:-1], "pmid:1")


def test_of_several_versions_the_last_is_given_back() -> None:
    versions = body(*(short(pmid="1").replace("Version='1'", f"Version='{n}'") for n in (1, 2)))
    assert b'Version="2"' in record_xml(versions, "pmid:1")
    assert [record.version for record in articles(versions).records] == [1, 2]


PLACES = sum(1 for _ in etree.fromstring(FULL).iter())


@given(
    st.lists(
        st.tuples(
            st.integers(min_value=1, max_value=PLACES - 1),
            st.sampled_from(["drop", "empty", "rename", "garble", "twice", "no attributes", "nest"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_malformed_field_costs_the_other_records(damages: list[tuple[int, str]]) -> None:
    tree = etree.fromstring(FULL)
    nodes = list(tree.iter())
    for place, damage in damages:
        node, parent = nodes[place], nodes[place].getparent()
        if damage == "drop" and parent is not None:
            parent.remove(node)
        elif damage == "empty":
            node.clear()
        elif damage == "rename":
            node.tag = "Unknown"
        elif damage == "garble":
            node.text = "\u20ac -1 ²"
        elif damage == "twice" and parent is not None:
            parent.append(etree.fromstring(etree.tostring(node, with_tail=False)))
        elif damage == "no attributes":
            node.attrib.clear()
        else:
            node.append(etree.Element("PMID"))
    damaged = etree.tostring(tree, encoding="unicode")
    parsed = articles(body(short(pmid="1"), damaged, CHAPTER))
    assert [parsed.records[0].key, parsed.records[-1].key] == ["pmid:1", "pmid:8"]
    assert len(parsed.records) + len(parsed.unreadable) == 3
    for record in parsed.records:
        hash(record)
        assert all(isinstance(name, str) for name in (record.title, record.abstract_text, record.date.iso))


def test_reading_needs_no_deep_stack() -> None:
    nested = f"<ArticleTitle>{'<i>' * 200}deep{'</i>' * 200}</ArticleTitle>"
    limit = sys.getrecursionlimit()
    assert limit < 5000
    assert one(nested).title == "deep"
