/* Draws every <figure data-chart data-src>: the specification is the file data-spec, the numbers come from data-src.
   Rows travel as arrays; the specification's usermeta says what their columns are called. */
(function () {
  "use strict";
  const script = document.currentScript;
  const root = document.documentElement;
  const specifications = new Map();
  const views = new Map();
  let libraries = null;

  /* ---- loading: the libraries once, on the first chart; a chart when it comes near the window ---- */
  function load(address) {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = address; element.async = false;
      element.onload = resolve; element.onerror = () => reject(new Error("The chart library did not load"));
      document.head.append(element);
    });
  }
  function ready() {
    libraries ||= Promise.all([load(script.dataset.vega), load(script.dataset.vegaLite), load(script.dataset.vegaEmbed)]);
    return libraries;
  }
  async function json(address) {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    if (answer.ok) return answer.json();
    let detail = "The numbers did not arrive";
    try { detail = (await answer.json()).detail || detail; } catch { /* not JSON */ }
    throw new Error(detail);
  }
  async function specification(address) {
    if (!specifications.has(address)) specifications.set(address, json(address));
    return (await specifications.get(address))[root.dataset.theme || "light"];
  }
  const near = "IntersectionObserver" in window ? new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { near.unobserve(entry.target); draw(entry.target); }
  }, { rootMargin: "300px" }) : null;

  /* ---- drawing ---- */
  function named(columns, rows) {
    return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])));
  }
  function assemble(spec, payload) {
    const whole = structuredClone(spec);
    const filled = Object.entries(spec.usermeta.columns).map(([source, columns]) => [source, named(columns, payload[source] || [])]);
    whole.sources = Object.fromEntries(filled);
    whole.datasets = { ...whole.datasets, ...whole.sources };
    for (const parameter of whole.params || []) if (parameter.name in payload) parameter.value = payload[parameter.name];
    return whole;
  }
  async function draw(figure) {
    const plot = figure.querySelector(".plot");
    figure.dataset.state = "loading";
    try {
      const [spec, payload] = await Promise.all([specification(figure.dataset.spec), figure.payload || json(figure.dataset.src), ready()]);
      figure.payload = payload;
      const words = figure.querySelector("[data-about]");
      if (words) words.textContent = payload.about || "";
      const whole = assemble(spec, payload);
      if (typeof whole.height === "number" && figure.dataset.height) whole.height = Number(figure.dataset.height);
      const sources = whole.sources;
      delete whole.sources;
      const empty = Object.values(sources).every((rows) => rows.length === 0);
      views.get(figure)?.finalize();
      if (empty) return say(figure, "No readings in this period.");
      const target = document.createElement("div");
      plot.replaceChildren(target);
      const { view } = await window.vegaEmbed(target, whole, {
        ast: true, actions: false, defaultStyle: false, renderer: spec.usermeta.renderer, tooltip: () => {}, mode: "vega-lite", logLevel: 1,
      });
      views.set(figure, view);
      figure.dataset.state = "ready";
      figure.datasets = sources;
      describe(figure, plot);
      if (spec.usermeta.renderer === "svg") hatch(plot);
      react(figure, view, sources, payload);
    } catch (error) {
      say(figure, `${error.message}. Reload the page to try again.`);
    }
  }
  function say(figure, text) {
    const words = document.createElement("p");
    words.className = "quiet"; words.textContent = text;
    figure.querySelector(".plot").replaceChildren(words);
    figure.dataset.state = "empty";
  }
  function describe(figure, plot) {
    const drawing = plot.querySelector("svg, canvas");
    if (!drawing) return;
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", `${figure.querySelector("figcaption b").textContent}. The values follow under Show values.`);
  }
  function hatch(plot) {
    const svg = plot.querySelector("svg");
    const fills = svg ? svg.querySelectorAll('[fill="#d9d5ce"]') : [];
    if (!fills.length) return;
    const space = "http://www.w3.org/2000/svg";
    const dark = root.dataset.theme === "dark";
    const pattern = document.createElementNS(space, "pattern");
    for (const [key, value] of [["id", "missing"], ["width", 5], ["height", 5], ["patternUnits", "userSpaceOnUse"], ["patternTransform", "rotate(45)"]]) pattern.setAttribute(key, value);
    const line = document.createElementNS(space, "rect");
    for (const [key, value] of [["width", 1], ["height", 5], ["fill", dark ? "#4b525b" : "#b9b4a9"]]) line.setAttribute(key, value);
    pattern.append(line);
    const defs = document.createElementNS(space, "defs");
    defs.append(pattern);
    svg.prepend(defs);
    fills.forEach((shape) => shape.setAttribute("fill", "url(#missing)"));
  }

  /* ---- pointing: value, time, coverage; a click drills down ---- */
  const tip = document.createElement("div");
  tip.className = "tip"; tip.hidden = true; tip.setAttribute("role", "presentation");
  function show(text, event) {
    tip.textContent = text; tip.hidden = !text;
    if (!tip.isConnected) document.body.append(tip);
    const right = event.clientX + tip.offsetWidth + 24 > window.innerWidth;
    tip.style.left = `${right ? event.clientX - tip.offsetWidth - 14 : event.clientX + 14}px`;
    tip.style.top = `${Math.max(4, event.clientY - tip.offsetHeight - 10)}px`;
  }
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const labels = { electricity: "electricity", gas: "gas", steam: "steam", hotwater: "hot water", chilledwater: "chilled water", water: "water", irrigation: "irrigation", solar: "solar" };
  const two = (n) => String(n).padStart(2, "0");
  function moment(ms, hourly = true) {
    const at = new Date(ms);
    const date = `${days[(at.getUTCDay() + 6) % 7]} ${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
    return hourly ? `${date} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}` : date;
  }
  function number(value) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    if (value === 0) return "0";
    const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
    return value.toLocaleString("en", { minimumFractionDigits: Math.min(digits, 6), maximumFractionDigits: Math.min(digits, 6) });
  }
  /* power and energy with the prefix that the axes use: 6,912,345 kWh is 6.91 GWh */
  function amount(value, payload) {
    const unit = payload.unit || "";
    if (!unit.startsWith("kW") || value === null || value === undefined) return `${number(value)} ${unit}`;
    const [factor, prefix] = Math.abs(value) >= 1e6 ? [1e6, "G"] : Math.abs(value) >= 1e3 ? [1e3, "M"] : [1, "k"];
    return `${number(value / factor)} ${prefix}${unit.slice(1)}`;
  }
  function nearest(rows, field, value) {
    let low = 0, high = rows.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (rows[middle][field] < value) low = middle; else high = middle; }
    return rows.length ? (Math.abs(rows[low][field] - value) <= Math.abs(rows[high]?.[field] - value) ? rows[low] : rows[high]) : null;
  }
  function along(rows) { return rows && rows.length > 1 ? rows[1].time - rows[0].time : 0; }
  function lineText(sets, payload, time) {
    const lines = [];
    const measured = nearest(sets.load || sets.saved || [], "time", time);
    const step = along(sets.load || sets.saved || sets.expected);
    const close = (row) => row && Math.abs(row.time - time) <= Math.max(step, 36e5);
    if (close(measured)) {
      lines.push(moment(measured.time, step < 864e5));
      lines.push(measured.value === null ? "missing" : amount(measured.value, payload));
      if (measured.low !== null && measured.high !== null) lines.push(`from ${amount(measured.low, payload)} to ${amount(measured.high, payload)}`);
      if (typeof measured.coverage === "number" && measured.coverage < 0.9995) lines.push(`${Math.round(measured.coverage * 100)} % of the readings present`);
    }
    const forecast = nearest(sets.expected || [], "time", time);
    if (close(forecast)) {
      if (!lines.length) lines.push(moment(forecast.time));
      lines.push(`expected ${amount(forecast.value, payload)}${forecast.low === null ? "" : ` (${amount(forecast.low, payload)} to ${amount(forecast.high, payload)})`}`);
    }
    const before = nearest(sets.comparison || [], "time", time);
    if (close(before) && before.value !== null) lines.push(`compared ${amount(before.value, payload)}`);
    const span = (sets.anomalies || []).find((row) => row.start <= time && time < row.end);
    if (span) lines.push(span.label);
    return lines.join("\n");
  }
  function itemText(name, datum, payload) {
    if (!datum) return "";
    if (datum.label !== undefined && datum.start !== undefined) return datum.label;
    if (name === "matrix") return datum.row === undefined ? "" : datum.note;
    if (name === "calendar") return datum.day === undefined ? "" : `${moment(datum.day, false)}\n${datum.value === null ? "missing" : amount(datum.value, payload)}${datum.note ? `\n${datum.note}` : ""}`;
    if (name === "stack" && datum.month !== undefined) return `${months[new Date(datum.month).getUTCMonth()]} ${new Date(datum.month).getUTCFullYear()}, ${datum.part.toLowerCase()}\n${amount(datum.value, payload)}`;
    if (name === "heatmap") return datum.hour === undefined ? "" : `${moment(datum.day, false)} ${two(datum.hour)}:00\n${datum.value === null ? "missing" : amount(datum.value, payload)}`;
    if (name === "scatter" && datum.day !== undefined) return `${moment(datum.day, false)}, ${datum.group.toLowerCase()}\n${amount(datum.value, payload)} at ${number(datum.temperature)} °C`;
    if (datum.temperature !== undefined && datum.time !== undefined) return `${moment(datum.time, false)}, ${datum.group.toLowerCase()}\n${amount(datum.value, payload)} against the model${datum.temperature === null ? "" : ` at ${number(datum.temperature)} °C`}`;
    if (name === "monthly" && datum.month !== undefined) return `${months[new Date(datum.month).getUTCMonth()]} ${new Date(datum.month).getUTCFullYear()}, ${labels[datum.carrier] || datum.carrier}\n${amount(datum.value, payload)}${typeof datum.coverage === "number" && datum.coverage < 0.9995 ? `\n${Math.round(datum.coverage * 100)} % of the readings present` : ""}`;
    if (datum.name !== undefined) return `${datum.name}\n${datum.text || amount(datum.value, payload)}`;
    if (datum.label !== undefined) return `${datum.label}\n${datum.text || number(datum.value)}`;
    return "";
  }
  /* the page of the month or day that was clicked, the rest of its context kept */
  function drilled(figure, datum) {
    const first = datum?.month ?? datum?.day;
    if (!figure.dataset.drill || first === undefined) return null;
    const start = new Date(first), end = new Date(first);
    if (datum.month !== undefined) { end.setUTCMonth(end.getUTCMonth() + 1); end.setUTCDate(0); }
    const address = new URL(figure.dataset.drill, window.location.href);
    address.searchParams.set("start", start.toISOString().slice(0, 10));
    address.searchParams.set("end", end.toISOString().slice(0, 10));
    return address.pathname + address.search;
  }
  function react(figure, view, sources, payload) {
    const name = figure.dataset.chart;
    const plot = figure.querySelector(".plot");
    const lines = name === "load" || name === "cumulative";
    const cross = document.createElement("div");
    cross.className = "crosshair"; cross.hidden = true;
    plot.append(cross);
    view.addEventListener("mousemove", (event, item) => {
      const mark = item && item.datum ? itemText(name, item.datum, payload) : "";
      if (!lines) return show(mark, event);
      const x = event.clientX - plot.getBoundingClientRect().left - view.origin()[0] - view.padding().left * 0;
      const scale = view.scale("x");
      const [from, to] = scale.range();
      if (x < from || x > to) { cross.hidden = true; return show("", event); }
      cross.hidden = false;
      cross.style.left = `${event.clientX - plot.getBoundingClientRect().left}px`;
      show(lineText(sources, payload, +scale.invert(x)) || mark, event);
    });
    plot.addEventListener("mouseleave", () => { cross.hidden = true; tip.hidden = true; });
    view.addEventListener("click", (event, item) => {
      const x = event.clientX - plot.getBoundingClientRect().left - view.origin()[0];
      const time = lines ? +view.scale("x").invert(x) : null;
      const span = (sources.anomalies || []).find((row) => row.href && row.start <= time && time < row.end);
      const href = item?.datum?.href || span?.href || drilled(figure, item?.datum);
      if (href) { tip.hidden = true; window.visit(href); }
    });
  }

  /* ---- the same numbers as a table, for keyboards, screen readers and doubters ---- */
  const heads = { time: "Time", start: "From", end: "To", month: "Month", day: "Day", value: "Value", low: "Low", high: "High", coverage: "Present", label: "What", name: "Name", text: "As read", carrier: "Carrier", hour: "Hour", temperature: "Temperature, °C", group: "Group", row: "Of", column: "With", n: "Days", note: "What", part: "Part" };
  const titles = { load: "Measured", expected: "Expected", comparison: "Compared", anomalies: "Findings", gaps: "Missing", cells: "Hours", days: "Days", fitted: "Model", balance: "Balance points", peers: "Peers", marks: "References", bars: "Ranking", steps: "Steps", months: "Months", saved: "Savings", residuals: "Residuals", profile: "Typical week", pairs: "Correlations", dates: "Days", parts: "Parts" };
  function cell(column, value) {
    if (value === null || value === undefined) return "–";
    if (column === "time" || column === "start" || column === "end") return moment(value);
    if (column === "day") return moment(value, false);
    if (column === "month") return `${months[new Date(value).getUTCMonth()]} ${new Date(value).getUTCFullYear()}`;
    if (column === "coverage") return `${Math.round(value * 100)} %`;
    return typeof value === "number" ? number(value) : String(value);
  }
  function table(source, rows, payload) {
    const columns = Object.keys(rows[0]).filter((name) => heads[name] && rows.some((row) => row[name] !== null));
    const element = document.createElement("table");
    element.createCaption().textContent = `${titles[source] || source}${payload.unit ? `, ${payload.unit}` : ""}${rows.length > 2000 ? ` (first 2,000 of ${rows.length.toLocaleString("en")})` : ""}`;
    const head = element.createTHead().insertRow();
    for (const name of columns) { const th = document.createElement("th"); th.scope = "col"; th.textContent = heads[name]; if (typeof rows[0][name] === "number" && name === "value") th.className = "n"; head.append(th); }
    const body = element.createTBody();
    for (const row of rows.slice(0, 2000)) {
      const line = body.insertRow();
      for (const name of columns) {
        const td = line.insertCell();
        if (row.href && (name === "name" || name === "label")) { const a = document.createElement("a"); a.href = row.href; a.textContent = cell(name, row[name]); td.append(a); }
        else td.textContent = cell(name, row[name]);
        if (typeof row[name] === "number" && !["time", "start", "end", "day", "month"].includes(name)) td.className = "n";
      }
    }
    return element;
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-values]");
    if (!button) return;
    const figure = button.closest("figure");
    const shown = figure.querySelector(".values");
    button.setAttribute("aria-expanded", String(!shown));
    button.textContent = shown ? "Show values" : "Hide values";
    if (shown) return shown.remove();
    if (!figure.datasets) await draw(figure);
    const box = document.createElement("div");
    box.className = "values"; box.tabIndex = 0; box.setAttribute("role", "region"); box.setAttribute("aria-label", "Values of the chart");
    for (const [source, rows] of Object.entries(figure.datasets || {})) if (rows.length) box.append(table(source, rows, figure.payload));
    figure.append(box);
  });

  /* ---- life: new content, theme, size ---- */
  function scan(within) {
    for (const [figure, view] of views) if (!figure.isConnected) { view.finalize(); views.delete(figure); }
    within.querySelectorAll("figure[data-chart]:not([data-seen])").forEach((figure) => {
      figure.dataset.seen = "";
      if (near && !figure.hasAttribute("data-eager")) near.observe(figure); else draw(figure);
    });
  }
  root.addEventListener("themechange", () => { for (const figure of [...views.keys()]) if (figure.isConnected) draw(figure); });
  document.addEventListener("htmx:afterSettle", () => scan(document));
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    for (const figure of views.keys()) if (figure.isConnected) setTimeout(() => hatch(figure.querySelector(".plot")), 60);
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => scan(document));
  else scan(document);
})();
