"""The profile of a Mexican municipality, metropolis or state."""

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.site import maps
from pipeline.site.content import FIRST, Content, Row, is_listed
from pipeline.site.figures import CELLS, DECIMALS, figure, interval, number
from pipeline.site.words import Words

TIERS = ("firm", "likely", "possible", None)
NEARLY_ALL = 0.8  # share of a metropolis's people from which a municipality and it point to each other
LEAST_RISKS = 2  # risks that are listed even if none is high
PARTS = (("di", "income"), ("ds", "schooling"), ("dh", "health"), ("dv", "services"))  # figures.py, development_levels
MOST, OF_EACH_TYPE = 3, 1  # opportunities that are listed, and of one type


def profiles(content: Content, words: Words) -> Iterator[tuple[str, str, dict]]:
    """Address, template and content of every profile."""
    for ref_area in content.mexican:
        yield f"area/{ref_area}.html", "profile.html", profile(content, words, ref_area)


def profile(content: Content, words: Words, ref_area: str) -> dict:
    """All that a profile shows."""
    area = content.areas[ref_area]
    pairs = content.mirrors.get(ref_area, [])
    listed = [row for row in pairs if is_listed(row)]
    score = content.scores[ref_area]
    levels = _levels(content, words, ref_area, listed)
    standing = _standing(content, words, ref_area)
    extras = [extra for make in SECTIONS.values() if (extra := make(content, words, ref_area))]
    sections = [
        "mirrors",
        *(["development"] if levels or standing else []),
        *(extra["id"] for extra in extras),
        "limits",
        "figures",
    ]
    return {
        **_head(content, words, area, score),
        "sections": sections,
        "map": maps.of_mirrors(area, listed, content.areas),
        "verdict": content.verdicts.get(ref_area),
        "metropolis": content.areas.get(area["metropolis"]),
        "twin": _twin(content, words, area),
        "blocks": [{"label": words.label(row)} for row in content.blocks.values()],
        "groups": _groups(content, words, listed),
        "sure": content.has_confidence,
        "why": (content.answers.get(ref_area) or {}).get(f"why_{words.language}"),
        "more": len(pairs) - len(listed),
        "levels": levels,
        "development": content.levels.get(ref_area) or {},
        "standing": standing,
        "banded": any(row["band"] for row in [*levels, *standing]),
        "extras": extras,
        "limits": _limits(content, words, area, listed, score),
    }


def _head(content: Content, words: Words, area: Row, score: Row) -> dict:
    parents = [
        {"ref_area": code, "name": words.full_name(content, content.areas[code])}
        for code in (area["parent"], area["metropolis"])
        if code in content.areas
    ]
    full = words.full_name(content, area)
    answer = content.answers.get(area["ref_area"])
    lead = answer[f"lead_{words.language}"] if answer else words.t("lead_alone", place=area["name"])
    if score["score"] is not None:
        plural = words.t(f"plural_{area['level']}")
        about = {"score": number(score["score"], 1), "rank": number(score["rank_in_country"] or 0), "what": plural}
        description = words.t("describe", lead=lead, **about, n=number(score["areas_in_country"])) if answer else lead
    else:
        description = lead
    return {
        "area": area,
        "score": score,
        "parents": parents,
        "kind": words.t(f"kind_{area['level']}"),
        "plural": words.t(f"plural_{area['level']}"),
        "lead": lead,
        "title": words.t("profile_title", place=full, edition=content.edition),
        "description": description,
        "cited": words.t("cited_profile", place=full, code=area["ref_area"]),
    }


def _twin(content: Content, words: Words, area: Row) -> dict | None:
    """Of a municipality that is nearly all of its metropolis the metropolis, and the other way round; what each page is for."""
    metropolis = area if area["level"] == "metro" else content.areas.get(area["metropolis"])
    main = content.main_members.get(metropolis["ref_area"]) if metropolis else None
    if main is None or area["ref_area"] not in (main["ref_area"], metropolis["ref_area"]):
        return None
    share = (main["population"] or 0) / (metropolis["population"] or float("inf"))
    if share < NEARLY_ALL:
        return None
    other = main if area is metropolis else metropolis
    said = words.t(f"twin_{area['level']}", place=main["name"], share=number(min(100 * share, 100)))
    return {"ref": other["ref_area"], "name": words.full_name(content, other), "text": said}


def _groups(content: Content, words: Words, listed: list[Row]) -> list[dict]:
    rows = {tier: [row for row in listed if row["tier"] == tier] for tier in TIERS}
    first = {row["counterpart_area"] for row in listed[:FIRST]}  # the ten nearest are shown block by block
    tiered = any(tier for tier in TIERS if tier and rows[tier])
    return [
        {
            "tier": (tier or "none") if tiered else None,
            "rows": [_mirror(content, words, row, row["counterpart_area"] in first) for row in rows[tier]],
        }
        for tier in TIERS
        if rows[tier]
    ]


