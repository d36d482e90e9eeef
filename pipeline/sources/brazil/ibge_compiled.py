"""Brazilian municipalities, compiled by others from official figures (IBGE, UNDP, IPEA, Denatran, Ministry of Tourism).

Three files: ``BRAZIL_CITIES_kaggle2019.csv`` (census of 2010, product and companies of 2016, people of 2018, vehicles
and hotels of 2019; keyed by name and state), ``BRAZIL_CITIES_lcapela.csv`` (Latin-1; keyed by IBGE code: area,
schooling, Gini, homicides) and ``municipios_kelvins.csv`` (code, name, coordinates of every municipality). Names are
matched by state and letters without accents; both lists of codes count, so old and new spellings resolve. A row that
resolves to no code is refused, except the lake that IBGE's table of areas lists (Lagoa dos Patos, RS). Rows of the
same municipality are merged and must not contradict each other.

Defects of the files and what is done about them:
- GDP, value added and taxes are partly in thousands of reais and partly, unmarked, in millions. ``gdp`` is GDP per
  head times its people. Each of the four values added and taxes is taken as given or times 1,000, whichever makes
  them add up to that product; what stays ambiguous is missing. Repaired figures have status E.
- A fourth of the human development indices lost their third decimal. The index is the geometric mean of its three
  components, which gives the published third decimal back; repaired ones have status E.
- Altitudes without their decimal point (above 3,000 m, higher than any place in Brazil) are divided by 1,000, status
  E.
- The area of the first file lost decimal points; the second file's is read. It counts inland water.
- The ages are given for people in areas with regular street plans only (four fifths of all): their shares are applied
  to all people, status E.
- Some coordinates of the third file lie in another region: beyond 50 km from the seat in the second file, the latter
  is taken, status E.
- ``UNEMPLOYMENT_RATE_10+_2010`` is no unemployment rate (37 % of those aged 10 and over, against 7.6 % of the labour
  force in the census). It is not read, so nothing here says who works.
- Missing hotels are not zero hotels: they are missing.
"""

import itertools
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_equal, require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    refuse_cells,
    require_columns,
    require_files,
    require_unique,
    stack,
    to_numbers,
    variables_of,
)

