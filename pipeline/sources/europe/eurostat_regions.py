"""NUTS 3 regions of Europe (NUTS 2021): product, people by age, outlines; and the young out of work and school by NUTS
2.

Wide tables of Eurostat: ``nama_10r_3gdp`` (comma-separated despite its name at hand; tab-separated
and gzipped as Eurostat serves it), ``demo_r_pjangrp3`` and
``demo_r_pjanind3`` (people on 1 January by age, median age), ``edat_lfse_22`` (NUTS 2 only, a rate without its base).
The last ten years of each table are read. The regions are those of the outlines file: codes of older and newer NUTS
and the pseudo-regions ``...ZZZ`` and ``...XXX`` are left out, so that no one is counted twice. The row of an outline
is the number of its feature. The row of a sum over ages is that of its first age. A region without a figure has
status O.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
import shapely.geometry

from pipeline.foundation.containers import gunzip
from pipeline.foundation.errors import SourceError
from pipeline.sources.europe.eurostat_cities import countries
from pipeline.sources.municipal_tables import require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_files,
    require_total,
    require_unique,
    require_years,
    variables_of,
)

SOURCE = "eurostat_regions"
GDP, AGES, INDICATORS = "estat_nama_10r_3gdp.tsv", "estat_demo_r_pjangrp3.tsv.gz", "estat_demo_r_pjanind3.tsv.gz"
NEET, OUTLINES = "edat_lfse_22.tsv.gz", "nuts3_20M_2021.geojson"
OUTLINES_YEAR = 2021
UNITS = {"MIO_EUR": 1e6, "MIO_NAC": 1e6, "MIO_PPS_EU27_2020": 1e6, "EUR_HAB": 1, "PPS_EU27_2020_HAB": 1}
TOTALS = ["MIO_EUR", "MIO_NAC", "MIO_PPS_EU27_2020"]
AGE_GROUPS = {
    "Y0-14": ["Y_LT5", "Y5-9", "Y10-14"],
    "Y15-64": ["Y15-19", "Y20-24", "Y25-29", "Y30-34", "Y35-39", "Y40-44", "Y45-49", "Y50-54", "Y55-59", "Y60-64"],
    "Y_GE65": ["Y65-69", "Y70-74", "Y75-79", "Y80-84", "Y85-89", "Y_GE90"],
}
CELL = r"^(:|-?\d+(?:\.\d+)?)\s*([a-z]*)\s*(?:@[A-Z])?$"  # @C: confidential
FLAGS = {"p": ("P", 1), "e": ("E", 2), "u": ("E", 2), "b": ("B", 3)}
STATUS = np.array(["A", "P", "E", "B"])
YEARS_KEPT = 10
FIRST_ROW = 2
DIMENSIONS = ("freq", "unit", "geo", "sex", "age", "indic_de", "training", "wstatus")
ROUNDING = 1e-4  # regions are published to 10,000 euros


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of all tables; the vintage is the year in which they were fetched."""
    fetched = (Path(folder) / f"{GDP}.gz").is_file()
    names = (f"{GDP}.gz" if fetched else GDP, AGES, INDICATORS, NEET, OUTLINES)
    gdp, ages, indicators, neet, outlines = require_files(folder, *names)
    regions = _read_outlines(outlines)
    codes = regions["code"].unique()
    return observations(
        [
            regions.drop(columns="code"),
            _read_gdp(gdp, codes),
            *_read_ages(ages, codes),
            _select(_open_table(indicators), indicators, {"indic_de": "MEDAGEPOP"}, codes, "MEDAGEPOP"),
            _read_neet(neet, codes),
        ]
    )


def _open_table(path: Path) -> pd.DataFrame:
    """The table as text: one column per dimension, one per year, ``source_row``."""
    content = gunzip(path) if path.suffix == ".gz" else path.read_bytes()
    frame = read_delimited(content, path, delimiter="\t" if path.suffix == ".gz" else ",")
    require_unique(frame, [name for name in frame.columns if not name.isdigit()], path, FIRST_ROW)
    if "\\" in frame.columns[0]:
        frame = _split_key(frame, path)
    require_columns(frame, ["freq", "geo"], path)
    years = [name for name in frame.columns if name.isdigit()]
    if not years:
        raise SourceError(path, "has no column of a year", row=1, advice="this layout is not the one known here")
    require_years(years, path, 1)
    if unknown := [name for name in frame.columns if name not in (*DIMENSIONS, *years)]:
        advice = "this layout is not the one known here"
        problem = f"is neither a year nor one of {', '.join(DIMENSIONS)}: one of them may be missing"
        raise SourceError(path, problem, row=1, column=unknown[0], advice=advice)
    return frame.assign(source_row=np.arange(FIRST_ROW, FIRST_ROW + len(frame)))


