// The schema book: asks the API, and shows what it answers. What it shows is put into the page as text; the
// diagrams alone are markup, drawn by the server.

const DOCUMENT = `query SchemaBook {
  schemaBook {
    database steps differences
    tables {
      name domain purpose context meaning steps decisions rowCount
      columns { name declaredType isNullable isPrimaryKey default meaning }
      indexes { name columns isUnique condition queries keeps }
      references { name columns to onDelete }
      referredBy { name from columns onDelete }
      rules { name rule }
    }
    queries { name title frequency statements { sql plan indexes indexesWhenLarge scans rowsRead rowsReturned } }
    checks { id name asks verdict findings }
    diagrams { name mermaid svg }
  }
}`;
const KEY = "vigil-book-authorization";
const ZOOM = 1.25;
const ROWS_MAX = 60;

const page = document.getElementById("page");
const contents = document.getElementById("contents");
const about = document.getElementById("about");
const search = document.getElementById("search");
let book;

/** An element with properties and children; texts are texts. */
function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((it) => it !== undefined && it !== null));
  return element;
}

const code = (text) => make("code", {}, text);
const link = (kind, name, text = name) => make("a", { href: `#/${kind}/${encodeURIComponent(name)}` }, text);
const number = (it) => it.toLocaleString("en");

/** Things with commas between. */
function listed(things) {
  return things.flatMap((it, place) => (place === 0 ? [it] : [", ", it]));
}

function rows(head, body) {
  if (body.length === 0) return make("p", { class: "faint" }, "None.");
  return make(
    "table",
    {},
    make("thead", {}, make("tr", {}, head.map((it) => make("th", { scope: "col" }, it)))),
    make("tbody", {}, body.map((cells) => make("tr", {}, cells.map((it) => make("td", {}, it))))),
  );
}

async function ask() {
  const given = document.querySelector('meta[name="vigil-authorization"]')?.content;
  const authorization = given ?? sessionStorage.getItem(KEY);
  const headers = { "content-type": "application/json", "x-vigil": "1" };
  if (authorization) headers.authorization = authorization;
  const response = await fetch("/graphql", {
    method: "POST",
    headers,
    body: JSON.stringify({ query: DOCUMENT, operationName: "SchemaBook" }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map((it) => it.message).join("; "));
  return data.schemaBook;
}

/** Asks for a key when nobody has signed in, or somebody who may not read it. */
function refused(failure) {
  about.textContent = "The book is for administrators.";
  const field = make("input", { type: "password", "aria-label": "Key", size: "60", autocomplete: "off" });
  const form = make(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        sessionStorage.setItem(KEY, `Bearer ${field.value.trim()}`);
        open();
      },
    },
    make("p", {}, "Sign in, or give a key that reads it (", code("vigil key create --admin"), " prints one). It is kept until this tab is closed."),
    make("div", { class: "tools" }, field, make("button", {}, "Open")),
    make("p", { class: "bad", role: "alert" }, failure.message),
  );
  page.replaceChildren(make("h2", {}, "Who are you?"), form);
  field.focus();
}

function showContents(path) {
  const entry = (kind, name, told) => {
    const href = `#/${kind}/${encodeURIComponent(name)}`;
    const isHere = path === `${kind}/${name}`;
    return make("a", { href, "aria-current": isHere && "page" }, name, make("span", {}, told ?? ""));
  };
  const domains = [...new Set(book.tables.map((it) => it.domain))].sort();
  const parts = domains.map((domain) => [
    make("h2", {}, domain),
    ...book.tables.filter((it) => it.domain === domain).map((it) => entry("table", it.name, number(it.rowCount))),
  ]);
  const failed = book.checks.filter((it) => it.verdict === "FAILED").length;
  const plain = (href, text, told) => make("a", { href, "aria-current": `#/${path}` === href && "page" }, text, make("span", {}, told));
  contents.replaceChildren(
    plain("#/", "Diagram", ""),
    plain("#/queries", "Queries", String(book.queries.length)),
    plain("#/indexes", "Indexes", String(book.tables.reduce((sum, it) => sum + it.indexes.length, 0))),
    plain("#/checks", "Checks", failed === 0 ? "all well" : `${failed} failed`),
    ...parts.flat(),
  );
}

