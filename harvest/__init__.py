"""Harvest: gathers what is known and said about a compound-condition pair into a ledger that can prove it."""

__version__ = "0.1.0"