def _mirror(content: Content, words: Words, row: Row, detailed: bool) -> dict:
    other = content.areas[row["counterpart_area"]]
    return {
        "ref": row["counterpart_area"],
        "link": content.page_of(row["counterpart_area"], row["ref_area"]),
        "name": other["name"],
        "country": words.country(content, other["country"]),
        "nearer": figure("ms", row, tag="td"),
        "probability": figure("mp", row, words.t("no_data"), tag="td") if content.has_confidence else "",
        "blocks": [_block(content, row, other["level"], block) for block in content.blocks] if detailed else [],
    }


def _block(content: Content, row: Row, level: str, block: str) -> Markup:
    part = content.blocks_of_pair[row["ref_area"], row["counterpart_area"]].get(block)
    if part is None:
        return Markup("<i>—</i>")
    width = 50 * part["distance_squared"] / (content.usual_blocks[level, block] or 1)
    shown = number(part["distance_squared"], CELLS["mb"].decimals)
    return Markup(f'<i style="--w:{min(width, 100):.0f}">{shown}</i>')


def _levels(content: Content, words: Words, ref_area: str, listed: list[Row]) -> list[dict]:
    """The level of the place and its parts beside those of its mirrors: they are on one scale."""
    own = content.levels.get(ref_area)
    if own is None or own["development_level"] is None:
        return []
    others = [row["counterpart_area"] for row in listed]
    known = [content.levels[other] for other in others if (content.levels.get(other) or {}).get("development_level") is not None]
    rows = []
    for code, column in (("dl", "development_level"), *PARTS):
        total = code == "dl"
        low, high = (own["development_level_low"], own["development_level_high"]) if total else (None, None)
        track = _track(own[column], low, high, [other[column] for other in known])
        label = words.t(column if total else f"part_{column}")
        first = _first_level(content, words, code, column, others)
        ends = interval(low, high, 1)
        rows.append(
            {"label": label, "total": total, "own": figure(code, own, tag="td", i=ends), "first": first, "ends": ends, **track}
        )
    return rows


def _first_level(content: Content, words: Words, code: str, column: str, others: list[str]) -> Markup:
    """The first mirror's level with its interval, or a part of it with whose figure it is."""
    row = content.levels.get(others[0]) if others else None
    if row is None or row["development_level"] is None or row[column] is None:
        return Markup("<td>")
    if code == "dl":
        note = interval(row["development_level_low"], row["development_level_high"], 1)
    else:
        note = None if row[f"{column}_of"] == "own" else words.t(f"part_{row[f'{column}_of']}")
    said = Markup(" <small>{}</small>").format(note) if note else Markup("")
    return Markup('<td class="n">') + figure(code, row, a=others[0], i=note if code == "dl" else None) + said


def _standing(content: Content, words: Words, ref_area: str) -> list[dict]:
    """The place's standing in its country and the pillars of it; never beside another country's."""
    score = content.scores.get(ref_area)
    if score is None or score["score"] is None:
        return []
    missing = words.t("no_data")
    own = {None: score} | {code: content.pillar_scores[ref_area].get(code) for code in content.labels_of("pillars")}
    rows = []
    for code, row in own.items():
        row = row or dict.fromkeys(("score", "score_low", "score_high"))
        ends = interval(row["score_low"], row["score_high"], 1)
        label = words.t("score") if code is None else words.label(content.labels_of("pillars")[code])
        said = {"own": figure("sc" if code is None else "ps", row, missing, tag="td", i=ends), "key": code, "label": label}
        rows.append(said | {"total": code is None} | _track(row["score"], row["score_low"], row["score_high"], []))
    return rows


def _track(value: float | None, low: float | None, high: float | None, others: list[float | None]) -> dict:
    band = None if low is None or high is None else (round(low, 1), round(high, 1))
    known = [round(other) for other in others if other is not None]
    return {"x": None if value is None else round(value, 1), "others": known, "band": band}


def _limits(content: Content, words: Words, area: Row, listed: list[Row], score: Row) -> list[Markup]:
    """What the data of this place cannot say."""
    said = []
    if area["matching_coverage"] is not None:
        said.append(words.t("limit_coverage", share=figure("cov", area)))
    if listed:
        lowest = min(listed, key=lambda row: row["coverage"])
        ref = lowest["counterpart_area"]
        share = figure("mc", lowest, b=ref)
        said.append(words.t("limit_pair", other=words.with_country(content, content.areas[ref]), share=share))
    estimated = [row for row in content.values.get(area["ref_area"], []) if row["obs_status"] == "E"]
    if estimated:
        names = [words.label(content.indicators[row["indicator"]]) for row in estimated[:4]]
        said.append(words.t("limit_estimated", n=len(estimated), names=words.listing(names)))
    missing = [
        words.label(row)
        for row in content.indicators.values()
        if area["level"] in row["levels"] and row["role"] != "context" and row["indicator"] not in content.known(area["ref_area"])
    ]
    if missing:
        said.append(words.t("limit_missing", n=len(missing), names=words.listing(missing[:6])))
    if score["score"] is None:
        said.append(words.t("limit_no_score"))
    return [*said, words.t("limit_cause"), words.t("limit_countries")]


