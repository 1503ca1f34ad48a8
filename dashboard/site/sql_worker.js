// Runs what a reader asks in SQL over the release, with DuckDB-Wasm, in a worker of its own.
//
// The worker is made from a Blob, so that the content security policy of the page holds in here too. The release is
// opened read-only; DuckDB can reach no other file and fetch no extension, and its configuration is locked.
"use strict";

const LOCKED = `
  SET autoinstall_known_extensions = false;
  SET autoload_known_extensions = false;
  SET enable_external_access = false;
  SET lock_configuration = true`;

let connection;

self.onmessage = async ({ data }) => {
  try {
    if (data.folder) {
      connection = await connected(data.folder);
      self.postMessage({ ready: true });
    } else {
      self.postMessage(answer(data.sql, data.rows));
    }
  } catch (error) {
    // DuckDB repeats the query with what this adds around it, which the reader did not write.
    self.postMessage({ error: String(error.message || error).replace(/\n+LINE \d+:[^]*/, "") });
  }
};

async function connected(folder) {
  self.module = { exports: {} };
  self.exports = self.module.exports;
  self.require = () => ({}); // Apache Arrow: only functions that are not called here would use it
  importScripts(`${folder}duckdb-wasm/duckdb-browser-blocking.js`);
  const { createDuckDB, VoidLogger, BROWSER_RUNTIME, DuckDBAccessMode } = self.module.exports;
  const [program, release] = await Promise.all(
    ["duckdb-wasm/duckdb-eh.wasm", "release.duckdb"].map((name) => fetched(folder + name)),
  );
  // A server may not know the media type of Wasm. A Blob always has the right one.
  const mainModule = URL.createObjectURL(new Blob([program], { type: "application/wasm" }));
  const bundles = { mvp: { mainModule, mainWorker: "" }, eh: { mainModule, mainWorker: "" } };
  const database = await createDuckDB(bundles, new VoidLogger(), BROWSER_RUNTIME);
  await database.instantiate(() => {});
  database.registerFileBuffer("release.duckdb", new Uint8Array(release));
  database.open({ path: "release.duckdb", accessMode: DuckDBAccessMode.READ_ONLY });
  const opened = database.connect();
  for (const setting of LOCKED.split(";")) {
    run(opened, setting);
  }
  return opened;
}

async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`${address}: ${response.status} ${response.statusText}`);
  }
  return response.arrayBuffer();
}

function run(opened, sql) {
  return opened.useUnsafe((bindings, number) => bindings.runQuery(number, sql));
}

// The first rows of a query, each cell as the text that DuckDB writes for it, and whether there are more.
function answer(sql, most) {
  const query = sql.replace(/[\s;]+$/, "");
  const { columns, rows } = texts(run(connection, `SELECT COLUMNS(*)::VARCHAR FROM (${query}\n) LIMIT ${most + 1}`));
  return { columns, rows: rows.slice(0, most), more: rows.length > most };
}

// ---- Apache Arrow, as far as a table of texts needs it: https://arrow.apache.org/docs/format/Columnar.html ----

const SCHEMA = 1; // of the messages in a file; the others hold rows

function texts(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let columns = [];
  const rows = [];
  let at = 8; // after the sign with which a file begins
  while (view.getUint32(at, true) === 0xffffffff && view.getInt32(at + 4, true) > 0) {
    const body = at + 8 + view.getInt32(at + 4, true);
    const message = record(view, at + 8);
    const length = message.at(3);
    if (view.getUint8(message.at(1)) === SCHEMA) {
      columns = names(view, message.at(2));
    } else {
      rows.push(...cells(view, record(view, message.at(2)), body, columns.length));
    }
    at = body + (length ? Number(view.getBigInt64(length, true)) : 0);
  }
  return { columns, rows };
}

// A table of FlatBuffers, whose place stands at `place`: where its fields stand (0 for none), and what they refer to.
function record(view, place) {
  const start = place + view.getUint32(place, true);
  const fields = start - view.getInt32(start, true);
  const at = (nth) => {
    const known = 4 + 2 * nth < view.getUint16(fields, true);
    const offset = known ? view.getUint16(fields + 4 + 2 * nth, true) : 0;
    return offset ? start + offset : 0;
  };
  const list = (nth) => {
    const first = at(nth) + view.getUint32(at(nth), true);
    return { first: first + 4, length: view.getUint32(first, true) };
  };
  return { at, list };
}

function names(view, place) {
  const { first, length } = record(view, place).list(1);
  return Array.from({ length }, (_, nth) => {
    const name = record(view, first + 4 * nth).list(0);
    return text(view, name.first, name.length);
  });
}

// The rows of a batch. Each column has three buffers: which cells there are, where each text ends, and the texts.
function cells(view, batch, body, columns) {
  const length = Number(view.getBigInt64(batch.at(0), true));
  const { first } = batch.list(2);
  const buffer = (nth) => {
    const at = first + 16 * nth;
    return { start: body + Number(view.getBigInt64(at, true)), length: Number(view.getBigInt64(at + 8, true)) };
  };
  const cell = (column, row) => {
    const [there, ends, letters] = [0, 1, 2].map((nth) => buffer(3 * column + nth));
    if (there.length && !((view.getUint8(there.start + (row >> 3)) >> (row & 7)) & 1)) {
      return null;
    }
    const [from, to] = [0, 4].map((offset) => view.getInt32(ends.start + 4 * row + offset, true));
    return text(view, letters.start + from, to - from);
  };
  return Array.from({ length }, (_, row) => Array.from({ length: columns }, (_, column) => cell(column, row)));
}

const DECODER = new TextDecoder();

function text(view, start, length) {
  return DECODER.decode(new Uint8Array(view.buffer, view.byteOffset + start, length));
}
