"""Topics: what a compound-condition pair is called, what it must not be taken for, and where it is searched."""

from harvest.topics.reader import load, provider_options, read, slugs
from harvest.topics.template import template
from harvest.topics.topic import Compound, Condition, Schedule, Topic

__all__ = ["Compound", "Condition", "Schedule", "Topic", "load", "provider_options", "read", "slugs", "template"]
