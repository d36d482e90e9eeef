"""World Bank indicators: one number per country and year, in every form in which they are downloaded.

The form is told by the content, not by the name: the bulk zip of one indicator; the CSV inside it on its own, with
or without its four lines of preamble; the pages of the JSON service; and the long CSV that datahub.io makes of the
bulk files, which names its indicator in the file name only. A folder holds each indicator once: what was newest by
the date of the vintage. Only countries are kept, from 1990 on; an empty cell of the wide form is no observation.

What is known to be wrong, and refused: the series of the "WDI Database Archives" (source 57), whose figures are sums
over all archived versions and which list some countries twice; governance estimates (GE.EST, RL.EST, PV.EST) of
different editions, because each edition re-estimates all years on its own scale.
What is known to be wrong, and kept as missing: a share of GDP of exactly 0. The edition of July 2026 prints 0 for
Venezuela from 1991 to 2011, where redenominated bolívares were rounded away.

The Gini index is divided by 100, so that it has the scale of the Gini indices of places.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.foundation.containers import members
from pipeline.foundation.errors import SourceError
from pipeline.sources.reading import delimited_rows, observations, require_total, require_unique, variables_of
from schemas.catalogue import register

FIRST_YEAR = 1990
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DATABASES = ("World Development Indicators", "Worldwide Governance Indicators")
WIDE = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]
LONG = ["Country Name", "Country Code", "Year", "Value"]
METADATA = ["Country Code", "Region"]
GOVERNANCE = ("GE.EST", "PV.EST", "RL.EST")
AGGREGATES = (
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HIC HPC IBD IBT IDA IDB IDX INX LAC LCN LDC LIC LMC LMY LTE "
    "MEA MIC MNA NAC OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD"
)
INCOME_GROUPS = {"XD", "XM", "XN", "XT", "XY"}  # in the JSON service they lack a code of three letters
ROUNDING = 1e-4  # the publisher's sums of parts may pass 100 % by this much
LIMITS = {
    "percent of population": (0, 100),
    "percent of adults": (0, 100),
    "percent of labour force": (0, 100),
    "percent of land area": (0, 100),
    "percent of energy": (0, 100),
    "percent of age group": (0, np.inf),
    "percent of GDP, never negative": (0, np.inf),
    "index from 0 to 1": (0, 1),
    "index from 1 to 5": (1, 5),
    "standard normal units": (-5, 5),
    "years": (1, 120),
    "births per woman": (0, 15),
    "per 1,000 births": (0, 1000),
    "per 100,000 people": (0, 1000),
    "people": (1, np.inf),
    "dollars, never negative": (0, np.inf),
    "international dollars": (0, np.inf),
    "kilowatt-hours per person": (0, np.inf),
    "tonnes per person": (0, np.inf),
    "micrograms per cubic metre": (0, np.inf),
}
DIVISORS = {"SI.POV.GINI": 100}


class Page(NamedTuple):
    """Which part of an answer of the JSON service a file is."""

    number: int
    pages: int
    total: int
    rows: int


@dataclass(frozen=True)
class Download:
    """One file, or one page: its indicator, the day the publisher last updated it, and its cells as text."""

    file: str
    indicator: str
    updated: str | None
    cells: pd.DataFrame  # source_row, code, time_period, text
    page: Page | None = None


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """The observations of every indicator in ``folder``."""
    downloads, aggregates = _downloads(Path(folder))
    if not downloads:
        raise SourceError(folder, "holds no World Bank file")
    for download in downloads:
        if download.updated and download.updated[:7] > vintage:
            raise SourceError(
                download.file,
                f"was updated after the vintage {vintage}",
                column="Last Updated Date",
                value=download.updated,
                advice="put it into the folder of a later vintage",
            )
    _require_one_download_each(downloads)
    _require_one_governance_edition(downloads)
    return observations([_countries_only(download, aggregates) for download in downloads])


def _downloads(folder: Path) -> tuple[list[Download], frozenset]:
    """What the files of ``folder`` hold, and the codes that are aggregates by the publisher's own metadata."""
    downloads, aggregates = [], INCOME_GROUPS | set(AGGREGATES.split())
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        for name, content in _bodies(path):
            if content.lstrip()[:1] in (b"[", b"{"):
                downloads.append(_from_json(content, name))
                continue
            table = _lines(content, name)
            header = table[0][1]
            if header[:2] == METADATA:
                aggregates |= _aggregates_of(table, name)
            elif header[0] != "INDICATOR_CODE":
                downloads.append(_from_table(table, name))
    return downloads, frozenset(aggregates)


