"""World Port Index (Pub. 150) of the US National Geospatial-Intelligence Agency: where ports are and how large.

``harbour_size`` is the publisher's class Large, Medium, Small or Very Small: a judgement of the harbour's extent,
facilities and wharves together, not of its traffic (Altamira, with its container terminals, is Very Small). Blank
cells, which the file fills with a space, are missing: 122 recently added ports have no size, 4 no country. The depth of the
cargo pier is 0 where it is not stated; what kinds of cargo are handled is Yes, No or, in most rows, Unknown.
Ports on rivers, canals and the Great Lakes are included; so are oil terminals at sea. The file has no date.
Other depths, tides, pilotage and services are not read.

The publisher spells some columns in two ways (Main Port Name, MAIN_PORT_NAME); both are known here.
Known defect: a port may be listed twice under one number, once without its attributes (400 Seydisfjordur,
49460 Machilipatnam). The row that states a size counts, else the first; two places under one number are refused.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.foundation.errors import SourceError
from pipeline.sources.municipal_tables import require_among, require_within
from pipeline.sources.reading import (
    observations,
    read_delimited,
    require_columns,
    require_files,
    require_unique,
    to_numbers,
    variables_of,
)

SOURCE = "world_port_index"
FILE = "UpdatedPub150.csv"
NUMBER, NAME, SIZE = "world port index number", "main port name", "harbor size"
POSITION = {"latitude": 90, "longitude": 180}
PIER = "cargo pier depth (m)"
DEEPEST = 60  # metres
SIZES = ["Large", "Medium", "Small", "Very Small", ""]
SAME_PLACE = 0.1  # degrees: rows of one number this close are one port


def read(folder: Path, vintage: str) -> pd.DataFrame:
    """Name, country, position, size and cargo facilities of every port."""
    (path,) = require_files(folder, FILE)
    ports = read_delimited(path.read_bytes(), path)
    ports.columns = ports.columns.str.lower().str.replace("_", " ")
    columns = {row.publisher_code.lower(): row.variable for row in variables_of(SOURCE).itertuples()}
    require_columns(ports, [NUMBER, *columns], path)
    ports = ports[[NUMBER, *columns]].apply(lambda cells: cells.str.strip())
    _check(ports, path)
    positions = {name: to_numbers(ports[name], path, 2) for name in POSITION}
    for name, limit in POSITION.items():
        require_within(positions[name][["obs_value"]].set_axis([name], axis=1), path, 2, -limit, limit)
    numbers = positions | {PIER: to_numbers(ports[PIER], path, 2)}
    require_within(numbers[PIER][["obs_value"]].set_axis([PIER], axis=1), path, 2, 0, DEEPEST)
    base = pd.DataFrame({"source_file": path.name, "source_row": np.arange(2, len(ports) + 2)})
    base = base.assign(ref_area="PORT-" + ports[NUMBER], time_period=int(vintage[:4]))
    parts = [
        base.assign(variable=variable, **(numbers[name] if name in numbers else _text(ports[name])))
        for name, variable in columns.items()
    ]
    once = _once(ports, positions, path)
    return observations([part[once] for part in parts])


def _text(cells: pd.Series) -> dict:
    return {"obs_text": cells.mask(cells == ""), "obs_status": np.where(cells == "", "O", "A")}


def _check(ports: pd.DataFrame, path: Path) -> None:
    for name, pattern in ((NUMBER, r"\d+(\.\d+)?"), (NAME, ".+")):
        bad = ~ports[name].str.fullmatch(pattern)
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise SourceError(path, f"is no {name}", row=row + 2, column=name, value=ports[name].iloc[row])
    require_among(ports[SIZE], SIZES, path, 2)


def _once(ports: pd.DataFrame, positions: dict[str, pd.DataFrame], path: Path) -> pd.Series:
    """Whether each row is the one that counts for its number."""
    order = ports.assign(**{name: part["obs_value"] for name, part in positions.items()}, unsized=ports[SIZE] == "")
    order = order.sort_values("unsized", kind="stable")
    first = order.groupby(NUMBER)[list(POSITION)].transform("first")
    near = ((order[list(POSITION)] - first).abs() <= SAME_PLACE).all(axis=1)
    again = order.duplicated(NUMBER)
    require_unique(ports[~(again & near).reindex(ports.index)], [NUMBER], path, 2)
    return ~again.reindex(ports.index)
