"""A page as a record, as every provider gives one."""

from harvest.errors import AnswerUnusable
from harvest.model import AbstractSection, Key, Record
from harvest.pages.page import Page


def record(page: Page, key: Key) -> Record:
    """The page as a record of provider `web`: its text is the abstract, of which a line keeps quotations alone.

    Args:
        page: one that was not refused.
        key: what the caller knows it by.

    Raises:
        AnswerUnusable: the page was refused; there is nothing to record.
    """
    if page.refusal:
        raise AnswerUnusable(f"expected a page with a text, got {page.refusal}")
    return Record(
        provider="web",
        key=key,
        keys=(key,),
        title=page.title,
        abstract=(AbstractSection(page.text),),
        date=page.published.date,
        languages=(page.language,) if page.language else (),
        url=page.url,
        citations=page.citations,
        flags=page.flags,
        basis="full-text",
        quoted_only=True,
    )
