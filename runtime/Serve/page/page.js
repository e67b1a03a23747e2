"use strict";
// Asks this server alone, and puts what anybody wrote on the page as text.

const $ = (id) => document.getElementById(id);
const rowsAtOnce = 64;
const shownRows = 1000;
let model = null; // Its metadata.
let base = ""; // /v2/models/NAME
let key = "";

async function ask(path, body) {
  const headers = {};
  if (key) headers.Authorization = "Bearer " + key;
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body),
    });
  } catch {
    throw new Error("The server cannot be reached.");
  }
  if (response.status === 401) {
    $("key-form").hidden = false;
    $("key").focus();
    throw new Error("The server asks for a key.");
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch { /* Told by the status. */ }
  if (!response.ok)
    throw new Error(answer?.error ?? "The server answered " + response.status + ".");
  return answer;
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes))
    made.setAttribute(name, value);
  return made;
}

function fail(place, error) {
  place.replaceChildren(element("p", error.message, { class: "error", role: "alert" }));
}

/// Of a table, what its columns are; null where the model has none.
const columnsOf = () => model.parameters?.columns ?? null;
const kindOfInput = () =>
  columnsOf() ? "columns" : model.inputs[0].name; // text, features, indptr
const isWidthOpen = () => model.inputs[0].shape[1] === -1;
const widthOf = () =>
  isWidthOpen() ? model.parameters.most_features : model.inputs[0].shape[1] ?? 1;
const takesWidth = (width) => width > 0 && width <= widthOf() &&
  width % model.parameters.features_step === 0;
/// How many numbers a row has, for people.
const widthWords = () => !isWidthOpen() ? String(widthOf())
  : "a multiple of " + model.parameters.features_step + " up to " + widthOf();

/// The tensors that a list of rows makes; a row is the text of its fields.
function tensorsOf(rows) {
  if (kindOfInput() === "text")
    return [{ name: "text", datatype: "BYTES", shape: [rows.length, 1],
      data: rows.map((row) => row[0]) }];
  // As the cells of a file, which the server reads as such.
  if (kindOfInput() === "columns")
    return columnsOf().map((column, place) => ({ name: column.name,
      datatype: "BYTES", shape: [rows.length, 1],
      data: rows.map((row) => row[place]) }));
  const numbers = rows.map((row, at) => row.map((field) => {
    const number = Number(field);
    if (field.trim() === "" || !Number.isFinite(number))
      throw new Error("Row " + (at + 1) + ": “" + field + "” is no number.");
    return number;
  }));
  if (kindOfInput() === "features") {
    // Where the model leaves the width open, the first row says it for all.
    const width = isWidthOpen() && takesWidth(numbers[0]?.length)
      ? numbers[0].length : widthOf();
    for (const [at, row] of numbers.entries())
      if (row.length !== width)
        throw new Error("Row " + (at + 1) + " has " + row.length +
          " numbers, but " + (width === widthOf() ? "the model takes " +
          widthWords() : "the first row has " + width) + ".");
    return [{ name: "features", datatype: "FP32",
      shape: [numbers.length, width], data: numbers.flat() }];
  }
  const indptr = [0], indices = [], values = [];
  for (const row of numbers) {
    row.forEach((value, column) => {
      if (value !== 0) { indices.push(column); values.push(value); }
    });
    indptr.push(indices.length);
  }
  return [
    { name: "indptr", datatype: "INT64", shape: [indptr.length], data: indptr },
    { name: "indices", datatype: "INT32", shape: [indices.length], data: indices },
    { name: "values", datatype: "FP32", shape: [values.length], data: values },
  ];
}

