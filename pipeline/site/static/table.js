/* The table of all places: filtered, sorted and shown page by page. */
"use strict";
document.addEventListener("DOMContentLoaded", async () => {
  const {h, t, number, plain, words, page, load} = atlas, STEP = 100;
  let places, sorted = "score", down = true, limit = STEP;
  atlas.explore = columns => { places = columns; };
  await load("static/places.js");
  const get = id => document.getElementById(id), level = get("level"), state = get("state"), filter = get("filter");
  const interval = (index, name, decimals) => places[`${name}_low`][index] === null ? null
    : `${number(places[`${name}_low`][index], decimals)}–${number(places[`${name}_high`][index], decimals)}`;
  const cell = (index, value, code, decimals, more = {}) => value === null ? h("td", {class: "na"}, t("no_data"))
    : h("td", {"data-c": code, "data-a": places.ref_area[index], ...more}, number(value, decimals));
  const columns = [
    {key: "name", name: t("place"), make: i => h("th", {scope: "row"}, h("a", {href: page(`area/${places.ref_area[i]}.html`)}, places.name[i]), " ", h("small", {}, places.level[i] === "local" ? places.state[i] : ""))},
    {key: "population", name: t("population"), make: i => cell(i, places.population[i], "pop", 0)},
    {key: "score", name: t("score"), make: i => cell(i, places.score[i], "sc", 1, {"data-i": interval(i, "score", 1)})},
    {key: "rank", name: t("rank_mexico"), make: i => cell(i, places.rank[i], "rk", 0, {"data-i": interval(i, "rank", 0)})},
    {key: "mirror_name", name: t("first_mirror"), make: i => h("td", {}, places.mirror[i] ? h("a", {href: page("pair.html", `?a=${places.ref_area[i]}&b=${places.mirror[i]}`)}, places.mirror_name[i]) : "—",
      " ", h("small", {}, places.mirror_country[i] ? words.countries[places.mirror_country[i]] : ""))},
    {key: "nearer", name: t("nearer"), make: i => cell(i, places.nearer[i], "ms", 0, {"data-b": places.mirror[i]})},
    {key: "certainty", name: t("certainty"), make: i => cell(i, places.certainty[i], "mp", 2, {"data-b": places.mirror[i]})},
  ].filter(column => places[column.key].some(value => value !== null));

  const names = places.name.map((name, i) => plain(`${name} ${places.state[i]}`));
  for (const name of [...new Set(places.state)].filter(Boolean).sort((a, b) => a.localeCompare(b, "es"))) state.append(h("option", {value: name}, name));
  filter.value = new URLSearchParams(location.search).get("q") || "";

  get("places").tHead.append(h("tr", {}, ...columns.map(column => h("th", {scope: "col", "data-key": column.key, class: column.key.includes("name") ? "" : "n"},
    h("button", {type: "button", class: "sort", on: {click: () => { down = sorted === column.key ? !down : !column.key.includes("name") && column.key !== "rank"; sorted = column.key; show(); }}}, column.name)))));
  function show() {
    const wanted = plain(filter.value.trim()), values = places[sorted];
    const found = places.ref_area.map((_, i) => i).filter(i => places.level[i] === level.value
      && (!state.value || level.value !== "local" || places.state[i] === state.value) && names[i].includes(wanted));
    found.sort((a, b) => {
      if (values[a] === null || values[b] === null) return (values[a] === null) - (values[b] === null) || a - b;
      const order = typeof values[a] === "string" ? values[a].localeCompare(values[b], "es") : values[a] - values[b];
      return (down ? -order : order) || a - b;
    });
    get("places").tBodies[0].replaceChildren(...found.slice(0, limit).map(i => h("tr", {}, ...columns.map(column => column.make(i)))));
    get("places").tHead.querySelectorAll("th").forEach(head => {
      if (head.dataset.key === sorted) head.setAttribute("aria-sort", down ? "descending" : "ascending"); else head.removeAttribute("aria-sort");
    });
    get("shown").textContent = `${t("table_shown", {shown: number(Math.min(limit, found.length)), n: number(found.length)})} ${t("table_sorted", {column: columns.find(column => column.key === sorted).name})}.`;
    get("more").hidden = found.length <= limit;
    state.disabled = level.value !== "local";
  }
  const again = () => { limit = STEP; show(); };
  level.addEventListener("change", again); state.addEventListener("change", again); filter.addEventListener("input", again);
  get("more").addEventListener("click", () => { limit += STEP; show(); });
  show();
});
