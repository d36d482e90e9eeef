"""The reader of CONEVAL's municipal poverty components."""

import pytest

from pipeline.sources.readers import reader_of

SOURCE, VINTAGE, FILE = "coneval_poverty", "2020", "municipal_components_2020.csv"
read = reader_of(SOURCE)


def test_reads_people_and_percentages(fixture_folder, row_of):
    table = read(fixture_folder(SOURCE, VINTAGE), VINTAGE)
    assert len(table) == 4 * 17
    poor = row_of(table, "population_poor", "MX-01001", 2020)
    assert (poor["obs_value"], poor["obs_status"], poor["source_row"]) == (310_444, "A", 2)
    assert row_of(table, "population_poor_base", "MX-01001", 2020)["obs_value"] == 922_268
    assert row_of(table, "income_poverty_share", "MX-01001", 2020)["obs_value"] == 33.6609203898
    assert row_of(table, "population_extreme_income_poverty", "MX-19039", 2020)["obs_value"] == 58_487
    assert row_of(table, "population_no_social_security", "MX-19039", 2020)["obs_value"] == 452_221
    assert row_of(table, "population_food_insecure", "MX-19039", 2020)["obs_value"] == 128_789


def test_an_incomplete_row_is_missing_as_a_whole(fixture_folder):
    folder = fixture_folder(SOURCE, VINTAGE)
    text = (folder / FILE).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("04012"))
    cells = line.split(",")
    cells[5] = "15000.0"
    (folder / FILE).write_text(text.replace(line, ",".join(cells)), encoding="utf-8")
    table = read(folder, VINTAGE)
    seybaplaya = table[table["ref_area"] == "MX-04012"]
    assert len(seybaplaya) == 17
    assert seybaplaya["obs_value"].isna().all() and seybaplaya["obs_status"].eq("O").all()
    assert table[table["ref_area"] != "MX-04012"]["obs_value"].notna().all()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("310444.0", "930444.0", ["row 2", "lp_ingreso_num", "930444", "pob_2020_coneval"]),
        ("310444.0", "310445.0", ["row 2", "lp_ingreso_num", "310445"]),
        ("310444.0", "310444.5", ["row 2", "lp_ingreso_num", "310444.5", "not a count"]),
        ("310444.0", "-310444.0", ["row 2", "lp_ingreso_num", "-310444"]),
        ("33.6609203898", "133.6609203898", ["row 2", "lp_ingreso_pct", "133.66", "0 to 100"]),
        ("310444.0", "muchos", ["row 2", "lp_ingreso_num", "muchos", "not a number"]),
        ("\n01001,", "\n1001,", ["row 2", "cvegeo", "1001"]),
        ("\n08008,", "\n01001,", ["row 4", "cvegeo", "MX-01001", "twice"]),
        ("lp_ingreso_ext_num", "lp_ext", ["lp_ingreso_ext_num", "column is missing"]),
        (",False", ",quizá", ["row 3", "coneval_completo", "quizá"]),
    ],
)
def test_refuses(fixture_folder, refusal, old, new, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    refusal(read, folder, VINTAGE, FILE, *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<html>", ["web page"]),
        ("", ["no rows"]),
        ("a,b\n1,2,3\n", ["row 2", "holds 3 fields", "1,2,3"]),
        ("cvegeo\n01001\n", ["coneval_completo", "column is missing"]),
        ("cvegeo,\xe9\n1,2\n", ["row 1", "is not utf-8"]),
    ],
)
def test_refuses_other_files(fixture_folder, refusal, content, words):
    folder = fixture_folder(SOURCE, VINTAGE)
    (folder / FILE).write_bytes(content.encode("latin-1"))
    refusal(read, folder, VINTAGE, FILE, *words)


def test_refuses_a_line_cut_short_and_a_file_without_rows(fixture_folder, refusal):
    folder = fixture_folder(SOURCE, VINTAGE)
    content = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(content[:-60])
    refusal(read, folder, VINTAGE, FILE, "row 5", "where the header has 32")
    (folder / FILE).write_bytes(content.splitlines(keepends=True)[0])
    refusal(read, folder, VINTAGE, FILE, "no rows")


def test_the_compiled_file(real_folder, row_of):
    table = read(real_folder(SOURCE, VINTAGE), VINTAGE)
    sums = table.groupby("variable")["obs_value"].sum()
    assert table["ref_area"].nunique() == 2469
    assert set(table[table["obs_status"] == "O"]["ref_area"]) == {"MX-04012", "MX-07125", "MX-29048"}
    assert (table["obs_status"] == "O").sum() == 3 * 17
    # CONEVAL's national figures for 2020: 52.8 % below the income poverty line, 28.2 % without access to health care
    assert sums["population_poor"] / sums["population_poor_base"] == pytest.approx(0.528, abs=0.01)
    assert sums["population_no_health_access"] / sums["population_poor_base"] == pytest.approx(0.282, abs=0.002)
    assert row_of(table, "no_basic_services_share", "MX-19039", 2020)["obs_value"] == 0.542277316
