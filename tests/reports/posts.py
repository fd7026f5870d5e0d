"""Made-up posts and topics for the tests of what people write."""

from typing import Any

from harvest.model import AbstractSection, Record
from harvest.topics import Topic


def post(text: str, *, title: str = "", provider: str = "reddit", **changes: Any) -> Record:
    """A post with this text."""
    return Record(
        provider=provider, key="", keys=(), title=title, abstract=(AbstractSection(text),) if text else (), **changes
    )


def topic(name: str = "Semax", *synonyms: str) -> Topic:
    """A topic on emotional blunting."""
    return Topic.model_validate(
        {
            "slug": "made-up",
            "title": name,
            "compound": {"name": name, "synonyms": synonyms},
            "condition": {"name": "emotional blunting", "synonyms": ["anhedonia"]},
            "digest": "0" * 64,
        }
    )
