"""CHANGES.md: what changed since the edition before, in words, Spanish and English side by side.

Every figure comes from the tables ``edition_changes`` and ``mirror_changes``; nothing is compared here.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline.foundation.markdown import markdown
from pipeline.foundation.raw_files import vintages_at
from schemas.catalogue import methodology, register

MOST = 5
CAUSES = {
    "new data": "datos nuevos", "revised data": "datos corregidos", "method": "método", "pool": "conjunto de áreas",
    "others": "otras áreas",
}  # fmt: skip
LEVELS = {"local": "municipios", "metro": "metrópolis", "state": "estados"}
STATUSES = {"kept": "sigue", "weakened": "más débil", "new": "nuevo", "lost": "perdido"}
HEADING = """# Cambios de la edición {edition} frente a la {previous} · Changes of edition {edition} since {previous}

**Español.** La edición {edition} usa lo publicado hasta el {cut_off}; la {previous}, hasta el {cut_off_before}. La anterior se \
calculó de nuevo con el método de hoy, y cada cambio se reparte en datos nuevos (otro año o fuente), datos corregidos (el mismo \
año, otra cifra), método y conjunto de áreas. Todo está, área por área, en las tablas `edition_changes` y `mirror_changes`.

**English.** Edition {edition} uses what was published up to {cut_off}; {previous}, up to {cut_off_before}. The earlier one was \
computed again by today's method, and each change is split into new data (another year or source), revised data (the same year, \
another figure), method, and pool of areas. All of it is, area by area, in the tables `edition_changes` and `mirror_changes`.
"""
FIRST = """# Primera edición · First edition

**Español.** No hay edición anterior a la {edition}.

