"""The drawing of the rooms in ``docs/architecture.md``, made from the contract that holds them apart and from what each says."""

import ast
import itertools
import tomllib
from pathlib import Path

from pipeline.foundation.markdown import markdown

CHECKOUT = Path(__file__).resolve().parents[2]


def rooms() -> list[list[str]]:
    """The rooms of ``pipeline/`` in the order in which data pass, those side by side together, from the import contract."""
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["pipeline"])
    return [layer.split(" | ") for layer in reversed(layers)]


def drawing() -> str:
    """A Mermaid flow chart of the rooms: an arrow from each to the next."""
    lines, steps = ["flowchart LR"], rooms()
    lines += [f"  {room}[{room}/]" for step in steps for room in step]
    for before, after in itertools.pairwise(steps):
        lines += [f"  {left} --> {right}" for left in before for right in after]
    return "```mermaid\n" + "\n".join(lines) + "\n```\n"


def what_rooms_say() -> str:
    """A table of the rooms: what belongs there, what comes in, what goes out, from their docstrings."""
    rows = [(f"`pipeline/{room}/`", *_said(room)) for step in rooms() for room in step]
    return markdown(("room", "what belongs there", "in, out, and what does not belong"), rows)


def _said(room: str) -> tuple[str, str]:
    text = ast.get_docstring(ast.parse((CHECKOUT / "pipeline" / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    first, _, rest = text.partition("\n\n")
    return tuple(part.replace("``", "`") for part in (first, rest))
