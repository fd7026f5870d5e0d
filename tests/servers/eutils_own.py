"""The emulator's own records: one for each trap that a reader of PubMed meets, all of them invented."""

from datetime import date

from tests.servers.eutils_synthetic import FIRST_OWN, NOTE, Made

_RCT = (("D016428", "Journal Article"), ("D016449", "Randomized Controlled Trial"))
_REVIEW = (("D016428", "Journal Article"), ("D016454", "Review"))
_SEMAX = (("I5FAL2585H", "C032688", "ACTH (4-7), Pro-Gly-Pro-"),)
_SEMAX_SCR = (("0", "C999001", "Semax"),)


def _pmid(at: int) -> int:
    return FIRST_OWN + at


RECORDS = (
    Made(
        _pmid(0),
        "Synthetic record: Semax for emotional blunting in adults who take escitalopram, a randomised trial.",
        (
            ("BACKGROUND", "Emotional blunting is common under selective serotonin reuptake inhibitors."),
            ("METHODS", "Forty invented adults received Semax or placebo."),
            ("RESULTS", "Blunting scores did not differ (P &lt; 0.9 for harm, <i>t</i> = 0.2)."),
            ("CONCLUSIONS", "No clear difference."),
        ),
        created=date(2024, 1, 10),
        revised=date(2024, 3, 1),
        status="MEDLINE",
        mesh=("Selective Serotonin Reuptake Inhibitors", "Humans", "Adult", "Affective Symptoms"),
        substances=_SEMAX_SCR,
        types=_RCT,
        doi="10.5555/Synth.0001",
        registry="NCT99999901",
    ),
    Made(
        _pmid(1),
        "Synthetic record: Semax changes behaviour of Wistar rats after fluoxetine.",
        (("", "Invented rats received Semax; anhedonia was measured by sucrose preference."),),
        created=date(2024, 2, 5),
        status="MEDLINE",
        mesh=("Rats, Wistar", "Animals", "Male", "Fluoxetine", "Anhedonia"),
        substances=(*_SEMAX_SCR, ("0", "D005473", "Fluoxetine")),
        doi="10.5555/synth.0002",
    ),
    Made(
        _pmid(2),
        "[Synthetic record: Semax in the acute period of ischaemic stroke].",
        (("", "An invented translated abstract on Semax in patients after stroke."),),
        created=date(2024, 2, 20),
        entered=date(1997, 6, 1),
        published="<Year>1997</Year><Season>Summer</Season>",
        status="MEDLINE",
        mesh=("Ischemic Stroke", "Humans"),
        substances=_SEMAX,
        language="rus",
        vernacular="Синтетическая запись: Семакс в остром периоде инсульта.",
    ),
    Made(
        _pmid(3),
        "Synthetic record: a title alone, on Semax.",
        created=date(2024, 3, 3),
        published="<MedlineDate>2023 Dec-2024 Jan</MedlineDate>",
        status="Publisher",
    ),
    Made(
        _pmid(4),
        "Synthetic record: semaxanib and angiogenesis in cell culture.",
        (("", "Semaxanib is not the peptide; it inhibits a receptor kinase in invented cells."),),
        created=date(2024, 3, 9),
        status="MEDLINE",
        mesh=("Neoplasms", "Cell Line, Tumor", "Humans"),
        substances=(("0", "C116890", "Semaxinib"),),
    ),
    Made(
        _pmid(5),
        "Synthetic record: peptides for mood, a narrative review.",
        (("", "Semax and Selank are named in this invented review beside sertraline."),),
        created=date(2024, 4, 1),
        types=_REVIEW,
        keywords=("Semax", "emotional blunting"),
        doi="10.5555/SYNTH.0006",
        doi_only_in_location=True,
    ),
    Made(
        _pmid(6),
        "Synthetic record: Semax in healthy volunteers, later retracted.",
        (("", "Invented volunteers received Semax."),),
        created=date(2024, 4, 15),
        revised=date(2024, 9, 15),
        status="MEDLINE",
        mesh=("Humans", "Adult"),
        substances=_SEMAX_SCR,
        types=(("D016428", "Journal Article"), ("D016441", "Retracted Publication")),
        links=(("RetractionIn", _pmid(7)),),
    ),
    Made(
        _pmid(7),
        "Synthetic record: retraction of an invented study of Semax.",
        created=date(2024, 9, 15),
        types=(("D016440", "Retraction of Publication"),),
        links=(("RetractionOf", _pmid(6)),),
    ),
    Made(
        _pmid(8),
        "Synthetic record: N-Acetyl Semax Amidate and &#946;-endorphin, a preprint.",
        (("", "An invented preprint on a derivative of Semax in H<sub>2</sub>O."),),
        created=date(2024, 5, 2),
        types=(("D016428", "Journal Article"), ("D000076942", "Preprint")),
        doi="10.5555/synth.pre.9",
        links=(("UpdateIn", _pmid(9)),),
    ),
    Made(
        _pmid(9),
        "Synthetic record: N-Acetyl Semax Amidate and &#946;-endorphin.",
        (("", "The invented article of the preprint on a derivative of Semax."),),
        created=date(2024, 8, 2),
        doi="10.5555/synth.0010",
        links=(("UpdateOf", _pmid(8)),),
    ),
    Made(
        _pmid(10),
        "Synthetic record: emotional blunting under sertraline, a survey without the peptide.",
        (("", "Apathy and emotional detachment in invented people under sertraline."),),
        created=date(2024, 5, 20),
        status="In-Process",
        keywords=("SSRI",),
    ),
    Made(
        _pmid(11),
        "Synthetic record: Semax and fluvoxamine, an open study.",
        (("", "Eight invented people felt less flat on Semax with fluvoxamine."),),
        created=date(2024, 6, 1),
        version=2,
        status="In-Data-Review",
    ),
    Made(
        _pmid(12),
        "Synthetic record: met-enkephalin, ACTH(4-7)-Pro-Gly-Pro and memory.",
        (("", "The heptapeptide Met-Glu-His-Phe-Pro-Gly-Pro in invented mice."),),
        created=date(2024, 6, 1),
        entered=date(2004, 6, 1),
        published="<Year>2004</Year>",
        status="MEDLINE",
        mesh=("Mice", "Animals", "Memory"),
        substances=_SEMAX,
    ),
    Made(
        _pmid(13),
        "Synthetic record: depression treated with fluoxetine or placebo.",
        (("", "A large invented trial that has nothing to do with peptides."),),
        created=date(2024, 6, 2),
        status="MEDLINE",
        mesh=("Depressive Disorder, Major", "Fluoxetine", "Humans"),
        substances=(("0", "D005473", "Fluoxetine"),),
        types=_RCT,
    ),
    Made(
        _pmid(14),
        "Synthetic record: stem cells and cancer, a commentary.",
        created=date(2024, 6, 3),
        status="MEDLINE",
        mesh=("Stem Cells", "Neoplasms"),
        types=(("D016421", "Editorial"),),
    ),
    Made(
        _pmid(15),
        "Synthetic record: Semax nasal drops, erratum.",
        created=date(2024, 10, 1),
        types=(("D016425", "Published Erratum"),),
        links=(("ErratumFor", _pmid(0)),),
    ),
)

BOOK = (
    '<PubmedBookArticle><BookDocument><PMID Version="1">90000900</PMID><ArticleIdList>'
    '<ArticleId IdType="bookaccession">NBK999999</ArticleId></ArticleIdList><Book><Publisher>'
    "<PublisherName>Synthetic Press</PublisherName><PublisherLocation>Nowhere</PublisherLocation></Publisher>"
    '<BookTitle book="synth">Synthetic record: a handbook</BookTitle><PubDate><Year>2024</Year></PubDate></Book>'
    '<ArticleTitle book="synth" part="a1">Synthetic record: a chapter that names Semax.</ArticleTitle>'
    f"<Language>eng</Language><Abstract><AbstractText>{NOTE}</AbstractText></Abstract></BookDocument>"
    '<PubmedBookData><History><PubMedPubDate PubStatus="pubmed"><Year>2024</Year><Month>7</Month><Day>1</Day>'
    '</PubMedPubDate><PubMedPubDate PubStatus="entrez"><Year>2024</Year><Month>7</Month><Day>1</Day></PubMedPubDate>'
    '</History><PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">90000900'
    "</ArticleId></ArticleIdList></PubmedBookData></PubmedBookArticle>"
).encode()
