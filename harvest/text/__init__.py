"""Reading text that people wrote in many ways: folding with offsets back, and finding names in it."""

from harvest.text.fold import Folded, fold
from harvest.text.terms import Match, Terms

__all__ = ["Folded", "Match", "Terms", "fold"]