SOURCE = "ibge_compiled"
CITIES, RATES, CODES = "BRAZIL_CITIES_kaggle2019.csv", "BRAZIL_CITIES_lcapela.csv", "municipios_kelvins.csv"
LAKES = {("RS", "lagoadospatos")}
FIRST_ROW = 2
COUNTS = {
    2010: ["IBGE_RES_POP", "IBGE_RES_POP_ESTR", "IBGE_DU"],
    2016: ["POP_GDP", "COMP_TOT"],
    2018: ["ESTIMATED_POP"],
    2019: ["HOTELS", "BEDS", "Cars", "Motorcycles"],
}
ESTIMATES = ["POP_GDP", "ESTIMATED_POP"]
INDICES = ["IDHM", "IDHM_Renda", "IDHM_Longevidade", "IDHM_Educacao"]
AGES = {
    "population_0_14": ["IBGE_1", "IBGE_1.4", "IBGE_5.9", "IBGE_10.14"],
    "population_15_59": ["IBGE_15.59"],
    "population_60_plus": ["IBGE_60."],
}
AGE_BASE = "IBGE_POP"
ADDED = ["GVA_AGROPEC", "GVA_INDUSTRY", "GVA_SERVICES", "GVA_PUBLIC", "TAXES"]
ADDED_TOTAL, GDP, PER_HEAD = "GVA_TOTAL", "GDP", "GDP_CAPITA"
SECTIONS = [f"COMP_{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTU"]
SHARES = [
    "IBGE_POP_10+_2010",
    "IBGE_EDU_0_PERC",
    "IBGE_EDU_1_PERC",
    "IBGE_EDU_2_PERC",
    "IBGE_EDU_3_PERC",
    "IBGE_EDU_NA_PERC",
    "ILLITERACY_RATE_10+_2010",
    "GINI_INDEX_2000",
    "GINI_INDEX_2010",
]
RATES_COUNTS = ["IBGE_ESTIMATED_POP_2017", "HOMICIDES", "HIDDEN_HOMICIDES"]
THOUSAND = 1000
INDEX_ROUNDING = 0.0055  # two decimals of the index and three of its components
HIGHEST = 3000  # metres: Pico da Neblina has 2,995
COORDINATES_APART = 50  # km
EARTH_RADIUS = 6371  # km


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Observations of the three files; the vintage is the year of the newest figures of the first."""
    cities, rates, codes = require_files(folder, CITIES, RATES, CODES)
    places = _read_codes(codes)
    shares = _read_rates(rates)
    towns = _read_cities(cities, _spellings(shares, places))
    parts = [
        *_people(towns),
        _index(towns),
        *_product(towns, cities),
        _companies(towns),
        _altitudes(towns),
        _classes(towns),
        *_rates(shares, towns),
        *_places(places, shares, int(vintage)),
    ]
    return observations([_merged(pd.concat(parts[:-2], ignore_index=True), cities), *parts[-2:]])


def _read_codes(path: Path) -> pd.DataFrame:
    """Code, name, coordinates of every municipality."""
    frame = read_delimited(path.read_bytes(), path)
    require_columns(frame, ["codigo_ibge", "nome", "latitude", "longitude", "capital", "codigo_uf"], path)
    refuse_cells(
        ~frame["codigo_ibge"].str.fullmatch(r"\d{7}") | (frame["codigo_ibge"].str[:2] != frame["codigo_uf"]),
        frame["codigo_ibge"],
        path,
        "is no code of a municipality of its state",
    )
    refuse_cells(~frame["capital"].isin(["0", "1"]), frame["capital"], path, "is neither 0 nor 1")
    require_unique(frame, ["codigo_ibge"], path, FIRST_ROW)
    for name, low, high in (("latitude", -34, 5.5), ("longitude", -74, -28)):
        frame[name] = to_numbers(frame[name], path, FIRST_ROW)["obs_value"]
        require_within(frame[[name]], path, FIRST_ROW, low, high)
    return _located(frame, frame["codigo_ibge"])


def _read_rates(path: Path) -> pd.DataFrame:
    """The second file: shares and counts as numbers."""
    frame = read_delimited(path.read_bytes(), path, encoding="latin-1")
    numbers = ["LAT", "LONG", "AREA", *SHARES, *RATES_COUNTS]
    require_columns(frame, ["CITY", "STATE", "IBGE_ID", *numbers], path)
    refuse_cells(~frame["IBGE_ID"].str.fullmatch(r"\d{7}"), frame["IBGE_ID"], path, "is no code of a municipality")
    require_unique(frame, ["IBGE_ID"], path, FIRST_ROW)
    for name in numbers:
        frame[name] = to_numbers(frame[name], path, FIRST_ROW)["obs_value"]
    require_within(frame[SHARES], path, FIRST_ROW, 0, 1)
    require_within(frame[["AREA", *RATES_COUNTS]], path, FIRST_ROW)
    schooling = [name for name in SHARES if "EDU" in name]
    levels = frame[schooling].sum(axis=1, skipna=False).rename(" + ".join(schooling))
    require_equal(pd.Series(1.0, index=frame.index), levels, path, FIRST_ROW, 0.01)
    return _located(frame, frame["IBGE_ID"])


def _located(frame: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    return frame.assign(ref_area="BR-" + codes, source_row=np.arange(FIRST_ROW, FIRST_ROW + len(frame)))


def _names() -> pd.Series:
    """Our variable by the publisher's code; the base of the shares has several and stands under its first."""
    return variables_of(SOURCE).drop_duplicates("publisher_code").set_index("publisher_code")["variable"]


def _letters(names: pd.Series) -> pd.Series:
    """Names in small letters without accents, spaces and marks."""
    plain = names.map(lambda name: unicodedata.normalize("NFKD", name)).str.lower()
    return plain.str.replace(r"[^a-z]", "", regex=True)


