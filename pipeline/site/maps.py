"""The two maps: the world behind every profile as one picture, and Mexico's municipalities for the explore page.

The world is drawn in the Equal Earth projection (Savric, Patterson, Jenny 2018), which keeps areas true.
"""

import json
from collections.abc import Iterable

import numpy as np
import shapely

from pipeline.site.content import Content, Row

WIDTH, HEIGHT = 1600.0, 779.0
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
EDGE = 2.7066299836960748  # x of the projection at 180 degrees on the equator
WORLD_TOLERANCE = 0.35  # degrees: finer than a pixel of the picture
WORLD_SMALLEST = 0.35  # square degrees: smaller islands are left out
MEXICO_TOLERANCE = 0.008  # degrees
MEXICO_UNIT = 100  # steps of a degree in which Mexico's outlines are written
LABELS = 3  # mirrors that are named on a profile's map
LONG_NAME = 18  # characters
RATIO = 0.62  # height of a profile's map over its width
FRONT_RATIO = 0.86  # the same at the front door
NARROWEST = 420.0  # units: no map zooms in further
MARGIN = 46.0


def equal_earth(longitude, latitude) -> tuple[np.ndarray, np.ndarray]:
    """x and y on the picture of the world."""
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(latitude)))
    square = theta * theta
    sixth = square**3
    slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)
    x = np.radians(longitude) * np.cos(theta) / (np.sqrt(3) / 2 * slope)
    y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square))
    scale = WIDTH / 2 / EDGE
    return WIDTH / 2 + x * scale, HEIGHT / 2 - y * scale


def world(content: Content) -> str:
    """The picture of the land."""
    rows = content.rows("area_outlines", where="length(ref_area) = 3 and ref_area <> 'ATA'")
    shapes = shapely.simplify(shapely.from_wkt([row["outline"] for row in rows]), WORLD_TOLERANCE)
    rings = [ring for part in shapely.get_parts(shapes) if part.area > WORLD_SMALLEST for ring in [part.exterior]]
    paths = []
    for ring in rings:
        x, y = equal_earth(*shapely.get_coordinates(ring).T)
        paths.append("M" + "L".join(f"{a:.0f},{b:.0f}" for a, b in zip(x, y, strict=True)) + "z")
    land = f'<path fill="#9aa39f" fill-opacity=".38" d="{"".join(paths)}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">{land}</svg>\n'


def mexico(content: Content) -> str:
    """The municipalities' outlines as a script: rings of steps of a hundredth of a degree, by code."""
    rows = content.rows("area_outlines", where="ref_area like 'MX-%'", order="ref_area")
    shapes = shapely.simplify(shapely.from_wkt([row["outline"] for row in rows]), MEXICO_TOLERANCE)
    found = {row["ref_area"]: _rings(shape) for row, shape in zip(rows, shapes, strict=True)}
    return f"atlas.outlines({json.dumps(found, separators=(',', ':'))});\n"


def _rings(shape) -> list[list[int]]:
    rings = []
    for part in shapely.get_parts(shape):
        points = np.rint(shapely.get_coordinates(part.exterior) * MEXICO_UNIT).astype(int)
        steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), int))
        steps = steps[(steps != 0).any(axis=1)]
        if len(steps) >= 4:
            rings.append(steps.ravel().tolist())
    return rings or [steps.ravel().tolist()]


