"""How many people or animals a text says it studied; where it does not clearly say, nothing is guessed.

A number counts where it stands before a word for people (or animals) and a cue makes it that of all who were studied:
`a total of 120 patients`, `52 healthy participants were enrolled`, `in thirty rats`. Arms named side by side are added
(`26 patients with lupus and 26 controls`); what stands in brackets, after `of whom`, or as a share of others is a part
of what is counted already.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from harvest.text.numerals import in_digits

Of = Literal["people", "animals"]

_CHOSEN: Final = (
    r"(?:includ|enrol|recruit|randomi[sz]|analy[sz]|studied|examin|evaluat|investigat|assess|treat|compar|divid|review"
    r"|complet|participat|compris|involv|interview|identif|discover|test|select|admit|receiv|underw|survey|expos|given"
    r"|inject|fed|administ|infus|immuni[sz]|vaccinat|operat|follow)[a-z]*"
)
_LINKING: Final = r"(?:the|a|data|from|of|on|in|all|for|with|by)"
_MODIFIERS: Final = (
    r"(?:(?!(?:of|and|or|out|to|than|in|with|from|the|were|was|had|per|who|on|for|at"
    r"|years?|months?|weeks?|days?|hours?)\b)(?=\S*[A-Za-z])[\w/'-]+\s+){0,6}?"
)
_PEOPLE: Final = (
    "patients? inpatients? outpatients? subjects? participants? volunteers? individuals? people persons? adults? "
    "children child infants? neonates? newborns? toddlers? wom[ae]n m[ae]n females? males? boys? girls? students? "
    "undergraduates? workers? employees? nurses? physicians? pupils? adolescents? youths? athletes? controls? cases? "
    "respondents? residents? survivors? veterans? soldiers? recipients? donors? caregivers? mothers? fathers? parents? "
    "babies pregnancies professionals? dentists? members? smokers? drinkers? players? clinicians? informants?"
)
_ANIMALS: Final = (
    "animals? rats? mice mouse rabbits? dogs? beagles? cats? kittens? monkeys? macaques? baboons? marmosets? pigs? "
    "piglets? minipigs? swine sheep lambs? ewes? rams? goats? cows? calves cattle heifers? steers? horses? hamsters? "
    "gerbils? ferrets? chicks? chickens? hens? broilers? birds? quails? fish zebrafish frogs? toads? seals? camels? "
    "voles? primates? pups?"
)
_NOT_THINGS: Final = (
    r"(?!\s(?:models?|groups?|cells?|strains?|stud(?:y|ies)|trials?|reports?|series|samples?|sera|brains?|lines?|hearts?"
    r"|livers?|kidneys?|eyes|visits?|admissions?|days|years)\b)"
)
_NOUNS: Final[dict[Of, str]] = {"people": "|".join(_PEOPLE.split()), "animals": "|".join(_ANIMALS.split())}
_MENTION: Final = {
    of: re.compile(
        rf"(?<![\w.,/-])(?P<number>\d{{1,8}})\s+{_MODIFIERS}(?:{nouns})\b(?![-/]){_NOT_THINGS}", re.IGNORECASE
    )
    for of, nouns in _NOUNS.items()
}
_SIZED_NOUN: Final = {
    of: re.compile(
        rf"\b(?:{nouns})\b[^.;:,()\[\]]{{0,30}}[(\[]\s?n\s?=\s?(?P<number>\d{{1,8}})\s?[)\];]", re.IGNORECASE
    )
    for of, nouns in _NOUNS.items()
}
_DIGIT: Final = re.compile(r"\d")
_NOUN: Final = {of: re.compile(rf"\b(?:{nouns})\b", re.IGNORECASE) for of, nouns in _NOUNS.items()}

_BRACKETS: Final = re.compile(r"\((?![^()]*\b[nN]\s?=)[^()]*\)|\[(?![^\[\]]*\b[nN]\s?=)[^\[\]]*\]")
_SENTENCE: Final = re.compile(r"(?<=[.?!])\s+(?=[A-Z(\[\d])|\n")
_LABEL: Final = re.compile(r"^(?P<label>[A-Z][A-Za-z/&, ]{2,40}): ")
_NOT_OWN: Final = re.compile(
    r"backg|introd|import|context|conclu|discuss|implic|interpret|relevan|limit|hypoth", re.IGNORECASE
)
_ELSEWHERE: Final = re.compile(
    r"\bliterature\b|\b(?:previous|earlier|published|reported) (?:cases|studies|reports)\b", re.IGNORECASE
)
_PART: Final = re.compile(
    r"\b(?:of (?:whom|which|these|them|those)|among (?:these|them|whom)|including|consisting of|namely)\b|:",
    re.IGNORECASE,
)
_TOTAL_BEFORE: Final = re.compile(
    r"(?:\btotal(?:ly)?(?: (?:number|sample|cohort))?(?: of|,)?"
    r"|\b(?:sample|cohort|population|survey|series|study)(?: (?:consisted|comprised))? (?:of|on|in|with)"
    rf"|^Of|\bAll|\b{_CHOSEN}(?: {_LINKING}){{0,3}}) (?:the )?$",
    re.IGNORECASE,
)
_TOTAL_AFTER: Final = re.compile(
    rf"^[^;:]{{0,200}}?\b(?:were|was|have been|had been) (?:\w+ ){{0,3}}?{_CHOSEN}"
    r"|^[^;:]{0,120}?\b(?:took part|participated|completed|underwent)\b|^\s*(?:received|enrolled|included|studied)\b",
    re.IGNORECASE,
)
_PLACED: Final = re.compile(
    r"(?:\b(?:in|of|from|for|on|with|among|by|between|into|to|upon|using|presents?|reports?|describes?|introduces?|\w+ed"
    r"|\w+ing)\s+(?:the\s+|a\s+|these\s+|our\s+)?)$",
    re.IGNORECASE,
)
_FOUND: Final = re.compile(
    r"\b(?:observed|found|seen|occurr?ed|developed|noted|detected|obtained in|achieved|persisted|recurred|improved"
    r"|required|successful|discontinued|died|deaths?|subset|subgroup"
    r"|(?:was|were|are) (?:positive|negative|present))\b[^,;]{0,30}$",
    re.IGNORECASE,
)
_DONE: Final = re.compile(rf"\b{_CHOSEN}\b", re.IGNORECASE)
_HAD: Final = re.compile(
    r"^[^,.;]{0,60}?\b(?:had|has|have|showed|developed|died|was|achieved|experienced|improved|responded|reported"
    r"|required|discontinued|withdrew|dropped|relapsed|recovered|survived|needed|suffered|became|remained|did"
    r"|were (?:lost|excluded|positive|negative|found))\b"
)
_OPENING: Final = re.compile(r"(?:(?:Overall|In total|In all|Finally),? )?")
_SHARE: Final = re.compile(
    r"(?:\d|%|\bper|/|[<>≤≥=±~]|-"
    r"|\b(?:out|\d+|database|registry|thirds?|quarters?|fifths?|half|most|majority|all|none|each) of"
    r"|\b(?:type|phase|stage|grade|group|day|week|class|level))\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_ADDED: Final = re.compile(r"^[^.;:]{0,90}?\b(?:and|with|versus|vs\.?|to|plus)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_CONTROL: Final = re.compile(r"\bcontrols?\b|\bplacebo\b|\buntreated\b", re.IGNORECASE)
_REACH: Final = 60
"""Code points after a number in which its clause says that it is of the controls."""
_GROUPS: Final = re.compile(r"\b(\d{1,2}) (?:\w+ ){0,2}?groups?\b", re.IGNORECASE)
_EACH: Final = re.compile(r"\bn\s?=\s?(\d{1,5})\)?\s*(?:\w+ )?(?:/|per\b|each\b|in each\b|for each\b)", re.IGNORECASE)
_ARM: Final = re.compile(r"\bn\s?=\s?(\d{1,8})\s?(?=[)\]]|[;,]\s?(?!\d+(?:\.\d+)?\s?%)[^)]*\))")
_SIZE: Final = re.compile(r"\bN\s?=\s?(\d{1,8})")
_SINGLE: Final = re.compile(
    r"^(?:An?|Our|This) (?:[\w-]+ ){0,3}?(?:patient|woman|man|boy|girl|lady|infant|child|female|male|case)\b"
    r"|\b[Cc]ase [Rr]eports?\b|\b(?:[Aa]|[Oo]ne|[Tt]he) (?:[\w-]+ ){0,3}case (?:of|is|was|report|with)\b"
    r"|\b(?:rare|unusual|unique|fatal|second|third) case\b"
    r"|\b(?:an?|our) [\w.-]+[- ](?:year|month|week|day)s?[- ]old\b|\bof an? (?:\w+ )?patient\b"
)


@dataclass(frozen=True, slots=True)
class _Count:
    """A number of people or animals, and how surely it is that of all; 0 is no cue at all."""

    sure: int
    number: int


_NONE: Final = _Count(0, 0)
_WEAK, _PLAIN, _TOTAL = 2, 3, 4
"""Arms without a noun of their own; a number in its place; a number with words that make it the total."""


def stated(title: str, abstract: str, of: Of = "people") -> int | None:
    """The number of people or animals studied; None where the text does not clearly say."""
    sentences = list(_own_sentences(title, abstract))
    best = _NONE
    for count in (_best(one, of) for one in sentences):
        if count.sure > best.sure and (best.sure < _PLAIN or count.number > best.number):
            best = count
    if best.sure:
        return best.number
    single = of == "people" and any(_SINGLE.search(one) for one in sentences)
    return 1 if single else None


def _own_sentences(title: str, abstract: str) -> Iterator[str]:
    """The sentences that may tell of the study itself, brackets taken out; title first."""
    own = True
    for sentence in (title.strip("[]"), *_SENTENCE.split(abstract)):
        label = _LABEL.match(sentence)
        if label:
            own = not _NOT_OWN.search(label["label"])
        if own and not _ELSEWHERE.search(sentence):
            yield re.sub(r"\s+", " ", in_digits(_BRACKETS.sub(" ", sentence[label.end() :] if label else sentence)))


def _best(sentence: str, of: Of) -> _Count:
    """What one sentence says best."""
    return max(_counts(sentence, of), key=lambda count: count.sure, default=_NONE)


def _counts(sentence: str, of: Of) -> Iterator[_Count]:
    if not _DIGIT.search(sentence):
        return
    if sizes := _SIZE.findall(sentence):
        yield _Count(_PLAIN, sum(map(int, sizes)))
    if not _NOUN[of].search(sentence):
        return
    head = _PART.split(sentence, maxsplit=1)[0]
    whole = head if _MENTION[of].search(head) else sentence
    mentions = list(_MENTION[of].finditer(whole))
    for place, mention in enumerate(mentions):
        if sure := _sure(whole, mention):
            yield _Count(sure, _with_arms(whole, mentions[place:]))
    yield from _by_arms(sentence, of)


def _by_arms(sentence: str, of: Of) -> Iterator[_Count]:
    """`4 groups of rats (n = 10 each)`, `patients (n = 42)`, or the arms' sizes added."""
    groups, each = _GROUPS.search(sentence), _EACH.search(sentence)
    if groups and each:
        yield _Count(_PLAIN, int(groups[1]) * int(each[1]))
    arms = [int(number) for number in _ARM.findall(sentence)]
    if arms and (len(arms) > 1 or _SIZED_NOUN[of].search(sentence)):
        yield _Count(_PLAIN if _SIZED_NOUN[of].search(sentence) else _WEAK, sum(arms))


def _sure(sentence: str, mention: re.Match[str]) -> int:
    """How surely a number is that of all; 0 where nothing says so or something says that it is a share."""
    before, after = sentence[: mention.start()], sentence[mention.end() :]
    if _SHARE.search(before):
        return 0
    if _TOTAL_BEFORE.search(before):
        return _TOTAL
    if _FOUND.search(before):
        return 0
    if _TOTAL_AFTER.match(after):
        return _TOTAL
    if _OPENING.fullmatch(before):
        return _PLAIN if after.startswith(" who ") else 0 if _HAD.search(after) else _WEAK
    listed = before.endswith(", ") and _DONE.search(before) and not _HAD.match(after)
    return _PLAIN if listed or _PLACED.search(before) else 0


def _with_arms(sentence: str, mentions: Sequence[re.Match[str]]) -> int:
    """The first number and those named side by side with it."""
    total, last = int(mentions[0]["number"]), mentions[0]
    for mention in mentions[1:]:
        between = sentence[last.end() : mention.start()]
        control = between.endswith("; ") and _CONTROL.search(sentence[mention.end() : mention.end() + _REACH])
        if not (control or _ADDED.search(between)):
            break
        total, last = total + int(mention["number"]), mention
    return total