def _spellings(shares: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Area by state and letters of the name, in the spellings of both lists."""
    states = pd.DataFrame({"uf": shares["IBGE_ID"].str[:2], "state": shares["STATE"]}).drop_duplicates()
    for name in ("uf", "state"):
        twice = states[name].duplicated(keep=False)
        if twice.any():
            raise SourceError(RATES, "a state has two codes", column="STATE, IBGE_ID", value=states[twice].to_numpy().tolist())
    of_places = places["codigo_uf"].map(states.set_index("uf")["state"])
    spelt = pd.concat(
        [
            pd.DataFrame({"state": of_places, "letters": _letters(places["nome"]), "ref_area": places["ref_area"]}),
            pd.DataFrame({"state": shares["STATE"], "letters": _letters(shares["CITY"]), "ref_area": shares["ref_area"]}),
        ]
    ).drop_duplicates(ignore_index=True)
    twice = spelt.duplicated(["state", "letters"], keep=False)
    if twice.any():
        raise SourceError(CODES, "two municipalities of a state share a name", value=spelt[twice].to_numpy()[:2].tolist())
    return spelt


def _read_cities(path: Path, spellings: pd.DataFrame) -> pd.DataFrame:
    """The first file with its codes; numbers as numbers."""
    frame = read_delimited(path.read_bytes(), path)
    numbers = [*itertools.chain(*COUNTS.values()), *INDICES, *itertools.chain(*AGES.values()), AGE_BASE]
    numbers += [*ADDED, ADDED_TOTAL, GDP, PER_HEAD, *SECTIONS, "ALT"]
    require_columns(frame, ["CITY", "STATE", "RURAL_URBAN", *numbers], path)
    found = _areas(frame, spellings, path)
    for name in numbers:
        frame[name] = to_numbers(frame[name], path, FIRST_ROW, missing=["NA"])["obs_value"]
    subsidised = ["TAXES"]  # a municipality may get more subsidies than it pays taxes
    require_within(frame[[name for name in numbers if name not in subsidised]], path, FIRST_ROW)
    components = _checked_index(frame, path)
    require_equal(frame[SECTIONS].sum(axis=1, skipna=False), frame["COMP_TOT"], path, FIRST_ROW)
    ages = list(itertools.chain(*AGES.values()))
    require_equal(frame[ages].sum(axis=1, skipna=False), frame[AGE_BASE], path, FIRST_ROW)
    rows = np.arange(FIRST_ROW, FIRST_ROW + len(frame))
    frame = frame.assign(index=components, ref_area=found, source_row=rows)
    return frame[found.notna()].reset_index(drop=True)


def _areas(frame: pd.DataFrame, spellings: pd.DataFrame, path: Path) -> pd.Series:
    """The area of every row; missing for a lake."""
    keys = pd.DataFrame({"state": frame["STATE"], "letters": _letters(frame["CITY"])})
    found = keys.merge(spellings, how="left", on=["state", "letters"])["ref_area"]
    lake = pd.Series([key in LAKES for key in keys.itertuples(index=False, name=None)])
    unresolved = found.isna() & ~lake
    if unresolved.any():
        row = int(np.flatnonzero(unresolved)[0])
        raise SourceError(
            path,
            f"is no municipality of {frame['STATE'].iloc[row]} in {CODES} ({unresolved.sum()} such rows)",
            row=FIRST_ROW + row,
            column="CITY",
            value=frame["CITY"].iloc[row],
            advice="correct the spelling",
        )
    return found


def _checked_index(frame: pd.DataFrame, path: Path) -> pd.Series:
    """The human development index with its third decimal: the geometric mean of its components."""
    require_within(frame[INDICES], path, FIRST_ROW, 0, 1)
    components = frame[INDICES[1:]].prod(axis=1, skipna=False) ** (1 / 3)
    require_equal(components, frame[INDICES[0]], path, FIRST_ROW, INDEX_ROUNDING)
    return components.round(3)


def _people(towns: pd.DataFrame) -> list[pd.DataFrame]:
    """Counts and indices as they are; people by age from the shares of those whose age the file gives."""
    names = _names()
    parts = []
    for year, columns in {**COUNTS, 2010: [*COUNTS[2010], *INDICES[1:]]}.items():
        values = towns[columns].rename(columns=names)
        estimated = [names[name] for name in columns if name in ESTIMATES]
        parts.append(stack(values, towns["ref_area"], CITIES, towns["source_row"], year, estimated))
    share = {name: towns[columns].sum(axis=1, skipna=False) / towns[AGE_BASE] for name, columns in AGES.items()}
    ages = pd.DataFrame({name: np.rint(part * towns["IBGE_RES_POP"]) for name, part in share.items()})
    return [*parts, stack(ages, towns["ref_area"], CITIES, towns["source_row"], 2010, ages.columns)]


def _index(towns: pd.DataFrame) -> pd.DataFrame:
    """Human development index with its third decimal."""
    name = _names()[INDICES[0]]
    table = stack(towns["index"].to_frame(name), towns["ref_area"], CITIES, towns["source_row"], 2010)
    repaired = towns["index"].notna() & (towns["index"] != towns[INDICES[0]])
    return table.assign(obs_status=table["obs_status"].mask(repaired, "E"))


def _product(towns: pd.DataFrame, path: Path) -> list[pd.DataFrame]:
    """GDP, taxes and value added in reais."""
    gdp = towns[PER_HEAD] * towns["POP_GDP"]
    factor = gdp / THOUSAND / towns[GDP]
    proved = ((factor - 1).abs() < 0.01) | ((factor / THOUSAND - 1).abs() < 0.01)
    gdp = gdp.where(proved)
    added, scaled = _rescaled(towns, gdp / THOUSAND)
    if gdp.notna().any() and added["TAXES"].isna().mean() > 0.5:
        raise SourceError(path, "value added and taxes do not add up to GDP in half of the rows", column=", ".join(ADDED))
    names = _names()
    added = (added * THOUSAND).round(2).rename(columns=names)
    table = stack(added, towns["ref_area"], CITIES, towns["source_row"], 2016)
    repaired = np.concatenate([scaled[name] for name in scaled]) & table["obs_value"].notna().to_numpy()
    product = pd.DataFrame({"gdp": gdp.round(2)})
    return [
        table.assign(obs_status=table["obs_status"].mask(repaired, "E")),
        stack(product, towns["ref_area"], CITIES, towns["source_row"], 2016, ["gdp"]),
    ]


def _rescaled(towns: pd.DataFrame, gdp: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Value added, taxes and total value added in thousands of reais, and which cells were given in millions.

    All choices of scale that add up to ``gdp`` within rounding are kept; a cell on which they disagree is missing.
    """
    scales = np.array(list(itertools.product([1, THOUSAND], repeat=len(ADDED))))
    candidates = towns[ADDED].to_numpy()[:, None, :] * scales[None]
    rounding = 0.005 * (scales.sum(axis=1)[None] + towns["POP_GDP"].to_numpy()[:, None] / THOUSAND) + 0.005
    fits = np.abs(candidates.sum(axis=2) - gdp.to_numpy()[:, None]) <= rounding
    low = np.where(fits[:, :, None], candidates, np.inf).min(axis=1)
    high = np.where(fits[:, :, None], candidates, -np.inf).max(axis=1)
    values = pd.DataFrame(np.where(low == high, low, np.nan), columns=ADDED, index=towns.index)
    total = values[ADDED[:4]].sum(axis=1, skipna=False)
    for scale in (1, THOUSAND):
        given = towns[ADDED_TOTAL] * scale
        values.loc[(given - total).abs() <= 0.02 + 0.005 * (scale + 4 * THOUSAND), ADDED_TOTAL] = given
    return values, values != towns[values.columns]


def _companies(towns: pd.DataFrame) -> pd.DataFrame:
    """Companies by sector."""
    rows = variables_of(SOURCE)
    sectors = rows[rows["variable"].str.startswith("establishments_")]
    values = {row.variable: towns[row.publisher_code.split(" + ")].sum(axis=1, skipna=False) for row in sectors.itertuples()}
    return stack(pd.DataFrame(values), towns["ref_area"], CITIES, towns["source_row"], 2016)


def _altitudes(towns: pd.DataFrame) -> pd.DataFrame:
    lost_point = towns["ALT"] > HIGHEST
    altitude = towns["ALT"].where(~lost_point, towns["ALT"] / THOUSAND)
    table = stack(altitude.to_frame("altitude"), towns["ref_area"], CITIES, towns["source_row"], 2010)
    return table.assign(obs_status=table["obs_status"].mask(lost_point, "E"))


def _classes(towns: pd.DataFrame) -> pd.DataFrame:
    """IBGE's rural and urban class; municipalities without one are missing."""
    known = ~towns["RURAL_URBAN"].isin(["", "NA", "Sem classificação"])
    return pd.DataFrame(
        {
            "source_file": CITIES,
            "source_row": towns["source_row"],
            "ref_area": towns["ref_area"],
            "time_period": 2016,
            "variable": "rural_urban_class",
            "obs_text": towns["RURAL_URBAN"].where(known),
            "obs_status": np.where(known, "A", "O"),
        }
    )


def _rates(shares: pd.DataFrame, towns: pd.DataFrame) -> list[pd.DataFrame]:
    """Area, Gini, homicides; schooling and reading as counts of those aged 10 and over."""
    people = towns.dropna(subset=["IBGE_RES_POP"]).drop_duplicates("ref_area").set_index("ref_area")["IBGE_RES_POP"]
    base = np.rint(shares["IBGE_POP_10+_2010"] * shares["ref_area"].map(people))
    counts = pd.DataFrame(
        {
            "population_10_plus": base,
            "adults_education_base": base,
            "adults_upper_secondary_or_more": np.rint(base * (shares["IBGE_EDU_2_PERC"] + shares["IBGE_EDU_3_PERC"])),
            "adults_tertiary_base": base,
            "adults_tertiary": np.rint(base * shares["IBGE_EDU_3_PERC"]),
            "population_literacy_base": base,
            "population_illiterate": np.rint(base * shares["ILLITERACY_RATE_10+_2010"]),
        }
    )
    at = (shares["ref_area"], RATES, shares["source_row"])
    names = _names()
    by_year = {
        2000: ["GINI_INDEX_2000"],
        2010: ["GINI_INDEX_2010"],
        2018: ["AREA"],
        2017: ["IBGE_ESTIMATED_POP_2017", "HOMICIDES", "HIDDEN_HOMICIDES"],
    }
    estimated = ["population", "homicides_hidden"]
    plain = [stack(shares[columns].rename(columns=names), *at, year, estimated) for year, columns in by_year.items()]
    return [*plain, stack(counts, *at, 2010, counts.columns)]


def _places(places: pd.DataFrame, shares: pd.DataFrame, year: int) -> list[pd.DataFrame]:
    """Coordinates (of the second file where the third is far off), capitals; name and state."""
    seats = shares.set_index("ref_area")[["LAT", "LONG"]].reindex(places["ref_area"]).reset_index(drop=True)
    far = _distance(places["latitude"], places["longitude"], seats["LAT"], seats["LONG"]) > COORDINATES_APART
    values = pd.DataFrame(
        {
            "latitude": places["latitude"].mask(far, seats["LAT"]),
            "longitude": places["longitude"].mask(far, seats["LONG"]),
            "state_capital": places["capital"].astype("float64"),
        }
    )
    table = stack(values, places["ref_area"], CODES, places["source_row"], year)
    moved = np.concatenate([far, far, np.zeros(len(far), dtype=bool)])
    table["obs_status"] = table["obs_status"].mask(moved, "E")
    texts = {"name": places["nome"].str.strip(), "parent": places["ref_area"].str[:5]}
    base = places[["ref_area", "source_row"]].assign(source_file=CODES, time_period=year)
    return [table, pd.concat([base.assign(variable=name, obs_text=text) for name, text in texts.items()])]


def _distance(latitude, longitude, other_latitude, other_longitude) -> pd.Series:
    """Kilometres on the sphere."""
    a, b, c, d = (np.radians(part) for part in (latitude, longitude, other_latitude, other_longitude))
    half = np.sin((a - c) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((b - d) / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(half))


def _merged(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """One row per figure where a municipality has several rows: the known one; two different ones are refused."""
    keys = ["variable", "time_period", "ref_area"]
    known = table["obs_value"].notna() | table["obs_text"].notna()
    ordered = table.assign(known=known).sort_values(["known", "source_row"], ascending=[False, True], kind="stable")
    first = ordered.drop_duplicates(keys)
    both = ordered[ordered["known"]].merge(first, on=keys, suffixes=("", "_first"))
    apart = (both["obs_value"] != both["obs_value_first"]) & both["obs_text"].isna()
    apart |= both["obs_text"].notna() & (both["obs_text"] != both["obs_text_first"])
    if apart.any():
        case = both[apart].iloc[0]
        raise SourceError(
            path,
            f"contradicts row {case['source_row_first']} of the same municipality",
            row=case["source_row"],
            column=case["variable"],
            value=case["obs_value"] if pd.isna(case["obs_text"]) else case["obs_text"],
        )
    return first.drop(columns="known")