/// For each row: {label, sure, all}. `sure` is a probability or null, `all` the
/// probability of each class or output.
async function predict(rows) {
  const answer = await ask(base + "/infer", { inputs: tensorsOf(rows) });
  const outputs = Object.fromEntries(answer.outputs.map((o) => [o.name, o]));
  const names = model.parameters?.names ?? [];
  const scores = model.parameters?.scores ?? [];
  const nameOf = (label) => String(names[label] ?? scores[label] ?? label);
  return rows.map((_, at) => {
    const partOf = (output) =>
      output.data.slice(at * output.shape[1], (at + 1) * output.shape[1]);
    if (outputs.values)
      return { label: partOf(outputs.values).join(", "), sure: null, all: [] };
    const probabilities = partOf(outputs.probabilities);
    const labels = partOf(outputs.labels);
    const count = probabilities.length;
    if (labels.length === 1 && count > 1) // One of several classes.
      return { label: nameOf(labels[0]), sure: probabilities[labels[0]],
        all: probabilities.map((p, i) => [nameOf(i), p]) };
    if (labels.length > 1 && labels.length < count) { // A class for each place.
      const classes = count / labels.length;
      return { label: labels.map(nameOf).join(", "), sure: null,
        all: labels.map((label, place) => [(place + 1) + ": " + nameOf(label),
          probabilities[place * classes + label]]) };
    }
    if (count === 1) {
      const sure = labels[0] ? probabilities[0] : 1 - probabilities[0];
      return { label: nameOf(labels[0]), sure,
        all: [[nameOf(1), probabilities[0]]] };
    }
    const told = labels.flatMap((is, i) => (is ? [nameOf(i)] : []));
    return { label: told.join(", ") || "none", sure: null,
      all: probabilities.map((p, i) => [nameOf(i), p]) };
  });
}

const percent = (p) => (100 * p).toFixed(1) + " %";

/// Shades a text's words, or lists a row's columns, by their parts in the
/// score: one colour for those that raise it, another for those that lower it,
/// and behind the largest a sign, which needs no colour. `only` names the class
/// that a high score speaks for where there is one score alone.
function showExplanation(explanation, text, only) {
  const items = explanation.words ?? explanation.columns;
  const largest = Math.max(...items.map((item) => Math.abs(item.part)), 1e-9);
  const signed = (part) => (part < 0 ? "\u2212" : "+") + Math.abs(part).toFixed(3);
  const shaded = (name, part) => {
    const share = Math.round(65 * Math.abs(part) / largest);
    const node = element("span", name, { class: part < 0 ? "lowers" : "raises",
      title: signed(part), "data-part": part });
    node.style.setProperty("--share", share + "%");
    if (Math.abs(part) >= largest / 4)
      node.append(element("sup", part < 0 ? "\u2212" : "+"));
    return node;
  };
  const shown = element("div", undefined, { id: "explanation" });
  if (explanation.words) {
    // Places are bytes of UTF-8.
    const bytes = new TextEncoder().encode(text), decoder = new TextDecoder();
    const paragraph = element("p", undefined, { class: "words" });
    let copied = 0;
    for (const word of explanation.words) {
      if (!word.known || word.begin < copied) continue;
      paragraph.append(decoder.decode(bytes.slice(copied, word.begin)),
        shaded(decoder.decode(bytes.slice(word.begin, word.end)), word.part));
      copied = word.end;
    }
    paragraph.append(decoder.decode(bytes.slice(copied)));
    shown.append(paragraph);
    if (explanation.unknown > 0)
      shown.append(element("p", explanation.unknown + " of " +
        explanation.words.length + " words are unknown to the model.", { class: "quiet" }));
  } else {
    const list = element("ul", undefined, { class: "classes" });
    for (const column of explanation.columns.slice(0, 20)) {
      const item = element("li");
      item.append(shaded(column.name + " = " + column.value, column.part),
        " " + signed(column.part));
      list.append(item);
    }
    shown.append(list);
  }
  const isQuantity = explanation.probability === undefined;
  const name = explanation.output ?? only;
  shown.append(element("p", isQuantity || name === undefined
    ? "+ raises the prediction, \u2212 lowers it."
    : "+ speaks for " + name + ", \u2212 against it.", { class: "quiet", id: "legend" }));
  const sum = explanation.score - explanation.baseline - explanation.gap;
  shown.append(element("p", "baseline " + signed(explanation.baseline) + " + parts " +
    signed(sum) + " = score " + signed(explanation.score), { class: "quiet", id: "sum" }));
  if (explanation.flip)
    shown.append(element("p", "Without " + explanation.flip.without.join(", ") +
      " it is " + explanation.flip.answer + ".", { id: "flip" }));
  shown.append(element("p", "Parts say what this model used, not what is true; they " +
    "differ more between trainings than answers do.", { class: "quiet" }));
  $("result").append(shown);
}

