// How are figures drawn, when, and how does a reader take one away?
//
// A figure is drawn when it comes near the screen, the others one by one when the page is idle, so
// that all stand when the page is printed. Each keeps its own Plotly JSON in the page, written in
// the colours of the light theme.

import {csvOf} from "./csv.js";
import {inColours} from "./themes.js";
import {loadPlotly} from "./plotly.js";
import {download, save} from "./saving.js";

const NEAR_PX = "400px";
const [PICTURE_SCALE, PICTURE_WIDTH_PX, TITLE_PX] = [2, 760, 70];
/** A page that is never idle, such as one whose satellites move, draws a chart this often. */
const WAIT_MS = 200;
const OPTIONS = {displayModeBar: false, responsive: true, scrollZoom: false};

export function startCharts(root, theme) {
  const charts = [...root.querySelectorAll("figure.chart")].map((figure) => makeChart(figure, theme));
  const nearby = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => drawAt(charts, entry.target)),
    {rootMargin: NEAR_PX},
  );
  charts.forEach((chart) => nearby.observe(chart.figure));
  drawWhenIdle(charts);
  theme.onChange(() => charts.filter((chart) => chart.drawn).forEach(redraw));
  return charts;
}

function makeChart(figure, theme) {
  const content = JSON.parse(figure.querySelector("script.data").textContent);
  const title = figure.querySelector("figcaption").textContent;
  const chart = {figure, content, title, theme, plot: figure.querySelector(".plot"), drawn: false};
  addTools(chart);
  return chart;
}

function drawAt(charts, figure) {
  const chart = charts.find((one) => one.figure === figure);
  return chart && draw(chart);
}

export async function draw(chart) {
  if (chart.drawn) {
    return;
  }
  chart.drawn = true;
  await redraw(chart);
  chart.figure.dataset.drawn = "true";
}

export async function redraw(chart) {
  const plotly = await loadPlotly();
  const {data, layout} = inColours(chart.content, chart.theme.exchanged());
  await plotly.react(chart.plot, data, layout, OPTIONS);
  makeScalable(chart.plot);
  chart.plot.removeAllListeners("plotly_afterplot");
  chart.plot.on("plotly_afterplot", () => makeScalable(chart.plot));
}

// On paper the drawing takes the column's width, which no script is told of in time: with a view
// box its vectors scale.
function makeScalable(plot) {
  const {width, height} = plot._fullLayout;
  plot.style.setProperty("--drawn-shape", `${width} / ${height}`);
  for (const drawing of plot.querySelectorAll("svg.main-svg")) {
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
}

function drawWhenIdle(charts) {
  const next = async () => {
    const waiting = charts.find((chart) => !chart.drawn && chart.figure.offsetParent !== null);
    if (waiting) {
      await draw(waiting);
      whenIdle(next);
    } else {
      document.documentElement.dataset.charts = "drawn";
    }
  };
  whenIdle(next);
}

const whenIdle = (call) =>
  window.requestIdleCallback?.(call, {timeout: WAIT_MS}) ?? setTimeout(call, WAIT_MS);

function addTools(chart) {
  const tools = document.createElement("div");
  tools.className = "tools";
  const offers = {
    CSV: () => save(`${fileName(chart)}.csv`, "text/csv", csvOf(chart.content)),
    SVG: () => savePicture(chart, "svg"),
    PNG: () => savePicture(chart, "png"),
  };
  for (const [kind, offer] of Object.entries(offers)) {
    tools.append(toolButton(kind, `Save “${chart.title}” as ${kind}`, offer));
  }
  chart.figure.querySelector(".plot").after(tools);
}

function toolButton(text, label, offer) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", offer);
  return button;
}

/** A picture is passed on without its page: it says whose it is, on light paper. */
async function savePicture(chart, format) {
  const plotly = await loadPlotly();
  const {data, layout} = chart.content;
  const [run, made] = [document.title, document.getElementById("made").textContent];
  const titled = {
    ...layout,
    title: {text: chart.title, subtitle: {text: `${run}. ${made}`, font: {size: 10}}, x: 0.02, xanchor: "left"},
    margin: {...layout.margin, t: TITLE_PX},
    legend: {...layout.legend, y: -0.2, yanchor: "top"},
  };
  const [width, height] = [PICTURE_WIDTH_PX, layout.height + TITLE_PX];
  const figure = {data, layout: titled};
  const address = await plotly.toImage(figure, {format, width, height, scale: PICTURE_SCALE});
  download(`${fileName(chart)}.${format}`, address);
}

function fileName(chart) {
  const words = `${document.documentElement.dataset.run} ${chart.title}`;
  return words.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
}
