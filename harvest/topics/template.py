"""The commented file that `harvest topic new` writes."""

import json

_TEMPLATE = """\
# A topic: one compound for one condition. Everything after a # is a remark.
slug = {slug}  # lower-case words joined by hyphens, equal to the file's name
title = {title}
# documents that a search has to find; a run says which it did not
expect = []  # e.g. ["pmid:16996037", "doi:10.1016/j.brainres.2006.07.108"]

[compound]
name = {compound}
# every other name of the same substance, brand names and other scripts too; hyphens, spaces, plurals match by
# themselves; a name of up to four capital letters matches in capitals only, unless you write it in lower case
synonyms = []
derivatives = []     # other substances made from it: matched, but marked
false_friends = []   # words that look like one of the names and mean something else
identifiers = {{}}     # e.g. {{ cas = "80714-61-0", pubchem_cid = 122178 }}; no class codes
mesh = []            # MeSH descriptors of the compound, as MeSH spells them
substances = []      # its names in PubMed's substance index

[condition]
name = {condition}
synonyms = []
# without one of these beside it, the condition's word makes a record "near", not "direct"; may stay empty
context = []
false_friends = []   # phrases with one of the names in them that mean something else, as "stroke volume" is no stroke
mesh = []

[providers.pubmed]
scope = "compound"   # "compound": fetch all of the compound's records; "pair": those with the condition, too

[providers.europepmc]  # preprints, articles, theses; open-access full texts are read for claims
scope = "compound"

[providers.trials]     # ClinicalTrials.gov: registrations and posted results
scope = "compound"

[providers.enrich]     # Crossref, OpenAlex: is what was found retracted? where is an open copy?

[schedule]
every = "7d"
"""


def template(
    slug: str, *, title: str = "", compound: str = "Name of the compound", condition: str = "Name of the condition"
) -> str:
    """A topic file's text, ready to load and to be filled in."""
    values = {"slug": slug, "title": title or f"{compound} for {condition}", "compound": compound}
    return _TEMPLATE.format(condition=_quoted(condition), **{name: _quoted(value) for name, value in values.items()})


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
