"""What changed between editions: causes, parts that add up, hysteresis; hand-computed cases, and one changed source value."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.editions import edition_changes as ec
from pipeline.editions.change_report import report
from pipeline.foundation import query
from pipeline.indicators import indicator_values as indicators
from pipeline.matching.features import lens_blocks
from pipeline.release.verification import verify
from pipeline.scoring.development import point_scores
from pipeline.site.build import write_site
from schemas import models
from schemas.catalogue import register

WITHIN = 1.25


def stored(folder: Path, name: str, table: pd.DataFrame) -> Path:
    path = folder / f"{name}.parquet"
    table.to_parquet(path, index=False)
    return path


def values(*rows: tuple) -> pd.DataFrame:
    columns = ["ref_area", "indicator", "level", "time_period", "numerator", "denominator", "source"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(obs_value=table["numerator"] / table["denominator"])


def changes(tmp_path, before: pd.DataFrame, after: pd.DataFrame, members=({}, {})) -> dict[tuple, str]:
    """The cause of each changed value; every area of either table is in both editions."""
    areas = pd.concat([before, after])[["ref_area", "level"]].drop_duplicates()
    parts = [
        pd.DataFrame(
            [(parent, area) for parent, some in side.items() for area in some], columns=["parent", "ref_area"], dtype="str"
        )
        for side in members
    ]
    found = ec.indicator_changes(
        before=stored(tmp_path, "before", before),
        after=stored(tmp_path, "after", after),
        places_before=stored(tmp_path, "places", areas),
        places_after=stored(tmp_path, "places", areas),
        members_before=stored(tmp_path, "members_before", parts[0]),
        members_after=stored(tmp_path, "members_after", parts[1]),
    )
    models.validate("indicator_changes", found)
    return {(row.ref_area, row.indicator): row.cause for row in found.itertuples()}


def test_each_change_has_its_cause(tmp_path):
    before = values(
        ("MX-1", "internet_households", "local", 2020, 50, 100, "a"),
        ("MX-2", "internet_households", "local", 2020, 50, 100, "a"),
        ("MX-3", "internet_households", "local", 2020, 50, 100, "a"),
        ("MX-4", "internet_households", "local", 2020, 50, 100, "a"),
        ("MX-M", "internet_households", "metro", 2020, 50, 100, "a"),
        ("MX-5", "internet_households", "local", 2020, 50, 100, "a"),
    )
    after = values(
        ("MX-1", "internet_households", "local", 2020, 50, 100, "a"),  # the same
        ("MX-2", "internet_households", "local", 2020, 51, 100, "a"),  # corrected
        ("MX-3", "internet_households", "local", 2025, 50, 100, "a"),  # another year, the same share
        ("MX-4", "internet_households", "local", 2020, 50, 100, "b"),  # another source
        ("MX-M", "internet_households", "metro", 2020, 70, 130, "a"),  # drawn anew
        ("MX-6", "internet_households", "local", 2020, 50, 100, "a"),  # there was none
    )
    found = changes(tmp_path, before, after, ({"MX-M": ["MX-1"]}, {"MX-M": ["MX-1", "MX-2"]}))
    assert {area: cause for (area, _), cause in found.items()} == {
        "MX-2": "revised data", "MX-3": "new data", "MX-4": "new data", "MX-M": "pool", "MX-5": "new data", "MX-6": "new data",
    }  # fmt: skip


def test_a_rank_moved_by_others_is_the_pool_s(tmp_path):
    """MX-1's people are corrected; the shares of the nation of MX-1 and MX-2 both change."""
    share = register("indicators").query("formula == 'country_share'").iloc[0]
    people = share["numerator"]
    before = values(
        ("MX-1", people, "local", 2020, 100, 1, "a"), ("MX-2", people, "local", 2020, 300, 1, "a"),
        ("MX-1", share["indicator"], "local", 2020, 100, 400, "a"), ("MX-2", share["indicator"], "local", 2020, 300, 400, "a"),
    )  # fmt: skip
    after = values(
        ("MX-1", people, "local", 2020, 101, 1, "a"), ("MX-2", people, "local", 2020, 300, 1, "a"),
        ("MX-1", share["indicator"], "local", 2020, 101, 401, "a"), ("MX-2", share["indicator"], "local", 2020, 300, 401, "a"),
    )  # fmt: skip
    assert changes(tmp_path, before, after) == {
        ("MX-1", people): "revised data",
        ("MX-1", share["indicator"]): "revised data",
        ("MX-2", share["indicator"]): "pool",
    }


