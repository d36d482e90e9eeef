"""The workbook of a release, for readers of spreadsheets: what most people look for, right in any language of Excel.

One sheet per query in ``workbook``. Whole tables are in the other formats.
"""

from datetime import datetime
from pathlib import Path

import xlsxwriter

from pipeline.foundation import query


def write_workbook(folder: Path, path: Path, day: str) -> None:
    """Write the workbook from the release's Parquet files in ``folder``; ``day`` is the only date in it."""
    with (
        query.connect() as connection,
        xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as workbook,
    ):
        workbook.set_properties({"title": "Mirror Cities Index", "created": datetime.fromisoformat(day)})
        bold = workbook.add_format({"bold": True})
        for table in sorted((folder / "parquet").glob("*.parquet")):
            connection.read_parquet(str(table)).create_view(table.stem)
        for sql in sorted((query.ROOMS / "release" / "workbook").glob("*.sql")):
            cursor = connection.execute(sql.read_text(encoding="utf-8"))
            header = [column[0] for column in cursor.description]
            sheet = workbook.add_worksheet(sql.stem)
            sheet.freeze_panes(1, 2)
            sheet.set_column(0, len(header) - 1, 18)
            sheet.write_row(0, 0, header, bold)
            rows = cursor.fetchall()
            sheet.autofilter(0, 0, len(rows), len(header) - 1)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, row)
