"""The question that a topic asks, in one sentence."""

from harvest.topics import Topic


def question(topic: Topic) -> str:
    """The pair; where the condition needs a context, what must stand beside it (design section 5, `context`)."""
    asked = f"Does {topic.compound.name} help people with {topic.condition.name}"
    context = topic.condition.context
    if not context:
        return f"{asked}?"
    more = f" or {len(context) - 2} more such words" if len(context) > 2 else ""  # noqa: PLR2004  # two are shown
    return f"{asked} (counted as this use only beside {', '.join(context[:2])}{more})?"
