"""What each publisher serves at its addresses, made of the real files where they are at hand and of the fixtures elsewhere.

``body_of(job, real)`` gives the bytes at a job's address. A job for which there is neither has no stand-in. Where a publisher
serves another shape than the file at hand (a zip around it, another layout), the shape is made here from the same figures.
"""

import csv
import gzip
import io
import json
from functools import cache
from pathlib import Path

import prepared
from prepared import fixture_of, zipped

from pipeline.retrieval.addresses import Job
from schemas.catalogue import register

REAL = Path(__file__).resolve().parents[3] / "shared" / "raw"


@cache
def _real() -> dict[str, Path]:
    """The files at hand by their hash."""
    from pipeline.foundation.raw_files import sha256_of

    return {sha256_of(path): path for path in sorted(REAL.rglob("*")) if path.is_file()} if REAL.is_dir() else {}


def raw_files(source: str, vintage: str, real: bool) -> dict[str, bytes]:
    """The files of a source by the names in the register of files: the real ones or those of its fixture."""
    if real:
        rows = register("source_files").query("source == @source and vintage == @vintage")
        return {row.file: _real()[row.sha256].read_bytes() for row in rows.itertuples() if row.sha256 in _real()}
    return prepared.files_of(source, vintage) if fixture_of(source, vintage).is_dir() else {}


def body_of(job: Job, real: bool = False) -> bytes | None:
    """The bytes at the job's address, or nothing."""
    make = MADE.get(job.source)
    files = raw_files(job.source, job.vintage, real)
    if make and (body := make(job, files)) is not None:
        return body
    names = [file for file, _ in job.files]
    if not all(name in files for name in names):
        return None
    if job.files[0][1] is None:
        return files[names[0]]
    return zipped({pattern.replace("*", "a/", 1) if "/" not in pattern else pattern: files[file] for file, pattern in job.files})


def _iter_zip(job: Job, files: dict[str, bytes]) -> bytes | None:
    """INEGI's one table: nation, states, municipalities, and a locality that is not read."""
    if "conjunto_de_datos_iter_00CSV20_municipios.csv" not in files:
        return None
    header, *rows = files["conjunto_de_datos_iter_00CSV20_municipios.csv"].decode("utf-8-sig").splitlines()
    states = files["conjunto_de_datos_iter_00CSV20_entidades.csv"].decode("utf-8-sig").splitlines()[1:]
    nation = _nation(header, states)
    locality = rows[0].replace(",0000,", ",0001,", 1)
    text = "\r\n".join([header, nation, *states, rows[0], locality, *rows[1:]]) + "\r\n"
    return zipped({"conjunto_de_datos/conjunto_de_datos_iter_00CSV20.csv": text.encode("utf-8-sig")})


def _nation(header: str, states: list[str]) -> str:
    """The national row: sums of the states where a column is a count, and their mean of people per dwelling."""
    names = next(csv.reader([header]))
    cells = list(zip(*csv.reader(states), strict=True))
    fixed = {"ENTIDAD": "00", "NOM_ENT": "Total nacional", "MUN": "000", "NOM_MUN": "Total nacional", "LOC": "0000"}
    row = []
    for name, column in zip(names, cells, strict=True):
        whole = all(cell.isdigit() for cell in column)
        row.append(fixed.get(name, str(sum(map(int, column))) if whole else column[0]))
    people, homes = (int(row[names.index(name)]) for name in ("OCUPVIVPAR", "TVIVPARHAB"))
    row[names.index("PROM_OCUP")] = f"{people / homes:.2f}"
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(row)
    return stream.getvalue()


def _catalogue_zip(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The catalogue in cp1252, with columns that are not read."""
    if "ageeml_catalog.csv" not in files:
        return None
    lines = files["ageeml_catalog.csv"].decode("utf-8-sig").splitlines()
    text = "".join(f"{line},{'POB_TOTAL' if number == 0 else 1}\r\n" for number, line in enumerate(lines))
    return zipped({"AGEEML_2026.csv": text.encode("cp1252"), "AGEEML_2026.txt": b"x\r\n"})


def _world_bank(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The bulk zip of an indicator, or a page of the JSON service, from whichever form is at hand."""
    code = next(code for code in job.url.split("/") if "?" in code).split("?")[0]
    own = {name: content for name, content in files.items() if _indicator(name, content) == code}
    if job.form == "zip":
        for content in own.values():
            if content[:2] == b"PK":
                return content
        for name, content in own.items():
            if name.startswith("API_"):
                return zipped({name: content})
            if name.endswith(".csv"):
                return zipped({f"API_{code}_DS2_en_csv_v2_1.csv": _wide(content, code, job.vintage)})
        return None
    pages = [content for name, content in sorted(own.items()) if content.lstrip()[:1] == b"["]
    if "page=" in job.url and pages:
        number = int(job.url.split("&page=")[1].split("&")[0])
        return pages[number - 1] if number <= len(pages) else None
    return None


def _wide(content: bytes, code: str, vintage: str) -> bytes:
    """The bulk file of an indicator from a list of countries and years."""
    _, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    years = [str(year) for year in range(min(int(row[2]) for row in rows), max(int(row[2]) for row in rows) + 1)]
    names, cells = {row[1]: row[0] for row in rows}, {(row[1], row[2]): row[3] for row in rows}
    stream = io.StringIO()
    lines = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator=",\r\n")
    lines.writerow(["Data Source", "World Development Indicators"])
    stream.write("\r\n")
    lines.writerow(["Last Updated Date", f"{vintage}-13"])
    stream.write("\r\n")
    lines.writerow(["Country Name", "Country Code", "Indicator Name", "Indicator Code", *years])
    for area, name in names.items():
        lines.writerow([name, area, code, code, *(cells.get((area, year), "") for year in years)])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _indicator(name: str, content: bytes) -> str:
    if name.startswith("API_"):
        return name.split("_")[1]
    if content[:2] == b"PK":
        import zipfile

        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return next(member.split("_")[1] for member in archive.namelist() if member.startswith("API_"))
    return name.split("_")[0].removesuffix(".json").removesuffix(".csv")


