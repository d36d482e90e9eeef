"""Writes the site of a release: every page in both languages, the data behind the pages, and what all of them share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import jinja2

from pipeline.site import counterparts, maps, pages, profiles, scripts
from pipeline.site.content import Content
from pipeline.site.figures import figure, interval, number
from pipeline.site.words import LANGUAGES, Words

HERE = Path(__file__).parent


def write_site(release: Path, edition: str) -> Path:
    """Make ``site/`` in the folder of an edition's release anew; its path. It appears under its name only when it is whole."""
    site, partial = release / "site", release / ".site.part"
    shutil.rmtree(partial, ignore_errors=True)
    _write_all(Content(release, edition), partial)
    shutil.rmtree(site, ignore_errors=True)
    return partial.rename(site)


def _write_all(content: Content, site: Path) -> None:
    shutil.copytree(HERE / "static", site / "static")
    shared = {"world.svg": maps.world(content), "mexico.js": maps.mexico(content), "names.js": scripts.names(content)}
    shared["places.js"] = scripts.explored(content)
    for language in LANGUAGES:
        shared[f"words.{language}.js"] = scripts.words(content, Words(language))
    _write(site / "static", shared)
    _write(site / "data", scripts.places(content))
    (site / "index.html").write_text(
        _environment(content, Words(LANGUAGES[0])).get_template("door.html").render(), encoding="utf-8"
    )
    for language in LANGUAGES:
        _write_language(content, site / language, language)


def _write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _write_language(content: Content, folder: Path, language: str) -> None:
    words = Words(language)
    environment = _environment(content, words)
    (folder / "area").mkdir(parents=True)
    for path, template, context in _pages(content, words):
        context |= {"path": path, "home": "../" * path.count("/"), "root": "../" * (path.count("/") + 1)}
        text = environment.get_template(template).render(context)
        (folder / path).write_text(text, encoding="utf-8")


def _pages(content: Content, words: Words) -> Iterator[tuple[str, str, dict]]:
    yield from pages.pages(content, words)
    yield from profiles.profiles(content, words)
    yield from counterparts.counterparts(content, words)


def _environment(content: Content, words: Words) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "t": words.t,
        "figure": figure,
        "interval": interval,
        "number": number,
        "edition": content.edition,
        "lang": words.language,
        "other": next(language for language in LANGUAGES if language != words.language),
    }
    return environment
