/* What every page shares: the finder, the note of a figure, its tables and downloads. No page is built from text as markup. */
"use strict";
const atlas = (() => {
  const body = document.body, root = body.dataset.root, lang = document.documentElement.lang, words = window.atlasWords;
  const areas = new Map(), waiting = new Map();

  /** An element with attributes and children; strings become text, never markup. */
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.filter(child => child !== null && child !== undefined));
    return element;
  }
  const t = (key, values = {}) => words.texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value, decimals = 0) => {
    const text = Math.abs(value).toLocaleString("en-US", {minimumFractionDigits: decimals, maximumFractionDigits: decimals});
    return value < 0 && /[1-9]/.test(text) ? "−" + text : text;
  };
  const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[łøđı]/g, letter => "lodi"["łøđı".indexOf(letter)]);
  const bare = text => plain(text).replace(/[,\s]+/g, " ").trim();
  const page = (path, query = "") => `${root}${lang}/${path}${query}`;

  /** Load a script of this site once. */
  function load(path) {
    if (!waiting.has(path)) waiting.set(path, new Promise((resolve, reject) => {
      document.head.append(h("script", {src: root + path, on: {load: resolve, error: () => reject(new Error(path))}}));
    }));
    return waiting.get(path);
  }
  /** The data of a place; neighbours in code share a file. */
  const area = async ref => {
    if (!/^[A-Za-z0-9.-]+$/.test(ref) || ref.length < 4) return undefined;
    await load(`data/${ref.slice(0, ref.length >= 10 ? -3 : -2)}.js`).catch(() => undefined);
    return areas.get(ref);
  };

  /* The finder: a combobox with a list, after the ARIA authoring practices. */
  let names = [];
  function finder(form) {
    const input = form.querySelector("input");
    const list = h("ul", {id: `${input.id}-list`, role: "listbox", "aria-label": t("find_list"), hidden: ""}), status = h("p", {class: "sr", role: "status"});
    const combobox = {role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", autocapitalize: "off", spellcheck: "false"};
    Object.entries(combobox).forEach(([name, text]) => input.setAttribute(name, text));
    form.append(list, status);
    let chosen = -1, found = [];
    const choose = index => {
      chosen = index;
      [...list.querySelectorAll("[role=option]")].forEach((item, at) => item.setAttribute("aria-selected", at === index));
      if (index < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({block: "nearest"});
    };
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); choose(-1); };
    const go = index => {
      const picked = found[index];
      if (!picked) return;
      if (form.dataset.pick) { input.value = label(picked); close(); form.dispatchEvent(new CustomEvent("pick", {detail: picked[0]})); }
      else location.href = page(`area/${picked[0]}.html`);
    };
    const label = row => row[2] ? `${row[1]}, ${row[2]}` : row[1];
    const show = async () => {
      const wanted = bare(input.value);
      if (!wanted) return close();
      await load("static/names.js");
      const {rows, near} = search(wanted, form.dataset.pick);
      found = rows.slice(0, SHOWN);
      list.replaceChildren(...found.map((row, at) => h("li", {role: "option", id: `${list.id}-${at}`, "aria-selected": "false",
        on: {mousedown: event => { event.preventDefault(); go(at); }}}, row[1],
        h("span", {}, [words.kinds[row[3]], row[2], words.countries[row[4]]].filter(Boolean).join(" · ")))),
        ...(rows.length > found.length ? [h("li", {role: "presentation", class: "more"}, t("find_more", {n: number(rows.length - found.length)}))] : []));
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      status.textContent = !found.length ? t("find_none") : t(near ? "find_near" : "find_found", {n: number(rows.length)});
      choose(-1);
    };
    input.addEventListener("input", show);
    input.addEventListener("focus", () => load("static/names.js"), {once: true});
    input.addEventListener("blur", close);
    input.addEventListener("keydown", event => {
      if (event.key === "ArrowDown" && list.hidden) { show(); event.preventDefault(); }
      else if (event.key === "ArrowDown") { choose((chosen + 1) % found.length); event.preventDefault(); }
      else if (event.key === "ArrowUp" && !list.hidden) { choose((chosen + found.length - 1) % found.length); event.preventDefault(); }
      else if (event.key === "Escape") close();
    });
    form.addEventListener("submit", async event => {
      event.preventDefault();
      if (list.hidden) await show();
      go(chosen < 0 ? 0 : chosen);
    });
  }
  const SHOWN = 12, LEVELS = ["local", "metro", "state"];
  /** Places that bear the wanted text: whole names and codes first (municipality, metropolis, state; Mexico before abroad), then
      beginnings, then words; within each, most people first. Where none does, those that are spelt much like it. */
  function search(wanted, countries) {
    const ranks = [[], [], [], []], asked = names.filter(row => !countries || (countries === "MEX") === (row[4] === "MEX"));
    for (const row of asked) {
      const code = row[0].toLowerCase(), [own, others, full] = row[6];
      if (own === wanted || full === wanted || others.includes(wanted) || code === wanted || code === `mx-${wanted}`) { ranks[0].push(row); continue; }
      const at = full.indexOf(wanted);
      if (at < 0) { if (others.some(name => name.startsWith(wanted))) ranks[1].push(row); continue; }
      ranks[at === 0 ? 1 : at < own.length && " -".includes(full[at - 1]) ? 2 : 3].push(row);
    }
    const place = row => (row[4] === "MEX" ? 0 : 3) + LEVELS.indexOf(row[3]);
    ranks[0].sort((a, b) => place(a) - place(b));
    const rows = ranks.flat();
    return rows.length ? {rows, near: false} : {rows: spelt(wanted, asked), near: true};
  }
  /** Places whose name differs from the wanted one by two letters at most, of a short one by fewer; the nearest first. */
  function spelt(wanted, asked) {
    const most = Math.min(2, Math.floor(wanted.length / 3));
    const found = asked.map(row => [row, Math.min(...[row[6][0], ...row[6][1]].map(name => Math.abs(name.length - wanted.length) > most ? 9 : edits(wanted, name)))]);
    return found.filter(([, count]) => count <= most).sort((a, b) => a[1] - b[1]).map(([row]) => row);
  }
  /** How many letters must be put in, left out, replaced or swapped with their neighbour to make one word of another. */
  function edits(from, to) {
    let before = [], last = Array.from({length: to.length + 1}, (_, at) => at);
    for (let i = 1; i <= from.length; i++) {
      const next = [i];
      for (let j = 1; j <= to.length; j++) {
        const same = from[i - 1] === to[j - 1];
        next[j] = Math.min(last[j] + 1, next[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      [before, last] = [last, next];
    }
    return last[to.length];
  }

  /* The note of a figure: what it is, its unit, year, source and interval. */
  const tip = h("div", {id: "tip", role: "tooltip", hidden: ""});
  function about(element) {
    const known = name => { const holder = element.closest(`[data-${name}]`); return holder && holder.dataset[name]; };
    const c = element.dataset.c, i = element.dataset.i, [k, y, s] = ["k", "y", "s"].map(known), cell = words.cells[c];
    const indicator = c === "iv" || c === "rv" ? words.indicators.find(row => row[0] === k) : null;
    const source = s && words.sources[s];
    return {
      what: indicator ? indicator[1] : cell.label + (words.labels[k] ? `: ${words.labels[k]}` : ""),
      unit: indicator ? indicator[2] : cell.unit,
      year: y || words.edition,
      source: source ? `${source[0]}, ${source[1]}` : s === "derived" ? t("derived") : t("own_source", {table: cell.table}),
      interval: i || null,
      value: element.textContent.trim(),
    };
  }
  function showTip(element) {
    const note = about(element), box = element.getBoundingClientRect();
    tip.replaceChildren(h("b", {}, note.what), `${note.unit} · ${note.year}`, h("br"), note.source,
      ...(note.interval ? [h("br"), t("interval_is", {interval: note.interval})] : []));
    tip.hidden = false;
    const left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), document.documentElement.clientWidth - tip.offsetWidth - 8);
    const above = box.top > tip.offsetHeight + 12;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above ? box.top - tip.offsetHeight - 8 : box.bottom + 8) + scrollY}px`;
  }
  const figureOf = event => event.target.closest && event.target.closest("[data-c]");
  document.addEventListener("pointerover", event => { const element = figureOf(event); if (element) showTip(element); else tip.hidden = true; });
  document.addEventListener("click", event => { const element = figureOf(event); if (element) showTip(element); else tip.hidden = true; });
  document.addEventListener("keydown", event => { if (event.key === "Escape") tip.hidden = true; });

  /** Under each section, the same notes as a table: for keyboards and screen readers. */
  function noted(section) {
    if (!section.querySelector("[data-c]")) return;
    const details = h("details", {class: "notes"}, h("summary", {}, t("notes")));
    details.addEventListener("toggle", () => notes(details, section), {once: true});
    (section.classList.contains("plain") ? section : section.lastElementChild).append(details);
  }
  function notes(details, section) {
    const rows = [...section.querySelectorAll("[data-c]")].filter(element => !element.closest(".notes")).map(element => {
      const note = about(element), row = element.closest("tr");
      const where = row && row.querySelector("th");
      return h("tr", {}, h("th", {scope: "row"}, [where && where.textContent.trim(), note.what].filter(Boolean).join(": ")), h("td", {class: "n"}, note.value),
        h("td", {}, note.unit), h("td", {}, note.year), h("td", {}, note.interval || "—"), h("td", {}, note.source));
    });
    details.append(table(["what", "value", "unit", "year", "interval", "source"].map(key => t(`col_${key}`)), rows, t("notes")));
  }
  const table = (heads, rows, caption, name = "") => h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption}, h("table", {class: name},
    h("caption", {class: "sr"}, caption), h("thead", {}, h("tr", {}, ...heads.map(head => h("th", {scope: "col"}, head)))), h("tbody", {}, ...rows)));

  /** The other published mirrors of a profile: what is only possible, the best of each country, the first of other lenses. */
  async function more(details) {
    const ref = details.dataset.more, place = await area(ref);
    const link = (other, name) => h("a", {href: page("pair.html", `?a=${ref}&b=${other}`)}, name);
    const groups = new Map();
    for (const [other, pair] of Object.entries(place.m)) {
      if (pair.l) continue;
      const name = pair.t ? t("more_possible") : words.countries[pair.c];
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(h("span", {"data-b": other}, link(other, pair.n), " ", h("span", {"data-c": "ms"}, number(pair.s, 0)), ...(pair.t ? [" · ", h("span", {"data-c": "mp"}, number(pair.p, 2))] : [])));
    }
    for (const [lens, others] of Object.entries(place.o || {}))
      groups.set(t("lens_is", {lens: words.texts[`lens_${lens}`] || lens}), others.map(([other, name, country]) => h("span", {}, link(other, name), ` (${words.countries[country]})`)));
    details.append(h("dl", {class: "each"}, ...[...groups].map(([name, links]) => h("div", {}, h("dt", {}, name), h("dd", {}, ...links.flatMap((one, at) => at ? [", ", one] : [one]))))));
  }

  /** A chart of Observable Plot as one picture with one name; its parts name themselves in English otherwise. */
  function picture(chart, label) {
    chart.querySelectorAll("[aria-label]").forEach(part => part.removeAttribute("aria-label"));
    (chart.matches("svg") ? [chart] : chart.querySelectorAll("svg")).forEach(svg => { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", label); });
    return chart;
  }

  /** One indicator of a place as a cell that carries its note. */
  function value(place, index, tag = "td", other = null) {
    const row = place && place.v.find(entry => entry[0] === index);
    if (!row) return h(tag, {class: "na"}, t("no_data"));
    const [code, , , decimals] = words.indicators[index];
    return h(tag, {"data-c": "iv", "data-k": code, "data-a": other, "data-y": row[2], "data-s": words.sourceCodes[row[3]]}, number(row[1], decimals));
  }
  const sourceOf = row => words.sourceCodes[row[3]] === "derived" ? t("derived") : words.sources[words.sourceCodes[row[3]]].slice(0, 2).join(", ");

  async function showFigures(ref, button) {
    const place = await area(ref);
    const rows = place.v.map(row => h("tr", {}, h("th", {scope: "row"}, words.indicators[row[0]][1]), value(place, row[0]),
      h("td", {}, words.indicators[row[0]][2]), h("td", {}, String(row[2])), h("td", {}, t(`status_${row[4]}`)), h("td", {}, sourceOf(row))));
    button.replaceWith(table(["what", "value", "unit", "year", "status", "source"].map(key => t(`col_${key}`)), rows, t("figures_title")));
  }

  /** A profile as CSV that a Spanish or English Excel opens; a text that a sheet would run is kept a text. */
  async function download(ref) {
    const place = await area(ref);
    const rows = [["edition", "ref_area", "name", "table", "item", "value", "unit_measure", "time_period", "source", "obs_status"]];
    for (const [index, obs, year, source, status] of place.v)
      rows.push([words.edition, ref, place.n, "indicator_values", words.indicators[index][0], obs, words.indicators[index][4], year, words.sourceCodes[source], status]);
    (place.dl || []).forEach((score, at) => { if (score !== null) rows.push([words.edition, ref, place.n, "development_levels", words.levels[at], score, "0-100"]); });
    (place.ps || []).forEach((score, at) => { if (score !== null) rows.push([words.edition, ref, place.n, "pillar_scores", words.groups.pillars[at], score, "0-100"]); });
    if (place.sc) rows.push([words.edition, ref, place.n, "development_scores", "score", place.sc[0], "0-100"]);
    for (const [other, pair] of Object.entries(place.m || {})) rows.push([words.edition, ref, place.n, "mirrors", `${other} ${pair.n}`, pair.s, "areas nearer in Mexico"]);
    const cell = text => { const safe = typeof text === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : String(text ?? ""); return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe; };
    const blob = new Blob(["﻿", rows.map(row => Array.from(rows[0], (_, at) => cell(row[at])).join(",")).join("\r\n"), "\r\n"], {type: "text/csv"});
    const link = h("a", {href: URL.createObjectURL(blob), download: `${ref}_${words.edition}.csv`});
    document.body.append(link); link.click(); link.remove();
  }

  /** What a page leaves to the script, to stay small: the codes of the bars, and the links to pages of pairs. */
  function complete() {
    document.querySelectorAll("td.b").forEach(cell => [...cell.children].forEach((bar, at) => { bar.dataset.c = "mb"; bar.dataset.k = words.groups.blocks[at]; }));
    const pair = element => page("pair.html", `?a=${(element.closest("[data-a]") || body).dataset[element.closest("[data-a]") ? "a" : "area"]}&b=${element.closest("[data-b]").dataset.b}`);
    document.querySelectorAll(".mirrors thead tr, .of thead tr").forEach(row => row.append(h("td")));
    document.querySelectorAll(".mirrors .tier th").forEach(head => { head.colSpan = 5; });
    document.querySelectorAll(".mirrors tr[data-b], .of tbody tr").forEach(row => row.append(h("td", {class: "go"}, h("a", {href: pair(row)}, t("compare")))));
  }

  document.addEventListener("DOMContentLoaded", () => {
    body.append(tip);
    complete();
    document.querySelectorAll("form.finder").forEach(finder);
    document.querySelectorAll("main section").forEach(noted);
    document.querySelectorAll("[data-figures]").forEach(box => {
      const ref = box.dataset.figures, show = h("button", {type: "button", class: "quiet", on: {click: () => showFigures(ref, show)}}, t("show_figures"));
      box.prepend(h("button", {type: "button", on: {click: () => download(ref)}}, t("download_csv")), show);
    });
    document.querySelectorAll("[data-more]").forEach(details => details.addEventListener("toggle", () => more(details), {once: true}));
    const citation = document.getElementById("citation");
    if (citation && navigator.clipboard) citation.after(" ", h("button", {type: "button", class: "plain", on: {click: event =>
      navigator.clipboard.writeText(citation.textContent).then(() => { event.target.textContent = t("copied"); })}}, t("copy")));
    document.querySelectorAll("a.switch").forEach(link => link.addEventListener("click", () => { link.href = link.href.split(/[?#]/)[0] + location.search + location.hash; }));
  });

  return {
    h, t, number, plain, page, load, area, table, value, noted, picture, words, lang, root,
    /** Places of one file: v holds a value per indicator; year, source and status are those of the file unless in x. */
    areas: (usual, found) => Object.entries(found).forEach(([ref, {v, x = {}, m, ...place}]) => areas.set(ref, {...place,
      m: m && Object.fromEntries(Object.entries(m).map(([other, [n, c, r, rc, d, s, p, tier, l, ...b]]) => [other, {n, c, r, rc, d, s, p, t: [null, "firm", "likely", "possible"][tier], l, b}])),
      v: v.flatMap((obs, at) => obs === null ? [] : [[at, obs, ...(x[at] || usual[at])]])})),
    names: rows => { names = rows.map(([ref, name, state, level, country, others = ""]) =>
      [ref, name, state, level, country, others, [bare(name), others ? others.split("|").map(bare) : [], bare(`${name} ${state}`)]]); },
  };
})();
window.atlas = atlas;