def split(steps: list[list[tuple]], intervals: list[tuple] = ()) -> pd.DataFrame:
    """The changes of scores from (area, score, rank) of the five steps."""
    rows = pd.concat(
        pd.DataFrame(step, columns=["ref_area", "obs_value", "rank"]).assign(step=number, measure="development")
        for number, step in enumerate(steps)
    )
    areas = rows[["ref_area"]].drop_duplicates().assign(level="local")
    nothing = models.arrow_schema("indicator_changes").empty_table().to_pandas()
    limits = pd.DataFrame(
        intervals, columns=["ref_area", "score_low", "score_high", "rank_in_country_low", "rank_in_country_high"]
    )
    table = query.run(
        "editions/edition_changes",
        steps=rows.astype({"ref_area": "str", "obs_value": "float64", "rank": "float64"}),
        intervals=limits.astype({name: "float64" for name in limits if name != "ref_area"} | {"ref_area": "str"}),
        indicator_changes=nothing,
        places_before=areas,
        places_after=areas,
        editions=pd.DataFrame({"previous_edition": ["2025.1"]}),
    )
    return models.validate("edition_changes", table).to_pandas().set_index("ref_area")


def test_the_parts_of_a_change_are_the_steps(tmp_path):
    table = split(
        [
            [("MX-1", 50.0, 2), ("MX-2", 60.0, 1), ("MX-3", 10.0, 3)],
            [("MX-1", 51.0, 2), ("MX-2", 60.0, 1), ("MX-3", 10.0, 3)],
            [("MX-1", 53.0, 2), ("MX-2", 60.0, 1), ("MX-3", 10.0, 3)],
            [("MX-1", 57.0, 2), ("MX-2", 60.0, 1), ("MX-3", 10.0, 3), ("MX-4", 5.0, 4)],
            [("MX-1", 65.0, 1), ("MX-2", 60.0, 2), ("MX-3", 10.0, 3), ("MX-4", 5.0, 4)],
        ],
        [("MX-1", 55, 70, 1, 2), ("MX-2", 55, 65, 1, 2)],
    )
    assert list(table.index) == ["MX-1", "MX-2", "MX-4"]  # MX-3 stays
    assert table.loc["MX-1", ["method", "revised_data", "new_data", "pool"]].tolist() == [1, 2, 4, 8]
    assert table["cause"].to_dict() == {"MX-1": "pool", "MX-2": "others", "MX-4": "new data"}
    assert bool(table.loc["MX-1", "beyond_interval"]) is True  # 50 is outside 55 to 70
    assert bool(table.loc["MX-1", "rank_beyond_interval"]) is False
    assert bool(table.loc["MX-2", "beyond_interval"]) is False
    assert pd.isna(table.loc["MX-4", "change"]) and pd.isna(table.loc["MX-4", "beyond_interval"])


def pool(folder: Path, step: str, positions: dict[str, float]) -> dict[str, Path]:
    """One Mexican area at 0 and candidates at these positions on a single feature: the matching tables of a step."""
    areas = {"MX-1": 0.0, **positions}
    features = pd.DataFrame({"ref_area": list(areas), "z": list(areas.values())}).assign(
        level="local", block="size", indicator="population", frame="absolute", weight=1.0, variance=0.0
    )
    country = ["MEX" if area.startswith("MX") else "USA" for area in areas]
    coverage = pd.DataFrame({"ref_area": list(areas), "country": country}).assign(level="local", takes_part=True, ranked=True)
    (folder / step).mkdir()
    return {
        f"{step}_matching_features": stored(folder / step, "matching_features", features.sort_values("ref_area")),
        f"{step}_matching_coverage": stored(folder / step, "matching_coverage", coverage.sort_values("ref_area")),
    }


