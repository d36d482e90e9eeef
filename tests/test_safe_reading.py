"""What strangers serve is read without harm: zips that lie, bombs, entities, formulas, files that are something else."""

import gzip
import io
import stat
import zipfile

import pandas as pd
import pytest
from prepared import workbook, zipped

from pipeline.foundation import containers
from pipeline.foundation.containers import gunzip, members, only_member
from pipeline.foundation.errors import SourceError
from pipeline.release import release
from pipeline.retrieval import answers
from pipeline.sources import reading
from pipeline.sources.municipal_tables import open_sheet


def write(tmp_path, content: bytes, name: str = "a.zip"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "name", ["../escaped.csv", "/etc/passwd", "a/../../b.csv", "C:\\windows\\b.csv", "\\\\server\\b.csv", "..\\b.csv", "a/.."]
)
def test_a_member_that_leads_out_of_its_folder_is_refused(tmp_path, name):
    path = write(tmp_path, zipped({name: b"a,b\n1,2\n"}))
    with pytest.raises(SourceError, match=r"a\.zip.*leads out of its folder"):
        members(path)
    assert answers.problem_of("zip", path, 1000)
    assert [item.name for item in tmp_path.iterdir()] == ["a.zip"]


def test_a_link_is_refused(tmp_path):
    info = zipfile.ZipInfo("link.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(SourceError, match="leads out of its folder"):
        members(write(tmp_path, stream.getvalue()))


def test_a_harmless_name_with_dots_is_read(tmp_path):
    path = write(tmp_path, zipped({"data/a..b.csv": b"x"}))
    assert only_member(path) == ("a.zip!data/a..b.csv", b"x")


def test_a_bomb_is_refused_before_it_goes_off(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "LARGEST_MEMBER", 10_000)
    path = write(tmp_path, zipped({"bomb.csv": b"0" * 1_000_000}))
    assert path.stat().st_size < 10_000
    with pytest.raises(SourceError, match=r"holds a member of 1,000,000 bytes"):
        members(path)
    monkeypatch.setattr(containers, "LARGEST_ZIP", 15_000)
    with pytest.raises(SourceError, match=r"more than 15,000 bytes"):
        members(write(tmp_path, zipped({"a": b"0" * 8000, "b": b"0" * 8000})))


def test_a_member_that_is_larger_than_it_says_is_refused(tmp_path):
    """The directory says 10 bytes, the member unpacks to a million."""
    content = bytearray(zipped({"bomb.csv": b"0" * 1_000_000}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    ((_, read),) = members(write(tmp_path, bytes(content)))
    with pytest.raises(SourceError, match=r"bomb\.csv"):
        read()


def test_an_encrypted_member_is_refused(tmp_path):
    content = bytearray(zipped({"a.csv": b"a,b\n"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    ((_, read),) = members(write(tmp_path, bytes(content)))
    with pytest.raises(SourceError, match=r"encrypted|password"):
        read()


def test_a_gzip_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "LARGEST_MEMBER", 10_000)
    path = write(tmp_path, gzip.compress(b"0" * 1_000_000), "a.tsv.gz")
    with pytest.raises(SourceError, match=r"a\.tsv\.gz.*more than 10,000 bytes"):
        gunzip(path)
    with pytest.raises(answers.Refusal, match="at most 4,000 bytes"):
        answers.problem_of("gzip", path, 1000)


def test_entities_of_xml_are_not_expanded(tmp_path):
    """A workbook whose text refers to a file of this machine and to an entity that doubles itself."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    book = workbook({"Data": [["a", "b"], ["text", 1]]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    entities = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};&l{n - 1};&l{n - 1};">' for n in range(1, 40))
    doctype = f'<!DOCTYPE sst [<!ENTITY l0 "lol"><!ENTITY file SYSTEM "file://{secret}">{entities}]>'.encode()
    (name,) = [name for name, text in parts.items() if b">text<" in text]
    spoilt = doctype + parts[name][parts[name].index(b"<", 1 if parts[name].startswith(b"<?") else 0) :]
    path = write(tmp_path, zipped({**parts, name: spoilt.replace(b">text<", b">&file;&l39;<")}), "a.xlsx")
    try:
        rows = open_sheet(path, "Data")
    except SourceError:
        return
    shown = str(rows)
    assert "SECRET" not in shown and len(shown) < 1000


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"\x00" * 100, b"<html></html>", b"\x1f\x8b\x08"])
def test_what_is_no_zip_is_refused(tmp_path, content):
    with pytest.raises(SourceError, match=r"a\.zip: is no intact zip"):
        members(write(tmp_path, content))


@pytest.mark.parametrize("text", ["=1+1", "+52 33", "-x", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_stops_a_release(tmp_path, text):
    path = tmp_path / "pillars.parquet"
    table = pd.DataFrame({"pillar": ["health", "work"], "label_es": ["Salud", text], "label_en": ["Health", "Work - and more"]})
    table.assign(weight=1.0, description="a").to_parquet(path)
    with pytest.raises(ValueError, match=r"pillars, column label_es.*formula"):
        release._refuse_formulas("pillars", path)


def test_a_hyphen_inside_and_a_negative_number_are_no_formula(tmp_path):
    path = tmp_path / "pillars.parquet"
    table = pd.DataFrame({"pillar": ["health"], "label_es": ["Salud - y más"], "label_en": ["Health"], "weight": [-1.0]})
    table.assign(description="a").to_parquet(path)
    release._refuse_formulas("pillars", path)


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("ref_area", "=cmd", "is not a code of an area"),
        ("obs_text", "a\x00b", "holds control characters"),
        ("obs_value", 1e30, "is too large for a figure"),
    ],
)
def test_no_reader_lets_an_impossible_row_through(column, value, problem):
    row = {"source_file": "a.csv", "source_row": 7, "ref_area": "MX-01001", "variable": "name", "time_period": 2020}
    with pytest.raises(SourceError, match=rf"a\.csv, row 7, column {column} of name.*{problem}"):
        reading.observations([pd.DataFrame([{**row, column: value}])])
