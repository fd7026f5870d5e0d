"""Pages that answer with something else than what was asked for are refused, and no others."""

import pytest

from harvest.pages import Refusal
from tests.web_pages.made import PROSE, page, paragraphs

MUCH = tuple(f"Part {number} of the story. {PROSE}" for number in range(6))
WALLS = {
    "cloudflare": ("<title>Just a moment...</title>", "<p>Checking your browser before accessing the site.</p>"),
    "recaptcha": ("<title>pages.example</title>", "<p>Please complete the security check: are you a robot?</p>"),
}


@pytest.mark.parametrize(("head", "main"), WALLS.values(), ids=WALLS)
def test_a_check_for_robots_is_refused(head: str, main: str) -> None:
    told = page(main, head=head)

    assert (told.refusal, told.text) == (Refusal.BOT_CHECK, "")


@pytest.mark.parametrize(
    "title", ["404 Not Found", "Page not found | Pages", "Страница не найдена", "Seite nicht gefunden"]
)
def test_a_page_that_says_that_it_is_not_there_is_refused(title: str) -> None:
    told = page("<p>The page that you asked for is not here. Try the search.</p>", head=f"<title>{title}</title>")

    assert told.refusal is Refusal.NOT_FOUND


def test_a_consent_wall_is_refused() -> None:
    main = paragraphs(
        "We value your privacy", "Accept all cookies to go on. Manage your preferences. Our 734 partners."
    )

    assert page(main).refusal is Refusal.CONSENT


def test_a_host_of_consents_serves_no_text() -> None:
    assert page(paragraphs(PROSE), url="https://consent.pages.example/m?continue=x").refusal is Refusal.CONSENT


def test_a_login_wall_is_refused() -> None:
    form = "<form><input type='text'><input type='password'></form>"
    form += "<p>Please log in to continue reading. Forgot password?</p>"

    assert page(form, head="<title>Log in</title>").refusal is Refusal.LOGIN


def test_a_teaser_behind_a_paywall_is_refused() -> None:
    main = paragraphs(PROSE[:200], "Subscribe to continue reading. Already a subscriber? Sign in.")

    assert page(main).refusal is Refusal.PAYWALL


def test_a_page_marked_as_paid_with_a_teaser_alone_is_refused() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'

    assert page(paragraphs(PROSE[:200]), head=head).refusal is Refusal.PAYWALL


def test_a_whole_article_is_read_though_it_asks_to_subscribe() -> None:
    told = page(paragraphs(*MUCH, "Subscribe to continue reading our newsletter."))

    assert told.refusal is None


@pytest.mark.parametrize(
    "body", ["<div id='root'></div>", "<noscript>You need to enable JavaScript to run this app.</noscript>"]
)
def test_a_page_whose_text_would_come_by_a_script_is_refused(body: str) -> None:
    assert page("", body=body).refusal is Refusal.NEEDS_SCRIPT


def test_a_text_that_asks_for_scripts_and_says_nothing_else_is_refused() -> None:
    assert page("<p>Please enable JavaScript in your browser to see this page.</p>").refusal is Refusal.NEEDS_SCRIPT


@pytest.mark.parametrize("main", ["", "   ", "<p>Ok.</p>", "<img src='a.png'>"])
def test_a_page_without_text_is_refused(main: str) -> None:
    assert page(main).refusal is Refusal.EMPTY


def test_an_article_about_cookies_and_lost_pages_is_read() -> None:
    head = "<title>How we found out that people log in to accept cookies</title>"
    told = page(paragraphs(*MUCH, "People accept cookies. They log in to continue. We value your privacy."), head=head)

    assert told.refusal is None
