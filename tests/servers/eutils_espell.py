"""espell: the nearest words of the records' titles (reference 1.1); it knows no JSON."""

from difflib import get_close_matches
from xml.sax.saxutils import escape

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_messages import Request, xml
from tests.servers.eutils_words import fold
from tests.servers.messages import Answer, page


def espell(request: Request, corpus: Corpus) -> Answer:
    """Answer one espell request."""
    if request.json:
        return page("WWW Error 500 Diagnostic", "Internal server error.", status=500)
    words = request.get("term").split()
    replaced = [_nearest(word, corpus) for word in words]
    pieces = []
    for word, other in zip(words, replaced, strict=True):
        if word != other:
            pieces.append(f"<Original></Original><Replaced>{escape(other)}</Replaced>")
        else:
            pieces.append(f"<Original>{escape(word)}</Original>")
    corrected = " ".join(replaced) if replaced != words else ""
    inner = (
        f"\n\t<Database>{escape(request.get('db', 'pubmed'))}</Database>\n\t<Query>{escape(' '.join(words))}</Query>"
        f"\n\t<CorrectedQuery>{escape(corrected)}</CorrectedQuery>"
        f"\n\t<SpelledQuery>{''.join(pieces)}</SpelledQuery>\n\t<ERROR/>\n"
    )
    return xml("espell", inner)


def _nearest(word: str, corpus: Corpus) -> str:
    folded = fold(word)
    titles = corpus.index.field("title")
    if not folded or " " in folded or titles.get(folded) or corpus.index.field("abstract").get(folded):
        return word
    near = get_close_matches(folded, titles.beginning_with(folded[:1]), n=1, cutoff=0.7)
    return near[0] if near else word