def test_a_mirror_is_kept_within_reach_of_the_tenth(tmp_path):
    """Ten candidates at 1 to 10; then one leaves to just within, one to just beyond 1.25 times the tenth distance."""
    before = {f"US-{number:02}": float(number) for number in range(1, 11)} | {"US-11": 11.0, "US-12": 12.0}
    revised = before | {"US-01": WITHIN * 12 - 0.01}  # still before new data
    renewed = revised | {"US-02": WITHIN * 12 + 0.01}
    steps = {"previous": before, "revised": revised, "renewed": renewed, "own": renewed}
    tables_of_steps = {name: path for step, at in steps.items() for name, path in pool(tmp_path, step, at).items()}
    table = models.validate("mirror_changes", ec.mirror_changes(tables_of_steps, "2025.1", tmp_path)).to_pandas()
    found = table.set_index("counterpart_area")
    assert found["status"].to_dict() == {
        "US-01": "weakened", "US-02": "lost", **{f"US-{number:02}": "kept" for number in range(3, 11)},
        "US-11": "new", "US-12": "new",
    }  # fmt: skip
    assert found["cause"].dropna().to_dict() == {
        "US-01": "revised data", "US-02": "new data", "US-11": "revised data", "US-12": "new data",
    }  # fmt: skip
    weight = lens_blocks("overall").set_index("block").loc["size", "weight"] ** 0.5
    assert found.loc["US-01", "revised_data"] == pytest.approx(weight * (WITHIN * 12 - 1.01))
    assert found["reach"].unique() == pytest.approx(WITHIN * 12 * weight)
    assert found.loc["US-11", ["rank_after"]].tolist() == [9]


def test_a_weakened_mirror_of_a_published_edition_is_no_new_one(tmp_path):
    """It was kept though weakened; that it is among the first ten again makes it kept, not new."""
    positions = {f"US-{number:02}": float(number) for number in range(1, 12)}
    tables_of_steps = {name: path for step in ec.STEPS[1:] for name, path in pool(tmp_path, step, positions).items()}
    listed = [("MX-1", "mirror", f"US-{number:02}", float(number), number) for number in (*range(2, 12), 1)]
    record = pd.DataFrame(listed, columns=["ref_area", "measure", "counterpart_area", "obs_value", "rank"])
    record["rank"] = [*range(1, 11), None]
    path = ec.published_path(tmp_path, "2025.1")
    path.parent.mkdir()
    pq.write_table(models.validate("published_results", record), path)
    found = ec.mirror_changes(tables_of_steps, "2025.1", tmp_path).set_index("counterpart_area")
    assert found.loc["US-01", "status"] == "kept"
    assert found.loc["US-11", ["status", "cause"]].tolist() == ["weakened", "method"]  # today's method never listed it


def test_one_per_cent_of_one_figure_shows_there_and_only_where_it_must(small_stored, tmp_path):
    """One municipality's households with internet are 1 % more: its share, that of its metropolis and of its state move."""
    area, indicator = "MX-19039", "internet_households"
    row = register("indicators").set_index("indicator").loc[indicator]
    observations = pd.read_parquet(small_stored / "observations.parquet")
    wanted = (observations["ref_area"] == area) & (observations["variable"] == row["numerator"].split("|")[0])
    wanted &= observations["source"] == "inegi_census"
    assert wanted.sum() == 1
    observations.loc[wanted, "obs_value"] *= 1.01
    path = {name: small_stored / f"{name}.parquet" for name in ("derived_observations", "places", "area_members", "goalposts")}
    after = indicators.indicator_values(
        stored(tmp_path, "observations", observations), path["derived_observations"], path["places"], path["area_members"]
    )
    after_path = tmp_path / "after.parquet"
    pq.write_table(models.validate("indicator_values", after), after_path)
    before_path = small_stored / "indicator_values.parquet"
    moved = ec.indicator_changes(
        before=before_path, after=after_path, places_before=path["places"], places_after=path["places"],
        members_before=path["area_members"], members_after=path["area_members"],
    )  # fmt: skip
    metropolis = pd.read_parquet(path["places"]).set_index("ref_area").loc[area, "metropolis"]
    touched = {area, metropolis, area[:5]}
    assert set(moved["ref_area"]) == touched and set(moved["indicator"]) == {indicator}
    assert set(moved["cause"]) == {"revised data"}
    own = moved.set_index("ref_area").loc[area]
    assert own["after"] == pytest.approx(1.01 * own["before"])

    changed_path = stored(tmp_path, "indicator_changes", moved)
    steps = {"previous": before_path, "own": after_path}
    for step, causes in (("revised", ["revised data"]), ("renewed", ["revised data", "new data"])):
        mixed = ec.values_with(causes, before=before_path, after=after_path, indicator_changes=changed_path)
        steps[step] = stored(tmp_path, step, mixed)
        pd.testing.assert_frame_equal(mixed, pd.read_parquet(after_path)[mixed.columns], check_dtype=False)
    _, pillars, development = point_scores(after_path, path["goalposts"], path["places"])
    given = {f"{step}_indicator_values": values_path for step, values_path in steps.items()}
    given |= {f"{step}_{name}": path[name] for step in ("previous", "own") for name in ("goalposts", "places")}
    given |= {"pillar_scores": stored(tmp_path, "pillar_scores", pillars), "indicator_changes": changed_path}
    given |= {"development_scores": stored(tmp_path, "development_scores", development)}
    table = models.validate("edition_changes", ec.edition_changes(given, "2025.1", tmp_path)).to_pandas()
    by_cause = table.groupby("cause")["ref_area"].agg(set)
    assert by_cause["revised data"] == touched
    assert set(by_cause.index) <= {"revised data", "others"}
    revised = table[table["cause"] == "revised data"]
    assert (revised["change"] - revised["revised_data"]).abs().max() < 1e-8
    assert (revised[["method", "new_data", "pool"]].abs() < 1e-8).all(axis=None)
    assert set(revised["measure"]) <= {indicator, row["pillar_or_block"], "development"}


