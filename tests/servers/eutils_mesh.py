"""A toy slice of the MeSH tree, enough for `[mh]`, `[majr]` and `[pt]` to explode.

Real MeSH has 30,000 descriptors; these relations are true ones, picked so that a client that confuses
`[mh]` with `[mh:noexp]`, or forgets that an untagged word is exploded, gets a visibly different answer.
"""

from tests.servers.eutils_words import fold

_TREE = """
Animals: Chordata, Animal Population Groups
Chordata: Vertebrates
Vertebrates: Mammals, Birds, Fishes, Amphibians, Reptiles
Mammals: Primates, Rodentia, Carnivora, Lagomorpha, Cattle, Sheep, Swine, Horses
Primates: Haplorhini
Haplorhini: Catarrhini
Catarrhini: Hominidae, Cercopithecidae
Cercopithecidae: Macaca
Macaca: Macaca mulatta
Hominidae: Humans
Rodentia: Muridae, Guinea Pigs, Cricetinae
Muridae: Murinae
Murinae: Mice, Rats
Mice: Mice, Inbred Strains; Mice, Transgenic; Mice, Knockout
Mice, Inbred Strains: Mice, Inbred C57BL; Mice, Inbred BALB C; Mice, Inbred ICR
Rats: Rats, Inbred Strains; Rats, Wistar; Rats, Sprague-Dawley
Carnivora: Dogs, Cats
Lagomorpha: Rabbits
Adult: Aged, Middle Aged, Young Adult
Aged: Aged, 80 and over
Child: Child, Preschool
Mental Disorders: Mood Disorders, Anxiety Disorders, Neurodevelopmental Disorders
Mood Disorders: Depressive Disorder, Bipolar Disorder
Depressive Disorder: Depressive Disorder, Major; Depressive Disorder, Treatment-Resistant; Dysthymic Disorder
Behavioral Symptoms: Depression, Affective Symptoms, Aggression
Affective Symptoms: Apathy, Anhedonia
Antidepressive Agents: Antidepressive Agents, Tricyclic; Antidepressive Agents, Second-Generation
Neurotransmitter Uptake Inhibitors: Selective Serotonin Reuptake Inhibitors
Selective Serotonin Reuptake Inhibitors: Fluoxetine, Sertraline, Escitalopram, Paroxetine, Fluvoxamine, Citalopram
Amino Acids, Peptides, and Proteins: Peptides, Proteins, Amino Acids
Peptides: Oligopeptides, Peptide Fragments, Neuropeptides
Neuropeptides: Adrenocorticotropic Hormone
Neoplasms: Neoplasms by Site, Neoplasms by Histologic Type
Neoplasms by Site: Breast Neoplasms, Lung Neoplasms, Skin Neoplasms, Brain Neoplasms
Nervous System Diseases: Central Nervous System Diseases
Central Nervous System Diseases: Brain Diseases
Brain Diseases: Cerebrovascular Disorders, Brain Neoplasms
Cerebrovascular Disorders: Stroke
Stroke: Ischemic Stroke, Hemorrhagic Stroke
"""

_PUBLICATION_TREE = """
Clinical Trial: Clinical Trial, Phase I; Clinical Trial, Phase II; Clinical Trial, Phase III; Clinical Trial, Phase IV;\
 Controlled Clinical Trial; Pragmatic Clinical Trial
Controlled Clinical Trial: Randomized Controlled Trial
Review: Systematic Review
"""

_ENTRY_TERMS = {
    "cancer": "Neoplasms",
    "human": "Humans",
    "rat": "Rats",
    "mouse": "Mice",
    "ssri": "Selective Serotonin Reuptake Inhibitors",
    "ssris": "Selective Serotonin Reuptake Inhibitors",
    "acth": "Adrenocorticotropic Hormone",
    "major depression": "Depressive Disorder, Major",
}
"""Words that are no descriptor themselves, and the descriptor that automatic term mapping finds for them."""

_IDENTIFIERS = {
    "Humans": "D006801",
    "Animals": "D000818",
    "Male": "D008297",
    "Female": "D005260",
    "Adult": "D000328",
    "Rats": "D051381",
    "Rats, Wistar": "D017208",
    "Mice": "D051379",
    "Fluoxetine": "D005473",
    "Selective Serotonin Reuptake Inhibitors": "D017367",
    "Affective Symptoms": "D000342",
    "Anhedonia": "D059445",
    "Depressive Disorder, Major": "D003865",
    "Neoplasms": "D009369",
    "Memory": "D008568",
    "Stem Cells": "D013234",
    "Cell Line, Tumor": "D045744",
    "Ischemic Stroke": "D000083242",
}


def identifier(name: str) -> str:
    """Give the UI of a descriptor that synthetic records use; a number that is none for any other."""
    return _IDENTIFIERS.get(name, "D999999")


def _children(text: str) -> dict[str, tuple[str, ...]]:
    """Read `Parent: child, child` lines; semicolons divide children whose names hold commas."""
    tree = {}
    for line in text.strip().splitlines():
        parent, _, children = line.partition(": ")
        divider = ";" if ";" in children else ","
        tree[fold(parent)] = tuple(fold(child) for child in children.split(divider))
    return tree


DESCRIPTORS = _children(_TREE)
PUBLICATION_TYPES = _children(_PUBLICATION_TREE)
ENTRY_TERMS = {fold(term): fold(descriptor) for term, descriptor in _ENTRY_TERMS.items()}


def explode(name: str, tree: dict[str, tuple[str, ...]]) -> set[str]:
    """Give the folded `name` and everything below it."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(tree.get(current, ()))
    return found
