"""Tables as Markdown."""

from collections.abc import Iterable


def markdown(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in line) + " |\n" for line in lines)
