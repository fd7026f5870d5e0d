"""What part a word plays when authors state a result: up or down, good or bad, no difference, denial, hope.

Stems end with an asterisk; what a stem begins counts, too. Words are compared as ASCII bytes in lower case.
"""

from collections.abc import Iterator
from enum import IntFlag, auto
from typing import Final


class Part(IntFlag):
    """The part that a word plays in a statement of a result."""

    UP = auto()
    """More of something: `increased`, `higher`."""
    DOWN = auto()
    """Less of something: `reduced`, `fewer`."""
    EASE = auto()
    """Less of something bad, unless what it acts on is good: `alleviated`, `prevented`."""
    GOOD = auto()
    """Good by itself, and good to have more of: `improved`, `effective`."""
    WELL = auto()
    """Good to have more of, and by itself nothing: `memory`, `survival`."""
    BAD = auto()
    """Bad by itself: `worsened`, `aggravated`."""
    ILL = auto()
    """Bad to have more of, and by itself nothing: `pain`, `mortality`, `symptoms`."""
    SAME = auto()
    """No difference: `similar`, `unchanged`, `ineffective`."""
    MEASURE = auto()
    """Denied, it is no difference: `difference`, `effect`, `significant`."""
    NOT = auto()
    """Denial: `not`, `no`, `failed`."""
    HOPE = auto()
    """No result of this study: `should`, `whether`, `warranted`."""
    MAYBE = auto()
    """A result said with care: `may`, `could`, `potential`."""
    FUTURE = auto()
    """All of what it stands in is still to be found out: `warranted`."""
    BORNE_OUT = auto()
    """Denied, what came before is no result: `was not confirmed`."""
    TURN = auto()
    """What follows stands against what came before: `but`, `whereas`."""
    MEANS = auto()
    """What follows is how it came about: `by inhibiting ...`."""
    OTHERS = auto()
    """Those who did not receive it: `placebo`, `controls`."""
    THAN = auto()
    """What follows is what it is compared with: `than`, `versus`."""
    MARKER = auto()
    """About how it works, is measured or is spread rather than whether it helps: `expression`, `prevalence`."""
    HARM = auto()
    """Of unwanted effects, or of none: `adverse`, `tolerated`."""
    UNWANTED = auto()
    """Of unwanted effects as such: `adverse`, `safety`; not of one that may be what is treated: `nausea`."""
    PARTLY = auto()
    """Only some of it: `only`, `partially`, `subgroup`."""


