"""What holds for the project as a whole: declared dependencies, nothing of one machine, modules of a readable size."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("harvest", "spiders", "pipelines", "tools")
DISTRIBUTIONS = {
    "Bio": "biopython",
    "bs4": "beautifulsoup4",
    "numpy": "biopython",
    "prawcore": "praw",
    "requests": "praw",
    "urllib3": "praw",
    "ulid": "python-ulid",
}
"""Modules whose distribution has another name, or that a distribution brings along."""
TRAINING = CHECKOUT / "tools" / "train"
"""What trains models needs scikit-learn, which nobody needs who uses them."""
MUTANTS = CHECKOUT / "tools" / "mutants"
"""What tries the tests needs what the tests need."""
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".com", "crates" + ".io", "conda" + ".anaconda")
MACHINE_PATH = re.compile(r"(?<![\w.~$}%*/-])/(?:home|root|Users|work|workspace|mnt|private)/\w")
MEDIAN, LONG = 150, 300
LONG_MODULES: set[str] = set()
"""Modules above 300 lines; the list may only get shorter."""


def test_every_foreign_module_is_declared() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    declared = {_distribution(requirement) for requirement in [*project["dependencies"], *optional]}
    needed = {DISTRIBUTIONS.get(module, module.replace("_", "-")) for module in _foreign()}
    assert {name.lower() for name in needed} <= declared


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = [
        f"{path}:{number}"
        for path in _tracked()
        for number, line in enumerate(_lines(path), 1)
        if any(host in line for host in REGISTRIES) or MACHINE_PATH.search(line)
    ]
    assert found == []


def test_modules_are_of_a_readable_size() -> None:
    sizes = {str(path): len(list(_lines(path))) for path in _tracked() if _is_module(path)}
    assert statistics.median(sizes.values()) < MEDIAN
    assert {path for path, size in sizes.items() if size > LONG} == LONG_MODULES


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text; none of a file that is no text."""
    try:
        yield from (CHECKOUT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" and path.parts[0] in PACKAGES


def _foreign() -> set[str]:
    ours = {*PACKAGES, "benchmarks", "tests", "__future__"}
    modules = (path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py"))
    imported = {name for path in modules if path.parent not in {TRAINING, MUTANTS} for name in _roots(path)}
    return imported - ours - sys.stdlib_module_names


def _roots(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.partition(".")[0] for name in names)


def _distribution(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")