def _regions(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The product by region with tabs and gzipped, as Eurostat serves every table."""
    if "gdp" not in job.url or "estat_nama_10r_3gdp.tsv" not in files:
        return None
    rows = list(csv.reader(io.StringIO(files["estat_nama_10r_3gdp.tsv"].decode("utf-8-sig"))))
    keys = sum(not name.isdigit() for name in rows[0])
    lines = []
    for number, row in enumerate(rows):
        key = ",".join(row[:keys]) + ("\\TIME_PERIOD" if number == 0 else "")
        lines.append("\t".join([key, *(f"{cell or ':'} " for cell in row[keys:])]))
    return gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)


def _cities(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The list of cities as GISCO's points."""
    if job.form != "geojson" or "URAU_LB_2021_3035_CITIES_within_frame.csv" not in files:
        return None
    header, *rows = csv.reader(io.StringIO(files["URAU_LB_2021_3035_CITIES_within_frame.csv"].decode("utf-8-sig")))
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}, "properties": _properties(header, row)}
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _properties(header: list[str], row: list[str]) -> dict:
    return {name: float(cell) if name == "AREA_SQM" else cell or None for name, cell in zip(header, row, strict=True)}


def _employment(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The same table as JSON-stat: the known cells only, keyed by their flat position."""
    if job.form != "json_stat" or not files:
        return None
    header, *rows = gzip.decompress(files["estat_nama_10r_3empers.tsv.gz"]).decode().splitlines()
    names = header.split("\t")[0].removesuffix("\\TIME_PERIOD").split(",")
    years = [year.strip() for year in header.split("\t")[1:]]
    table = [(row.split("\t")[0].split(","), [cell.strip() for cell in row.split("\t")[1:]]) for row in rows]
    table = [(key, cells) for key, cells in table if "EMP" in key]
    labels = [sorted({key[place] for key, _ in table}) for place in range(len(names))] + [years]
    sizes, values, status = [len(label) for label in labels], {}, {}
    for key, cells in table:
        for year, cell in zip(years, cells, strict=True):
            if cell != ":":
                position = 0
                for label, size, item in zip(labels, sizes, [*key, year], strict=True):
                    position = position * size + label.index(item)
                number, _, flag = cell.partition(" ")
                values[str(position)] = float(number)
                if flag:
                    status[str(position)] = flag
    dimension = {
        name: {"category": {"index": {item: place for place, item in enumerate(label)}}}
        for name, label in zip([*names, "time"], labels, strict=True)
    }
    cube = {"version": "2.0", "class": "dataset", "id": [*names, "time"], "size": sizes, "value": values, "status": status}
    return json.dumps({**cube, "dimension": dimension}).encode()


def _business_patterns(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The Bureau's own layout: codes padded with - and /, more columns."""
    if not files:
        return None
    (content,) = files.values()
    rows = list(csv.reader(io.StringIO(gzip.decompress(content).decode())))
    lines = ["msa,naics,emp_nf,emp,qp1,ap,est"]
    for area, code, _, people, units in rows[1:]:
        plain = code.split("-")[0]
        padded = "------" if code == "00" else plain.ljust(6, "-" if len(plain) == 2 else "/")
        lines.append(f"{area},{padded},G,{people},0,0,{units}")
    return zipped({"cbp19msa.txt": ("\r\n".join(lines) + "\r\n").encode()})


def _gini(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The table-based summary file: areas of every level."""
    if not files:
        return None
    (content,) = files.values()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[2:]
    lines = ["GEO_ID|B19083_E001|B19083_M001", "0100000US|0.4818|0.0005", *("|".join([r[0], r[2], r[3]]) for r in rows)]
    return ("\n".join([*lines, "1400000US01001020100|0.4|0.1"]) + "\n").encode()


def _profile(job: Job, files: dict[str, bytes]) -> bytes | None:
    """The keyed service's array of arrays."""
    if job.form != "census_array" or not files:
        return None
    codes = job.url.split("get=")[1].split("&")[0].split(",")
    area = "metropolitan statistical area/micropolitan statistical area"
    figures = {"DP05_0001E": "6979613", "DP03_0062E": "69328", "DP02_0068E": "1508624", "DP02_0059E": "4491253"}
    row = ["Houston-The Woodlands-Sugar Land, TX Metro Area", *(figures.get(code, "-888888888") for code in codes[1:]), "26420"]
    return json.dumps([[*codes, area], row]).encode()


MADE = {
    "inegi_census": _iter_zip,
    "inegi_area_catalogue": _catalogue_zip,
    "world_bank": _world_bank,
    "eurostat_regions": _regions,
    "eurostat_cities": _cities,
    "eurostat_employment": _employment,
    "us_census_cbp": _business_patterns,
    "us_census_gini": _gini,
    "us_census_acs_tables": _profile,
}