_WORDS: Final = {
    Part.UP: """
        increas* elevat* enhanc* higher greater more rais* prolong* longer promot* potentiat* rise rises rose
        augment* accelerat* stronger heighten* highest greatest gain gained upregulat* up-regulat* extended exceeded
        intensif* doubled tripled elongat* maintained preserv* stimulat* activat* facilitat*
    """,
    Part.DOWN: """
        decreas* reduc* lower* fewer less declin* diminish* suppress* inhibit* shorter shorten* drop dropped drops
        fell fall lessen* minimiz* minimis* smaller eliminat* abolish* slow slowed slower slowing delay*
        downregulat* down-regulat* lowest least limited disappear* subsided ceased cessation halved depleted loss
        weaker shrink* shrank blunted disappearance
    """,
    Part.EASE: """
        ameliorat* alleviat* prevent prevented prevents preventing reversed reverses reversal reversing attenuat*
        mitigat* counteract* protect* reliev* relief neuroprotect* cardioprotect* renoprotect* hepatoprotect*
        nephroprotect* gastroprotect* rescu* normaliz* normalis* resolv* resolution overcame curb* combat*
    """,
    Part.GOOD: """
        improv* benefi* effective effectively effectiveness efficac* efficient* better best recover* remission*
        restor* heal healed healing cure cured cures success* favorable favourable favorably favourably useful*
        helpful helps helped responded anxiolytic antinociceptive antihypertensive anticonvulsant antiepileptic
        antipsychotic anti-inflammatory antitumor antitumour anticancer antidyskinetic prophylactic* valuable
        satisfactory excellent superior outperform* promising advantage* usefulness encouraging sped satisfied ease
        eased antiviral antibacterial asymptomatic seizure-free pain-free disease-free symptom-free good cleared
    """,
    Part.WELL: """
        survival function functions functional functioning quality performance memory learning cognition cognitive
        ability abilities well-being wellbeing sleep weight response responses recall adherence compliance
        satisfaction tolerance sensitivity abstinence viability appetite density strength mood balance perfusion
        lifespan life mobility locomotion motor attention endurance capacity fertility immunity health healthy
        hearing vision visual acuity reward motivation empathy neurogenesis synaptic plasticity regeneration
        acceptance understanding knowledge resilience continence ovulation pregnancy breastfeeding yield
        reproduction lactation alertness vigilance remyelination angiogenesis mineral ejection flow blastocyst
        regain* retention oxygenation openness connectedness relatedness
    """,
    Part.BAD: """
        decrement* misattribut* worsen* worse worst aggravat* exacerbat* deteriorat* impair impairs impaired
        impairing poorer harm harmed harms harmful toxic* neurotoxic* detriment* disrupt* adversely damaged damages
        damaging poor unfavorable unfavourable compromis* hinder* undermin* negatively elicited induces provoke*
        precipitat* induce induced dangerous deleterious teratogenic mutagenic hepatotoxic* cardiotoxic* lethal
        nephrotoxic*
    """,
    Part.ILL: """
        symptom* pain painful mortality death deaths died risk risks severity severe deficit deficits damage injury
        injuries dysfunction* relapse* recurrence* recurrent seizure* attack* tumor tumors tumour tumours metasta*
        inflammation inflammatory infarct* apoptosis apoptotic craving* incidence edema oedema oxidative stress
        anxiety anxious fatigue headache* migraine* delirium bleeding hemorrhage haemorrhage complication*
        infection* infect* impairment impairments disorder disorders disease diseases disability disabilities
        distress progression failure cancer carcinoma lesion* hyperactivity immobility latency irritability
        aggression aggressive insomnia nausea vomiting dyskinesia* psychosis psychotic depression depressive
        depressed suicid* ideation mania manic neuropathy fibrosis atrophy degeneration neurodegeneration cytokine*
        tnf il ros mda amyloid plaque plaques hypertension pressure cholesterol glucose hba triglyceride*
        hyperglycemi* obesity bmi overdose addiction dependence withdrawal consumption intake misuse abuse drinking
        smoking violence mislead abnormal abnormalit* disturbance* problem problems loss losses difficulties trauma
        stressor* vasospasm ischemi* ischaemi* necrosis necrotic arrhythmi* angina stroke thrombo* fracture*
        hospitali* readmission* agitation apathy anhedonia blunting rigidity tremor spasm* spasticity dyspnea cough
        fever itch* pruritus rash ulcer* hypersensitivity allodynia hyperalgesia hyperpermeability neuroinflammation
        gliosis neurotoxicity toxicity viral parasitemia load burden madras madrs hamd hdrs hads phq gad caps panss
        bprs ymrs adas nihss updrs vas escape
    """,
    Part.SAME: """
        similar* comparable comparably equivalent equivalence noninferior* non-inferior* unchanged unaffected same
        nonsignificant non-significant insignificant ineffective inconclusive unrelated indistinguishable inefficac*
        equal equally identical unaltered ineffectiveness parity insufficient
    """,
    Part.MEASURE: """
        difference differences differ differed differing differs effect effects associat* influence* influenced
        change changes changed correlat* impact impacts affect affects affected affecting evidence significan*
        interaction alter altered alters alteration* trend separat* relat* superiority predict* response responses
        distinguish* add demonstrat* modif* advantage* benefi* adequate
    """,
    Part.NOT: """
        not no neither nor never failed fail fails failing lack lacked lacking lacks absence unable without none
        cannot non nothing hardly minimal unlikely little
    """,
    Part.HOPE: """
        should would whether if warrant* needed needs hypothesi* aim aimed aims investigat* determine future
        recommended recommend necessary need required must explore explored evaluated assessed unclear unknown
        controversial
    """,
    Part.MAYBE: """
        may might could potential potentially possible possibly appear appears appeared seem seems seemed tended
        suggest* likely perhaps can promise feasible
    """,
    Part.FUTURE: "warrant* future required",
    Part.BORNE_OUT: """
        confirmed observed seen found evident significant detected noted apparent demonstrated shown sustained reached
        present different maintained
    """,
    Part.TURN: """
        but however whereas while although though despite except nevertheless yet contrast conversely nonetheless
    """,
    Part.MEANS: "via through by using because",
    Part.OTHERS: "placebo controls control vehicle sham untreated nonrecipients non-users nonusers saline comparator",
    Part.THAN: "than versus vs compared relative",
    Part.MARKER: """
        correlat* predict* biomarker* marker* gene genes expression genetic polymorphism* prevalence
        pharmacokinetic* plasma receptor* mechanis* pathway* imaging binding uptake diagnos* connectivity safety
        tolerability prognostic characteri* pattern* synthesis model
    """,
    Part.HARM: """
        adverse adversely side side-effect side-effects unwanted untoward undesirable toxic* teae teaes ae aes sae
        saes complication* hepatotoxic* cardiotoxic* nephrotoxic* neurotoxic* intoxication* safety safe safely
        tolerated well-tolerated tolerability tolerable dose-limiting discontinu* withdr* harm harms worsened
        worsening nausea vomiting diarrh* headache* dizziness drowsiness sedation dissociat* somnolence hypotension
        insomnia hallucination* bleeding neutropenia rash non-toxic nontoxic
    """,
    Part.UNWANTED: """
        adverse adversely side-effect side-effects teae teaes ae aes sae saes tolerated well-tolerated tolerability
        safety discontinu*
    """,
    Part.PARTLY: "only partial* some subgroup* limited modest small",
}

_STEM: Final = "*"


def _split() -> Iterator[tuple[str, int]]:
    for part, words in _WORDS.items():
        for word in words.split():
            yield word, int(part)


class _Parts(dict[bytes, int]):
    """The parts of every word that was looked up; of stems the longest that a word begins with counts."""

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        for word, part in _split():
            known = self._stems if word.endswith(_STEM) else self._words
            name = word.rstrip(_STEM)
            known[name] = known.get(name, 0) | part
        self._longest = max(map(len, self._stems))

    def __missing__(self, word: bytes) -> int:
        found = self._looked_up(word.decode("ascii"))
        if len(self) < _MOST_KEPT:
            self[word] = found
        return found

    def _looked_up(self, word: str) -> int:
        if word in self._words:
            return self._words[word]
        lengths = range(min(len(word), self._longest), 2, -1)
        return next((self._stems[word[:length]] for length in lengths if word[:length] in self._stems), 0)


_MOST_KEPT: Final = 200_000
PARTS: Final = _Parts()
"""The parts that a lower-case word plays, as `Part` flags in one number; 0 for most words."""
