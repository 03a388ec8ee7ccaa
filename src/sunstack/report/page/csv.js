// Which numbers does a figure show, as comma-separated values?
//
// Lines over a common x stand side by side; a heatmap gives a row a cell; bars give their lengths;
// places on the Earth stand with their degrees, without the land under them.
// The numbers are those drawn, in full, not the rounded ones of the tables.

const NO_NUMBERS = new Set(["legend", "land"]);

export function csvOf(figure) {
  const traces = figure.data.filter((trace) => trace.mode !== "text" && !NO_NUMBERS.has(trace.meta));
  const [first] = traces;
  if (!first) {
    return "";
  }
  const write = rowsFor(first);
  return write(traces, axisTitles(figure)).map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

function rowsFor({type, meta, base}) {
  if (meta === "places") return placeRows;
  return {heatmap: heatmapRows, bar: base ? barRows : lineRows}[type] ?? lineRows;
}

function axisTitles(figure) {
  const {xaxis, yaxis} = figure.layout;
  return {x: read(xaxis?.title?.text || "x"), y: read(yaxis?.title?.text || "y")};
}

function lineRows(traces, titles) {
  const places = [...new Set(traces.flatMap((trace) => trace.x))];
  const columns = traces.map((trace) => new Map(trace.x.map((x, at) => [x, trace.y[at]])));
  const head = [titles.x, ...traces.map((trace) => `${read(trace.name ?? "")} (${titles.y})`)];
  return [head, ...places.map((x) => [x, ...columns.map((column) => column.get(x) ?? "")])];
}

function barRows([trace], titles) {
  return [["name", titles.x], ...trace.y.map((name, at) => [read(name), trace.x[at]])];
}

function heatmapRows([trace], titles) {
  const rows = trace.y.flatMap((y, row) => trace.x.map((x, column) => [x, y, trace.z[row][column]]));
  return [[titles.x, titles.y, read(trace.name ?? "value")], ...rows];
}

function placeRows(traces) {
  const rows = traces.flatMap((trace) => trace.x.map((_, at) => placeRow(trace, at)));
  return [["name", "longitude, °", "latitude, °", "value", "what"], ...rows];
}

function placeRow({x, y, name, customdata}, at) {
  const [label, value] = customdata[at];
  return [read(label), x[at], y[at], value ?? "", read(name)];
}

// Plotly's text knows entities; a cell that a spreadsheet would take for a formula is quoted away.
function read(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function cell(value) {
  if (typeof value === "number") {
    return String(value);
  }
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
