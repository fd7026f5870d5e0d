"""Screening: is a document about the pair, decided from its words and headings, with the words as reasons."""

from harvest.screening.screener import Screener, screen

__all__ = ["Screener", "screen"]
