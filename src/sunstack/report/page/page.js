// What does the page do once it is read? It starts its globes and its charts.

import {draw, startCharts} from "./charts.js";
import {startGlobe} from "./globe.js";
import {watchTheme} from "./themes.js";
import {startWhatIf} from "./whatif.js";

function startPage() {
  const darkColours = JSON.parse(document.getElementById("dark-colours").textContent);
  const charts = startCharts(document, watchTheme(darkColours));
  for (const figure of document.querySelectorAll("figure.globe")) {
    startGlobe(figure, JSON.parse(figure.querySelector("script.data").textContent));
  }
  document.querySelectorAll(".what-if").forEach((box) => startWhatIf(box, charts));
  window.addEventListener("beforeprint", () => charts.forEach(draw));
  document.addEventListener("click", goInside);
}

/** In a notebook's frame, a link to a section would load the notebook into the frame. */
function goInside(event) {
  const link = event.target.closest?.('a[href^="#"]');
  if (link && location.protocol === "about:") {
    event.preventDefault();
    document.querySelector(link.getAttribute("href"))?.scrollIntoView();
  }
}

if (typeof document !== "undefined") {
  startPage();
}