**English.** There is no edition before {edition}.
"""


def report(tables: Mapping[str, Path], edition: str) -> str:
    """The text of CHANGES.md from the stored tables ``edition_changes``, ``mirror_changes`` and ``reference_areas``."""
    changes, mirrors = (pd.read_parquet(tables[name]) for name in ("edition_changes", "mirror_changes"))
    editions = pd.concat([changes["previous_edition"], mirrors["previous_edition"]])
    if editions.empty or (editions == edition).all():
        return FIRST.format(edition=edition)
    previous = editions.iloc[0]
    cut_offs = register("editions").set_index("edition")["cut_off"]
    names = pd.read_parquet(tables["reference_areas"], columns=["ref_area", "name"]).set_index("ref_area")["name"]
    heading = HEADING.format(edition=edition, previous=previous, cut_off=cut_offs[edition], cut_off_before=cut_offs[previous])
    parts = [
        _sources(cut_offs[previous], cut_offs[edition]),
        _scores(changes[(changes["kind"] == "score") & changes["ref_area"].str.startswith("MX-")], names),
        _mirrors(mirrors, names),
        _indicators(changes[changes["kind"] == "indicator"]),
    ]
    return "\n".join([heading, *parts])


def _sources(before: str, after: str) -> str:
    old, new = (vintages_at(cut_off).set_index("source")["vintage"] for cut_off in (before, after))
    titles = register("sources").drop_duplicates("source", keep="last").set_index("source")["title"]
    rows = [(f"`{name}`", titles[name], old.get(name, "—"), new[name]) for name in new.index if old.get(name) != new[name]]
    header = ("fuente · source", "título · title", "antes · before", "ahora · now")
    return _section("Fuentes nuevas · New sources and vintages", header, rows)


def _scores(changes: pd.DataFrame, names: pd.Series) -> str:
    levels, own = [], changes.dropna(subset="change").query("cause != 'others'")
    for level, rows in changes.groupby("level"):
        moved = own[own["level"] == level]
        levels.append((
            f"{LEVELS[level]} · {level}", len(moved), f"{moved['change'].abs().median():.2f}" if len(moved) else "—",
            _count(moved["beyond_interval"]), _count(moved["rank_beyond_interval"]),
            int(rows["before"].isna().sum()), int(rows["after"].isna().sum()),
        ))  # fmt: skip
    header = (
        "nivel · level", "cambian · moved", "mediana · median", "fuera de su intervalo · beyond interval",
        "lugar en su país fuera de su intervalo · rank in its country beyond interval", "por primera vez · first score",
        "ya sin puntaje · no score now",
    )  # fmt: skip
    largest = own.sort_values(["change", "ref_area"], key=_size, kind="stable").tail(2 * MOST)[::-1]
    rows = [
        (
            names.get(r.ref_area, r.ref_area),
            f"`{r.ref_area}`",
            f"{r.before:.1f}",
            f"{r.after:.1f}",
            f"{r.change:+.2f}",
            _cause(r.cause),
        )
        for r in largest.itertuples()
    ]
    columns = ("área · area", "código · code", "antes · before", "ahora · now", "cambio · change", "causa · cause")
    return "\n".join([
        _section("Puntajes de desarrollo en México · Development scores in Mexico", header, levels),
        _section("Los mayores cambios · The largest changes", columns, rows, 3),
    ])  # fmt: skip


def _size(column: pd.Series) -> pd.Series:
    return column.abs().round(9) if column.dtype == "float64" else column


def _count(flags: pd.Series) -> str:
    return str(int(flags.sum())) if flags.notna().any() else "—"


def _mirrors(changes: pd.DataFrame, names: pd.Series) -> str:
    within = methodology()["editions"]["kept_within"]
    counts = changes.groupby(["level", "status"]).size().unstack(fill_value=0).reindex(columns=list(STATUSES), fill_value=0)
    rows = [(f"{LEVELS[level]} · {level}", *map(int, row)) for level, row in zip(counts.index, counts.to_numpy(), strict=True)]
    header = ("nivel · level", *(f"{spanish} · {english}" for english, spanish in STATUSES.items()))
    causes = changes.dropna(subset="cause").groupby(["status", "cause"]).size()
    reasons = [(f"{STATUSES[status]} · {status}", _cause(cause), int(count)) for (status, cause), count in causes.items()]
    metros = changes[(changes["level"] == "metro") & changes["status"].isin(["new", "lost"])]
    examples = metros.sort_values(["rank_after", "rank_before", "ref_area", "counterpart_area"]).head(2 * MOST)
    counterparts = examples["counterpart_area"].map(names)
    shown = [
        (names[r.ref_area], counterpart, f"{STATUSES[r.status]} · {r.status}", _cause(r.cause))
        for r, counterpart in zip(examples.itertuples(), counterparts.fillna(examples["counterpart_area"]), strict=True)
    ]
    return "\n".join([
        _section("Espejos · Mirrors", header, rows),
        f"Un espejo sigue mientras su distancia no pase de {within} veces la del décimo. · "
        f"A mirror is kept while its distance is at most {within} times that of the tenth.\n",
        _section("Por qué · Why", ("cambio · change", "causa · cause", "pares · pairs"), reasons, 3),
        _section("Metrópolis, por ejemplo · Metropolises, for example",
                 ("metrópoli · metropolis", "espejo · mirror", "cambio · change", "causa · cause"), shown, 3),
    ])  # fmt: skip


def _indicators(changes: pd.DataFrame) -> str:
    labels = register("indicators").set_index("indicator")
    counts = changes.groupby(["measure", "cause"]).size().sort_values(ascending=False, kind="stable").head(4 * MOST)
    rows = [
        (f"{labels.loc[measure, 'label_es']} · {labels.loc[measure, 'label_en']}", _cause(cause), int(count))
        for (measure, cause), count in counts.items()
    ]
    header = ("indicador · indicator", "causa · cause", "valores · values")
    return _section("Indicadores con más cambios · Indicators with most changes", header, rows)


def _cause(cause: str) -> str:
    return f"{CAUSES[cause]} · {cause}"


def _section(title: str, header: tuple, rows: list[tuple], depth: int = 2) -> str:
    if not rows:
        return f"{'#' * depth} {title}\n\nNinguno · None.\n"
    return f"{'#' * depth} {title}\n\n{markdown(header, [tuple(map(str, row)) for row in rows])}"