def of_mirrors(own: Row, mirrors: list[Row], areas: dict[str, Row]) -> dict | None:
    """The map of a profile: a window of the world that holds the place and its mirrors, arcs, dots and a few names."""
    shown = [(mirror, areas[mirror["counterpart_area"]]) for mirror in mirrors]
    shown = [(mirror, area) for mirror, area in shown if area["latitude"] is not None]
    if own["latitude"] is None or not shown:
        return None
    longitudes, latitudes = zip(
        *[(area["longitude"], area["latitude"]) for area in [own, *(area for _, area in shown)]], strict=True
    )
    x, y = equal_earth(np.array(longitudes), np.array(latitudes))
    left, top, width, height = _window(x, y)
    tiers = {}
    for (mirror, _), a, b in zip(shown, x[1:], y[1:], strict=True):
        tier = tiers.setdefault(mirror["tier"] or "none", {"arcs": "", "dots": ""})
        tier["arcs"] += _arc(x[0], y[0], a, b)
        tier["dots"] += f"M{a:.0f} {b:.0f}h0"
    text = width / 36
    named = [(area["name"], a, b, area is own) for area, a, b in zip([own, *(area for _, area in shown)], x, y, strict=True)]
    return {
        "box": f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}",
        "width": f"{WIDTH:.0f}",
        "height": f"{HEIGHT:.0f}",
        "count": len(shown),
        "tiers": [{"name": name, **tier} for name, tier in tiers.items()],
        "own": f"M{x[0]:.0f} {y[0]:.0f}h0",
        "text": f"{text:.0f}",
        "labels": _labels(named[: 1 + LABELS], text, (left, top, left + width, top + height)),
    }


def of_firsts(content: Content, refs: list[str]) -> dict | None:
    """The picture of the front door: an arc from each place to the mirror that is nearest to it."""
    firsts = [(ref, first) for ref in refs if (first := content.first(ref))]
    pairs = [(content.areas[ref], content.areas[first["counterpart_area"]]) for ref, first in firsts]
    if not pairs:
        return None
    ends = np.array([[a["longitude"], a["latitude"], b["longitude"], b["latitude"]] for a, b in pairs], float)
    x, y = equal_earth(ends[:, 0], ends[:, 1])
    u, v = equal_earth(ends[:, 2], ends[:, 3])
    left, top, width, height = _window(np.concatenate([x, u]), np.concatenate([y, v]), FRONT_RATIO)
    arcs = [
        {
            "d": _arc(*four),
            "from": (f"{four[0]:.0f}", f"{four[1]:.0f}"),
            "x": f"{four[2]:.0f}",
            "y": f"{four[3]:.0f}",
            "name": f"{a['name']} – {b['name']}",
        }
        for four, (a, b) in zip(zip(x, y, u, v, strict=True), pairs, strict=True)
    ]
    box = f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}"
    return {"box": box, "width": f"{WIDTH:.0f}", "height": f"{HEIGHT:.0f}", "arcs": arcs}


def _window(x: np.ndarray, y: np.ndarray, ratio: float = RATIO) -> tuple[float, float, float, float]:
    width = max(x.max() - x.min() + 2 * MARGIN, (y.max() - y.min() + 2 * MARGIN) / ratio, NARROWEST)
    height = width * ratio
    return (x.max() + x.min() - width) / 2, (y.max() + y.min() - height) / 2, width, height


def _arc(x: float, y: float, a: float, b: float) -> str:
    """A curve that bends up, so that the arcs of neighbours part."""
    bend = 0.18 * float(np.hypot(a - x, b - y))
    return f"M{x:.0f} {y:.0f}Q{(x + a) / 2:.0f} {(y + b) / 2 - bend:.0f} {a:.0f} {b:.0f}"


def _labels(named: Iterable[tuple], size: float, window: tuple[float, float, float, float]) -> list[dict]:
    """Names beside their dots where they neither overlap nor leave the window; the others stay out."""
    labels, taken = [], []
    for name, x, y, own in named:
        short = name.split(",")[0]
        short = short.split("-")[0] if len(short) > LONG_NAME else short  # the first city of a metropolitan area
        long = 0.54 * size * len(short)
        for anchor, dx, dy in (("start", 0.7, 0.35), ("end", -0.7, 0.35), ("middle", 0, -0.8), ("middle", 0, 1.5)):
            left = x + dx * size - {"start": 0, "middle": long / 2, "end": long}[anchor]
            box = (left, y + dy * size - size, left + long, y + dy * size + 0.3 * size)
            inside = box[0] > window[0] and box[1] > window[1] and box[2] < window[2] and box[3] < window[3]
            if inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
                taken.append(box)
                at = {"x": f"{x + dx * size:.0f}", "y": f"{y + dy * size:.0f}", "anchor": anchor}
                labels.append({"name": short, "own": own, **at})
                break
    return labels
