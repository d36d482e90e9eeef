/* The page of two places: ?a= a place in Mexico, &b= one abroad. Observable Plot draws blocks and pillars. */
"use strict";
document.addEventListener("DOMContentLoaded", async () => {
  const {h, t, number, words, page, area, value, table} = atlas, get = id => document.getElementById(id);
  const asked = new URLSearchParams(location.search);
  let refs = {a: asked.get("a") || "", b: asked.get("b") || ""};
  if (refs.b.startsWith("MX-") && !refs.a.startsWith("MX-")) refs = {a: refs.b, b: refs.a};
  document.querySelectorAll("[data-side]").forEach(box => {
    const form = box.querySelector("form"), side = box.dataset.side, label = form.querySelector("label"), input = form.querySelector("input");
    form.dataset.pick = side === "a" ? "MEX" : "abroad";
    label.textContent = t(side === "a" ? "pair_mexico" : "pair_abroad");
    input.placeholder = label.textContent;
    form.addEventListener("pick", event => {
      refs[side] = event.detail;
      history.pushState(null, "", `?a=${encodeURIComponent(refs.a)}&b=${encodeURIComponent(refs.b)}`);
      show();
    });
  });
  addEventListener("popstate", () => location.reload());

  async function show() {
    const places = {a: await area(refs.a), b: await area(refs.b)};
    for (const side of ["a", "b"]) if (places[side]) get(`pick-${side}`).value = named(places[side]);
    if (!places.a || !places.b) {
      const lost = ["a", "b"].filter(side => refs[side] && !places[side]);
      if (lost.length) get("pair").replaceChildren(...lost.map(side => h("p", {class: "warn"}, t("pair_unknown", {ref: refs[side]}))));
      return;
    }
    const {a, b} = places, pair = a.m && a.m[refs.b];
    document.body.dataset.area = refs.a;
    get("pair-title").replaceChildren(h("a", {class: "one", href: page(`area/${refs.a}.html`)}, a.n), " – ", b.g ? h("a", {class: "two", href: page(`area/${refs.b}.html`)}, b.n) : h("span", {class: "two"}, b.n));
    document.title = `${t("pair_page", {a: a.n, b: b.n})} · ${t("site")} ${words.edition}`;
    const key = {"data-a": refs.a, "data-b": refs.b};
    get("pair-lead").textContent = a.l !== b.l ? t("pair_levels") : !pair ? t("pair_unpublished", {a: a.n, b: b.n})
      : t(pair.r ? "pair_said" : "pair_in_country", {a: a.n, b: b.n, rank: number(pair.r || pair.rc)});
    const tested = words.nominated.includes(`${refs.a}_${refs.b}`);
    const facts = !pair ? [] : [["nearer", "ms", pair.s, 0, t("nearer_unit")], ["certainty", "mp", pair.p, 2, pair.t ? t(`tier_${pair.t}`) : ""], ["distance", "md", pair.d, 2, t("in_deviations")]]
      .filter(row => row[2] !== null).map(([name, code, number_, decimals, sub]) => h("div", {}, h("dt", {}, t(name)),
        h("dd", {}, h("span", {"data-c": code, ...key}, number(number_, decimals))), h("dd", {}, sub)));
    get("pair").replaceChildren(...[
      tested ? h("p", {}, h("a", {href: page("nominated.html", `#${refs.a}_${refs.b}`)}, t("pair_tested"))) : null,
      map(a, b),
      facts.length ? h("dl", {class: "facts"}, ...facts) : null,
      pair ? section(t("pair_blocks"), t("blocks_short"), blocks(pair)) : null,
      a.dl && b.dl ? section(t("pair_outcomes"), t("level_intro"), levels(a, b)) : null,
      figures(a, b),
    ].filter(Boolean));
    get("pair").querySelectorAll("section").forEach(atlas.noted);
  }
  /** Both on the picture of the world, which the site's builder drew in the same projection. */
  function map(a, b) {
    if (!a.at[0] || !b.at[0]) return null;
    const W = 1600, H = 779, earth = d3.geoEqualEarth().scale(W / 2 / 2.7066299836960748).translate([W / 2, H / 2]);
    const [p, q] = [earth(a.at), earth(b.at)], width = Math.max(Math.abs(p[0] - q[0]) + 120, (Math.abs(p[1] - q[1]) + 90) / 0.3, 560), height = width * 0.3;
    const box = [(p[0] + q[0] - width) / 2, (p[1] + q[1] - height) / 2, width, height];
    const svg = d3.create("svg").attr("viewBox", box).attr("role", "img").attr("aria-label", t("pair_page", {a: a.n, b: b.n}));
    svg.append("image").attr("href", `${atlas.root}static/world.svg`).attr("width", W).attr("height", H);
    const arc = svg.append("g").attr("class", "firm");
    arc.append("path").attr("d", `M${p}Q${(p[0] + q[0]) / 2},${(p[1] + q[1]) / 2 - 0.18 * Math.hypot(p[0] - q[0], p[1] - q[1])} ${q}`);
    arc.append("path").attr("class", "dots").attr("d", `M${q}h0`);
    svg.append("path").attr("class", "dots self").attr("d", `M${p}h0`);
    return h("figure", {class: "map wide"}, svg.node());
  }
  const named = place => [place.n, place.p, words.countries[place.c]].filter(Boolean).join(", ");
  const section = (title, intro, ...content) => h("section", {}, h("div", {}, h("h2", {}, title), h("p", {}, intro)), h("div", {}, ...content));
  const plot = ({label, ...options}) => atlas.picture(Plot.plot({className: "plot", width: Math.min(680, document.querySelector("main").clientWidth - 34), marginLeft: 136, ...options}), label);

  /** What each block adds to the squared distance. */
  function blocks(pair) {
    const rows = words.groups.blocks.map((code, at) => ({code, name: words.labels[code], part: pair.b[at]})).filter(row => row.part !== null && row.part !== undefined);
    const chart = plot({height: 62 + rows.length * 38, marginBottom: 44, label: t("blocks_caption"), x: {label: t("blocks_caption"), labelArrow: "none"}, y: {label: null, domain: rows.map(row => row.name), padding: 0.45},
      marks: [Plot.barX(rows, {x: "part", y: "name", fill: "var(--mirror)"}), Plot.ruleX([0])]});
    const list = h("table", {class: "sr-table"}, h("caption", {class: "sr"}, t("blocks_caption")), h("tbody", {}, ...rows.map(row => h("tr", {}, h("th", {scope: "row"}, row.name),
      h("td", {"data-c": "mb", "data-a": refs.a, "data-b": refs.b, "data-k": row.code}, number(row.part, 2))))));
    return h("div", {class: "charted"}, chart, list);
  }

  /** The levels of both, which are on one scale for the world, as two dots joined by a line. Standings of two countries are not shown together. */
  function levels(a, b) {
    const shown = {development_level: "dl", income: "di", schooling: "ds", health: "dh", services: "dv"};
    const rows = words.levels.map((key, at) => ({key, code: shown[key], a: a.dl[at], b: b.dl[at]})).filter(row => row.code && (row.a !== null || row.b !== null));
    rows.forEach(row => { row.name = t(row.key === "development_level" ? row.key : `part_${row.key}`); });
    const ends = place => `${number(place.dl[1], 1)}–${number(place.dl[2], 1)}`;
    const both = rows.filter(row => row.a !== null && row.b !== null);
    const chart = plot({height: 62 + rows.length * 34, marginBottom: 44, label: t("pair_outcomes"), x: {domain: [0, 100], label: t("of_100"), labelArrow: "none", grid: true}, y: {label: null, domain: rows.map(row => row.name)},
      marks: [Plot.ruleY(both, {y: "name", x1: "a", x2: "b", stroke: "var(--soft)"}),
        Plot.dot(rows.filter(row => row.b !== null), {x: "b", y: "name", r: 6, fill: "var(--mirror)"}), Plot.dot(rows.filter(row => row.a !== null), {x: "a", y: "name", r: 6, fill: "var(--self)"})]});
    const cell = (ref, code, score, place) => score === null ? h("td", {class: "na"}, t("no_data"))
      : h("td", {class: "n"}, h("span", {"data-c": code, "data-a": ref, ...(code === "dl" ? {"data-i": ends(place)} : {})}, number(score, 1)), code === "dl" ? h("small", {}, ` ${ends(place)}`) : "");
    return h("div", {class: "charted"}, chart, h("table", {}, h("thead", {}, h("tr", {}, h("th", {scope: "col"}, t("level_part")), h("th", {scope: "col", class: "n one"}, a.n), h("th", {scope: "col", class: "n two"}, b.n))),
      h("tbody", {}, ...rows.map(row => h("tr", {}, h("th", {scope: "row"}, row.name), cell(refs.a, row.code, row.a, a), cell(refs.b, row.code, row.b, b))))));
  }

  /** Every indicator of both, by block and pillar. */
  function figures(a, b) {
    const year = (place, at) => { const entry = place.v.find(one => one[0] === at); return entry ? String(entry[2]) : ""; };
    const rows = [...words.groups.blocks, ...words.groups.pillars].flatMap(group => {
      const shown = words.indicators.map((row, at) => ({row, at})).filter(({row, at}) => row[6] === group && year(a, at) + year(b, at));
      return shown.length ? [h("tr", {class: "group"}, h("th", {scope: "rowgroup", colspan: "5"}, words.labels[group])), ...shown.map(({row, at}) => h("tr", {},
        h("th", {scope: "row"}, row[1]), value(a, at, "td", refs.a), value(b, at, "td", refs.b), h("td", {}, row[2]),
        h("td", {}, [...new Set([year(a, at), year(b, at)].filter(Boolean))].join(" / "))))] : [];
    });
    return section(t("pair_figures"), t("figures_intro"), table([t("col_what"), a.n, b.n, t("col_unit"), t("col_year")], rows, t("pair_figures"), "figures"));
  }
  show();
});