def _bodies(path: Path) -> list[tuple[str, bytes]]:
    """Name and content of a file, or of the members of a zip."""
    content = path.read_bytes()
    if not content.startswith(b"PK"):
        return [(path.name, content.removeprefix(BYTE_ORDER_MARK))]
    found = members(path)
    series = [name for name, _ in found if name.startswith("API_")]
    if len(series) != 1:
        raise SourceError(path, f"holds {len(series)} members API_*.csv where it should hold one")
    return [(f"{path.name}!{name}", content().removeprefix(BYTE_ORDER_MARK)) for name, content in found]


def _lines(content: bytes, file: str) -> list[tuple[int, list[str]]]:
    """The lines of a CSV that are not blank, with their numbers."""
    table = [(line, row) for line, row in enumerate(delimited_rows(content, file), 1) if row]
    if not table:
        raise SourceError(file, "is empty")
    if not content.endswith(b"\n"):
        line, row = table[-1]
        raise SourceError(file, "the file ends within a line: it is truncated", row=line, value=",".join(row[:4]))
    return table


def _aggregates_of(table: list, file: str) -> set[str]:
    """The codes whose Region is empty; every other code must be a country of ``countries.csv``."""
    known = set(register("countries")["iso3"])
    for line, row in table[1:]:
        if row[1] and row[0] not in known:
            raise SourceError(
                file,
                "is a country that countries.csv lacks",
                row=line,
                column="Country Code",
                value=row[0],
                advice="add the country to schemas/countries.csv",
            )
    return {row[0] for _, row in table[1:] if not row[1]}


def _from_table(table: list, file: str) -> Download:
    """A download from the lines of a CSV: the wide form, with or without preamble, or the long one."""
    updated = None
    if table[0][1][0] == "Data Source":
        _require_known_database(table[0][1], file)
        updated = _updated(table, file)
        table = table[2:]
    if not table or table[0][1][:4] not in (WIDE, LONG):
        value = table and ",".join(table[0][1][:4])
        raise SourceError(
            file,
            f"the header is neither {','.join(WIDE)},... nor {','.join(LONG)}",
            row=table[0][0] if table else None,
            value=value or "",
            advice="this layout is not the one known here",
        )
    _require_equal_lengths(table, file)
    return _from_wide(table, file, updated) if table[0][1][:4] == WIDE else _from_long(table, file)


def _require_known_database(row: list[str], file: str) -> None:
    database = row[1] if len(row) > 1 else ""
    if "Archives" in database or "_DS57_" in file:
        raise SourceError(
            file,
            "an archive series (source 57) adds up all versions of a series and is wrong",
            row=1,
            column="Data Source",
            value=database,
            advice="download the indicator from source 2",
        )
    if database not in DATABASES:
        raise SourceError(
            file,
            f"the database is none of {', '.join(DATABASES)}",
            row=1,
            column="Data Source",
            value=database,
            advice="download the indicator from source 2",
        )


def _updated(table: list, file: str) -> str:
    line, row = table[1] if len(table) > 1 else (3, [""])
    if row[0] != "Last Updated Date" or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", row[1]):
        raise SourceError(
            file,
            "the date of the last update is missing",
            row=line,
            column="Last Updated Date",
            value=row[0],
            advice="this layout is not the one known here",
        )
    return row[1]


def _require_equal_lengths(table: list, file: str) -> None:
    width = len(table[0][1])
    for line, row in table:
        if len(row) != width:
            raise SourceError(file, f"the line has {len(row)} fields, the header {width}", row=line, value=row[0])
    if len(table) == 1:
        raise SourceError(file, "has no rows below the header", row=table[0][0])


def _from_wide(table: list, file: str, updated: str | None) -> Download:
    """One row per country, one column per year."""
    years = _years(table[0][1], table[0][0], file)
    lines, codes = [line for line, _ in table[1:]], [row[1] for _, row in table[1:]]
    indicators = {row[3] for _, row in table[1:]}
    if len(indicators) != 1:
        raise SourceError(file, "holds several indicators", column="Indicator Code", value=", ".join(sorted(indicators)))
    kept = [year for year in years if year >= FIRST_YEAR]
    start = 4 + len(years) - len(kept)
    cells = pd.DataFrame(
        {
            "source_row": np.repeat(lines, len(kept)),
            "code": np.repeat(np.array(codes, dtype=object), len(kept)),
            "time_period": np.tile(kept, len(codes)),
            "text": [cell for _, row in table[1:] for cell in row[start : 4 + len(years)]],
        }
    )
    require_unique(pd.DataFrame({"Country Code": codes}), ["Country Code"], file, lines[0])
    return Download(file, indicators.pop(), updated, cells)


