"""What the readers take from the publishers' own files is the committed archive, to the byte."""

import pytest

from pipeline.foundation import raw_files
from pipeline.observations import archive
from schemas.catalogue import register

ARCHIVED = sorted(register("source_files").groupby(["source", "vintage"]).groups)


@pytest.mark.parametrize(("source", "vintage"), ARCHIVED, ids="-".join)
def test_the_real_files_give_the_archive(real_folder, archived, tmp_path, source, vintage):
    found = tmp_path / "found.parquet"
    archive.write_archive(found, raw_files.read_files(source, vintage, real_folder(source, vintage)))
    committed = raw_files.archive_path(archived, source, vintage)
    difference = archive.difference(archive.read_archive(committed), archive.read_archive(found))
    assert found.read_bytes() == committed.read_bytes(), "; ".join(difference.lines())
