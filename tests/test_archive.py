"""The archive: what is written is read back, a damaged file is refused, and it says what the publishers' files say."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.foundation import raw_files
from pipeline.foundation.errors import SourceError
from pipeline.observations import archive
from pipeline.observations.read_source import read_newest, read_source
from schemas.catalogue import register

LARGEST = 60_000_000  # bytes, all files together
CONSTANT = ["source", "vintage", "licence", "source_file", "sha256"]  # within a row group
VINTAGES = list(register("sources").dropna(subset="released")[["source", "vintage"]].itertuples(index=False, name=None))


def example(rows: int = 400) -> pd.DataFrame:
    """Observations of two files, with numbers, texts and gaps, in no order."""
    table = pd.DataFrame({"source_row": range(1, rows + 1), "source": "imss", "vintage": "2021", "licence": "free"})
    table["source_file"] = ["b.csv" if row % 3 else "a.zip!x.csv" for row in table["source_row"]]
    table["sha256"] = table["source_file"].map({"b.csv": "b" * 64, "a.zip!x.csv": "a" * 64})
    table["ref_area"] = [f"MX-{row:05}" for row in table["source_row"]]
    table["variable"] = ["name" if row % 5 == 0 else "population" for row in table["source_row"]]
    table["time_period"] = [2020 - row % 4 for row in table["source_row"]]
    table["obs_value"] = [None if row % 5 == 0 or row % 7 == 0 else row / 3 for row in table["source_row"]]
    table["obs_text"] = [f"Ñandú {row}" if row % 5 == 0 else None for row in table["source_row"]]
    table["obs_status"] = ["O" if row % 7 == 0 else "A" for row in table["source_row"]]
    table["margin_of_error"] = [0.1 * row if row % 2 else None for row in table["source_row"]]
    return table.sample(frac=1, random_state=1).reset_index(drop=True).astype({"obs_value": float, "margin_of_error": float})


@pytest.fixture
def written(tmp_path):
    path = raw_files.archive_path(tmp_path, "imss", "2021")
    archive.write_archive(path, archive.as_observations(example()))
    return path


def test_what_is_written_is_read_back(written):
    table = archive.read_archive(written)
    pd.testing.assert_frame_equal(table, archive.as_observations(example()), check_exact=True)
    cells = table.set_index("ref_area").loc["MX-00005"]
    assert (cells["obs_text"], cells["source_file"], cells["time_period"]) == ("Ñandú 5", "b.csv", 2019)
    assert table.set_index("ref_area").loc["MX-00001", "obs_value"] == 1 / 3
    assert not list(written.parent.glob("*.part"))


def test_equal_rows_give_equal_bytes(written, tmp_path):
    other = tmp_path / "other.parquet"
    archive.write_archive(other, archive.as_observations(example().iloc[::-1]))
    assert other.read_bytes() == written.read_bytes()


def test_one_row_group_per_file_with_its_provenance(written):
    file = pq.ParquetFile(written)
    groups = [file.read_row_group(number, columns=CONSTANT).to_pandas() for number in range(file.num_row_groups)]
    assert [group["source_file"].iloc[0] for group in groups] == ["a.zip!x.csv", "b.csv"]
    assert all((group.nunique() == 1).all() for group in groups)


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_flipped_byte_is_no_wrong_table(written, part):
    content = bytearray(written.read_bytes())
    content[int(len(content) * part)] ^= 0xFF
    written.write_bytes(content)
    try:
        table = archive.read_archive(written)
    except SourceError as error:
        assert "2021.parquet: the archive file is damaged" in str(error)
    else:  # a byte that no cell depends on, such as a statistic in the footer
        pd.testing.assert_frame_equal(table, archive.as_observations(example()), check_exact=True)


def test_flipped_bytes_of_the_figures_are_refused(written):
    """All bytes of a page of figures: none may pass, because every page has a checksum."""
    column = pq.ParquetFile(written).metadata.row_group(0).column(archive.SCHEMA.names.index("source_row"))
    first = column.data_page_offset + column.total_compressed_size // 2
    whole = written.read_bytes()
    for position in range(first, column.data_page_offset + column.total_compressed_size):
        content = bytearray(whole)
        content[position] ^= 0x55
        written.write_bytes(content)
        with pytest.raises(SourceError, match="damaged"):
            archive.read_archive(written)


@pytest.mark.parametrize("part", [0, 0.01, 0.5, 0.99])
def test_a_truncated_file_is_refused(written, part):
    content = written.read_bytes()
    written.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(SourceError, match=r"2021\.parquet: the archive file is damaged.*version control"):
        archive.read_archive(written)


def test_a_missing_or_foreign_file_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"2021\.parquet: the archive file is missing"):
        archive.read_archive(raw_files.archive_path(tmp_path, "imss", "2021"))
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "foreign.parquet")
    with pytest.raises(SourceError, match=r"foreign\.parquet: holds the columns"):
        archive.read_archive(tmp_path / "foreign.parquet")


def test_the_whole_archive_is_small(archived):
    assert 0 < sum(path.stat().st_size for path in archived.rglob("*") if path.is_file()) <= LARGEST


def test_the_archive_holds_the_registered_vintages_and_nothing_else(archived):
    found = {(path.parent.name, path.stem) for path in archived.glob("*/*") if path.suffix == ".parquet"}
    assert found == set(VINTAGES)
    assert not [path for path in archived.rglob("*") if path.is_file() and path.suffix != ".parquet"]


@pytest.mark.parametrize(("source", "vintage"), VINTAGES)
def test_every_row_group_is_a_registered_file(archived, source, vintage):
    files, sources = register("source_files"), register("sources")
    row = sources[(sources["source"] == source) & (sources["vintage"] == vintage)].iloc[0]
    known = files[(files["source"] == source) & (files["vintage"] == vintage)].set_index("file")["sha256"]
    file = pq.ParquetFile(raw_files.archive_path(archived, source, vintage))
    names = []
    for number in range(file.num_row_groups):
        group = file.read_row_group(number, columns=CONSTANT).to_pandas().drop_duplicates()
        assert len(group) == 1
        found = group.iloc[0]
        assert (found["source"], found["vintage"], found["licence"]) == (source, vintage, row["licence"])
        assert found["sha256"] == known[found["source_file"].split("!")[0]]
        names.append(found["source_file"])
    assert len(set(names)) == len(names)


def test_a_build_reads_the_files_where_they_are_and_else_the_archive(tmp_path, fixture_folder, archived):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "archive").symlink_to(archived)
    name, vintage = "inegi_denue_groups", "2026"
    assert read_source(name, vintage, tmp_path)["ref_area"].nunique() == 2478
    fixture_folder(name, vintage).parent.rename(tmp_path / "raw" / name)
    assert read_source(name, vintage, tmp_path)["ref_area"].nunique() == 4


def test_the_newest_vintage_by_the_cut_off_counts():
    def newest(day: str) -> dict:
        return raw_files.vintages_at(day).set_index("source")["vintage"].to_dict()

    released = register("sources").query("source == 'world_bank'").set_index("vintage")["released"]
    for vintage, day in released.items():
        assert newest(day)["world_bank"] == vintage
    assert "world_bank" not in newest("2022-06-30")
    assert newest("2026-11-15")["inegi_census"] == "2020"
    assert "inegi_census" not in newest("2021-01-24") and "inegi_census" in newest("2021-01-25")


def test_no_vintage_gives_no_rows(tmp_path):
    table = read_newest("inegi_census", "2000-01-01", tmp_path)
    assert table.empty and list(table.columns) == archive.SCHEMA.names


def test_an_unknown_vintage_is_refused(tmp_path):
    (tmp_path / "raw" / "imss" / "1999").mkdir(parents=True)
    (tmp_path / "raw" / "imss" / "1999" / "a.csv").write_text("a")
    with pytest.raises(SourceError, match="knows no vintage 1999 of imss"):
        read_source("imss", "1999", tmp_path)
