"""Takes the pictures of this folder anew: python docs/screenshots/take.py RELEASE, a folder with site/. Needs Chromium."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGES = {
    "front": "index.html",
    "profile": "area/MX-31050.html",
    "pair": "pair.html?a=MX-31050&b=BR-3549805",
    "map": "map.html",
}
SIZES = {"1280": ({"width": 1280, "height": 900}, 1), "390": ({"width": 390, "height": 844}, 2)}
SCHEMES = {"es": "light", "en": "dark"}


def take(release: Path) -> None:
    """A picture of each page, size and language; Spanish in light, English in dark."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for size, (viewport, scale) in SIZES.items():
            for language, scheme in SCHEMES.items():
                page = browser.new_page(viewport=viewport, device_scale_factor=scale, color_scheme=scheme)
                for name, path in PAGES.items():
                    page.goto(f"{(release / 'site' / language).resolve().as_uri()}/{path}", wait_until="networkidle")
                    target = Path(__file__).with_name(f"{name}-{size}-{language}.jpg")
                    page.screenshot(path=target, type="jpeg", quality=82)
        browser.close()


take(Path(sys.argv[1]))
