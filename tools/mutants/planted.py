"""A mutant in place of the code as it stands: in functions that exist already, or in modules not imported yet."""

import gc
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from tools.mutants.mutant import Mutant


class Functions:
    """All functions of some files, by the code that they run."""

    def __init__(self, paths: Iterable[Path]) -> None:
        files = {str(path) for path in paths}
        self._found: dict[tuple[str, str, int], list[FunctionType]] = {}
        for function in gc.get_objects():
            if isinstance(function, FunctionType) and function.__code__.co_filename in files:
                self._found.setdefault(_place(function.__code__), []).append(function)

    def plant(self, mutant: Mutant, module: CodeType) -> bool:
        """Gives the mutant's function its changed code; False where it cannot be done in a function that exists."""
        changed = next((code for code in _outermost(module) if _place(code)[1:] == mutant.function), None)
        functions = self._found.get(_place(changed), []) if changed else []
        if changed is None or any(function.__code__.co_freevars != changed.co_freevars for function in functions):
            return False
        for function in functions:
            function.__code__ = changed
        return bool(functions)


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _outermost(code: CodeType) -> Iterable[CodeType]:
    """The functions at the top of a module and in its classes."""
    for held in code.co_consts:
        if isinstance(held, CodeType):
            yield held
            if "<locals>" not in held.co_qualname:
                yield from _outermost(held)


class Changed(MetaPathFinder, Loader):
    """Imports one module from changed code."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name = name
        self._code = code

    def plant(self) -> None:
        """From now on the module's name means the changed code; it must not be imported yet."""
        if self._name in sys.modules:
            raise RuntimeError(f"expected {self._name} not to be imported yet")
        sys.meta_path.insert(0, self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the finder's interface
        target: ModuleType | None = None,  # noqa: ARG002 - the finder's interface
    ) -> ModuleSpec | None:
        """Only the one module is ours."""
        if fullname != self._name:
            return None
        return spec_from_loader(fullname, self, origin=self._code.co_filename)

    def exec_module(self, module: ModuleType) -> None:
        """Runs the changed code as the module."""
        module.__file__ = self._code.co_filename
        exec(self._code, module.__dict__)  # noqa: S102 - to run changed code is what this is for
