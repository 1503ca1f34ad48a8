// The SQL page: gives a query to the worker, and shows its rows. Whatever a release or a query holds is set as text.
"use strict";

const form = document.getElementById("query");
const box = document.getElementById("sql");
const status = document.getElementById("status");
const table = document.getElementById("rows");
const said = form.dataset;
let worker; // none before the first query, and after one that was stopped

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});
for (const button of document.querySelectorAll("button[data-query]")) {
  button.addEventListener("click", () => {
    box.value = document.getElementById(button.dataset.query).textContent;
    form.scrollIntoView();
    ask(box.value);
  });
}
document.documentElement.classList.add("scripted");

// A worker that has loaded DuckDB and the release. It is made from a Blob, so that the content security policy of this
// page holds in it too; in one made from an address it would not.
function begun() {
  const folder = new URL(".", location.href).href;
  const source = `importScripts(${JSON.stringify(`${folder}sql_worker.js`)})`;
  const made = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  return new Promise((resolve, reject) => {
    const failed = (reason) => {
      made.terminate();
      reject(new Error(`${said.failed} (${reason})`));
    };
    made.onerror = (event) => failed(event.message);
    made.onmessage = ({ data }) => (data.error ? failed(data.error) : resolve(made));
    made.postMessage({ folder });
  });
}

async function ask(sql) {
  disable(true);
  table.replaceChildren();
  try {
    status.textContent = worker ? said.running : said.loading;
    worker = worker || (await begun());
    status.textContent = said.running;
    show(await answered(sql));
  } catch (error) {
    status.textContent = error.message;
  }
  disable(false);
}

function answered(sql) {
  return new Promise((resolve, reject) => {
    const stopped = setTimeout(() => {
      worker.terminate();
      worker = undefined;
      reject(new Error(said.stopped));
    }, 1000 * said.seconds);
    worker.onmessage = ({ data }) => {
      clearTimeout(stopped);
      data.error ? reject(new Error(data.error)) : resolve(data);
    };
    worker.postMessage({ sql, rows: Number(said.rows) });
  });
}

function show({ columns, rows, more }) {
  status.textContent = rows.length === 0 ? said.none : more ? said.more : said.done;
  const head = line(columns.map((name) => cell("th", name)));
  const body = rows.map((row) => line(row.map((value) => cell("td", value === null ? said.missing : value))));
  table.replaceChildren(whole("thead", [head]), whole("tbody", body));
}

function line(cells) {
  return whole("tr", cells);
}

function cell(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  if (tag === "th") {
    made.scope = "col";
  }
  return made;
}

function whole(tag, parts) {
  const made = document.createElement(tag);
  made.append(...parts);
  return made;
}

function disable(disabled) {
  for (const button of document.querySelectorAll("button")) {
    button.disabled = disabled;
  }
}
