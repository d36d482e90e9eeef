"""The documents that are made from the registers and the tables' models, never written by hand."""

from collections.abc import Iterable

from schemas import tables
from schemas.catalogue import register


def documents() -> dict[str, str]:
    """Text of every generated document, by file name."""
    return {"data_dictionary.md": data_dictionary(), "indicators.md": indicators(), "sources.md": sources()}


def data_dictionary() -> str:
    """Every published table with its key and its columns."""
    parts = ["# Data dictionary\n\nMade from `schemas/tables.py`. A key tells the rows of a table apart.\n"]
    for name in tables.PUBLISHED:
        schema = tables.arrow_schema(name)
        keys = ", ".join(f"`{key}`" for key in tables.primary_key(name))
        rows = [
            (
                f"`{field.name}`",
                str(field.type),
                "yes" if field.nullable else "no",
                field.metadata[b"description"].decode(),
            )
            for field in schema
        ]
        description = schema.metadata[b"description"].decode()
        parts.append(
            f"## {name}\n\n{description}\n\nKey: {keys}\n\n{markdown(('column', 'type', 'may be missing', 'meaning'), rows)}"
        )
    return "\n".join(parts)


def indicators() -> str:
    """Every indicator with its formula, grouped by role."""
    parts = ["# Indicators\n\nMade from `schemas/indicators.csv`.\n"]
    for (role, group), rows in register("indicators").groupby(["role", "pillar_or_block"], sort=False):
        lines = [
            (
                f"`{row.indicator}`",
                row.label_es,
                row.label_en,
                _formula(row),
                row.transform,
                row.frame,
                f"{row.weight:g}",
                row.levels.replace(";", ", "),
            )
            for row in rows.itertuples()
        ]
        header = ("indicator", "español", "English", "formula", "transform", "frame", "weight", "levels")
        parts.append(f"## {role}: {group}\n\n{markdown(header, lines)}")
    return "\n".join(parts)


def _formula(row) -> str:
    base = f" / ({row.denominator})" if isinstance(row.denominator, str) else ""
    return f"{row.formula}: {row.numerator}{base}, in {row.unit_measure}".replace("|", " or ")


def sources() -> str:
    """Every source and vintage with its publisher, licence and citation."""
    header = ("source", "vintage", "publisher", "title", "released", "licence", "status", "citation")
    rows = [
        (
            f"`{r.source}`",
            r.vintage,
            r.publisher,
            f"[{r.title}]({r.url})",
            r.released,
            r.licence,
            r.official,
            r.citation,
        )
        for r in register("sources").itertuples()
    ]
    return f"# Sources\n\nMade from `schemas/sources.csv`.\n\n{markdown(header, rows)}"


def markdown(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "/").replace("\n", " ") for cell in line) + " |\n" for line in lines)