def _years(header: list[str], line: int, file: str) -> list[int]:
    """The years of the wide form: whole, consecutive, and nothing else but the empty column behind the last comma."""
    names = header[4:-1] if header[-1] == "" else header[4:]
    for position, name in enumerate(names):
        if not name.isdecimal() or int(name) != int(names[0]) + position:
            raise SourceError(
                file,
                "the columns are not consecutive years",
                row=line,
                column=position + 5,
                value=name,
                advice="this layout is not the one known here",
            )
    if not names:
        raise SourceError(file, "has no column for a year", row=line)
    return [int(name) for name in names]


def _from_long(table: list, file: str) -> Download:
    """One row per country and year; the indicator is the name of the file."""
    cells = pd.DataFrame([row[:4] for _, row in table[1:]], columns=["name", "code", "time_period", "text"])
    cells["source_row"] = [line for line, _ in table[1:]]
    cells["time_period"] = _whole_years(cells["time_period"], cells["source_row"], file, "Year")
    return Download(file, Path(file).stem, None, cells[cells["time_period"] >= FIRST_YEAR])


def _whole_years(years: pd.Series, rows: pd.Series, file: str, column: str) -> pd.Series:
    bad = ~years.astype(str).str.fullmatch(r"\d{4}")
    if bad.any():
        raise SourceError(file, "is not a year", row=rows[bad.idxmax()], column=column, value=years[bad.idxmax()])
    return years.astype(int)


def _from_json(content: bytes, file: str) -> Download:
    """One page of the JSON service; its row is the position of the observation on the page."""
    page, rows = _envelope(content, file)
    try:
        cells = pd.DataFrame(
            {
                "code": [row["countryiso3code"] or row["country"]["id"] for row in rows],
                "time_period": [row["date"] for row in rows],
                "text": ["" if row["value"] is None else str(row["value"]) for row in rows],
            }
        )
        indicators = {row["indicator"]["id"] for row in rows}
        place = Page(int(page["page"]), int(page["pages"]), int(page["total"]), len(rows))
        updated = page["lastupdated"]
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(file, f"an observation or the envelope lacks {error}", advice="this layout is new") from error
    if len(indicators) != 1:
        raise SourceError(file, "holds several indicators", column="indicator", value=", ".join(sorted(indicators)))
    cells["source_row"] = np.arange(1, len(cells) + 1)
    cells["time_period"] = _whole_years(cells["time_period"], cells["source_row"], file, "date")
    return Download(file, indicators.pop(), updated, cells[cells["time_period"] >= FIRST_YEAR], place)


def _envelope(content: bytes, file: str) -> tuple[dict, list]:
    """The two parts of an answer; the service's own errors, which come as HTTP 200, are refused."""
    try:
        answer = json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SourceError(file, f"is damaged or truncated JSON ({error})") from error
    head = answer[0] if isinstance(answer, list) and answer and isinstance(answer[0], dict) else {}
    if "message" in head:
        raise SourceError(file, f"the service answered with an error: {head['message']}", advice="correct the query")
    shown = content[:60].decode(errors="replace")
    if len(answer) != 2 or "page" not in head:
        raise SourceError(file, "is not an answer of the form [{page, ...}, [...]]", value=shown, advice="correct the query")
    if not isinstance(answer[1], list) or not answer[1]:
        raise SourceError(file, "the answer holds no data", value=shown, advice="correct the query")
    if str(head.get("sourceid")) != "2":
        raise SourceError(
            file,
            "is not of source 2, the World Development Indicators",
            column="sourceid",
            value=head.get("sourceid"),
            advice="download the indicator from source 2",
        )
    return head, answer[1]


def _require_one_download_each(downloads: list[Download]) -> None:
    """Every indicator once, and all the pages of an answer in pages."""
    together = defaultdict(list)
    for download in downloads:
        together[download.indicator].append(download)
    for indicator, parts in together.items():
        if all(part.page for part in parts):
            _require_all_pages(parts)
        elif len(parts) > 1:
            raise SourceError(
                parts[1].file, f"gives {indicator} once more, after {parts[0].file}", advice="keep the newer of the two"
            )


