"""NCBI's E-utilities without a network: what to ask (`query`, `slices`) and how to read what came (`answers`).

Failures of an answer are `harvest.faults.Fault` values.
"""
