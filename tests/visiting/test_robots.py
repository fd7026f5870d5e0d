"""RFC 9309, clause by clause; where Scrapy's parser follows the RFC, ours says the same."""

import random

import pytest
from protego import Protego

from harvest.visiting import Robots

SITE = "https://example.com"
TWO_GROUPS = "User-agent: harvest\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n\nUser-agent: Harvest\nDisallow: /c"


def allowed(body: str | bytes, path: str) -> bool:
    return Robots.of(body.encode() if isinstance(body, str) else body, "harvest").decide(SITE + path).allowed


@pytest.mark.parametrize(
    ("body", "path", "is_allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("user-AGENT: *\nDISALLOW: /a", "/a/b", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("Disallow: /", "/a", True),
        ("<html><body>Disallow: /</body></html>", "/a", True),
        # 2.2.1: our group before that of everybody, whatever the order; groups of one token are one
        ("User-agent: *\nDisallow: /\n\nUser-agent: harvest\nAllow: /", "/a", True),
        (TWO_GROUPS, "/c", False),
        (TWO_GROUPS, "/a", False),
        (TWO_GROUPS, "/b", True),
        ("User-agent: harvest/1.0\nDisallow: /", "/a", False),
        ("User-agent: harvester\nDisallow: /", "/a", True),
        ("User-agent: harv\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: harvest\nDisallow: /", "/a", False),
        ("User-agent: harvest\nSitemap: x\nUser-agent: other\nDisallow: /", "/a", False),
        ("User-agent: harvest\nCrawl-delay: 3\nUser-agent: other\nDisallow: /", "/a", False),
        ("User-agent: harvest\nDisallow: /x\nUser-agent: other\nDisallow: /a", "/a", True),
        ("User-agent: harvest", "/a", True),
        ("User-agent: harvest\n\nUser-agent: *\nDisallow: /", "/a", False),
        # 2.2.2: the longest match counts, of equals the one that allows
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        # percent codes
        ("User-agent: *\nDisallow: /%7Euser", "/~user", False),
        ("User-agent: *\nDisallow: /~user", "/%7euser", False),
        ("User-agent: *\nDisallow: /é", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /%c3%a9", "/é", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a/b", True),
        ("User-agent: *\nDisallow: /a%2Fb", "/a%2fb", False),
        ("User-agent: *\nDisallow: /?q=", "/?q=1", False),
        # 2.2.3: special characters
        ("User-agent: *\nDisallow: /*.php", "/x/y.php?z", False),
        ("User-agent: *\nDisallow: /*.php$", "/x/y.php?z", True),
        ("User-agent: *\nDisallow: /*.php$", "/x.php/y.php", False),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /a*b*c$", "/abc", False),
        ("User-agent: *\nDisallow: /ab*b$", "/ab", True),
        ("User-agent: *\nDisallow: /a-%2A", "/a-*", False),
        ("User-agent: *\nDisallow: /a-%2A", "/a-b", True),
        ("User-agent: *\nDisallow: /*$", "/a", False),
        ("User-agent: *\nDisallow: *", "/a", False),
        # comments, line ends, byte order mark, noise
        ("# hello\nUser-agent: * # all\nDisallow: /a # secret", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\rDisallow: /a\rAllow: /a/b", "/a/c", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\nDisallow /a\nnonsense\n:::\nDisallow: /b", "/b", False),
        ("User-agent : *\nDisallow\t:\t/a", "/a", False),
    ],
)  # fmt: skip
def test_the_rules_of_rfc_9309(body: str, path: str, *, is_allowed: bool) -> None:
    assert allowed(body, path) is is_allowed


def test_a_decision_names_the_line_that_decided() -> None:
    robots = Robots.of(b"User-agent: *\nDisallow: /private/*\n", "harvest")
    assert robots.decide(f"{SITE}/private/a").rule == "Disallow: /private/*"
    assert robots.decide(f"{SITE}/a").rule == ""


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7.0),
        ("User-agent: *\nCrawl-delay: 7\n\nUser-agent: harvest\nCrawl-delay: 2.5", 2.5),
        ("User-agent: other\nCrawl-delay: 7", 0.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
        ("User-agent: *\nCrawl-delay: -5", 0.0),
        ("User-agent: *\nCrawl-delay: 1e9", 0.0),
        ("User-agent: *\nCrawl-delay: 3\nUser-agent: *\nCrawl-delay: 5", 5.0),
    ],
)
def test_the_delay_that_is_asked_for(lines: str, delay: float) -> None:
    assert Robots.of(lines.encode(), "harvest").delay == delay


def test_rules_within_the_first_500_kib_are_read_and_a_line_that_the_limit_cuts_is_not() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    early = b"User-agent: *\n" + filler * 5_000 + b"Disallow: /early\n"
    assert len(early) > 500 * 1000
    assert not allowed(early + filler * 1_000 + b"Disallow: /late\n", "/early")
    assert allowed(early + filler * 1_000 + b"Disallow: /late\n", "/late")
    cut = b"User-agent: *\nDisallow: /" + b"a" * 600_000
    assert allowed(cut, "/")


def test_a_pattern_of_many_stars_costs_one_pass_over_the_path() -> None:
    hostile = b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"b\n"
    assert allowed(hostile, "/" + "a" * 1_900)


def test_our_reading_agrees_with_protego_where_that_follows_the_rfc() -> None:
    chance = random.Random(9309)
    pieces = ["/", "a", "b", "*", "$", "/a", "/b/", "?x=", "%7E", "~"]
    for _ in range(3_000):
        rules = [
            f"{chance.choice(('Allow', 'Disallow'))}: /{''.join(chance.choices(pieces, k=chance.randrange(4)))}"
            for _ in range(chance.randrange(1, 5))
        ]
        body = "User-agent: *\n" + "\n".join(rules)
        path = "/" + "".join(chance.choices(["/", "a", "b", "/a", "/b/", "~"], k=chance.randrange(6)))
        inner_dollar = any("$" in rule[:-1] for rule in rules)
        if inner_dollar or any(rule.count("*") > 1 or rule.endswith("*") for rule in rules):
            continue
        assert allowed(body, path) is Protego.parse(body).can_fetch(SITE + path, "harvest"), (body, path)
