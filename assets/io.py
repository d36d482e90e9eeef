"""Where tables are stored: one Parquet file per edition and table, its schema enforced on the way in.

An invalid table never reaches disk; a half-written file is never seen under its name.
"""

import logging
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from dagster import ConfigurableIOManager, Failure, InputContext, OutputContext

from schemas import models

ROW_GROUP = 40_000  # rows: who asks for one area at a distance reads the few groups that can hold it, under 2 MB of a large table

STORED = logging.getLogger("mirrors.stored")  # one line per table; ``mirrors build`` shows it as progress
STORED.setLevel(logging.INFO)


class TableStore(ConfigurableIOManager):
    """Stores an asset as ``<folder>/<edition>/<asset key>.parquet`` and hands its path to those who read it."""

    folder: str

    def handle_output(self, context: OutputContext, obj: pd.DataFrame | pa.Table) -> None:
        """Validate the table against its model in ``schemas/tables/`` and store it.

        A disk that is full or read-only fails the step at once: what made the table need not be tried again.
        """
        name = context.asset_key.path[-1]
        table = models.validate(name, obj)
        path = self._path(context)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".part")
            pq.write_table(table, partial, compression="zstd", row_group_size=ROW_GROUP)
            partial.replace(path)
        except OSError as error:
            raise Failure(f"cannot be stored: {error}", allow_retries=False) from error
        STORED.info(name)
        context.add_output_metadata({"dagster/row_count": table.num_rows, "path": str(path)})

    def load_input(self, context: InputContext) -> Path:
        """The path of the stored table; SQL reads it where it lies."""
        return self._path(context)

    def _path(self, context: InputContext | OutputContext) -> Path:
        *step, name = context.asset_key.path
        return Path(self.folder, context.partition_key, *step, f"{name}.parquet")
