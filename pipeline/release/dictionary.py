"""The documents that are made from the registers and the tables' models, never written by hand.

``methodology.md``, ``sources.md`` and ``architecture.md`` are written by hand but for their tables: what stands between
``<!-- name -->`` and ``<!-- end -->``.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.foundation.markdown import markdown
from pipeline.release import architecture
from schemas import catalogue, models
from schemas.catalogue import methodology, register

DOCS = Path(__file__).resolve().parents[2] / "docs"


def documents() -> dict[str, str]:
    """Text of every generated document, by file name."""
    return {
        "data_dictionary.md": data_dictionary(),
        "indicators.md": indicators(),
        "sources.md": with_tables((DOCS / "sources.md").read_text(encoding="utf-8")),
        "comparability.md": comparability(),
        "methodology.md": with_tables((DOCS / "methodology.md").read_text(encoding="utf-8")),
        "architecture.md": with_tables((DOCS / "architecture.md").read_text(encoding="utf-8")),
    }


def with_tables(text: str) -> str:
    """A document written by hand, with its tables made anew."""
    made = {
        "constants": constants,
        "lenses": lenses,
        "pillars": pillars,
        "sources": sources,
        "downloads": downloads,
        "misbehaviours": misbehaviours,
        "outcomes": outcomes,
        "drawing": architecture.drawing,
        "what_rooms_say": architecture.what_rooms_say,
    }
    return re.sub(
        rf"(<!-- ({'|'.join(made)}) -->\n).*?(<!-- end -->)",
        lambda found: found[1] + made[found[2]]() + found[3],
        text,
        flags=re.DOTALL,
    )


def data_dictionary() -> str:
    """Every published table with its key and its columns."""
    parts = ["# Data dictionary\n\nMade from `schemas/tables/`. A key tells the rows of a table apart.\n"]
    for name in models.PUBLISHED:
        schema = models.arrow_schema(name)
        keys = ", ".join(f"`{key}`" for key in models.primary_key(name))
        rows = [
            (
                f"`{field.name}`",
                str(field.type),
                models.unit_of(name, field.name),
                "yes" if field.nullable else "no",
                field.metadata[b"description"].decode(),
            )
            for field in schema
        ]
        description = schema.metadata[b"description"].decode()
        parts.append(
            f"## {name}\n\n{description}\n\nKey: {keys}{_references(name)}\n\n"
            + markdown(("column", "type", "unit", "may be missing", "meaning"), rows)
        )
    return "\n".join(parts)


def _references(name: str) -> str:
    found = [f"`{'`, `'.join(columns)}` in `{table}`" for columns, table, _ in models.foreign_keys(name)]
    return f". Refers to: {', '.join(found)}" if found else ""


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
            r.released if isinstance(r.released, str) else "not archived",
            r.licence,
            r.official,
            r.citation,
        )
        for r in register("sources").itertuples()
    ]
    return markdown(header, rows)


def downloads() -> str:
    """Every address from which files are fetched."""
    header = ("source", "vintage", "file", "address", "form", "key", "largest, MB")
    rows = []
    for row in register("downloads").itertuples():
        address = row.url if len(row.url) < 200 else f"{row.url[:120]}…"
        way = "" if row.way == "default" else " (alternative)"
        vintage = row.vintage if isinstance(row.vintage, str) else "newest"
        key = f"`{row.credential}`" if isinstance(row.credential, str) else "none"
        member = f", of which `{row.member}`" if isinstance(row.member, str) else ""
        rows.append(
            (f"`{row.source}`{way}", vintage, f"`{row.file}`", f"`{address}`{member}", row.form, key, f"{row.largest_mb:g}")
        )
    return markdown(header, rows)


def misbehaviours() -> str:
    """What publishers do wrong, and what becomes of it."""
    rows = [
        (f"`{row.misbehaviour}`", row.description, row.forms.replace(";", ", "), row.once, row.always)
        for row in register("misbehaviours").itertuples()
    ]
    return markdown(("misbehaviour", "what happens", "forms of files", "once", "always"), rows)


def outcomes() -> str:
    """Every misbehaviour against every source that is fetched: once and always."""
    ways = register("misbehaviours")
    names = list(dict.fromkeys(ways["misbehaviour"]))
    rows = []
    for source, files in register("downloads").groupby("source", sort=False):
        found = {row.misbehaviour: f"{row.once}, {row.always}" for row in ways.itertuples() if befalls(row.forms, files["form"])}
        rows.append((f"`{source}`", *(found.get(name, "–") for name in names)))
    return markdown(("source", *(f"`{name}`" for name in names)), rows)


def befalls(forms: str, found: Iterable[str]) -> bool:
    """Whether something that befalls files of ``forms`` can befall files of the ``found`` ones."""
    return forms == "all" or bool(set(forms.split(";")) & set(found))


def comparability() -> str:
    """How each country defines an indicator that several measure, with the frames in which it is used."""
    parts = [
        "# Comparability\n\nMade from `schemas/comparability.csv`; the table `comparability` of a release holds the same. An "
        "indicator in the absolute frame compares levels across countries; in the national frame, places within their country; "
        "in both, half and half. Where levels do not compare, only the national frame is used. EUR stands for the cities of "
        "Europe, WUP for the agglomerations of the United Nations, ALL for what is measured in one way everywhere. What one "
        "country alone measures is not listed.\n"
    ]
    frames = register("indicators").set_index("indicator")["frame"]
    rows = register("comparability")
    for name, group in rows.groupby("indicator", sort=False):
        alike = [code for code in frames.index if code == name or _stands_for(name, code, set(rows["indicator"]))]
        frame = ", ".join(sorted(set(frames[alike])))
        lines = [
            (row.country, row.definition_en, row.definition_es, row.comparable, row.effect_en, row.effect_es)
            for row in group.itertuples()
        ]
        header = (
            "country",
            "definition",
            "definición",
            "levels compare",
            "what it does to the comparison",
            "qué hace a la comparación",
        )
        parts.append(f"## {name.replace('*', '…')}\n\nFrame: {frame}\n\n{markdown(header, lines)}")
    return "\n".join(parts)


def _stands_for(name: str, code: str, named: set[str]) -> bool:
    """Whether the row of a beginning with * is that of an indicator, which has no rows of its own."""
    return name.endswith("*") and code.startswith(name[:-1]) and code not in named


def constants() -> str:
    """Every constant of the method with the note that stands beside it."""
    notes = _notes((catalogue.FOLDER / "methodology.toml").read_text(encoding="utf-8"))
    rows = []
    for section, content in methodology().items():
        for name, value in content.items() if isinstance(content, dict) else [(section, content)]:
            code = f"{section}.{name}" if isinstance(content, dict) else name
            note, code = notes.get(code, ""), f"`{code}`"
            if isinstance(value, list) and not isinstance(value[0], dict):
                text = ", ".join(f"{item:,}" if isinstance(item, int) else item for item in value)
                rows.append((code, text, note))
            elif isinstance(value, list):
                rows += [(code, f"{item['people']:,}", f"{item['sectors']}, added to {item['outside']}") for item in value]
            else:
                text = str(value) if name.endswith("_year") else f"{value:,.10g}" if isinstance(value, int | float) else value
                rows.append((code, text, note))
    return markdown(("constant", "value", "note"), rows)


def _notes(text: str) -> dict[str, str]:
    """The comment behind each key of a TOML file, with the name of its section, or the lines of comment above it."""
    notes, above, section = {}, [], ""
    for line in text.splitlines():
        if line.startswith("#"):
            above.append(line.lstrip("# "))
        elif line.startswith("["):
            section = line.strip("[]") + "."
        elif found := re.match(r"(\w+) = [^#]*(?:# (.*))?$", line):
            notes[section + found[1]] = found[2] or " ".join(above)
            above = []
    return notes


def lenses() -> str:
    """The share of each block under each lens."""
    weights = register("lenses").pivot(index="lens", columns="block", values="weight").fillna(0)
    weights = weights.reindex(columns=register("blocks")["block"]).div(weights.sum(axis=1), axis=0)
    rows = [(f"`{lens}`", *(f"{weight:.4g}" for weight in row)) for lens, row in weights.iterrows()]
    return markdown(("lens", *weights.columns), rows)


def pillars() -> str:
    """The pillars of the development score and their weights."""
    rows = [(f"`{row.pillar}`", f"{row.weight:g}", row.description) for row in register("pillars").itertuples()]
    return markdown(("pillar", "weight", "what it holds"), rows)
