"""What no download sees: a spoilt table gives an error of its reader, and another shape the same figures."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from prepared import prepare
from standins import spoil
from standins.served import FORMS, KEYS_OF_ROWS, RESHAPED, SHARED_COLUMNS, SOURCES, WAYS, jobs_of, wanted

from pipeline.foundation.errors import SourceError
from pipeline.release import dictionary
from pipeline.retrieval import retrieve
from pipeline.sources.readers import reader_of
from schemas.catalogue import register

READ_CASES = [
    (row.misbehaviour, source)
    for row in WAYS.query("once == 'read'").itertuples()
    for source in SOURCES
    if dictionary.befalls(row.forms, FORMS[source])
]
READ_CASES += [("latin", source) for way, source in READ_CASES if way == "charset"]
MOST_FILES = 2  # of a source with many files of the same kind


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """``whole(source)``: a folder of all that a source serves, read once; nothing where the fixture is only a part of it."""

    @cache
    def make(source: str) -> tuple[Path, pd.DataFrame] | None:
        jobs = [(job, body) for job, body in jobs_of(source) if job.url in {other.url for other in wanted(source)}]
        folder = tmp_path_factory.mktemp(source) / jobs[0][0].vintage
        folder.mkdir()
        for job, body in jobs:
            fill(folder, job, body)
        right = read(source, folder)
        return None if isinstance(right, SourceError) else (folder, right)

    return make


@pytest.mark.parametrize(("way", "source"), READ_CASES)
def test_what_no_download_sees_is_refused_by_the_reader_or_does_not_matter(whole, way, source):
    """A spoilt table gives an error that names the file, or the figures of the whole one, where hidden ones are missing."""
    folder, right = whole(source)
    done = 0
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        other = getattr(spoil, way)(path.name, content)
        if other is None or other == content or done == MOST_FILES:
            continue
        path.write_bytes(other)
        try:
            require_no_wrong_figure(read(source, folder), right, path.name, way)
        finally:
            path.write_bytes(content)
        done += 1


def fill(folder: Path, job, body: bytes) -> None:
    if job.files[0][1] is None:
        (folder / job.files[0][0]).write_bytes(body)
        return
    part = folder / "zip"
    part.write_bytes(body)
    for file, pattern in job.files:
        retrieve._taken(part, file, pattern).replace(folder / file)
    part.unlink()


def read(source: str, folder: Path):
    sources = register("sources").set_index(["source", "vintage"])
    reader = sources.loc[(source, folder.name), "reader"]
    try:
        return reader_of(reader)(folder, folder.name)
    except SourceError as error:
        return error


def require_no_wrong_figure(result, right: pd.DataFrame, file: str, way: str) -> None:
    if isinstance(result, SourceError):
        assert file.split(".")[0] in str(result) or "csv" in str(result) or "lacks" in str(result), str(result)
        return
    both = right.merge(result, on=KEYS_OF_ROWS, how="left", suffixes=("", "_new"), indicator="found")
    lost = both[both["found"] != "both"]
    assert lost.empty, f"{way}: {len(lost)} rows are lost, {lost.iloc[0][KEYS_OF_ROWS].to_dict()}"
    hidden = both["obs_value_new"].isna() & (both["obs_status_new"] == "O")
    other = ~hidden & both["obs_value"].notna() & ((both["obs_value_new"] - both["obs_value"]).abs() > 0)
    derived = both["obs_status_new"] == "E"  # a sum or an estimate from fewer figures says so
    assert not (other & ~derived).any(), both[other & ~derived].iloc[0].to_dict()
    words = both["obs_text"].notna() & (both["obs_text_new"].fillna("") != both["obs_text"]) & ~hidden
    assert not words.any(), both[words].iloc[0].to_dict()


@pytest.mark.parametrize("source", [source for source in RESHAPED if source != "world_bank"])
def test_the_shape_that_is_served_gives_what_the_file_at_hand_gives(whole, tmp_path, source):
    folder, right = whole(source)
    own = read(source, prepare(source, folder.name, tmp_path / folder.name))
    columns = [name for name in SHARED_COLUMNS if name != "margin_of_error"]
    order = {"by": KEYS_OF_ROWS, "ignore_index": True}
    pd.testing.assert_frame_equal(own[columns].sort_values(**order), right[columns].sort_values(**order))
