"""Imports point inwards (design section 3): read from the source, nothing is imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
ORDER = (
    "errors",
    "model faults corrections relations",
    "text medline archive configuration limiter wording accounting jsonl_records stops",
    "visiting identity topics standing crossref openalex",
    "passages reports evidence screening findings claims pages stages entries searching erasable judging pasted",
    "ledger",
    "holdings catalogue linking merging settlement windows eutils reddit europepmc ctgov excerpts enriching",
    "reading opening erasing older classifying jsonl_fingerprints deduping meanings explaining",
    "summary account doctor demo settings",
    "crawl",
    "cli",
    "__main__",
)
"""The rooms of `harvest`, inmost first. A room may import what stands in rows above it, and left of it in its row."""
FRAMEWORKS = {"scrapy", "twisted", "praw"}


def test_every_room_of_harvest_has_its_place() -> None:
    rooms = {path.stem for path in (CHECKOUT / "harvest").iterdir() if path.suffix == ".py" or _is_package(path)}
    assert rooms - {"__init__"} == set(_places())


def test_imports_of_harvest_point_inwards() -> None:
    place = _places()
    outwards = [
        f"{module} imports {target}"
        for module, target in _imports("harvest")
        if target.startswith("harvest.")
        and place[_room(target)] >= place[_room(module)]
        and _room(target) != _room(module)
    ]
    assert outwards == []


def test_the_core_knows_no_framework() -> None:
    assert {_room(module) for module, target in _imports("harvest") if _root(target) in FRAMEWORKS} <= {"crawl"}


def test_the_core_imports_neither_spiders_nor_pipelines() -> None:
    assert [pair for pair in _imports("harvest") if _root(pair[1]) in {"spiders", "pipelines", "tools", "tests"}] == []


def test_spiders_and_pipelines_never_import_each_other_nor_the_commands() -> None:
    assert [pair for pair in _imports("spiders") if _root(pair[1]) in {"pipelines", "tools", "tests"}] == []
    assert [pair for pair in _imports("pipelines") if _root(pair[1]) in {"spiders", "tools", "tests"}] == []
    both = [*_imports("spiders"), *_imports("pipelines")]
    assert [pair for pair in both if pair[1].startswith("harvest.cli")] == []


def test_no_import_is_relative() -> None:
    for package in ("harvest", "spiders", "pipelines", "tools", "tests"):
        for path in (CHECKOUT / package).rglob("*.py"):
            relative = [node.lineno for node in _nodes(path) if isinstance(node, ast.ImportFrom) and node.level]
            assert relative == [], path


def _places() -> dict[str, int]:
    return {room: place for place, room in enumerate(" ".join(ORDER).split())}


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").is_file()


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def _root(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def _imports(package: str) -> Iterator[tuple[str, str]]:
    """Pairs of a module and what it imports, also inside functions and for types alone; not our version."""
    for path in sorted((CHECKOUT / package).rglob("*.py")):
        module = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
        for node in _nodes(path):
            if isinstance(node, ast.Import):
                yield from ((module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module == "harvest":
                yield from ((module, f"harvest.{alias.name}") for alias in node.names if alias.name != "__version__")
            elif isinstance(node, ast.ImportFrom):
                yield module, str(node.module)


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))
