"""Mutated files of every source: each gives a valid table or a SourceError; no hang, no other error, no row lost in silence.

The files are the fixtures, made into what the publishers serve, spoilt by ``mutations.py`` with fixed seeds. ROUNDS mutations
per source run with the other tests; ``MIRRORS_ROUNDS=60 pytest tests/test_fuzz.py`` runs some 3,000.
"""

import os
import random
import shutil
import signal
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
from mutations import mutate
from prepared import fixture_of, prepare

from pipeline.foundation import raw_files
from pipeline.foundation.errors import SourceError
from pipeline.observations import archive
from pipeline.observations.read_source import refresh_archive
from pipeline.sources.readers import reader_of
from pipeline.sources.reading import OBSERVATION_COLUMNS
from schemas.catalogue import register

ROUNDS = int(os.environ.get("MIRRORS_ROUNDS", "8"))
SLOW = {"inegi_economic_census_municipal": 4, "inegi_census": 2, "us_census_acs": 2, "us_ers_county_data": 2}  # divide rounds
PATIENCE = 30  # seconds for one file of a few lines
SOURCES = [
    (row.source, row.vintage, row.reader)
    for row in register("sources").itertuples()
    if fixture_of(row.source, row.vintage).is_dir()
]


@contextmanager
def in_time():
    """A reader that hangs is a failure, not a wait."""

    def stop(*_):
        raise AssertionError(f"the reader takes more than {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_every_source_has_a_fixture_to_mutate():
    assert len(SOURCES) >= 50
    assert {source for source, _, _ in SOURCES} == set(register("sources")["source"])


@pytest.mark.parametrize(("source", "vintage", "reader"), SOURCES, ids=lambda value: value)
def test_a_mutated_file_gives_a_valid_table_or_an_error(tmp_path, source, vintage, reader):
    read = reader_of(reader)
    whole = prepare(source, vintage, tmp_path / "whole" / vintage)
    expected = read(whole, vintage)
    for number in range(max(1, ROUNDS // SLOW.get(source, 1))):
        folder = tmp_path / str(number) / vintage
        shutil.copytree(whole, folder)
        mutation = mutate(folder, random.Random(f"{source}-{vintage}-{number}"))
        with in_time(), warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                table = read(folder, vintage)
            except SourceError as error:
                assert "\n" not in str(error) and "\x00" not in str(error), mutation
                continue
            except Exception as error:
                raise AssertionError(f"mutation {number}, {mutation}: {type(error).__name__}: {error}") from error
        require_valid(table, mutation)
        assert not mutation.keeps_rows or len(table) >= len(expected), f"{mutation}: {len(expected) - len(table)} rows are lost"
        shutil.rmtree(folder)


def require_valid(table, mutation) -> None:
    """What the archive and the build rely on."""
    assert list(table.columns) == OBSERVATION_COLUMNS, mutation
    assert len(table) and not table.duplicated(["variable", "time_period", "ref_area"]).any(), mutation
    assert not np.isinf(table["obs_value"]).any() and not table["ref_area"].isna().any(), mutation
    nothing = table["obs_value"].isna() & table["obs_text"].isna()
    assert (table.loc[nothing, "obs_status"] == "O").all(), mutation
    assert table["obs_status"].isin(list("AEIPBO")).all(), mutation
    assert table["time_period"].between(1900, 2100).all(), mutation
    known = {"source": "a", "vintage": "b", "licence": "c", "sha256": "d"}
    assert len(archive.as_observations(table.assign(**known))) == len(table), mutation


def test_what_is_refused_leaves_the_archive_as_it_is(tmp_path):
    """A refused file does not replace what is archived."""
    raw = tmp_path / "raw"
    folder = prepare("inegi_denue_groups", "2026", raw / "inegi_denue_groups" / "2026")
    refresh_archive("inegi_denue_groups", "2026", raw)
    path = raw_files.archive_path(raw / "archive", "inegi_denue_groups", "2026")
    before = path.read_bytes()
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SourceError):
        refresh_archive("inegi_denue_groups", "2026", raw)
    assert path.read_bytes() == before
