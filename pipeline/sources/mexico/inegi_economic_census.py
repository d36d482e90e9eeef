"""INEGI's economic censuses: establishments and people employed by state and sector, classes by municipality.

Compiled tables. In the two state tables the headings are those of a trade database: ``location_code`` is the state,
``hs_product_code`` the six-digit SCIAN class, ``export_value`` the count, ``year`` the edition, one year after the year
it describes. Establishments are complete. People employed are 0 where INEGI keeps the class confidential, so a sector's
people are those of its published classes only: status E where a class is hidden, missing where all are. For a mean size
divide them by the establishments of the same classes (``establishments_in_published_classes_…``), never by all. Classes
are added up to the two-digit sectors (31 to 33 together) and to the manufacturing subsectors; a sum's row is that of
its first class.

The table of classes by municipality holds what looks like pesos per worker under codes without leading zero: only
presence is read (status E). The recovered table holds people employed (H001A) of 17 sectors in 1,705 municipalities,
already halved from a doubled source; its zeros mix none with confidential and are missing here, the rest has status E:
for checks, not for scores. Money (production, investment, wages) is not read.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import municipality_areas, numbers, open_csv, require_among
from pipeline.sources.reading import (
    observations,
    require_columns,
    require_counts,
    require_files,
    require_total,
    require_unique,
    unpivot,
    variables_of,
)

SOURCE = "inegi_economic_census"
FILES = ("Edo_UE.csv", "Edo_POT.csv", "state_sector20.csv")
PRESENCE, RECOVERED = "classes_by_municipality_presence.csv", "municipality_sector_recovered.csv"
STATES = (
    "Aguascalientes", "Baja California", "Baja California Sur", "Campeche", "Coahuila", "Colima", "Chiapas",
    "Chihuahua", "Ciudad de México", "Durango", "Guanajuato", "Guerrero", "Hidalgo", "Jalisco", "México",
    "Michoacán", "Morelos", "Nayarit", "Nuevo León", "Oaxaca", "Puebla", "Querétaro", "Quintana Roo", "San Luis Potosí",
    "Sinaloa", "Sonora",     "Tabasco", "Tamaulipas", "Tlaxcala", "Veracruz", "Yucatán", "Zacatecas",
)  # fmt: skip
STATE, CLASS, COUNT, EDITION = "location_code", "hs_product_code", "export_value", "year"
MANUFACTURING = {"31", "32", "33"}
FIRST_ROW = 2


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of every edition up to the vintage's; 2019 describes 2018."""
    establishments, people, sectors, presence, recovered = require_files(folder, *FILES, PRESENCE, RECOVERED)
    classes = _classes(establishments, people)
    _check_sectors(classes[classes[EDITION] == int(vintage)], sectors)
    year = int(vintage) - 1
    return observations([*_state_sectors(classes), *_presence(presence, year), _recovered(recovered, year)])


def _classes(establishments: Path, people: Path) -> pd.DataFrame:
    """One row per edition, state and class: establishments, people (0 where hidden), and their rows in the files."""
    keys = [EDITION, STATE, CLASS]
    units, workers = _state_table(establishments), _state_table(people)
    both = units.merge(workers, on=keys, how="outer", suffixes=("", "_people"), indicator="found")
    _refuse(both["found"] == "right_only", both, people, "_people", "stands only here, not among the establishments")
    both["published"] = both[f"{COUNT}_people"] > 0
    _refuse(both["published"] & (both[COUNT] == 0), both, people, "_people", "people without an establishment")
    _check_sizes(both, people)
    both["ref_area"] = "MX-" + both[STATE].map({name: f"{code:02}" for code, name in enumerate(STATES, 1)})
    return both


def _check_sizes(both: pd.DataFrame, path: Path) -> None:
    """An edition has more people than establishments; single classes may not (three have fewer)."""
    shown = both[both["published"]].groupby(EDITION)[[COUNT, f"{COUNT}_people"]].sum()
    for edition, row in shown.iterrows():
        if row[f"{COUNT}_people"] < row[COUNT]:
            raise SourceError(
                path,
                f"fewer people than the {row[COUNT]:,.0f} establishments of edition {edition}",
                column=COUNT,
                value=row[f"{COUNT}_people"],
                advice="check that the two state tables are not swapped",
            )


def _refuse(bad: pd.Series, both: pd.DataFrame, path: Path, suffix: str, problem: str) -> None:
    if bad.any():
        row = both.loc[bad.idxmax()]
        raise SourceError(
            path,
            f"{row[STATE]} {row[CLASS]}: {problem}",
            row=int(row[f"source_row{suffix}"]),
            column=COUNT,
            value=row[f"{COUNT}{suffix}"],
            advice="correct or quarantine the row",
        )


def _state_table(path: Path) -> pd.DataFrame:
    frame = open_csv(path, [EDITION, STATE, CLASS, COUNT])
    require_among(frame[STATE], STATES, path, FIRST_ROW)
    odd = ~frame[CLASS].str.fullmatch(r"\d{6}")
    if odd.any():
        row = int(np.flatnonzero(odd)[0])
        raise SourceError(path, "is not a six-digit class", row=FIRST_ROW + row, column=CLASS, value=frame[CLASS].iloc[row])
    values = numbers(frame, [EDITION, COUNT], path, FIRST_ROW)
    require_counts(values[COUNT], path, FIRST_ROW)
    require_unique(frame, [EDITION, STATE, CLASS], path, FIRST_ROW)
    return frame[[STATE, CLASS]].assign(
        **{EDITION: values[EDITION].astype("int32"), COUNT: values[COUNT], "source_row": FIRST_ROW + frame.index}
    )


