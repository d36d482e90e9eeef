"""Names, points, areas and the people of two censuses of China's prefectures, compiled.

Populations of 2010 are those of the compiler, who added up counties within the limits of 2020, so that the growth between
both censuses compares the same territory; the people of 2020 differ in a few areas from the census's own, which is read
elsewhere. Points lie inside the outlines, areas are those of the outlines. Names are in Chinese characters; readers
get those of ``schemas/area_names.csv``, pinyin without tones or the name in the language of the place. Hong Kong and
Macao, and figures by age, do not belong here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.sources.municipal_tables import numbers, open_csv, require_within
from pipeline.sources.reading import observations, refuse_cells, require_counts, require_files, require_unique, stack
from schemas.catalogue import register

FILE, FIRST_ROW = "city_population_2010_2020_points.csv", 2
PEOPLE = {"popu_2010": 2010, "popu_2020": 2020}
PLACE = {"lat": "latitude", "lon": "longitude", "outline_km2": "area_km2"}
LEFT_OUT = ["810000", "820000"]


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Names, points, areas and populations; the vintage is the year of the newer census."""
    (path,) = require_files(folder, FILE)
    frame = open_csv(path, ["city", "city_code", *PEOPLE, *PLACE])
    refuse_cells(~frame["city_code"].str.fullmatch(r"\d{6}"), frame["city_code"], path, "is not a code of 6 digits")
    require_unique(frame, ["city_code"], path, FIRST_ROW)
    figures = numbers(frame, [*PEOPLE, *PLACE], path, FIRST_ROW)
    _check(figures, path)
    kept = ~frame["city_code"].isin(LEFT_OUT)
    areas, rows = ("CN-" + frame["city_code"])[kept], pd.Series(np.arange(FIRST_ROW, FIRST_ROW + len(frame)))[kept]
    parts = [stack(figures.loc[kept, list(PLACE)].rename(columns=PLACE), areas, path.name, rows, int(vintage))]
    for column, year in PEOPLE.items():
        parts.append(stack(figures.loc[kept, [column]].set_axis(["population"], axis=1), areas, path.name, rows, year))
    told = {"source_file": path.name, "source_row": rows, "ref_area": areas, "time_period": int(vintage)}
    return observations([*parts, pd.DataFrame({**told, "variable": "name", "obs_text": _names(frame, areas, path)})])


def _check(figures: pd.DataFrame, path: Path) -> None:
    require_within(figures[["lat"]], path, FIRST_ROW, 3, 54)
    require_within(figures[["lon"]], path, FIRST_ROW, 73, 136)
    require_within(figures[["outline_km2"]], path, FIRST_ROW, 1, 1_000_000)
    for column in PEOPLE:
        require_counts(figures[column], path, FIRST_ROW)


def _names(frame: pd.DataFrame, areas: pd.Series, path: Path) -> pd.Series:
    """The names of the register; a place whose name there is another one is refused."""
    known = register("area_names").set_index("ref_area")
    same = areas.map(known["publisher_name"]) == frame.loc[areas.index, "city"]
    problem = "is not the name in schemas/area_names.csv"
    refuse_cells(~same, frame.loc[areas.index, "city"], path, problem, (areas.index + FIRST_ROW).to_numpy())
    return areas.map(known["name"])