/// Programs that cannot explain have nothing to show.
async function explainOne(row, result) {
  try {
    const answer = await ask(base + "/explain", { inputs: tensorsOf([row]) });
    showExplanation(answer.explanations[0], row[0], result.all[0]?.[0]);
  } catch {
    // The prediction stands for itself.
  }
}

function showOne(result) {
  const parts = [element("p", "Prediction", { class: "caption" }),
    element("p", result.label, { class: "answer", id: "label" })];
  if (result.sure !== null)
    parts.push(element("p", percent(result.sure) + " sure",
      { id: "sure", "data-probability": result.sure }));
  const list = element("ul", undefined, { class: "classes" });
  const most = 20;
  for (const [name, p] of [...result.all].sort((a, b) => b[1] - a[1]).slice(0, most)) {
    const item = element("li", name + ": " + percent(p));
    item.append(element("meter", undefined, { min: 0, max: 1, value: p,
      "data-probability": p, "aria-label": "probability of " + name }));
    list.append(item);
  }
  if (list.children.length > 0) parts.push(list);
  $("result").replaceChildren(...parts);
}

/// Rows of fields, as RFC 4180 has them; the separator is what the first line
/// has most of.
function parseCsv(text) {
  const first = text.split(/\r?\n/, 1)[0];
  const separator = [",", ";", "\t"].reduce((best, one) =>
    first.split(one).length > first.split(best).length ? one : best, ",");
  const rows = [];
  let row = [], field = "", isQuoted = false;
  for (let at = 0; at < text.length; ++at) {
    const letter = text[at];
    if (isQuoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') { field += '"'; ++at; }
      else isQuoted = false;
    } else if (letter === '"' && field === "") isQuoted = true;
    else if (letter === separator) { row.push(field); field = ""; }
    else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") ++at;
      row.push(field); field = "";
      if (row.length > 1 || row[0] !== "") rows.push(row);
      row = [];
    } else field += letter;
  }
  if (isQuoted) throw new Error("A quoted field does not end.");
  row.push(field);
  if (row.length > 1 || row[0] !== "") rows.push(row);
  return rows;
}

/// A table's columns in the order of the model's, found by their names.
function chooseColumns(rows) {
  const names = (rows[0] ?? []).map((name) => name.trim());
  const wanted = columnsOf().map((column) => column.name);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new Error("The first row names the columns. It lacks: " +
      missing.join(", ") + ".");
  const places = wanted.map((name) => names.indexOf(name));
  return rows.slice(1).map((row) => places.map((place) => row[place] ?? ""));
}

/// The fields that the model takes, without a header.
function chooseFields(rows) {
  if (kindOfInput() === "columns") return chooseColumns(rows);
  if (kindOfInput() !== "text") {
    const isHeader = rows[0]?.some((f) => f.trim() === "" || Number.isNaN(Number(f)));
    return isHeader ? rows.slice(1) : rows;
  }
  const names = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
  const column = names.findIndex((name) =>
    ["text", "review", "sentence", "comment", "message"].includes(name));
  if (column >= 0) return rows.slice(1).map((row) => [row[column] ?? ""]);
  // Without a header a row is one text, commas and all.
  return rows.map((row) => [row.join(", ")]);
}

const quoted = (field) => '"' + String(field).replaceAll('"', '""') + '"';

function showMany(rows, results) {
  const table = element("table");
  const head = element("tr");
  for (const name of ["Row", "Input", "Prediction", "Sure"])
    head.append(element("th", name, { scope: "col" }));
  table.append(head);
  results.slice(0, shownRows).forEach((result, at) => {
    const line = element("tr");
    const input = rows[at].join(", ");
    line.append(element("th", at + 1, { scope: "row" }),
      element("td", input.length > 200 ? input.slice(0, 200) + "…" : input),
      element("td", result.label),
      element("td", result.sure === null ? "" : percent(result.sure)));
    table.append(line);
  });
  $("table").replaceChildren(table);
  $("table").hidden = false;
  const lines = results.map((result, at) =>
    [...rows[at], result.label, result.sure ?? ""].map(quoted).join(","));
  const link = $("download");
  if (link.href) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(
    new Blob([lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
  link.hidden = false;
}

/// Runs one task at a time of a form, whose button shows that it runs.
function onSubmit(form, button, place, task) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await task();
    } catch (error) {
      fail(place, error);
    }
    button.disabled = false;
  });
}

