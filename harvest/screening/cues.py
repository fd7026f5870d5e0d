"""The words around a name that give it another part than that of what is studied.

A cue looks at lower-cased text with plain hyphens. `before` ends right before the name; a `far` cue may have other
words between it and the name, as long as no new clause begins there (`compared with placebo, ranitidine or ...`).
"""

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "own",
    "background",
    "comparator",
    "control",
    "relative",
    "example",
    "instrument",
    "tool",
    "class",
    "covariate",
    "setting",
    "left-out",
    "other-medicine",
    "outlook",
    "reference",
    "passing-word",
]

_ANY = re.compile("")
_NUMBED = r"an?a?esthe(?:ti[sz]ed|sia)"
_TOOL = r"(?:inhibitor|blocker|antagonist|activator|agonist|scavenger|depletor|donor)"
_CARE = r"(?:the |any |other |prior |previous |additional |further |regular |chronic |standard )"
_TAKING = (
    r"(?:(?:use|intake|administration|addition|injection|infusion|exposure|treatment|therapy|pre-?treatment|medication)"
    r" (?:of|with|to|by) |using |receiving |taking |adding |giving )"
)
_GIVEN = (
    r"(?:given|used|administered|received|prescribed|allowed|permitted|taken|added|injected|offered|available|treated"
    r"|tested)"
)
_NOBODY = (
    r"(?!(?:patients|subjects|people|those|groups?|women|men|rats|mice|children|animals|participants|when|while|after"
    r"|during|using|used|combin\w+|associat\w+|together|treated)\b)"
)
_EPIDEMIC = r"covid|sars|corona|ncov|influenza|flu|ebola|zika|cholera"
_ACTS = (
    r"(?:inhibit|reduc|increas|decreas|prevent|potentiat|diminish|suppress|block|abolish|improv|enhanc|stimulat"
    r"|attenuat|lower|elevat|caus|produc|exaggerat|revers|oppos)"
)
_THING = (
    r"(?:receptor|transporter|decarboxylase|hydroxylase|oxidase|reductase|dehydrogenase|transferase|synthase|synthetase"
    r"|kinase|resistance gene|antibod(?:y|ie)|antagonist|inhibitor|blocker|superfamily|binding protein)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words right before, far before and right after a name that give it a role; all that are given must match."""

    role: Role
    before: re.Pattern[str] = _ANY
    after: re.Pattern[str] = _ANY
    far: re.Pattern[str] | None = None
    name: re.Pattern[str] = _ANY
    """What the name itself has to look like."""


def _cue(role: Role, *, before: str = "", after: str = "", far: str = "", name: str = "") -> Cue:
    return Cue(
        role,
        before=re.compile(f"(?:{before})$") if before else _ANY,
        after=re.compile(after),
        far=re.compile(far) if far else None,
        name=re.compile(name),
    )


CUES = (
    _cue("relative", after=r"[- ](?:(?:ana|homo)log(?:ue)?s?|derivatives?|metabolites?|congeners?|like|type)\b"),
    _cue("relative", after=rf"(?: \([^)]{{1,12}}\))?[- ]{_THING}s?\b"),
    _cue(
        "relative",
        before=r"\b(?:(?:ana|homo)log(?:ue)?s?|derivatives?|metabolites?|prodrugs?|congeners?) (?:of|to) (?:the )?",
    ),
    _cue("left-out", before=rf"(?<!with or )(?<!with and )(?<!and/or )\bwithout {_CARE}*{_TAKING}*{_CARE}*"),
    _cue(
        "left-out",
        before=rf"(?:\bno|\bin the absence of|\black of|\bfree of|\bdevoid of|\babstinent from) {_CARE}*{_TAKING}*",
        after=r"(?:[,.;:)\]]|$| (?:was|were|is|are|had|has|at|or|and|before|during|in|use|treatment|therapy)\b)",
    ),
    _cue(
        "left-out",
        before=r"\b(?:not|never) (?:been |yet |previously )*"
        r"(?:given|on|receiv(?:e|ed|ing)|tak(?:e|en|ing)|us(?:e|ed|ing)|treated with|exposed to|administered) "
        rf"{_CARE}*",
    ),
    _cue("left-out", before=r"(?:\bneither|\bnor) ", after=rf"[^.;]*\b(?:was|were|been) {_GIVEN}"),
    _cue("left-out", before=r"\b(?:non|pre)-?"),
    _cue(
        "left-out",
        before=r"\b(?:none|nobody|no (?:one|patients?|subjects?|participants?|animals?))\b (?:of [\w ]{1,30}? )?"
        rf"(?:had |have |has |was |were )?(?:ever |been |previously )*{_GIVEN}(?: with)? ",
    ),
    _cue("left-out", after=r"[- ](?:na[iï]ve|free|untreated|non-?users?)\b"),
    _cue("left-out", after=rf" (?:was|were|is|are|has been|have been|had been|being) (?:not|never) (?:\w+ )?{_GIVEN}"),
    _cue("left-out", after=r"(?: [\w-]+){0,6} (?:was|were) (?:excluded|ineligible|prohibited|forbidden|disallowed)"),
    _cue(
        "left-out",
        before=r"\b(?:(?:were|was) excluded if|exclusion criteria)\b[^.;]{0,80}"
        r"|\bexcluding (?:\w+ )?(?:patients|subjects|people|those) (?:on|taking|receiving|using|treated with) ",
    ),
    _cue(
        "comparator",
        far=rf"\b(?:(?:as )?compar(?:e|ed|able|ison|ative|ing)(?: {_NOBODY}[\w()/,+-]+){{0,14}}? (?:with|to)|versus|vs"
        r"|unlike|relative to|(?:rather |other )?than(?: (?:was|were|did|is|are))?|similar(?:ly)? to|contrary to"
        r"|in contrast (?:to|with)|alternatives? to|instead of|(?:non-?)?inferior(?:ity)? to|superior(?:ity)? to"
        r"|equivalent to|equipotent (?:to|with)"
        r"|as (?:\w+ly )?(?:effective(?:ly)?|potent|good|safe|active|well)(?: \w+)? as"
        r"|equally \w+ as|intermediate between|despite)\b",
    ),
    _cue(
        "control",
        after=r"(?: \([^)]{1,20}\))? (?:(?:was|were|has been|have been) (?:used|employed|chosen|served|given) )?"
        r"as (?:an? |the )?(?:[\w-]+ )?(?:control|comparator|reference|standard)(?: (?:drug|treatment))?\b"
        r"(?! treatment for| therapy)",
    ),
    _cue("comparator", after=r": ?(?:mean differences?|md|smd|wmd|or|rr|hr)\b"),
    _cue(
        "example",
        before=r"(?:\be\.?g\.?,?|\bsuch as|\blike|\bfor example,?|\bincluding) (?:[^.;,]{1,40}, ){0,5}(?:[\w-]+ ){0,2}",
        after=r"(?![^.;]*\b(?:was|were|has been|have been) "
        rf"(?:{_GIVEN}|evaluated|studied|examined|compared|investigated)|[^.;]{{0,60}}\b{_ACTS}ed\b)",
    ),
    _cue(
        "setting",
        after=r"\)?(?: \([^)]{1,25}\))?\)? (?:global |worldwide )?"
        r"(?:pandemic|epidemic|outbreak|lockdown|era|crisis|restrictions?|quarantine|surge)\b",
    ),
    _cue(
        "setting",
        before=r"\b(?:during|amid|amidst|since|before|after|post|pre|in times of|in the era of)[ -](?:the )?",
        after=r"[.,;:?)]|$",
        name=_EPIDEMIC,
    ),
    _cue("setting", after=r" (?:[\w-]+ )?clinics?\b"),
    _cue("instrument", after=r"(?: ?[/-] ?| and | plus |\+)xylazine"),
    _cue("instrument", after=r"[- ]an?a?estheti[sz]ed\b"),
    _cue(
        "instrument",
        before=rf"\b{_NUMBED} (?:\w+ )?(?:with|by|using) (?:either )?(?:[\w-]+[-/])?(?:[\w-]+ ){{0,2}}",
    ),
    _cue("instrument", before=rf"\bunder (?:general )?{_NUMBED} \("),
    _cue("instrument", before=r"\bunder (?:[\w-]+ ){0,2}", after=rf"(?:[-/]\w+)? {_NUMBED}"),
    _cue("instrument", after=r"(?: \([^)]{1,12}\))? models? of\b"),
    _cue("instrument", after=r"[ -]induced (?:diabetic |hypertensive )?(?:[\w-]+ ){0,8}?models?\b"),
    _cue("tool", before=rf"\b{_TOOL}s?,? \(?(?:[\w-]+ (?:and|or) )?", after=rf"(?![^.;:]{{0,60}}\b{_ACTS}(?:ed|es)\b)"),
    _cue("tool", after=rf" ?\((?:an? |the )?[^()]{{0,40}}{_TOOL}s?[;,)]"),
    _cue("tool", far=r"\b(?:block|antagoni[sz]|abolish|potentiat|modif|influenc|affect|alter|chang)ed by\b"),
    _cue("tool", before=r"\bmodels? (?:\w+ ){0,2}by (?:treat|inject|expos|administ|induc)\w+ (?:[\w/-]+ ){0,5}"),
    _cue("tool", far=r"\bpre-?treat(?:ed|ment) with\b"),
    _cue("tool", far=r"\binduced (?:by|with)\b"),
    _cue("tool", after=r"[- ](?:dependen(?:t|ce)|sensitive|tolerant)\b"),
    _cue("tool", far=r"\b(?:dependent (?:up)?on|tolerant to|addicted to)\b"),
    _cue("class", before=r"\banti-?"),
    _cue("class", after=r" (?:drug|medication|medicine|remed(?:y|ie))s?\b"),
    _cue("covariate", before=r"(?<!with )(?<!with a )(?<!having a )\bhistory of (?:[\w-]+ )*(?:or |and )?(?:[\w-]+ )?"),
    _cue("covariate", before=r"\bhistory of [^.;]{1,80}, (?:and |or )?(?:[\w-]+ ){0,2}"),
    _cue("covariate", after=r" (?:hypersensitivity|allergy|intolerance)\b"),
    _cue("covariate", far=r"\b(?:adjust(?:ed|ing|ments?)|controll(?:ed|ing)) for\b"),
    _cue("covariate", far=r"\b(?:comorbidit\w+|co-?existing|predictors|covariates?|confounders?)\b"),
    _cue(
        "other-medicine",
        before=r"\b(?:concomitant(?:ly)?|concurrent(?:ly)?|background|previous(?:ly)?|prior|pre-?existing|rescue|failed)"
        rf" (?:received |taken |used |given |treated with |exposed to )?{_CARE}*{_TAKING}*",
    ),
    _cue(
        "other-medicine",
        before=r"\b(?:(?:intoleran(?:t|ce)|resistant|refractory|unresponsive|adjunct(?:ive)?|in addition) to"
        r"|failure (?:of|on|with|to respond to)|add(?:ed|-on)?(?: therapy| treatment)? to|on top of"
        r"|prescriptions? (?:of|for))"
        rf" {_CARE}*{_TAKING}*",
    ),
    _cue(
        "other-medicine",
        after=r"[- ](?:resistant|refractory|intolerant|failures?)\b"
        r"(?! (?:\w+ )?(?:cells?|lines?|strains?|cancers?|tumou?rs?))",
    ),
    _cue(
        "other-medicine",
        after=r"[- ](?:[\w-]+ )?(?:consumptions?|requirements?|equivalents?|sparing|demands?)\b"
        r"|-related (?:side|adverse|complication)",
    ),
    _cue("other-medicine", before=r"\b(?:consum|requir|need)(?:ed|es|ing) (?:\w+ )?(?:more|less|fewer) "),
    _cue(
        "reference",
        after=r" (?:institutes?|laborator(?:y|ies)|inc\b|ltd\b|gmbh|llc|corp\b|foundation"
        r"|pharmaceuticals?|centre|center)",
    ),
    _cue(
        "reference",
        before=r"\b(?:department|institute|laboratory|centre|center|university|faculty|division|school)"
        r" (?:of|for) (?:the )?(?:[\w-]+ ){0,3}",
    ),
)  # fmt: skip