/** A diagram that is moved by dragging, and made larger by the wheel, the buttons and the keys + and -. */
function drawing(diagram) {
  const parsed = new DOMParser().parseFromString(diagram.svg, "image/svg+xml");
  const svg = document.adoptNode(parsed.documentElement);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `Diagram of ${diagram.name}`);
  let view = { x: 0, y: 0, width, height };
  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  const zoom = (factor, at = { x: view.x + view.width / 2, y: view.y + view.height / 2 }) => {
    const next = Math.min(Math.max(view.width / factor, 100), width * 4) / view.width;
    view = {
      x: at.x - (at.x - view.x) * next,
      y: at.y - (at.y - view.y) * next,
      width: view.width * next,
      height: view.height * next,
    };
    show();
  };
  const frame = make("div", { class: "drawing" }, svg);
  const place = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  frame.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, place(event));
  }, { passive: false });
  let from;
  let moved = 0;
  frame.addEventListener("pointerdown", (event) => {
    from = place(event);
    moved = 0;
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from || event.buttons === 0) return;
    const to = place(event);
    moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    view = { ...view, x: view.x + from.x - to.x, y: view.y + from.y - to.y };
    frame.classList.add("is-dragged");
    show();
  });
  const end = () => {
    from = undefined;
    frame.classList.remove("is-dragged");
  };
  frame.addEventListener("pointerup", end);
  frame.addEventListener("pointerleave", end);
  for (const table of svg.querySelectorAll("[data-table]")) {
    const { table: name } = table.dataset;
    const isKnown = book.tables.some((it) => it.name === name);
    table.setAttribute("tabindex", "0");
    table.setAttribute("role", "link");
    const go = () => {
      if (isKnown && moved < 5) location.hash = `#/table/${encodeURIComponent(name)}`;
    };
    table.addEventListener("click", go);
    table.addEventListener("keydown", (event) => {
      if (event.key === "Enter") go();
    });
    table.addEventListener("pointerenter", () => highlight(svg, name));
    table.addEventListener("pointerleave", () => highlight(svg));
  }
  const fit = () => {
    view = { x: 0, y: 0, width, height };
    show();
  };
  frame.addEventListener("keydown", (event) => {
    if (event.key === "+") zoom(ZOOM);
    if (event.key === "-") zoom(1 / ZOOM);
    if (event.key === "0") fit();
  });
  return { frame, zoom, fit };
}

/** Fades what does not lead to a table or from it. */
function highlight(svg, name) {
  const near = new Set([name]);
  for (const line of svg.querySelectorAll("[data-from]")) {
    const { from, to } = line.dataset;
    const isNear = name === undefined || from === name || to === name;
    line.classList.toggle("is-faded", !isNear);
    if (isNear && name !== undefined) near.add(from).add(to);
  }
  for (const table of svg.querySelectorAll("[data-table]")) {
    table.classList.toggle("is-faded", name !== undefined && !near.has(table.dataset.table));
  }
}

function showDiagram(name = "all") {
  const diagram = book.diagrams.find((it) => it.name === name) ?? book.diagrams[0];
  const { frame, zoom, fit } = drawing(diagram);
  const choice = book.diagrams.map((it) =>
    make("button", { "aria-pressed": String(it === diagram), onclick: () => (location.hash = `#/diagram/${encodeURIComponent(it.name)}`) }, it.name),
  );
  const copy = () => navigator.clipboard?.writeText(diagram.mermaid);
  page.replaceChildren(
    make(
      "div",
      { class: "tools" },
      choice,
      make("span", { class: "gap" }),
      make("button", { onclick: () => zoom(ZOOM), "aria-label": "Larger" }, "+"),
      make("button", { onclick: () => zoom(1 / ZOOM), "aria-label": "Smaller" }, "−"),
      make("button", { onclick: fit }, "Fit"),
      make("button", { onclick: copy }, "Copy Mermaid"),
    ),
    frame,
  );
}

