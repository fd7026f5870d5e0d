"""The ledger that a command's TOPIC or FILE names."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harvest.configuration import Configuration


def ledger_of(topic: str, configuration: "Configuration") -> Path:
    """The ledger of a topic; it need not exist if the topic does, nor the topic's file if the ledger does.

    Raises:
        TopicError: that is no topic's name, or there is neither.
    """
    from harvest import topics
    from harvest.topics.topic import is_slug

    path = configuration.ledger(topic)
    if not is_slug(topic) or not path.exists():
        topics.load(topic, configuration.topics)
    return path


def is_file(ledger: str) -> bool:
    """Does this name a ledger's file, and not a topic?"""
    return "/" in ledger or ledger.endswith(".jsonl")
