"""A disk that loses power: everything that files and folders may hold afterwards, call by call.

The model is the weakest that POSIX allows with 512-byte sectors that are written whole or not at all:

- `fsync` of a file makes its bytes and its size durable, and nothing else: not its name.
- `fsync` of a folder makes the names in it durable, and nothing else: not what they name.
- Of what no sync has covered yet, each sector, each size and each change of names is on the disk or is not, in any
  combination: a sector holds any of the contents it has had since the last sync, a file has any of its sizes (those
  at 4,096-byte pages of a growing write included), each creation, removal and renaming of a name is done or not, a
  renaming as one step. A file that grew without its sectors shows zeros there, or what an older file left.

Every state that a file system with a sequential journal of metadata can leave (ext4 ordered or writeback, xfs, btrfs)
is among these. What is sampled, where there are too many, takes journal states first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.torture.crash_states.calls import Call, Tree
from tests.torture.crash_states.choices import Choice, Picks, left

SECTOR: Final = 512
PAGE: Final = 4096


@dataclass(eq=False)
class File:
    """One file: what is durable, what is in memory, and all that the disk may hold of the difference."""

    durable: bytes = b""
    live: bytearray = field(default_factory=bytearray)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    """Moment and size, oldest first, since the last sync."""
    sectors: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    """Moment and content of each sector that changed since the last sync; the first is the durable one."""

    @classmethod
    def of(cls, content: bytes) -> "File":
        """A durable file."""
        return cls(content, bytearray(content), [(0, len(content))])

    def write(self, at: int, block: bytes, moment: int) -> None:
        """Takes a write; it may reach the disk page by page."""
        end = at + len(block)
        for page in range(len(self.live) // PAGE * PAGE + PAGE, end, PAGE):
            self.sizes.append((moment, page))
        if end > len(self.live):
            self.live.extend(bytes(end - len(self.live)))
            self.sizes.append((moment, end))
        self.live[at:end] = block
        self._changed(at, end, moment)

    def resize(self, size: int, moment: int) -> None:
        """Takes a truncation or an extension."""
        before = len(self.live)
        self.live = self.live[:size].ljust(size, b"\0")
        if size != before:
            self.sizes.append((moment, size))
            self._changed(min(size, before), max(size, before), moment)

    def sync(self) -> None:
        """What is in memory is durable now."""
        self.durable = bytes(self.live)
        self.sizes = [(0, len(self.live))]
        self.sectors = {}

    def choices(self) -> list[Choice]:
        """Its size, then its changed sectors in order."""
        if not self.sectors:
            return []
        sectors = (Choice(tuple(moment for moment, _ in versions), metadata=False) for versions in self._versions())
        return [Choice(tuple(moment for moment, _ in self.sizes), metadata=True), *sectors]

    def content(self, picks: Sequence[int], *, stale: bool) -> bytes:
        """Its bytes on the disk after the picks for its choices."""
        if not picks:
            return self.durable
        size = self.sizes[picks[0]][1]
        content = bytearray(self.durable[:size].ljust(size, b"\0"))
        for number, pick in zip(sorted(self.sectors), picks[1:], strict=True):
            start = number * SECTOR
            unwritten = pick == 0 and start >= len(self.durable)
            piece = bytes(self.live[:SECTOR]) if unwritten and stale else self.sectors[number][pick][1]
            content[start : start + SECTOR] = piece.ljust(SECTOR, b"\0")[: max(0, size - start)]
        return bytes(content)

    def _versions(self) -> Iterator[list[tuple[int, bytes]]]:
        return (self.sectors[number] for number in sorted(self.sectors))

    def _changed(self, start: int, end: int, moment: int) -> None:
        for number in range(start // SECTOR, (end - 1) // SECTOR + 1):
            place = slice(number * SECTOR, (number + 1) * SECTOR)
            versions = self.sectors.setdefault(number, [(0, self.durable[place])])
            versions.append((moment, bytes(self.live[place])))


@dataclass(eq=False)
class Folder:
    """One folder: its durable names, its names in memory, and the changes between them, each a single step."""

    durable: "dict[str, File | Folder]" = field(default_factory=dict)
    live: "dict[str, File | Folder]" = field(default_factory=dict)
    changes: "list[tuple[int, Mapping[str, File | Folder | None]]]" = field(default_factory=list)

    def change(self, names: "Mapping[str, File | Folder | None]", moment: int) -> None:
        """Takes names given, and taken away (None), in one step."""
        _name(self.live, names)
        self.changes.append((moment, names))

    def sync(self) -> None:
        """The names in memory are durable now."""
        self.durable = dict(self.live)
        self.changes = []

    def choices(self) -> list[Choice]:
        """Its changes, in order."""
        return [Choice((0, moment), metadata=True) for moment, _ in self.changes]

    def names(self, picks: Sequence[int]) -> "dict[str, File | Folder]":
        """Its names on the disk after the picks for its choices."""
        names = dict(self.durable)
        for (_, change), done in zip(self.changes, picks, strict=True):
            if done:
                _name(names, change)
        return names

    def ever(self) -> "list[File | Folder]":
        """Everything that a name of this folder may lead to on the disk."""
        changed = (node for _, change in self.changes for node in change.values() if node is not None)
        return [*self.durable.values(), *changed]


class Disk:
    """Files and folders below one root, which is durable itself.

    Args:
        tree: what is durable at the beginning.
    """

    def __init__(self, tree: Tree) -> None:
        self._root = Folder()
        self._moment = 0
        for path, content in tree.items():
            folder, name = self._place(path)
            folder.live[name] = Folder() if content is None else File.of(content)
            folder.durable = dict(folder.live)

    def do(self, call: Call) -> None:
        """Takes the next call of the writer."""
        self._moment += 1
        folder, name = self._place(call.path)
        if call.verb == "create":
            folder.change({name: File(sizes=[(0, 0)])}, self._moment)
        elif call.verb == "mkdir":
            folder.change({name: Folder()}, self._moment)
        elif call.verb == "unlink":
            folder.change({name: None}, self._moment)
        elif call.verb == "rename":
            same, new = self._place(call.target)
            assert folder is same, "expected a renaming within one folder; the model does not know others"
            folder.change({new: folder.live[name], name: None}, self._moment)
        else:
            self._do_inside(call)

    def _do_inside(self, call: Call) -> None:
        """A call that changes or syncs what a path leads to, not the path."""
        node = self._find(call.path)
        if call.verb == "sync":
            node.sync()
            return
        assert isinstance(node, File)
        if call.verb == "write":
            node.write(call.number, call.block, self._moment)
        else:
            node.resize(call.number, self._moment)

    def _find(self, path: str) -> "File | Folder":
        node: File | Folder = self._root
        for name in filter(None, path.split("/")):
            assert isinstance(node, Folder)
            node = node.live[name]
        return node

    def _place(self, path: str) -> tuple[Folder, str]:
        """The folder that a path's last name stands in, and that name."""
        above, _, name = path.rpartition("/")
        folder = self._find(above)
        assert isinstance(folder, Folder)
        return folder, name

    def now(self) -> Tree:
        """What is in memory: everything arrived."""
        nodes = self._unsettled()
        return self._tree({node: tuple(len(choice.moments) - 1 for choice in node.choices()) for node in nodes})

    def states(self, budget: int, chance: Random) -> Iterator[Tree]:
        """What a loss of power now can leave: all of it, or `budget` of it where it is more."""
        nodes = self._unsettled()
        counts = [len(node.choices()) for node in nodes]
        choices = [choice for node in nodes for choice in node.choices()]
        for stale in (False, True) if any(_grew(node) for node in nodes) else (False,):
            for picks in left(choices, budget, chance):
                rest = iter(picks)
                chosen = {
                    node: tuple(next(rest) for _ in range(count)) for node, count in zip(nodes, counts, strict=True)
                }
                yield self._tree(chosen, stale=stale)

    def _unsettled(self) -> list[File | Folder]:
        """Everything that can be reached and has something that no sync covers."""
        seen: dict[File | Folder, None] = {self._root: None}
        waiting: list[File | Folder] = [self._root]
        while waiting:
            node = waiting.pop()
            for child in node.ever() if isinstance(node, Folder) else ():
                if child not in seen:
                    seen[child] = None
                    waiting.append(child)
        return [node for node in seen if node.choices()]

    def _tree(self, picks: Mapping[File | Folder, Picks], *, stale: bool = False) -> Tree:
        tree: Tree = {}

        def visit(folder: Folder, above: str) -> None:
            for name, node in sorted(folder.names(picks.get(folder, ())).items()):
                if isinstance(node, File):
                    tree[above + name] = node.content(picks.get(node, ()), stale=stale)
                else:
                    tree[above + name] = None
                    visit(node, f"{above}{name}/")

        visit(self._root, "")
        return tree


def _name(names: dict[str, File | Folder], change: Mapping[str, File | Folder | None]) -> None:
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def _grew(node: File | Folder) -> bool:
    """Has a file sectors that were never written to the disk?"""
    return isinstance(node, File) and any(number * SECTOR >= len(node.durable) for number in node.sectors)
