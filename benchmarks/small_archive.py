"""A small archive that a whole build completes on in seconds: a few states of each country, every source, every vintage.

    python benchmarks/small_archive.py FOLDER

writes the data folder FOLDER with it; ``mirrors build --data FOLDER`` then builds any edition. Its figures are right,
its index means nothing.
"""

import re
import sys
import zlib
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from pipeline.foundation import raw_files
from pipeline.observations import archive

ARCHIVE = Path(__file__).resolve().parent.parent / "data" / "raw" / "archive"
WHOLE = re.compile(
    r"[A-Z]{3}|US-\d\d|ES-CCAA-.*|MX-(01|14|19)(\d{3})?|MX-METRO-(01|14|19).*|US-(04|32)\d{3}|ES-(08|28)\d{3}|BR-3[23]\d{5}"
    r"|BR-CONCURB-3[23]\d{5}|AR-02(\d{3})?|BO-09(\d{4})?|CL-01(\d{3})?|CO-(91|88)(\d{3})?|PE-25(\d{4})?|DE-0[12]\d{3}|PL-12\d\d|TR-(METRO-34|34-\d{4})|RO-RO\d{3}"
    r"|JP-13(\d{3})?|CN-1[12](\d{4})?|MA-01.*|IN-(00\d|S01)|KR-11(\d{3})?|MY-01(\d{2})?|KE-C?0\d|PH-1[34]\d*|CA-11(\d{5})?"
    r"|FR-(R94|2[AB]\d{3})|IT-(R02|007\d{3})|PT-(D0[12]|0[12]\d{2})|GB-(UKC|E0[68]0000\d\d)|HU-(HU\d{3}|1\d{4})|CZ-(CZ010|5541\d{2})"
    r"|BG-(BG33\d|VAR\d\d)|SE-(SE110|01\d\d)|[A-Z]{2}-UCDB-.*1"
)
NATIONAL = ["social_lag_rank", "marginalisation_index", "marginalisation_index_normalised", "marginalisation_grade"]  # need all
SAMPLED = {"US-CBSA-": 4, "EU-": 4, "NUTS-": 2, "WUP-": 8, "GEONAMES-": 8, "AIRPORT-": 4, "PORT-": 4, "CELL-": 4, "UCDB-": 16}


def is_kept(area: str) -> bool:
    """Whether the area is in the small archive."""
    if WHOLE.fullmatch(area):
        return True
    return any(area.startswith(prefix) and zlib.crc32(area.encode()) % one_in == 0 for prefix, one_in in SAMPLED.items())


def write_small_archive(data: Path) -> Path:
    """Write the archive of the data folder ``data``; the folder."""
    for path in sorted(ARCHIVE.glob("*/*.parquet")):
        observations = archive.read_archive(path)
        observations = observations[~observations["variable"].isin(NATIONAL)]
        areas = pd.Series(observations["ref_area"].unique())
        kept = observations[observations["ref_area"].isin(list(areas[[is_kept(area) for area in areas]]))]
        target = raw_files.archive_path(data / "raw" / "archive", path.parent.name, path.stem)
        archive.write_archive(target, observations.head(1) if kept.empty else kept)
    return data


if __name__ == "__main__":
    write_small_archive(Path(sys.argv[1]))
