"""Made-up pages: synthetic, nobody's, to be quoted freely."""

from datetime import date

from harvest.pages import Page, read

FETCHED = date(2026, 11, 22)
URL = "https://pages.example/semax"
PROSE = (
    "Semax is a peptide that was made in Moscow. In rats it was shown to increase the expression of a growth factor. "
    "Whether it helps people whose feelings are blunted by their medicine is not known, and nobody has looked. "
    "The writer of these lines is made of words alone, and so is every animal that runs through them today."
)


def html(main: str, *, head: str = "", body: str = "") -> bytes:
    """A page with `main` as its article, `head` in its head and `body` after the article."""
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}</head>"
        f"<body><main><article>{main}</article></main>{body}</body></html>"
    ).encode()


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(main: str, *, url: str = URL, head: str = "", body: str = "") -> Page:
    """A page as it is read."""
    return read(html(main, head=head, body=body), url=url, content_type="text/html; charset=utf-8", fetched=FETCHED)


def plain(text: str, *, url: str = URL) -> Page:
    """A plain text as it is read."""
    return read(text.encode(), url=url, content_type="text/plain; charset=utf-8", fetched=FETCHED)
