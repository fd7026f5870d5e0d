"""MEDLINE/PubMed XML -> Record: one reader for live answers and bulk files, pure functions of bytes.

Specification: the DTD pubmed_250101 and NLM's element descriptions (https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html).
"""

from harvest.medline.answer import Parsed, articles, iter_articles, record_xml

__all__ = ["Parsed", "articles", "iter_articles", "record_xml"]