def test_the_changes_of_a_build_add_up(small_stored):
    """Parts make up the whole, in every row that has both values."""
    parts = ["method", "revised_data", "new_data", "pool"]
    scores = pd.read_parquet(small_stored / "edition_changes.parquet").dropna(subset="change")
    assert len(scores) and (scores["change"] - scores[parts].sum(axis=1)).abs().max() < 1e-8
    mirrors = pd.read_parquet(small_stored / "mirror_changes.parquet").dropna(subset=parts)
    difference = mirrors["distance_after"] - mirrors["distance_before"]
    assert len(mirrors) and (difference - mirrors[parts].sum(axis=1)).abs().max() < 1e-8
    listed = pd.read_parquet(small_stored / "mirrors.parquet").query("lens == 'overall' and rank <= 10")
    now = pd.read_parquet(small_stored / "mirror_changes.parquet").dropna(subset="rank_after")
    both = listed.merge(now, how="outer", on=["ref_area", "counterpart_area"])
    assert (both["rank"] == both["rank_after"]).all()
    assert both["distance"].to_numpy() == pytest.approx(both["distance_after"].to_numpy(), abs=1e-8)


def test_the_edition_before_is_the_one_that_its_own_build_gives(small_stored, small_before):
    """The table of the edition before, computed in the build of the next one, equals that of its own build."""
    for name in ("observations", "indicator_values", "matching_features", "goalposts"):
        both = [pq.read_table(folder / f"{name}.parquet") for folder in (small_stored / "previous", small_before)]
        assert both[0].equals(both[1]), name


def test_changes_are_told_in_two_languages(small_stored):
    text = report(
        {name: small_stored / f"{name}.parquet" for name in ("edition_changes", "mirror_changes", "reference_areas")}, "2026.1"
    )
    assert text.startswith("# Cambios de la edición 2026.1 frente a la 2021.1 · Changes of edition 2026.1 since 2021.1")
    assert "`world_bank` | World Development Indicators | — | 2026-07" in text
    assert "datos nuevos · new data" in text and "Monterrey" in text


def test_places_that_moved_because_others_did_are_not_told_as_changes(small_stored, tmp_path):
    paths = {name: small_stored / f"{name}.parquet" for name in ("mirror_changes", "reference_areas")}
    scores = pd.read_parquet(small_stored / "edition_changes.parquet").query("kind == 'score'").dropna(subset="change")
    others = stored(tmp_path, "edition_changes", scores.assign(cause="others", change=0.0))
    text = report(paths | {"edition_changes": others}, "2026.1")
    assert "Los mayores cambios · The largest changes\n\nNinguno · None." in text and re.search(r"\bnan\b", text) is None


def test_an_early_edition_is_whole_and_has_its_site(small_before, tmp_path):
    """Registers name areas that an early edition has not: only the changes of areas and Mexico's totals miss those left out."""
    release = shutil.copytree(small_before.parents[1] / "releases" / "2021.1", tmp_path / "2021.1")
    left_out = ("parquet/area_changes.parquet: ", "parquet/indicator_values.parquet: ")
    assert [line for line in verify(release) if not line.startswith(left_out)] == []
    nominated = pd.read_parquet(release / "parquet" / "nominated_pairs.parquet").query("ref_area == 'MX-METRO-14.1.01'")
    assert set(nominated["verdict"]) == {"not evaluated"} and not nominated["text_es"].str.contains("nan").any()
    pages = write_site(release, "2021.1") / "es"
    assert (pages / "nominated.html").is_file()
    assert re.search(r"lugares de \d+ países que son espejo", (pages / "index.html").read_text(encoding="utf-8"))
