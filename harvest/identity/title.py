"""Titles in one form, so that one paper's title is one string wherever it was listed."""

import html
import re

from harvest.text import fold

_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|sc|small|span|p|br|jats:[a-z-]+|mml:[a-z]+)\b[^<>]*>", re.IGNORECASE
)
_ADDED = re.compile(
    r"\(author\W?s\W? transl\.?\)|\[(?:see comments?|corrected|proceedings|letter|editorial|published erratum[^\]]*)\]"
    r"|^\W*(?:retracted(?: article)?|withdrawn)\s*:"
    r"|\[(?:(?:article )?in )?(?:chinese|czech|danish|dutch|english|french|german|hungarian|italian|japanese|korean|"
    r"norwegian|persian|polish|portuguese|russian|spanish|swedish|turkish|ukrainian)\]\W*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_GENERIC = re.compile(
    r"(?:editorials?|editorscomment|erratum|errata|corrigendum|corrigenda|corrections?|reply|authorsreply|"
    r"theauthorsreply|response|authorsresponse|inreply|comments?|commentary|letters?|lettertotheeditor|letterstotheeditor|"
    r"introduction|preface|foreword|abstracts?|bookreviews?|news|notes?|summary|discussion|obituary|inmemoriam|untitled|"
    r"titlenotavailable|notavailable|contents|conclusions?|references|index|prologue|epilogue|inthisissue|"
    r"departmentoferror|announcements?|editorialcomments?|errorinauthorsname)"
    r"\d*"
)
_NUMBER = re.compile(r"\d+|[ivx]+|[b-z]")
_SPECIFIC_LENGTH = 20
_TRIGRAM = 3


def fold_title(title: str) -> str:
    """Letters and digits of the title alone, folded.

    Case, dashes, spaces, punctuation, accents, [brackets] of a translated title, markup (`<i>`, `&amp;`), super- and
    subscripts, a spelt-out or a Greek letter, and remarks that a database added make no difference.
    """
    bare = _ADDED.sub(" ", _MARKUP.sub("", html.unescape(title)))
    return "".join(_WORD.findall(fold(bare).text))


def is_generic(folded: str) -> bool:
    """Is it a title that many papers have, such as `Editorial` or `Reply`?"""
    return _GENERIC.fullmatch(folded) is not None


def is_specific(folded: str) -> bool:
    """Does the folded title tell one paper from others? Generic and short ones do not."""
    return len(folded) >= _SPECIFIC_LENGTH and not is_generic(folded)


def likeness(one: str, other: str) -> float:
    """Share of three-letter sequences that two folded titles have in common, 0 to 1 (Jaccard index)."""
    mine, theirs = _trigrams(one), _trigrams(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def numbers(title: str) -> list[str]:
    """Digits, Roman numerals and single letters of a title, in order; `a` is more often a word."""
    return [word for word in _WORD.findall(fold(title).text) if _NUMBER.fullmatch(word)]


def _trigrams(folded: str) -> set[str]:
    return {folded[at : at + _TRIGRAM] for at in range(len(folded) - _TRIGRAM + 1)}
