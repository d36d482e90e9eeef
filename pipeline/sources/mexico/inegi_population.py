"""Population of every Mexican municipality at INEGI's censuses and mid-decade counts, 1990 to 2020.

Exports of INEGI's interactive query, one file per year (``1990.csv`` ...): latin-1, title lines, a header of labels,
the national line, then each state's line followed by its municipalities, thousands with commas, keys such as ``" 01
001 "`` and, for a state, the formula ``=CONCATENAR(0,01)`` or ``=CONCATENAR( ,10)``; the last line names the census
and its year. All years of the export are one vintage.

Figures stand for the municipality as it was in that year: a code that is absent was not yet a municipality. The names
of the export, and its states and nation, which are sums used as checks, are not returned.
"""

import re
from pathlib import Path

import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import (
    delimited_rows,
    observations,
    require_counts,
    require_files,
    require_total,
    to_numbers,
    variables_of,
)
from schemas.catalogue import register

SOURCE = "inegi_population"
LABELS = {"Total": "Total", "Hombre": "Hombres", "Hombres": "Hombres", "Mujer": "Mujeres", "Mujeres": "Mujeres"}
COLUMNS = ["Total", "Hombres", "Mujeres"]
TITLE = "Población total"
MUNICIPALITY = re.compile(r"\s*(\d{2})\s+(\d{3})\s*")
STATE = re.compile(r"=CONCATENAR\([0 ],(\d{2})\)\s*")
MASKED = ("*", "N/D")


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all years of the vintage, municipalities only."""
    known = register("source_files")
    names = known.loc[(known["source"] == SOURCE) & (known["vintage"] == vintage), "file"]
    if names.empty:
        raise SourceError(folder, "no files of this vintage are registered", advice="add them to source_files.csv")
    return observations([part for path in require_files(Path(folder), *names) for part in _year(path)])


def _year(path: Path) -> list[pd.DataFrame]:
    lines = delimited_rows(path.read_bytes(), path, encoding="latin-1")
    header = _header(lines, path)
    year = _year_of(lines, path)
    table = _table(lines, header, path)
    figures = {name: to_numbers(table[name], path, table["row"], masked=MASKED, thousands=",") for name in COLUMNS}
    values = table.assign(**{name: figures[name]["obs_value"] for name in COLUMNS})
    _check(values, path)
    rows = values["level"] == "municipality"
    return [
        figures[row.publisher_code][rows].assign(
            source_file=path.name,
            source_row=values.loc[rows, "row"],
            time_period=year,
            variable=row.variable,
            ref_area="MX-" + values.loc[rows, "state"] + values.loc[rows, "municipality"],
        )
        for row in variables_of(SOURCE).itertuples()
    ]


def _header(lines: list[list[str]], path: Path) -> int:
    """The position of the line of labels."""
    if not lines or not lines[0] or not lines[0][0].strip().startswith(TITLE):
        raise SourceError(path, f"the title is not {TITLE}", row=1, value=",".join(lines[0]) if lines else "")
    for position, line in enumerate(lines[:12]):
        labels = [LABELS.get(label.strip()) for label in line[2:5]]
        if None not in labels and sorted(labels) == sorted(COLUMNS):
            return position
    raise SourceError(
        path,
        "no line of labels Total, Hombres, Mujeres among the first twelve",
        row=1,
        advice="this layout is not the one known here",
    )


def _year_of(lines: list[list[str]], path: Path) -> int:
    """The year in the footnote, which must be the file's."""
    position = max((number for number, line in enumerate(lines) if line), default=0)
    note = " ".join(lines[position])
    year = re.search(r"(?i)fuente:.*?((?:19|20)\d{2})", note)
    if not year or year[1] != path.stem:
        raise SourceError(
            path,
            "the footnote does not name the census of the file's year (the file may be cut short)",
            row=position + 1,
            value=note,
        )
    return int(year[1])


def _table(lines: list[list[str]], header: int, path: Path) -> pd.DataFrame:
    """The national line, the states and the municipalities as text, with the row of the file."""
    labels = [LABELS[label.strip()] for label in lines[header][2:5]]
    records, state = [], None
    for row, line in enumerate(lines[header + 1 :], start=header + 2):
        if not line or line[0].lower().startswith("fuente"):
            continue
        if len(line) != 5:
            raise SourceError(path, f"holds {len(line)} fields instead of 5", row=row, value=",".join(line))
        level, code, municipality = _key(line[0], records, row, path)
        state = code if level == "state" else state
        if level == "municipality" and code != state:
            raise SourceError(path, f"the municipality stands under state {state}", row=row, column="key", value=line[0])
        records.append(
            {"row": row, "level": level, "state": code, "municipality": municipality} | dict(zip(labels, line[2:], strict=True))
        )
    return _require_municipalities(pd.DataFrame(records), header, path)


def _require_municipalities(table: pd.DataFrame, header: int, path: Path) -> pd.DataFrame:
    """The table, which must hold municipalities, each key once."""
    if table.empty or "municipality" not in set(table["level"]):
        raise SourceError(path, "holds no rows of municipalities", row=header + 1)
    twice = table.duplicated(["state", "municipality"])
    if twice.any():
        row = table[twice].iloc[0]
        value = f"{row['state']} {row['municipality']}"
        raise SourceError(path, "the key stands twice", row=row["row"], column="key", value=value)
    return table


def _key(cell: str, earlier: list[dict], row: int, path: Path) -> tuple[str, str, str]:
    """Level, state code and municipal code of a line's key; the first line is the nation's, and its key is blank."""
    if not earlier and not cell.strip():
        return "nation", "", ""
    if state := STATE.fullmatch(cell):
        return "state", state[1], ""
    if municipality := MUNICIPALITY.fullmatch(cell):
        return "municipality", municipality[1], municipality[2]
    raise SourceError(path, "is not the key of a state or municipality", row=row, column="key", value=cell)


def _check(values: pd.DataFrame, path: Path) -> None:
    """Counts are counts, women and men add up, municipalities add up to states, states to the nation."""
    for name in COLUMNS:
        require_counts(values[name], path, values["row"])
    sexes = values["Hombres"] + values["Mujeres"]
    wrong = values[(sexes - values["Total"]).abs() > 0]
    if len(wrong):
        row = wrong.iloc[0]
        raise SourceError(path, "is not the sum of women and men", row=row["row"], column="Total", value=row["Total"])
    if values["level"].iloc[0] != "nation":
        raise SourceError(path, "the national line is missing", row=values["row"].iloc[0], column="key")
    groups = dict(list(values.groupby(["level", "state"])))
    states = values[values["level"] == "state"]
    for state in states.itertuples():
        members = groups.get(("municipality", state.state), values.iloc[:0])
        _check_total(members, state, f"state {state.state}", path)
    _check_total(states, next(values.itertuples()), "the nation", path)


def _check_total(members: pd.DataFrame, whole, what: str, path: Path) -> None:
    for name in COLUMNS:
        published = getattr(whole, name)
        hidden = members[name].isna().any() and members[name].sum() <= published
        if not hidden and published == published:
            require_total(path, f"{what} (row {whole.row}, column {name})", members[name].sum(), published)
