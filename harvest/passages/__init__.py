"""Passages: title and abstract as sentences, each with the role it plays in the document."""

from harvest.passages.passage import Passage, Role
from harvest.passages.reading import passages

__all__ = ["Passage", "Role", "passages"]