/// A field for each column of a table, in the place of the one for texts.
function showFields() {
  const parts = [];
  columnsOf().forEach((column, place) => {
    const id = "field-" + place;
    parts.push(element("label", column.name, { for: id }));
    if (column.kind === "text") {
      parts.push(element("textarea", undefined, { id, rows: 3 }));
      return;
    }
    const input = element("input", undefined, { id, autocomplete: "off" });
    if (column.kind === "number") {
      input.setAttribute("inputmode", "decimal");
      input.setAttribute("placeholder", "empty counts as " + column.median);
    } else {
      input.setAttribute("list", id + "-values");
      input.setAttribute("placeholder", "empty is not known");
      const list = element("datalist", undefined, { id: id + "-values" });
      for (const value of column.values)
        list.append(element("option", undefined, { value }));
      parts.push(list);
    }
    parts.push(input);
  });
  $("fields").replaceChildren(...parts);
}

/// What was filled in, as the fields of a row.
function fieldsOfOne() {
  if (kindOfInput() === "columns")
    return columnsOf().map((_, place) => $("field-" + place).value);
  const input = $("input").value;
  return kindOfInput() === "text" ? [input]
    : input.split(/[,;\s]+/).filter(Boolean);
}

async function start() {
  const index = await ask("/v2/repository/index", {});
  if (index[0].state !== "READY") throw new Error("The model is not loaded.");
  base = "/v2/models/" + encodeURIComponent(index[0].name);
  model = await ask(base);
  document.title = model.name + " – predictions";
  $("title").textContent = model.name;
  $("about").textContent = "Version " + model.versions[0];
  const hints = { text: "Ctrl+Enter predicts, too.",
    columns: "What is not known may stay empty.",
    features: widthWords() + " numbers with commas between them.",
    indptr: "The numbers of all columns, from the first, with commas between " +
      "them; those that follow are 0." };
  const headers = { text: " A row is a text. Of several columns, the first " +
      "row names that of the texts: text, review, sentence, comment or message.",
    columns: " The first row names the columns, in any order." };
  if (kindOfInput() === "columns") showFields();
  else
    $("input-label").textContent = kindOfInput() === "text" ? "Text" : "Numbers";
  $("input-hint").textContent = hints[kindOfInput()];
  $("many-hint").textContent = "Paste rows of CSV, or choose or drop a file." +
    (headers[kindOfInput()] ?? " A row is the numbers of all columns.");
}

async function restart() {
  try {
    await start();
    $("result").replaceChildren();
  } catch (error) {
    fail($("result"), error);
  }
}

$("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key = $("key").value;
  $("key-form").hidden = true;
  restart();
});
onSubmit($("one"), $("predict"), $("result"), async () => {
  if (!model) await start();
  const fields = fieldsOfOne();
  const [result] = await predict([fields]);
  showOne(result);
  await explainOne(fields, result);
});
$("one").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    $("one").requestSubmit();
  }
});
onSubmit($("many"), $("predict-all"), $("progress"), async () => {
  if (!model) await start();
  $("table").hidden = $("download").hidden = true;
  const rows = chooseFields(parseCsv($("rows").value));
  if (rows.length === 0) throw new Error("There are no rows.");
  const results = [];
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    $("progress").textContent = at + " of " + rows.length + " rows";
    const part = rows.slice(at, at + rowsAtOnce);
    try {
      results.push(...(await predict(part)));
    } catch (error) {
      throw new Error("Of rows " + (at + 1) + " to " + (at + part.length) + ": " +
        error.message);
    }
  }
  showMany(rows, results);
  $("progress").textContent = rows.length + " rows predicted" +
    (rows.length > shownRows ? "; the first " + shownRows + " are shown" : "");
});

async function takeFile(file) {
  if (file) $("rows").value = await file.text();
}
$("file").addEventListener("change", () => takeFile($("file").files[0]));
const many = $("many");
for (const name of ["dragover", "dragleave", "drop"])
  many.addEventListener(name, (event) => {
    event.preventDefault();
    many.classList.toggle("dropping", name === "dragover");
    if (name === "drop") takeFile(event.dataTransfer.files[0]);
  });
restart();