def _sectors(content: Content, words: Words, ref_area: str) -> dict | None:
    rows = content.key_sectors.get(ref_area, [])
    shown = [
        {
            "label": words.label(content.sectors.get(row["sector"]) or {"label_es": row["sector"], "label_en": row["sector"]}),
            "share": figure("ks", row, tag="td"),
            "quotient": figure("kq", row, tag="td"),
            **_known(row, "sector"),
        }
        for row in rows[:8]
    ]
    bases = {words.t(f"basis_{row['basis']}") for row in rows[:8] if row["basis"]}
    return {"id": "sectors", "rows": shown, "basis": words.listing(sorted(bases))} if rows else None


def _risks(content: Content, words: Words, ref_area: str) -> dict | None:
    """The high risks, and at least the first two."""
    rows = [row for row in content.risks.get(ref_area, []) if row["obs_value"] is not None]
    shown = []
    for position, row in enumerate(rows):
        if position >= LEAST_RISKS and not row["high"]:
            break
        decimals = DECIMALS.get(row["unit_measure"], 1)
        shown.append(
            {
                "label": words.label(content.indicators[row["risk"]]),
                "of": words.label(content.sectors[row["sector"]]) if row["sector"] in content.sectors else None,
                "trend": _trend(words, row),
                "unit": words.unit(row["unit_measure"]),
                "value": figure("rv", row, decimals=decimals, tag="td"),
                "percentile": figure("rp", row, words.t("no_data"), tag="td"),
                **_known(row, "risk"),
                "x": None if row["percentile"] is None else round(row["percentile"]),
                "high": row["high"],
            }
        )
    return {"id": "risks", "rows": shown} if shown else None


def _trend(words: Words, row: Row) -> str | None:
    """Which way a risk goes, with the years of its series."""
    if not row["trend_sign"]:
        return None
    said = words.t(f"trend {row['trend_sign']}")
    return said if row["trend_from"] is None else f"{said}, {row['trend_from']}–{row['trend_to']}"


def _opportunities(content: Content, words: Words, ref_area: str) -> dict | None:
    """The best of each type, in the order of their rank."""
    rows, shown, taken = content.opportunities.get(ref_area, []), [], Counter()
    for row in rows:
        if taken[row["type"]] < OF_EACH_TYPE and len(shown) < MOST:
            taken[row["type"]] += 1
            shown.append(row[f"text_{words.language}"])
    return {"id": "opportunities", "rows": shown, "more": len(rows) - len(shown)} if rows else None


def _pathways(content: Content, words: Words, ref_area: str) -> dict | None:
    """The steps to start with, and the names of what is there already."""
    rows = content.pathways.get(ref_area, [])
    steps = sorted((row for row in rows if row["first_step"]), key=lambda row: row["first_step"])
    shown = [row[f"text_{words.language}"] for row in steps]
    there = [words.label(content.indicators[row["indicator"]]) for row in rows if row["verdict"] == "already there"]
    return {"id": "pathways", "rows": shown, "there": words.listing(there)} if shown or there else None


def _history(content: Content, words: Words, ref_area: str) -> dict | None:
    newest = next(iter(content.marginalisation.get(ref_area, [])), None)
    rows = [row for row in content.social_lag.get(ref_area, []) if row["percentile"] is not None]
    if not newest and not rows:
        return None
    now = None
    if newest:
        year, grade = newest["time_period"], newest[f"grade_{words.language}"]
        known = {"k": year, "y": year, "s": "conapo_marginalisation"}
        rank, index = figure("gr", newest, **known), figure("gn", newest, **known)
        graded = grade.lower() if words.language == "es" else grade.capitalize()
        now = words.t("marginalised", grade=graded, year=year, rank=rank, n=number(newest["areas"]), index=index)
    shown = [
        {
            "year": row["time_period"],
            "percentile": figure("lp", row, tag="td", k=row["time_period"], y=row["time_period"]),
            "grade": row[f"grade_{words.language}"] or "",
        }
        for row in rows
    ]
    return {"id": "history", "now": now, "rows": shown, "line": _line(rows)}


def _line(rows: list[Row]) -> str:
    """The way of the percentiles over the columns of their years."""
    points = [
        f"{(position + 0.5) * 100 / len(rows):.0f} {36 - 0.36 * row['percentile']:.1f}" for position, row in enumerate(rows)
    ]
    return f"M{'L'.join(points)}"


def _known(row: Row, key: str) -> dict:
    """What a row of a table says of all its figures."""
    return {"key": row[key], "time": row["time_period"], "source": row["source"]}


SECTIONS = {
    "sectors": _sectors,
    "risks": _risks,
    "opportunities": _opportunities,
    "pathways": _pathways,
    "history": _history,
}
