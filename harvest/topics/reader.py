"""Reading topic files; whatever is wrong with one is told in one line, with the file's name and the line."""

import difflib
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harvest.errors import TopicError
from harvest.topics.lines import Lines
from harvest.topics.topic import Topic, TopicFile, is_slug

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "a table",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "mapping_type": "a table",
    "model_type": "a table",
    "string_type": "a string",
    "tuple_type": "a list of strings",
}
_SHOWN = 60


def slugs(topics_dir: Path) -> list[str]:
    """The topics that exist, in alphabetical order."""
    return sorted(path.stem for path in topics_dir.glob("*.toml") if is_slug(path.stem))


def load(slug: str, topics_dir: Path) -> Topic:
    """The topic of that name.

    Raises:
        TopicError: there is none, or its file does not hold to the form.
    """
    if not is_slug(slug):
        raise TopicError(f"expected a topic's name such as semax-ssri, got {slug!r}", hint=_existing(slug, topics_dir))
    path = topics_dir / f"{slug}.toml"
    if not path.is_file():
        raise TopicError(f"expected a topic in {topics_dir}, got {slug!r}", hint=_existing(slug, topics_dir))
    return read(path)


def read(path: Path) -> Topic:
    """The topic in that file.

    Raises:
        TopicError: the file cannot be read, is no TOML, or does not hold to the form.
    """
    try:
        raw = path.read_bytes()
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TopicError(f"{path}:{line}: expected UTF-8, got byte 0x{raw[error.start]:02x}") from error
    except OSError as error:
        raise TopicError(f"expected a topic file, got {error.strerror} for {path}") from error
    table, lines = _parsed(path, text), Lines.of(path, text)
    document = _validated(TopicFile, table, lines, ())
    if document.slug != path.stem:
        raise TopicError(
            f"{lines.at(('slug',))}: expected the file's name {path.stem!r} for slug, got {document.slug!r}"
        )
    topic = Topic.model_validate({**table, "digest": hashlib.sha256(raw).hexdigest()})
    topic._lines = lines  # noqa: SLF001 - the reader alone knows the lines
    return topic


def provider_options(topic: Topic, name: str, model: type[M]) -> M:
    """`[providers.<name>]` as that provider's own model; an absent table counts as empty.

    Raises:
        TopicError: the table does not hold to the model.
    """
    lines = topic._lines or Lines(Path(f"{topic.slug}.toml"))  # noqa: SLF001 - the reader alone knows the lines
    return _validated(model, topic.providers.get(name, {}), lines, ("providers", name))


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.fullmatch(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        words, line = (said[1], said[2]) if said else (str(error), None)
        line = line or str(text.rstrip("\n").count("\n") + 1)
        raise TopicError(f"{path}:{line}: expected TOML, got {words[:1].lower()}{words[1:]}") from error


def _validated(model: type[M], table: object, lines: Lines, place: tuple[str, ...]) -> M:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = (*place, *(part for part in first["loc"] if part != "[key]"))
        raise TopicError(f"{lines.at(where)}: {_words(first, where, model)}") from error


def _words(problem: Any, where: tuple[str | int, ...], model: type[BaseModel]) -> str:
    key, kind = _dotted(where), problem["type"]
    if kind == "missing":
        return f"expected {key}, got nothing"
    if kind == "extra_forbidden":
        known = _keys(model, problem["loc"][:-1])
        near = difflib.get_close_matches(str(where[-1]), known, n=1)
        return f"expected one of {', '.join(known)}, got {key}" + (f"; did you mean {near[0]}?" if near else "")
    if kind == "value_error":
        return f"{problem['ctx']['error']}" + (f" in {key}" if key else "")
    expected = _EXPECTED.get(kind) or problem["msg"].removeprefix("Input should be ")
    return f"expected {expected} for {key}, got {_shown(problem['input'])}"


def _keys(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    for part in place:
        inner = model.model_fields[str(part)].annotation if part in model.model_fields else None
        candidates = [inner, *getattr(inner, "__args__", ())]
        nested = next((kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if nested is None:
            return []
        model = nested
    return list(model.model_fields)


def _dotted(where: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")


def _shown(value: object) -> str:
    words = repr(value)
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 3]}..."


def _existing(slug: str, topics_dir: Path) -> str:
    if not topics_dir.is_dir():
        return f"there is no folder {topics_dir}; run from the checkout or set HARVEST_DATA_DIR"
    known = slugs(topics_dir)
    if not known:
        return f"{topics_dir} holds no topic; write one with: harvest topic new NAME"
    near = difflib.get_close_matches(slug, known, n=1)
    return (f"did you mean {near[0]}? " if near else "") + f"topics: {', '.join(known)}"
