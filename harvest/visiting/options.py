"""`[providers.web]` of a topic file: which pages are read."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from harvest.errors import ParseError
from harvest.visiting.addresses import canonical


def _address(url: str) -> str:
    try:
        return canonical(url)
    except ParseError as error:
        raise ValueError(error.message) from error


Address = Annotated[str, AfterValidator(_address)]


class WebOptions(BaseModel):
    """Where pages come from; with none of these nothing is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urls: tuple[Address, ...] = ()
    """Pages."""
    feeds: tuple[Address, ...] = ()
    """RSS or Atom; the pages of their entries."""
    sitemaps: tuple[Address, ...] = ()
    """Sitemaps, or indexes of sitemaps; the pages that they name."""
    follow: int = Field(0, ge=0, le=500)
    """How many pages at most that sources of this ledger link to are read in one run; the next run goes on."""
    most: int = Field(200, ge=1, le=5_000)
    """How many new pages one feed or sitemap may bring in one run; the next run goes on."""
