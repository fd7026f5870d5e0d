"""One spelling for each page, and no page at all for what leads elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.errors import ParseError
from harvest.visiting import canonical, key_of, same_site


@pytest.mark.parametrize(
    ("written", "canonical_form"),
    [
        ("HTTP://WWW.Example.COM:80/a/../b/./c/#part", "http://www.example.com/b/c/"),
        ("https://example.com:443", "https://example.com/"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com/p?utm_source=x&id=7&fbclid=y&gclid=z", "https://example.com/p?id=7"),
        ("https://example.com/p?b=2&a=1", "https://example.com/p?a=1&b=2"),
        ("https://example.com/%7Euser/%c3%a9", "https://example.com/~user/%C3%A9"),
        ("  https://example.com/a b\n", "https://example.com/a%20b"),
        ("https://exämple.com/ü", "https://xn--exmple-cua.com/%C3%BC"),
        ("https://example.com/#!/old", "https://example.com/"),
        ("https://example.com\\@127.0.0.1/", "https://example.com/@127.0.0.1/"),
        ("http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/", "http://127.0.0.1/"),
    ],
)
def test_a_page_has_one_spelling(written: str, canonical_form: str) -> None:
    assert canonical(written) == canonical_form
    assert canonical(canonical_form) == canonical_form
    assert key_of(written) == f"url:{canonical_form}"


@pytest.mark.parametrize(
    "written",
    [
        "file:///etc/passwd",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "data:text/html,hello",
        "gopher://example.com/",
        "//example.com/a",
        "/relative",
        "",
        "http://",
        "http:///a",
        "https://user:secret@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com:99999/",
        "https://example.com:port/",
        "http://[::1/",
        "http://[vulgar]/",
        "https://example.com/" + "a" * 2_000,
    ],
)
def test_what_is_no_page_s_address_is_refused_and_not_repeated_in_the_message(written: str) -> None:
    with pytest.raises(ParseError) as refused:
        canonical(written)
    assert "secret" not in refused.value.message
    assert "passwd" not in refused.value.message


@given(st.text(max_size=40), st.text(max_size=40))
def test_canonical_forms_stay_as_they_are(path: str, query: str) -> None:
    try:
        once = canonical(f"https://example.com/{path}?{query}")
    except ParseError:
        return
    assert canonical(once) == once
    assert once.isascii()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.com/a", "https://m.example.com/b", True),
        ("https://example.co.uk/", "https://www.example.co.uk/", True),
        ("https://one.co.uk/", "https://other.co.uk/", False),
        ("https://one.blogspot.com/", "https://other.blogspot.com/", False),
        ("https://one.github.io/", "https://other.github.io/", False),
        ("https://example.com/", "https://example.org/", False),
        ("https://example.com.evil.example/", "https://example.com/", False),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("http://127.0.0.1/a", "http://127.0.0.1/b", True),
        ("https://localhost/", "https://other/", False),
    ],
)
def test_a_site_is_what_is_registered_under_one_name(one: str, other: str, *, same: bool) -> None:
    assert same_site(one, other) is same
    assert same_site(other, one) is same