function showTable(name) {
  const table = book.tables.find((it) => it.name === name);
  if (!table) return showNothing(`There is no table ${name}.`);
  const refers = new Map(table.references.flatMap((it) => it.columns.map((column) => [column, it])));
  const constraints = (column) => [
    column.isPrimaryKey ? "primary key " : column.isNullable ? "" : "not null ",
    refers.has(column.name) ? ["→ ", link("table", refers.get(column.name).to)] : "",
  ].flat();
  page.replaceChildren(
    make("h2", {}, table.name),
    make("p", {}, table.purpose),
    make("p", { class: "faint" }, `${table.meaning} ${number(table.rowCount)} rows. Used in: ${table.steps.join("; ")}; when ${table.context}.`),
    make("h3", {}, "Columns"),
    rows(["Column", "Type", "Constraints", "Default", "Purpose"], table.columns.map((it) => [
      code(it.name), code(it.declaredType), constraints(it), it.default === null ? "" : code(it.default), it.meaning,
    ])),
    make("h3", {}, "Indexes"),
    rows(["Index", "Columns", "Read by"], table.indexes.map((it) => [
      make("a", { id: it.name, href: `#/index/${encodeURIComponent(it.name)}` }, it.name),
      [it.isUnique ? "unique " : "", ...listed(it.columns.map(code)), ...(it.condition ? [" where ", code(it.condition)] : [])],
      it.keeps ? `keeps a rule: ${it.keeps}` : listed(it.queries.map((query) => link("query", query))),
    ])),
    make("h3", {}, "Refers to"),
    rows(["Columns", "Table", "On delete"], table.references.map((it) => [listed(it.columns.map(code)), link("table", it.to), it.onDelete])),
    make("h3", {}, "Referred to by"),
    rows(["Table", "Columns", "On delete"], table.referredBy.map((it) => [link("table", it.from), listed(it.columns.map(code)), it.onDelete])),
    make("h3", {}, "Rules"),
    rows(["Name", "Rule"], table.rules.map((it) => [code(it.name), code(it.rule)])),
    make("h3", {}, "Decisions"),
    ...(table.decisions.length === 0 ? [make("p", { class: "faint" }, "None.")] : [make("ul", {}, table.decisions.map((it) => make("li", {}, it)))]),
  );
}

function indexLink(name) {
  const isIndex = book.tables.some((table) => table.indexes.some((it) => it.name === name));
  return isIndex ? link("index", name) : make("span", {}, link("table", name), " (primary key)");
}

function showQuery(name) {
  const query = book.queries.find((it) => it.name === name);
  if (!query) return showNothing(`There is no query ${name}.`);
  const statements = query.statements.flatMap((it, place) => {
    const count = it.rowsRead === null ? "" : `${number(it.rowsRead)} rows read, ${number(it.rowsReturned)} answered. `;
    return [
      make("h3", {}, `Statement ${place + 1}`),
      make("pre", {}, it.sql),
      make("p", {}, count, "Reads by ", ...(it.indexes.length === 0 ? ["no index"] : listed(it.indexes.map(indexLink))),
        ...(it.scans.length === 0 ? [] : ["; from end to end: ", ...listed(it.scans.map((table) => code(table)))]),
        ...(it.indexesWhenLarge.length === 0 ? [] : ["; once that is large, by ", ...listed(it.indexesWhenLarge.map(indexLink))]), "."),
      make("pre", {}, it.plan.join("\n")),
    ];
  });
  page.replaceChildren(
    make("h2", {}, query.name),
    make("p", {}, query.title),
    make("p", { class: "faint" }, query.frequency ?? "Asked by the database itself."),
    ...statements,
  );
}

function showQueries() {
  const used = (query) => [...new Set(query.statements.flatMap((it) => [...it.indexes, ...it.indexesWhenLarge]))];
  page.replaceChildren(
    make("h2", {}, "Queries"),
    make("p", { class: "faint" }, "Captured while the program ran them, and explained on invented data when this release was made."),
    rows(["Query", "Asks", "Reads by"], book.queries.map((it) => [link("query", it.name), it.title, listed(used(it).map(indexLink))])),
  );
}