def _state_sectors(classes: pd.DataFrame) -> list[pd.DataFrame]:
    """The three series of every edition, state and code."""
    sector = classes[CLASS].str[:2]
    factory = sector.isin(MANUFACTURING)
    parts = [
        classes.assign(code=sector.mask(factory, "31_33")),
        classes[factory].assign(code=classes[CLASS][factory].str[:3]),
    ]
    return [series for part in parts for series in _series(_sums(part))]


def _sums(part: pd.DataFrame) -> pd.DataFrame:
    part = part.assign(
        shown=part[COUNT].where(part["published"], 0),
        people=part[f"{COUNT}_people"].fillna(0),
        row_people=part["source_row_people"],
    )
    groups = part.groupby([EDITION, "ref_area", "code"], as_index=False)
    return groups.agg(
        units=(COUNT, "sum"),
        shown=("shown", "sum"),
        people=("people", "sum"),
        row=("source_row", "min"),
        row_people=("row_people", "min"),
    )


def _series(sums: pd.DataFrame) -> list[pd.DataFrame]:
    names = variables_of(SOURCE).set_index("publisher_code")["variable"]
    base = pd.DataFrame({"ref_area": sums["ref_area"], "time_period": sums[EDITION] - 1})
    hidden = (sums["shown"] == 0) & (sums["units"] > 0)
    status = np.select([hidden, sums["shown"] < sums["units"]], ["O", "E"], "A")
    units, people = FILES[:2]
    rows_of_people = sums["row_people"].fillna(1)
    return [
        base.assign(source_file=units, source_row=sums["row"], variable=("UE " + sums["code"]).map(names),
                    obs_value=sums["units"]),
        base.assign(source_file=units, source_row=sums["row"], variable=("UE published " + sums["code"]).map(names),
                    obs_value=sums["shown"]),
        base.assign(source_file=people, source_row=rows_of_people, variable=("POT " + sums["code"]).map(names),
                    obs_value=sums["people"].mask(hidden), obs_status=status),
    ]  # fmt: skip


def _check_sectors(classes: pd.DataFrame, path: Path) -> None:
    """The classes of the newest edition give the sums by sector that stand in their own table."""
    frame = open_csv(path, [STATE, "s2", "pot", "ue"])
    require_among(frame[STATE], STATES, path, FIRST_ROW)
    require_unique(frame, [STATE, "s2"], path, FIRST_ROW)
    values = numbers(frame, ["pot", "ue"], path, FIRST_ROW)
    joined = {"31": "31-33", "32": "31-33", "33": "31-33", "48": "48-49", "49": "48-49"}
    found = classes.groupby([STATE, classes[CLASS].str[:2].replace(joined)])[[f"{COUNT}_people", COUNT]].sum()
    published = values.set_index([frame[STATE], frame["s2"]])
    for name, column in (("pot", f"{COUNT}_people"), ("ue", COUNT)):
        both = pd.concat([found[column], published[name]], axis=1).fillna(0)
        wrong = both[both[column] != both[name]]
        if len(wrong):
            require_total(path, f"{name} of {' '.join(wrong.index[0])}", *wrong.iloc[0])


def _presence(path: Path, year: int) -> list[pd.DataFrame]:
    """The classes with any figure in a municipality, as one text and as a number."""
    frame = open_csv(path, ["Row Labels"])
    areas = municipality_areas(frame["Row Labels"].str.zfill(5).rename("Row Labels"), path, FIRST_ROW)
    cells = frame.drop(columns="Row Labels")
    odd = [name for name in cells.columns if not str(name).isdigit() or len(name) != 6]
    if odd or cells.empty:
        raise SourceError(path, "is not a six-digit class", row=1, column=next(iter(odd), "second"))
    filled = (cells != "").to_numpy()
    rows, columns = np.nonzero(filled)
    _check_figures(cells.to_numpy()[rows, columns], rows, columns, cells.columns, path)
    present = pd.Series(np.asarray(cells.columns)[columns]).groupby(rows).agg(" ".join).reindex(range(len(cells)))
    base = pd.DataFrame(
        {"source_file": path.name, "source_row": FIRST_ROW + frame.index, "ref_area": areas, "time_period": year,
         "obs_status": "E"}
    )  # fmt: skip
    return [
        base.assign(variable="classes_present", obs_text=present.fillna("")),
        base.assign(variable="classes_present_count", obs_value=filled.sum(axis=1)),
    ]


def _check_figures(figures: np.ndarray, rows: np.ndarray, columns: np.ndarray, names: pd.Index, path: Path) -> None:
    values = pd.to_numeric(pd.Series(figures), errors="coerce")
    bad = ~(values >= 0)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise SourceError(
            path,
            "is not a number from 0 up",
            row=FIRST_ROW + int(rows[first]),
            column=names[columns[first]],
            value=figures[first],
        )


def _recovered(path: Path, year: int) -> pd.DataFrame:
    codes = [code for code in variables_of(SOURCE)["publisher_code"] if code.startswith("h001a_")]
    frame = open_csv(path, ["cvegeo"])
    require_columns(frame, codes, path)
    frame["ref_area"] = municipality_areas(frame["cvegeo"], path, FIRST_ROW)
    for name, people in numbers(frame, codes, path, FIRST_ROW).items():
        require_counts(people.rename(name), path, FIRST_ROW)
    table = unpivot(frame[["ref_area", *codes]], SOURCE, path.name, time_period=year, first_row=FIRST_ROW)
    unknown = table["obs_value"].isna() | (table["obs_value"] == 0)
    return table.assign(obs_value=table["obs_value"].mask(unknown), obs_status=pd.Series("E", table.index).mask(unknown, "O"))
