"""The atlas in a real browser: found by keyboard, read on phone and desktop, and true to the release cell by cell.

The site is built whole, but from a release that was cut down to some places, chosen at random with a fixed seed.
"""

import contextlib
import csv
import functools
import http.server
import io
import re
import shutil
import threading
from pathlib import Path

import duckdb
import pytest

from pipeline.site import build
from pipeline.site.figures import CELLS
from pipeline.site.words import texts
from schemas.catalogue import register

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
EDITION = "2026.1"
MERIDA, MONTERREY, METROPOLIS, STATE = "MX-31050", "MX-19039", "MX-METRO-19.1.01", "MX-20"
KNOWN = (MERIDA, MONTERREY, METROPOLIS, STATE, "MX-19", "MX-31", "MX-20067", "MX-09", "MX-METRO-31.1.01")
RANDOM, SEED = 60, 20261124
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
EVIL = "<img src=x onerror=alert(1)>"
ALIKE = ("sources.html", "data.html", "changes.html", "nominated.html")  # what the dark scheme shows is on other pages too
ONCE = ("index", "map", "table", "nominated", "method", "sources", "data", "changes")


def cut(release: Path, folder: Path, own: list[str]) -> Path:
    """A release with the Mexican places ``own``, their counterparts and their states, and nothing else."""
    for kind in ("parquet", "csv"):
        (folder / kind).mkdir(parents=True)
    with duckdb.connect() as connection:
        source = release / "parquet"
        connection.execute("create table own as select unnest(?) as ref_area", [own])
        connection.execute(f"""create table shown as from own union select counterpart_area
            from '{source}/mirrors.parquet' semi join own using (ref_area) union
            select unnest([ref_area, counterpart_area]) from '{source}/nominated_pairs.parquet' union
            select parent from '{source}/reference_areas.parquet' semi join own using (ref_area) where parent is not null""")
        for path in sorted(source.glob("*.parquet")):
            columns = connection.read_parquet(str(path)).columns
            kept = "own" if "counterpart_area" in columns else "shown"
            where = f"ref_area in (from {kept})" if "ref_area" in columns else "true"
            if path.stem in ("area_outlines", "nominated_pairs"):
                where = "not ref_area like 'MX-_____' or ref_area in (from own)"
            target = folder / "parquet" / path.name
            connection.execute(f"copy (from '{path}' where {where}) to '{target}' (format parquet)")
        connection.execute(f"copy (from '{source}/development_scores.parquet') to '{folder}/csv/development_scores.csv' (header)")
    return folder


@pytest.fixture(scope="module")
def release(built, tmp_path_factory) -> Path:
    """The small release with its site."""
    with duckdb.connect() as connection:
        sql = f"""select ref_area from '{built}/parquet/reference_areas.parquet' where country = 'MEX' and level <> 'state'
            order by hash(ref_area || '{SEED}') limit {RANDOM}"""
        chosen = [row[0] for row in connection.execute(sql).fetchall()]
    folder = cut(built, tmp_path_factory.mktemp("atlas") / EDITION, sorted({*KNOWN, *chosen}))
    build.write_site(folder, EDITION)
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, *_) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path):
    """The address of a folder on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/site/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def address(release):
    with served(release) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium is not on this machine; apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def opened(browser, address: str, size: str = "desktop", scheme: str = "light"):
    """A page that must stay silent: no error, no failed request, no dialog, and no request to another place."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.set_default_timeout(30_000)
    heard = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.on("requestfailed", lambda request: heard.append(f"failed: {request.url}"))
    own = address.rsplit("/site/", 1)[0]
    page.on("request", lambda request: None if request.url.startswith((own, "data:", "blob:")) else heard.append(request.url))
    try:
        yield page
        assert heard == []
    finally:
        page.close()


def ready(page) -> None:
    """Wait until the scripts of a page have filled it."""
    page.wait_for_function("!document.querySelector('.mirrors') || document.querySelector('.mirrors td.go')")
    for mark, filled in (("#mexico", "#mexico path[fill]"), ("#places", "#places tbody tr"), ("#pair", "#pair section")):
        if page.locator(mark).count():
            page.wait_for_selector(filled)