function showIndexes(name) {
  const all = book.tables.flatMap((table) => table.indexes.map((index) => ({ table, index })));
  const shown = name === undefined ? all : all.filter((it) => it.index.name === name);
  if (shown.length === 0) return showNothing(`There is no index ${name}.`);
  page.replaceChildren(
    make("h2", {}, name ?? "Indexes"),
    rows(["Index", "Table", "Columns", "Read by"], shown.map(({ table, index }) => [
      link("index", index.name),
      link("table", table.name),
      [index.isUnique ? "unique " : "", ...listed(index.columns.map(code)), ...(index.condition ? [" where ", code(index.condition)] : [])],
      index.keeps ? `keeps a rule: ${index.keeps}` : listed(index.queries.map((query) => link("query", query))),
    ])),
  );
}

function showChecks() {
  const told = { PASSED: ["good", "passed"], FAILED: ["bad", "failed"], NOT_TRIED: ["faint", "not tried"] };
  page.replaceChildren(
    make("h2", {}, "Checks"),
    make("p", { class: "faint" }, "Made on fresh databases when this release was made."),
    rows(["Check", "Asks", "Verdict"], book.checks.map((it) => [
      [it.id, " ", code(it.name)],
      [it.asks, ...it.findings.map((finding) => make("div", { class: "bad" }, finding))],
      make("span", { class: told[it.verdict][0] }, told[it.verdict][1]),
    ])),
    make("h3", {}, "This database"),
    ...(book.differences.length === 0
      ? [make("p", { class: "good" }, "It is as a fresh one of this release.")]
      : [make("p", { class: "bad" }, "It differs from a fresh one of this release:"), make("pre", {}, book.differences.join("\n"))]),
  );
}

function showNothing(text) {
  page.replaceChildren(make("h2", {}, "Nothing here"), make("p", {}, text));
}

function showFound(words) {
  const needle = words.toLowerCase();
  const has = (...texts) => texts.some((it) => it.toLowerCase().includes(needle));
  const found = [
    ...book.tables.filter((it) => has(it.name, it.purpose)).map((it) => ["table", link("table", it.name), it.purpose]),
    ...book.tables.flatMap((table) => table.columns.filter((it) => has(it.name, it.meaning)).map((it) => ["column", link("table", table.name, `${table.name}.${it.name}`), it.meaning])),
    ...book.tables.flatMap((table) => table.indexes.filter((it) => has(it.name)).map((it) => ["index", link("index", it.name), it.columns.join(", ")])),
    ...book.queries.filter((it) => has(it.name, it.title)).map((it) => ["query", link("query", it.name), it.title]),
  ];
  page.replaceChildren(
    make("h2", {}, `${number(found.length)} found`),
    rows(["What", "Name", ""], found.slice(0, ROWS_MAX)),
    ...(found.length > ROWS_MAX ? [make("p", { class: "faint" }, `and ${found.length - ROWS_MAX} more: say more`)] : []),
  );
}

function show() {
  if (!book) return;
  const path = decodeURIComponent(location.hash.replace(/^#\/?/, ""));
  const [kind, ...rest] = path.split("/");
  const name = rest.join("/");
  showContents(path);
  if (search.value.trim()) return showFound(search.value.trim());
  if (kind === "table") showTable(name);
  else if (kind === "query") showQuery(name);
  else if (kind === "queries") showQueries();
  else if (kind === "index") showIndexes(name);
  else if (kind === "indexes") showIndexes();
  else if (kind === "checks") showChecks();
  else showDiagram(name || undefined);
  page.scrollTo(0, 0);
}

async function open() {
  try {
    book = await ask();
  } catch (failure) {
    refused(failure);
    return;
  }
  about.textContent = `${book.tables.length} tables in ${book.database}, as they are now`;
  show();
}

addEventListener("hashchange", () => {
  search.value = "";
  show();
});
search.addEventListener("input", show);
addEventListener("keydown", (event) => {
  if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
    event.preventDefault();
    search.focus();
  }
});
open();
