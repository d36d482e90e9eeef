/* The map of Mexico: D3 projects, zooms and colours; Observable Plot draws the legend and the spread. */
"use strict";
document.addEventListener("DOMContentLoaded", async () => {
  const {h, t, number, words, page, load, picture} = atlas;
  let places, outlines;
  atlas.explore = columns => { places = columns; };
  atlas.outlines = shapes => { outlines = shapes; };
  await Promise.all([load("static/places.js"), load("static/mexico.js")]);

  const at = new Map(places.ref_area.map((ref, index) => [ref, index]));
  const features = Object.entries(outlines).filter(([ref]) => at.has(ref)).map(([ref, rings]) => ({
    ref, rings: rings.map(unfold)}));
  function unfold(steps) {
    const ring = []; let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) { x += steps[i]; y += steps[i + 1]; ring.push([x / 100, y / 100]); }
    return ring;
  }

  /* What can be shown: a column of places.js, its name, decimals and scale. */
  const measures = [
    {key: "score", name: t("score"), decimals: 1, group: "general"},
    {key: "nearer", name: t("map_nearer"), decimals: 0, group: "general"},
    {key: "certainty", name: t("map_tier"), decimals: 2, group: "general", breaks: [0.05, 0.5, 0.8]},
    ...words.groups.pillars.map(code => ({key: `pillar ${code}`, name: words.labels[code], decimals: 1, group: "pillar"})),
    ...Object.keys(places).filter(key => key.startsWith("risk ")).map(key => ({key, name: words.labels[key.slice(5)], decimals: 0, group: "risk", warm: true, breaks: [20, 40, 60, 80]})),
  ].filter(measure => places[measure.key] && places[measure.key].some(value => value !== null));
  const select = document.getElementById("measure");
  for (const [group, label] of [["general", t("map_group_general")], ["pillar", t("pillar")], ["risk", t("risk")]]) {
    const options = measures.filter(measure => measure.group === group).map(measure => h("option", {value: measure.key}, measure.name));
    if (options.length) select.append(h("optgroup", {label}, ...options));
  }
  const wanted = new URLSearchParams(location.search).get("show");
  if (measures.some(measure => measure.key === wanted)) select.value = wanted;

  const canvas = document.getElementById("mexico"), width = 960, height = 600;
  const projection = d3.geoConicConformal().parallels([17.5, 29.5]).rotate([102, 0])
    .fitExtent([[8, 8], [width - 8, height - 8]], {type: "MultiPoint", coordinates: features.flatMap(feature => feature.rings.flat())});
  const plane = d3.geoPath().digits(1); // rings are projected point by point, so that their winding does not matter
  const path = feature => plane({type: "MultiPolygon", coordinates: feature.rings.map(ring => [ring.map(projection)])});
  const svg = d3.select(canvas).append("svg").attr("viewBox", [0, 0, width, height]).attr("role", "img");
  const layer = svg.append("g");
  const shapes = layer.selectAll("path").data(features).join("path").attr("d", path);
  const zoom = d3.zoom().scaleExtent([1, 24]).translateExtent([[0, 0], [width, height]])
    .filter(event => event.type !== "wheel" || event.ctrlKey || event.metaKey ? !event.button : false)
    .on("zoom", event => layer.attr("transform", event.transform));
  svg.call(zoom).style("touch-action", "pan-y");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const [id, factor] of [["in", 1.8], ["out", 1 / 1.8]])
    document.getElementById(id).addEventListener("click", () => (still ? svg : svg.transition().duration(250)).call(zoom.scaleBy, factor));

  let measure, scale, picked = null;
  function paint() {
    measure = measures.find(one => one.key === select.value);
    const values = places[measure.key], dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const known = features.map(feature => values[at.get(feature.ref)]).filter(value => value !== null);
    const ends = measure.warm ? (dark ? ["#3a2a24", "#f7a27b"] : ["#f7e9df", "#9a3412"]) : (dark ? ["#18302f", "#7fe0d6"] : ["#e4f0ec", "#064b50"]);
    const colours = d3.quantize(d3.interpolateLab(...ends), measure.breaks ? measure.breaks.length + 1 : 7);
    scale = measure.breaks ? d3.scaleThreshold(measure.breaks, colours) : d3.scaleQuantile(known, colours);
    shapes.attr("fill", feature => { const value = values[at.get(feature.ref)]; return value === null ? "var(--line)" : scale(value); });
    svg.attr("aria-label", `${t("map_title")}: ${measure.name}`);
    const thresholds = d3.scaleThreshold(measure.breaks || scale.quantiles(), colours);
    document.getElementById("legend").replaceChildren(picture(Plot.legend({color: {type: "threshold", domain: thresholds.domain(), range: colours},
      label: measure.warm ? t("percentile") : measure.name, width: 320, tickFormat: value => number(value, measure.decimals), className: "plot"}), measure.name));
    document.getElementById("spread").replaceChildren(picture(Plot.plot({width: Math.min(720, document.querySelector("main").clientWidth - 34), height: 210, marginLeft: 44, marginBottom: 42, className: "plot",
      x: {label: measure.name, labelArrow: "none"}, y: {label: t("map_count"), labelArrow: "none", grid: true},
      marks: [Plot.rectY(known, Plot.binX({y: "count"}, {x: value => value, thresholds: 24, fill: measure.warm ? "var(--self)" : "var(--mirror)", insetLeft: 1})), Plot.ruleY([0])]}), `${t("map_spread")}: ${measure.name}`));
    tell(picked);
    history.replaceState(null, "", `?show=${encodeURIComponent(measure.key)}`);
  }
  function tell(feature) {
    const line = document.getElementById("picked");
    if (!feature) return;
    const index = at.get(feature.ref), value = places[measure.key][index];
    const cell = {score: "sc", nearer: "ms", certainty: "mp"}[measure.key] || (measure.group === "pillar" ? "ps" : "rp");
    const key = {sc: null, ms: null, mp: null}[cell] === null ? null : measure.key.split(" ")[1];
    const shown = value === null ? h("span", {class: "na"}, t("no_data"))
      : h("strong", {"data-c": cell, "data-a": feature.ref, "data-k": key, "data-b": cell[0] === "m" ? places.mirror[index] : null}, number(value, measure.decimals));
    line.replaceChildren(h("a", {href: page(`area/${feature.ref}.html`)}, `${places.name[index]}, ${places.state[index]}`), ` · ${measure.name}: `, shown);
  }
  const pick = feature => { picked = feature; shapes.classed("picked", one => one === feature); tell(feature); };
  shapes.on("pointerover", (event, feature) => { if (event.pointerType === "mouse") pick(feature); })
    .on("click", (event, feature) => { if (picked === feature) location.href = page(`area/${feature.ref}.html`); else pick(feature); });
  select.addEventListener("change", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  paint();
});