def a_pair(release: Path, ref_area: str) -> str:
    """The first mirror of a place."""
    with duckdb.connect() as connection:
        where = "ref_area = ? and lens = 'overall' and position = 1"
        sql = f"select counterpart_area from '{release}/parquet/mirrors.parquet' where {where}"
        return connection.execute(sql, [ref_area]).fetchone()[0]


def addresses(release: Path) -> list[str]:
    """One address of each type of page."""
    first = a_pair(release, MERIDA)
    areas = [f"area/{ref}.html" for ref in (MERIDA, METROPOLIS, STATE, first)]
    return [*(f"{name}.html" for name in ONCE), *areas, f"pair.html?a={MERIDA}&b={first}"]


def test_no_page_shows_a_standing_of_another_country(release):
    pages = sorted((release / "site").glob("e?/area/*.html"))
    assert pages
    for page in pages:
        for tag in re.findall(r"<[^>]*\bdata-c=\"?(?:sc|ps|rk|nc)\"?[^>]*>", page.read_text(encoding="utf-8")):
            assert page.stem.startswith("MX-") and "data-a" not in tag, (page.name, tag)
    shown = (release / "site" / "es" / "area" / f"{MONTERREY}.html").read_text(encoding="utf-8")
    assert re.search(r'data-c="dl" data-a="(?!MX-)', shown)  # the first mirror's level stands beside the place's own


@pytest.mark.parametrize(("language", "size", "scheme"), [("es", "desktop", "light"), ("en", "phone", "dark")])
def test_pages_are_silent_fit_and_accessible(browser, address, release, language, size, scheme):
    for path in addresses(release):
        with opened(browser, address, size, scheme) as page:
            page.goto(f"{address}{language}/{path}")
            ready(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0], path
            assert page.title() and page.locator("meta[name=description]").get_attribute("content"), path
            assert page.locator("html").get_attribute("lang") == language
            if size == "phone" and path in ALIKE:
                continue
            found = axe.Axe().run(page).response["violations"]
            bad = [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found if rule["impact"] in ("serious", "critical")]
            assert bad == [], path


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("typed", ["merida", "MÉRIDA", "mérida, yuc"])
def test_a_municipality_is_found_by_keyboard(browser, address, size, typed):
    with opened(browser, address, size) as page:
        page.goto(f"{address}es/index.html")
        page.locator("#find").focus()
        page.keyboard.type(typed.split(",")[0])
        options = page.locator("#find-list [role=option]")
        options.first.wait_for()
        texts_shown = options.all_inner_texts()
        wanted = next(at for at, text in enumerate(texts_shown) if text.startswith("Mérida") and "Municipio · Yucatán" in text)
        for _ in range(wanted + 1):
            page.keyboard.press("ArrowDown")
        active = page.locator("#find").get_attribute("aria-activedescendant")
        assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/es/area/{MERIDA}.html")
        assert page.locator("h1").inner_text() == "Mérida" and "Yucatán" in page.locator(".eyebrow").inner_text()


FOUND = [
    ("cdmx", "Ciudad de México"), ("df", "Ciudad de México"), ("19039", "Monterrey"), ("mx-metro-19.1.01", "Monterrey"),
    ("monterrey, nuevo leon", "Monterrey"), ("Monterey", "Monterrey"), ("Mreida", "Mérida"), ("merida", "Mérida"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "name"), FOUND)
def test_the_finder_understands_people(browser, address, typed, name):
    with opened(browser, address) as page:
        page.goto(f"{address}es/index.html")
        page.locator("#find").fill(typed)
        first = page.locator("#find-list [role=option]").first
        first.wait_for()
        assert first.inner_text().split("\n")[0] == name
        if typed == "merida":  # a bare name means the municipality
            assert "Municipio" in first.inner_text()
        said = page.locator(".finder [role=status]").first.inner_text()
        assert ("se escriben parecido" in said) == (typed in ("Monterey", "Mreida"))


def test_the_finder_says_how_many_more_there_are(browser, address):
    with opened(browser, address) as page:
        page.goto(f"{address}en/index.html")
        page.locator("#find").fill("san")
        page.locator("#find-list .more").wait_for()
        assert page.locator("#find-list [role=option]").count() == 12
        assert re.fullmatch(r"and [\d,]+ more: type more letters, or the state", page.locator("#find-list .more").inner_text())


