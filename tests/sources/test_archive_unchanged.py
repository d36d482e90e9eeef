"""What the readers take from the publishers' own files is the committed archive, to the byte, and what is read back from it."""

import pandas as pd
import pytest

from pipeline.foundation.raw_files import archive_path
from pipeline.observations import archive
from pipeline.observations.read_source import read_files
from schemas.catalogue import register

KEYS = sorted(set(register("source_files")[["source", "vintage"]].itertuples(index=False, name=None)))
ARCHIVED = [pytest.param(*key, id="-".join(key)) for key in KEYS]


@pytest.mark.parametrize(("source", "vintage"), ARCHIVED)
def test_the_real_files_give_the_archive(real_folder, archived, tmp_path, source, vintage):
    found = tmp_path / "found.parquet"
    taken = read_files(source, vintage, real_folder(source, vintage))
    archive.write_archive(found, taken)
    committed = archive_path(archived, source, vintage)
    difference = archive.difference(archive.read_archive(committed), archive.read_archive(found))
    assert found.read_bytes() == committed.read_bytes(), "; ".join(difference.lines())
    pd.testing.assert_frame_equal(taken, archive.read_archive(committed), check_exact=True)


def test_every_vintage_that_a_build_can_read_has_its_files_listed():
    released = register("sources").dropna(subset="released")
    assert set(released[["source", "vintage"]].itertuples(index=False, name=None)) <= set(KEYS)
