"""Names of medicines that people write of beside each other, so that a text on several can be flagged."""

import re

MEDICINE = re.compile(
    r"\b(?:semax|selank|noopept|adamax|cerebrolysin|cortexin|bpc[- ]?157|tb[- ]?500|dihexa|bromantane|p21|dsip|"
    r"ipamorelin|melanotan\w*|thymosin\w*|epitalon|ketamine|esketamine|psilocybin|lsd|mdma|ibogaine|lithium|"
    r"ashwagandha|rhodiola|lion['’]?s mane|kava|kratom|theanine|creatine|magnesium|melatonin|nac|omega-?3|fish oil|"  # noqa: RUF001 - curly as typed
    r"st\.? john['’]?s wort|methylene blue|uridine|caffeine|alcohol|cannabis|cbd|thc|"  # noqa: RUF001 - curly as typed
    r"prozac|zoloft|paxil|seroxat|celexa|lexapro|cipralex|luvox|effexor|pristiq|cymbalta|wellbutrin|trintellix|"
    r"viibryd|buspar|abilify|seroquel|lamictal|adderall|ritalin|vyvanse|xanax|valium|klonopin|ozempic|wegovy|"
    r"bupropion|mirtazapine|trazodone|buspirone|lamotrigine|aripiprazole|quetiapine|gabapentin|pregabalin|"
    r"propranolol|naltrexone|guanfacine|tianeptine|agomelatine|"
    r"[a-z]{3,}(?:pram|oxetine|traline|faxine|pamine|racetam|afinil|azepam|zolam|glutide|triptyline)|"
    r"семакс\w{0,2}|селанк\w{0,2}|ноопепт\w{0,2}|золофт\w{0,2}|флуоксетин\w{0,2}|сертралин\w{0,2}|"
    r"пароксетин\w{0,2}|церебролизин\w{0,2})\b",
    re.IGNORECASE,
)


def medicines(text: str) -> frozenset[str]:
    """The different medicines named in `text`, in lower case."""
    return frozenset(found.group().lower() for found in MEDICINE.finditer(text))