def test_a_name_that_no_place_has_is_said(browser, address):
    with opened(browser, address) as page:
        page.goto(f"{address}en/index.html")
        page.locator("#find").fill("Atlantis")
        page.wait_for_function("document.querySelector('.finder [role=status]').textContent === 'No place has that name.'")


@pytest.mark.parametrize("size", SIZES)
def test_the_other_language_is_the_same_page(browser, address, release, size):
    for path in (f"area/{MERIDA}.html", f"pair.html?a={MERIDA}&b={a_pair(release, MERIDA)}", "table.html"):
        with opened(browser, address, size) as page:
            page.goto(f"{address}es/{path}")
            ready(page)
            page.locator("a.switch").click()
            page.wait_for_url(f"{address}en/{path}")
            ready(page)
            page.locator("a.switch").click()
            page.wait_for_url(f"{address}es/{path}")


@pytest.mark.parametrize("size", SIZES)
def test_a_pair_opens_from_a_profile(browser, address, release, size):
    with opened(browser, address, size) as page:
        page.goto(f"{address}en/area/{MERIDA}.html")
        ready(page)
        row = page.locator(".mirrors tr[data-b]").first
        other, ref = row.locator("th a").inner_text(), row.get_attribute("data-b")
        row.locator("td.go a").click()
        page.wait_for_url(f"**/en/pair.html?a={MERIDA}&b={ref}")
        ready(page)
        assert page.locator("h1").inner_text() == f"Mérida – {other}" and page.title().startswith(f"Mérida and {other}")
        check(page, cells(release))


@pytest.mark.parametrize("size", SIZES)
def test_the_table_sorts_and_filters(browser, address, release, size):
    with opened(browser, address, size) as page:
        page.goto(f"{address}es/table.html")
        ready(page)
        head = page.locator("#places th[data-key=population]")
        for order, falling in (("descending", True), ("ascending", False)):
            head.locator("button").click()
            assert head.get_attribute("aria-sort") == order
            people = [int(text.replace(",", "")) for text in page.locator("#places td[data-c=pop]").all_inner_texts()]
            assert people == sorted(people, reverse=falling) and len(set(people)) > 40
        check(page, cells(release))
        page.locator("#filter").fill("merida")
        assert page.locator("#places tbody tr").all_inner_texts()[0].startswith("Mérida")


