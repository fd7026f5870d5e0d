"""The grammar of a PubMed `term`: tags, phrases, truncation, ranges, parentheses, and operators left to right."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<doi>10\.\d{4,9}/[^\s\[\]"]+)
    | (?P<quoted>"[^"]*"?)
    | (?P<tag>\[[^\]]*\]?)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<colon>:(?=\s*["\d]))
    | (?P<set>\#\d+)
    | (?P<span>\d[\d/]*:\d[\d/]*(?=[\s\[)]|$))
    | (?P<word>[^\s()\[\]"]+)
    )""",
    re.VERBOSE,
)
OPERATORS = ("AND", "OR", "NOT")


@dataclass(frozen=True, slots=True)
class Atom:
    """A term: one or more words, with or without a tag.

    Attributes:
        tag: what stood in the brackets, None without brackets.
        quoted: the words stood in quotation marks.
    """

    text: str
    tag: str | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Two values of one field with a colon between."""

    first: str
    last: str
    tag: str | None


@dataclass(frozen=True, slots=True)
class Stored:
    """`#n`: a set on the history server."""

    key: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Two operands and what joins them."""

    operator: str
    left: "Node"
    right: "Node"


Node = Atom | Range | Stored | Joined


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the term, with its kind (a group name of `_TOKEN`)."""

    kind: str
    text: str


def tokens(term: str) -> list[Token]:
    """Divide a term; nothing is refused, as PubMed refuses nothing."""
    text = term.translate(str.maketrans("\u201c\u201d", '""'))
    found, at = [], 0
    while match := _TOKEN.match(text, at):
        kind, piece, at = match.lastgroup or "", match.group(match.lastgroup or 0), match.end()
        if kind == "doi":
            while piece.endswith(")") and piece.count(")") > piece.count("("):
                piece, at = piece[:-1], at - 1
        found.append(Token(kind, piece))
    return found


def parse(term: str) -> Node | None:
    """Give the tree of a term, None if it holds no operand."""
    return _Parser(tokens(term)).expression()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0

    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else "end"

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _operator(self) -> str | None:
        return self._tokens[self._at].text if self._kind() == "word" and self._is_operator() else None

    def _is_operator(self) -> bool:
        return self._tokens[self._at].text in OPERATORS

    def expression(self, *, nested: bool = False) -> Node | None:
        """Read operands up to the end or the closing parenthesis; of several operators in a row the first counts.

        That rule is how `AND NOT` loses its NOT (reference 1.3).
        """
        tree: Node | None = None
        operator: str | None = None
        while (kind := self._kind()) != "end":
            if kind == "close":
                self._take()
                if nested:
                    return tree
            elif word := self._operator():
                self._take()
                operator = operator or word
            else:
                operand = self._operand()
                if operand is not None:
                    tree = operand if tree is None else Joined(operator or "AND", tree, operand)
                    operator = None
        return tree

    def _operand(self) -> Node | None:
        kind = self._kind()
        if kind == "open":
            self._take()
            return self.expression(nested=True)
        if kind == "set":
            return Stored(int(self._take().text[1:]))
        if kind == "quoted":
            return self._ranged(self._take().text.strip('"'), quoted=True)
        if kind == "span":
            first, _, last = self._take().text.partition(":")
            return Range(first, last, self._tag())
        if kind in {"tag", "colon"}:
            self._take()
            return None
        return self._ranged(self._run(), quoted=False)

    def _run(self) -> str:
        """Read words up to something that is not a plain word; a tag then belongs to all of them."""
        words = []
        while self._kind() in {"word", "doi"} and not (self._kind() == "word" and self._is_operator()):
            words.append(self._take().text)
        return " ".join(words)

    def _ranged(self, text: str, *, quoted: bool) -> Node | None:
        tag = self._tag()
        if self._kind() == "colon":
            self._take()
            last = self._take().text.strip('"')
            return Range(text, last, self._tag() or tag)
        return Atom(text, tag, quoted) if text.strip() else None

    def _tag(self) -> str | None:
        return self._take().text.strip("[]").strip() if self._kind() == "tag" else None