def _split_key(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The first column, in which the dimensions stand joined by commas, as one column each."""
    key = frame.columns[0]
    names = key.split("\\")[0].split(",")
    refuse_cells(frame[key].str.count(",") != len(names) - 1, frame[key], path, "lacks a dimension or has one too many")
    parts = frame[key].str.split(",", expand=True).set_axis(names, axis=1)
    return pd.concat([parts, frame.drop(columns=key)], axis=1)


def _years(frame: pd.DataFrame) -> list[str]:
    """The last years of the table."""
    return sorted(name for name in frame.columns if name.isdigit())[-YEARS_KEPT:]


def _parse(frame: pd.DataFrame, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Values and severity of their flags, regions by years; refuses a cell that is neither a number nor ``:``."""
    years = _years(frame)
    cells = pd.Series(frame[years].to_numpy().ravel(), dtype="str").str.strip()
    values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype="float64", copy=True)
    other = np.flatnonzero(~np.isfinite(values))
    parts = cells.iloc[other].str.extract(CELL)
    values[other] = pd.to_numeric(parts[0].mask(parts[0] == ":"))
    severity = np.zeros(len(cells), dtype="int8")
    for letter, (_, rank) in FLAGS.items():
        flagged = other[parts[1].str.contains(letter, regex=False).fillna(False)]
        severity[flagged] = np.maximum(severity[flagged], rank)
    bad = np.union1d(other[parts[0].isna()], np.flatnonzero(values < 0))
    if len(bad):
        row, year = divmod(int(bad[0]), len(years))
        raise SourceError(
            path, "is no number from 0", row=frame["source_row"].iloc[row], column=years[year], value=cells.iloc[bad[0]]
        )
    return values.reshape(len(frame), -1), severity.reshape(len(frame), -1)


def _table(frame: pd.DataFrame, path: Path, values, severity, code: str, scale: float = 1) -> pd.DataFrame:
    """Rows for ``observations``: one per region of ``frame`` and year."""
    years = _years(frame)
    variable = variables_of(SOURCE).set_index("publisher_code").loc[code, "variable"]
    numbers = np.asarray(values).ravel()
    return pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": np.repeat(frame["source_row"].to_numpy(), len(years)),
            "ref_area": np.repeat(("NUTS-" + frame["geo"]).to_numpy(), len(years)),
            "variable": variable,
            "time_period": np.tile([int(year) for year in years], len(frame)),
            "obs_value": np.round(numbers * scale, 2),
            "obs_status": np.where(np.isnan(numbers), "O", STATUS[np.asarray(severity).ravel()]),
        }
    )


def _select(frame: pd.DataFrame, path: Path, where: dict[str, str], codes, code: str, scale: float = 1) -> pd.DataFrame:
    """The rows of one series of the table, for the regions in ``codes``."""
    rows = _series(frame, path, where)
    rows = rows[rows["geo"].isin(codes)]
    return _table(rows, path, *_parse(rows, path), code, scale)


def _series(frame: pd.DataFrame, path: Path, where: dict[str, str]) -> pd.DataFrame:
    require_columns(frame, where, path)
    rows = frame[np.logical_and.reduce([frame[name] == value for name, value in where.items()])]
    if rows.empty:
        raise SourceError(path, "holds no such series", column=", ".join(where), value=", ".join(where.values()))
    return rows


def _read_gdp(path: Path, codes) -> pd.DataFrame:
    """Product in euros, national currency and purchasing power standards; regions must add up to their country."""
    frame = _open_table(path)
    for unit in TOTALS:
        _check_countries(_series(frame, path, {"unit": unit}), path, codes)
    return pd.concat([_select(frame, path, {"unit": unit}, codes, unit, scale) for unit, scale in UNITS.items()])


def _check_countries(frame: pd.DataFrame, path: Path, codes) -> None:
    """In every year in which all regions of a country have a figure, they and its pseudo-region give the country's."""
    values = pd.DataFrame(_parse(frame, path)[0], index=frame["geo"], columns=_years(frame))
    regions = values.reindex(np.sort(codes))
    complete = regions.notna().groupby(regions.index.str[:2]).all()
    beyond = values[values.index.str.endswith("ZZZ")]
    parts = pd.concat([regions, beyond])
    found = parts.groupby(parts.index.str[:2]).sum().reindex(complete.index).where(complete)
    published = values.reindex(complete.index)
    for country, year in zip(*np.nonzero((found.notna() & published.notna()).to_numpy()), strict=True):
        total = published.iloc[country, year]
        what = f"{found.index[country]} {found.columns[year]}, {frame['unit'].iloc[0]},"
        require_total(path, what, found.iloc[country, year], total, ROUNDING * total)