def test_a_municipality_is_picked_on_the_map(browser, address, release):
    with opened(browser, address) as page:
        page.goto(f"{address}es/map.html?show=score")
        ready(page)
        page.evaluate("document.querySelector('#mexico path').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
        page.wait_for_selector("#picked [data-c]")
        check(page, cells(release))
        colours = page.locator("#mexico path").evaluate_all("paths => new Set(paths.map(path => path.getAttribute('fill'))).size")
        assert colours > 3


def test_downloads_are_the_release(browser, address, release):
    with opened(browser, address) as page:
        page.goto(f"{address}es/data.html")
        with page.expect_download() as waited:
            page.locator("#development_scores a", has_text="CSV").click()
        assert Path(waited.value.path()).read_bytes() == (release / "csv" / "development_scores.csv").read_bytes()
        page.goto(f"{address}es/area/{MERIDA}.html")
        with page.expect_download() as waited:
            page.locator("[data-figures] button").first.click()
        assert waited.value.suggested_filename == f"{MERIDA}_{EDITION}.csv"
        rows = list(csv.DictReader(io.StringIO(Path(waited.value.path()).read_text(encoding="utf-8-sig"))))
    found = {row["item"]: float(row["value"]) for row in rows if row["table"] == "indicator_values"}
    with duckdb.connect() as connection:
        values = connection.read_parquet(str(release / "parquet" / "indicator_values.parquet"))
        known = values.filter(f"ref_area = '{MERIDA}' and obs_value is not null").select("indicator", "obs_value").fetchall()
    assert found == dict(known)


@functools.cache
def cells(release: Path) -> dict[str, dict[tuple, float]]:
    """Every cell of the release that a page may show, by the code of its kind and its key."""
    found = {}
    with duckdb.connect() as connection:
        for code, cell in CELLS.items():
            path = release / "parquet" / f"{cell.table}.parquet"
            if path.is_file():
                lens = "where lens = 'overall'" if "lens" in connection.read_parquet(str(path)).columns else ""
                keys = ", ".join(f"{key}::varchar" for key in cell.keys)
                rows = connection.execute(f"select {keys}, {cell.column} from '{path}' {lens}").fetchall()
                found[code] = {row[:-1]: row[-1] for row in rows}
    return found


SHOWN = """() => {
    const of = (element, name) => (element.closest(`[data-${name}]`) || {dataset: {}}).dataset[name] || null;
    return [...document.querySelectorAll("[data-c]")].map(element => [element.dataset.c, of(element, "a") || of(element, "area"),
        of(element, "b"), of(element, "k"), element.textContent.trim()]);
}"""


def check(page, known: dict[str, dict[tuple, float]]) -> int:
    """Compare every figure of a page with its cell, at the digits that are shown; how many there are."""
    shown = page.evaluate(SHOWN)
    for code, area, other, rest, text in shown:
        names = {"ref_area": [area], "counterpart_area": [other]}
        left = iter((rest or "").split("|"))
        key = tuple(names[name][0] if name in names else next(left) for name in CELLS[code].keys)
        assert re.fullmatch(r"−?[\d,]+(\.\d+)?", text), (page.url, code, key, text)
        digits = len(text.partition(".")[2])
        expected = f"{known[code][key]:.{digits}f}"
        assert float(text.replace(",", "").replace("−", "-")) == float(expected), (page.url, code, key, text, known[code][key])
    return len(shown)


def test_every_number_of_fifty_profiles_is_its_cell(browser, address, release):
    profiles = sorted((release / "site" / "es" / "area").glob("MX-*.html"), key=lambda path: path.name[::-1])[:50]
    assert len(profiles) == 50
    known, numbers = cells(release), 0
    with duckdb.connect() as connection:
        said = {table: set(connection.execute(f"select ref_area, {column} from '{release}/parquet/{table}.parquet'").fetchall())
            for table in ("opportunities", "pathways") if (release / "parquet" / f"{table}.parquet").is_file()
            for column in ("text_es",)}  # fmt: skip
    with opened(browser, address) as page:
        for path in profiles:
            page.goto(f"{address}es/area/{path.name}")
            ready(page)
            for details in page.locator("details[data-more] > summary").all():
                details.click()
                page.wait_for_selector("details[data-more] dl")
            numbers += check(page, known)
            for table, sentences in said.items():
                for text in page.locator(f"#{table} .said li").all_inner_texts():
                    assert (path.stem, text.strip()) in sentences
    assert numbers > 50 * 40


def test_counterparts_and_nominated_pairs_are_their_cells(browser, address, release):
    with opened(browser, address) as page:
        pages = [path for path in sorted((release / "site" / "en" / "area").iterdir()) if not path.name.startswith("MX-")]
        for path in ("nominated.html", "method.html", *(f"area/{path.name}" for path in pages[::20])):
            page.goto(f"{address}en/{path}")
            ready(page)
            assert check(page, cells(release)) or path == "method.html"


def test_a_figure_tells_its_unit_year_and_source(browser, address):
    with opened(browser, address) as page:
        page.goto(f"{address}es/area/{MERIDA}.html")
        ready(page)
        page.locator("[data-c=pop]").click()
        note = page.locator("#tip").inner_text()
        assert "Población" in note and "personas" in note and "2026" in note
        page.locator("[data-figures] button", has_text="Ver las cifras").click()
        page.locator("#figures [data-k=piped_water]").hover()
        note = page.locator("#tip").inner_text()
        assert "%" in note and "2020" in note and "INEGI" in note
        page.locator("#development .notes summary").click()
        page.wait_for_selector("#development .notes tbody tr")
        assert page.locator("#development .notes tbody tr").count() > 7


def test_it_opens_from_a_disk(browser, release):
    """Without a server: scripts find their data, the finder finds, the map is drawn."""
    site = (release / "site").as_uri() + "/"
    with opened(browser, site) as page:
        page.goto(f"{site}index.html")
        page.wait_for_url("**/es/index.html")
        page.locator("#find").fill("monterrey")
        page.keyboard.press("Enter")
        page.wait_for_url("**/es/area/MX-*")
        for path in (f"es/pair.html?a={MERIDA}&b={a_pair(release, MERIDA)}", "en/map.html", "en/table.html"):
            page.goto(f"{site}{path}")
            ready(page)


def test_a_profile_loads_little(browser, address):
    """Everything a first visit to a profile fetches, shared files and all, not even compressed."""
    with opened(browser, address) as page:
        sizes = []
        page.on("response", lambda response: sizes.append(len(response.body())))
        page.goto(f"{address}es/area/{METROPOLIS}.html", wait_until="networkidle")
    assert 100_000 < sum(sizes) < 300_000


def test_names_stay_text(built, browser, tmp_path):
    """A place, a counterpart, a sentence, a source and an indicator that look like markup."""
    folder = cut(built, tmp_path / EDITION, [MERIDA, "MX-31"])
    first = a_pair(folder, MERIDA)
    changes = {
        "reference_areas": f"replace (case when ref_area in ('{MERIDA}', '{first}', 'MX-31') then $evil else name end as name)",
        "indicators": "replace ($evil as label_es, $evil as label_en, $evil as unit_measure)",
        "sources": "replace ($evil as title, $evil as citation, 'javascript:alert(1)' as url)",
        "countries": "replace ($evil as name_es, $evil as name_en)",
        "pillars": "replace ($evil as label_es, $evil as label_en)",
        "answers": "replace ($evil as lead_es, $evil as lead_en, $evil as why_es, $evil as why_en)",
        "place_names": "replace ($evil as name)",
        "opportunities": "replace ($evil as text_es, $evil as text_en)",
        "nominated_pairs": "replace ($evil as verdict, $evil as proposed_by)",
    }
    for table, change in changes.items():
        path = folder / "parquet" / f"{table}.parquet"
        if path.is_file():
            with duckdb.connect() as connection:
                evil = "'" + EVIL + "'"
                connection.execute(f"create table mutated as select * {change.replace('$evil', evil)} from '{path}'")
                connection.execute(f"copy mutated to '{path}' (format parquet)")
    build.write_site(folder, EDITION)
    paths = [f"area/{MERIDA}.html", "area/MX-31.html", f"area/{first}.html", f"pair.html?a={MERIDA}&b={first}"]
    with served(folder) as address:
        for path in [*paths, *(f"{name}.html" for name in ONCE)]:
            with opened(browser, address) as page:
                page.goto(f"{address}es/{path}")
                ready(page)
                for summary in page.locator("details > summary").all():
                    summary.click()
                if path in paths[:3]:
                    assert page.locator("h1").inner_text() == EVIL
                    page.locator("[data-figures] button").last.click()
                    page.wait_for_selector("[data-figures] table")
                    page.locator("[data-c]").first.hover()
                if page.locator("#find").count():
                    page.locator("#find").fill("img src")
                    page.locator("#find-list [role=option]").first.wait_for()
                assert page.locator("img[src=x], [onerror], a[href^='javascript']").count() == 0, path
    assert "onerror=alert(1)>" not in re.sub(r"&lt;img src=x onerror=alert\(1\)&gt;", "", "".join(
        path.read_text(encoding="utf-8") for path in (folder / "site" / "es").rglob("*.html")))  # fmt: skip


def test_every_link_leads_to_a_page(release):
    site = release / "site"
    for path in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)[^"]*"', path.read_text(encoding="utf-8")):
            if not link.startswith("http"):
                target = (path.parent / link).resolve()
                outside = not target.is_relative_to(site.resolve())
                assert target.is_file() or outside, (path.relative_to(site), link)


def test_two_builds_are_equal(release, tmp_path):
    folder = cut(release, tmp_path / EDITION, [MERIDA, "MX-31"])
    first = {
        path.relative_to(folder): path.read_bytes() for path in build.write_site(folder, EDITION).rglob("*") if path.is_file()
    }
    second = {
        path.relative_to(folder): path.read_bytes() for path in build.write_site(folder, EDITION).rglob("*") if path.is_file()
    }
    assert first == second and len(first) > 50


def test_every_unit_has_a_name_in_spanish():
    units = set(register("indicators")["unit_measure"])
    assert {unit for unit in units if f"unit {unit}" not in texts()} == set()


def test_every_text_is_in_both_languages_with_the_same_blanks():
    for key, pair in texts().items():
        blanks = [set(re.findall(r"\{(\w+)\}", text)) for text in pair]
        assert len(pair) == 2 and all(pair) and blanks[0] == blanks[1], key