def _require_all_pages(parts: list[Download]) -> None:
    """All the pages of one answer, each once, with as many observations as the answer announces."""
    first, last = parts[0], parts[-1]
    missing = sorted(set(range(1, first.page.pages + 1)) - {part.page.number for part in parts})
    if missing:
        raise SourceError(
            first.file,
            f"the download of {first.indicator} is truncated: of {first.page.pages} pages, page "
            f"{', '.join(map(str, missing))} is missing",
            advice="download every page, or ask for per_page=20000",
        )
    answers = {(part.page.pages, part.page.total, part.updated) for part in parts}
    if len(parts) != first.page.pages or len(answers) > 1:
        found = "; ".join(f"page {part.page.number} of {part.page.pages}, updated {part.updated}" for part in parts)
        raise SourceError(last.file, f"the pages of {first.indicator} are not those of one answer ({found})")
    require_total(last.file, "the number of observations", sum(part.page.rows for part in parts), first.page.total)


def _require_one_governance_edition(downloads: list[Download]) -> None:
    """Governance estimates of one edition: the same last year, and the same day of update where one is given."""
    found = {part.indicator: part for part in downloads if part.indicator in GOVERNANCE}
    last = {code: part.cells.loc[part.cells["text"] != "", "time_period"].max() for code, part in found.items()}
    days = {code: part.updated for code, part in found.items() if part.updated}
    if len(set(last.values())) > 1 or len(set(days.values())) > 1:
        editions = "; ".join(f"{code} updated {days.get(code, 'unknown')}, last year {last[code]}" for code in found)
        raise SourceError(
            next(iter(found.values())).file,
            f"the governance estimates are of different editions ({editions})",
            column="Last Updated Date",
            advice="keep those of one edition",
        )


def _countries_only(download: Download, aggregates: frozenset) -> pd.DataFrame:
    """The observations of one download: countries, numbers checked against what the unit allows."""
    row = _variable(download)
    cells = download.cells
    countries = cells["code"].isin(set(register("countries")["iso3"]))
    unknown = ~countries & ~cells["code"].isin(aggregates)
    _refuse(unknown, cells, download.file, "is neither a country of countries.csv nor a known aggregate", "Country Code")
    cells = cells[countries & (cells["text"] != "")]
    _refuse(cells.duplicated(["code", "time_period"]), cells, download.file, "the key stands twice")
    values = _numbers(cells, download.file) / DIVISORS.get(download.indicator, 1)
    _require_limits(values, cells, row.unit_measure, download.file)
    rounded_away = (values == 0) & (row.unit_measure == "percent of GDP, never negative")
    return cells.assign(
        source_file=download.file,
        ref_area=cells["code"],
        variable=row.variable,
        obs_value=values.mask(rounded_away),
        obs_status=np.where(rounded_away, "O", "A"),
    )


def _variable(download: Download):
    rows = variables_of("world_bank")
    rows = rows[rows["publisher_code"] == download.indicator]
    if rows.empty:
        raise SourceError(
            download.file,
            "is an indicator that variables.csv does not list",
            column="Indicator Code",
            value=download.indicator,
            advice="add it to schemas/variables.csv or take the file away",
        )
    return next(rows.itertuples())


def _numbers(cells: pd.DataFrame, file: str) -> pd.Series:
    values = pd.to_numeric(cells["text"], errors="coerce").astype("float64")
    _refuse(~np.isfinite(values), cells, file, "is not a number")
    return values


def _require_limits(values: pd.Series, cells: pd.DataFrame, unit: str, file: str) -> None:
    low, high = LIMITS.get(unit, (-np.inf, np.inf))
    _refuse((values < low) | (values > high + ROUNDING), cells, file, f"is impossible for {unit}: {low} to {high}")


def _refuse(bad: pd.Series, cells: pd.DataFrame, file: str, problem: str, column: str = "") -> None:
    """Name the first bad cell, by its country and year or else by a column of the file."""
    if bad.any():
        place = cells[bad].iloc[0]
        raise SourceError(
            file,
            f"{place['code']} {place['time_period']}: {problem}",
            row=place["source_row"],
            column=column or place["time_period"],
            value=place["code"] if column else place["text"],
            advice="correct countries.csv or the file" if column else "correct or quarantine the cell",
        )