def _read_ages(path: Path, codes) -> list[pd.DataFrame]:
    """People in all, women, and three broad ages, which together with those of unknown age must give all."""
    frame = _open_table(path)
    frame = frame[frame["geo"].isin(codes)]
    total = _series(frame, path, {"sex": "T", "age": "TOTAL"}).set_index("geo", drop=False)
    people = _parse(total, path)
    parts = {name: _sum_ages(frame, path, ages, total.index) for name, ages in AGE_GROUPS.items()}
    unknown = np.nan_to_num(_sum_ages(frame, path, ["UNK"], total.index)[1])
    found = sum(values for _, values, _ in parts.values()) + unknown
    _require_ages(found, people[0], total, path)
    return [
        _table(total, path, *people, "TOTAL"),
        _select(frame, path, {"sex": "F", "age": "TOTAL"}, codes, "TOTAL F"),
        *(_table(rows, path, values, severity, name) for name, (rows, values, severity) in parts.items()),
    ]


def _sum_ages(frame: pd.DataFrame, path: Path, ages: list[str], regions) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The sum over ages for the regions in that order, missing where one age is, with the gravest flag.

    A region without a row for an age has no figure for it. The rows are those of the first age.
    """
    values, severity = 0.0, np.zeros(1, dtype="int8")
    for age in reversed(ages):
        series = _series(frame, path, {"sex": "T", "age": age}).set_index("geo", drop=False)
        rows = series.reindex(regions).assign(geo=regions)
        rows[_years(frame)] = rows[_years(frame)].fillna(":")
        rows["source_row"] = rows["source_row"].fillna(FIRST_ROW).astype("int64")
        parsed = _parse(rows, path)
        values, severity = values + parsed[0], np.maximum(severity, parsed[1])
    return rows, values, severity


def _require_ages(found: np.ndarray, people: np.ndarray, total: pd.DataFrame, path: Path) -> None:
    """Refuse a region whose ages do not give its people."""
    wrong = np.argwhere(np.abs(found - people) > 0.5)
    if len(wrong):
        region, year = wrong[0]
        raise SourceError(
            path,
            f"is not the sum of its ages, {found[region, year]:,.0f}",
            row=total["source_row"].iloc[region],
            column=_years(total)[year],
            value=people[region, year],
        )


def _read_neet(path: Path, codes) -> pd.DataFrame:
    """Share of those aged 15 to 29 in neither employment nor education or training, NUTS 2."""
    rates = _select(
        _open_table(path),
        path,
        {"sex": "T", "age": "Y15-29", "wstatus": "NEMP", "training": "NO_FE_NO_NFE", "unit": "PC"},
        np.unique(codes.astype("str").astype("<U4")),
        "NEMP Y15-29",
    )
    require_within(rates[["obs_value"]], path, FIRST_ROW, 0, 100)
    return rates


def _read_outlines(path: Path) -> pd.DataFrame:
    """Name, country, NUTS 2 region and outline (WKT, three decimals) of every region; ``code`` is its NUTS code."""
    properties, shapes = _open_outlines(path)
    texts = {
        "name": properties["NUTS_NAME"].str.strip(),
        "country": countries(properties["CNTR_CODE"], path, 1),
        "parent": "NUTS-" + properties["NUTS_ID"].str[:4],
        "outline": shapely.to_wkt(shapes, rounding_precision=3, trim=True),
    }
    base = pd.DataFrame(
        {
            "source_file": path.name,
            "source_row": np.arange(1, len(properties) + 1),
            "code": properties["NUTS_ID"],
            "ref_area": "NUTS-" + properties["NUTS_ID"],
            "time_period": OUTLINES_YEAR,
        }
    )
    return pd.concat([base.assign(variable=name, obs_text=text) for name, text in texts.items()], ignore_index=True)


def _open_outlines(path: Path) -> tuple[pd.DataFrame, list]:
    """Properties and shapes of the features, one region of NUTS 3 each."""
    try:
        features = json.loads(path.read_bytes())["features"]
        properties = pd.DataFrame([feature["properties"] for feature in features])
        with np.errstate(invalid="ignore"):
            shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise SourceError(path, f"is no GeoJSON of regions ({error!r})") from error
    if properties.empty:
        raise SourceError(path, "holds no regions")
    require_columns(properties, ["NUTS_ID", "LEVL_CODE", "CNTR_CODE", "NUTS_NAME"], path)
    require_unique(properties, ["NUTS_ID"], path, 1)
    broken = pd.Series(np.isnan([shapely.get_coordinates(shape).sum() for shape in shapes]))
    refuse_cells(broken, properties["NUTS_ID"], path, "has an outline with a coordinate that is no number", 1)
    refuse_cells(properties["LEVL_CODE"] != 3, properties["LEVL_CODE"], path, "is another level than NUTS 3", 1)
    return properties, shapes
