// Where does Plotly's script come from?
//
// It lies compressed in the page. The page's policy names its hash, so that it and nothing else can
// be run from text.

import {inflated} from "./packing.js";

let loading = null;

export function loadPlotly() {
  loading ??= unpackPlotly();
  return loading;
}

async function unpackPlotly() {
  const packed = document.getElementById("plotly");
  const script = document.createElement("script");
  script.textContent = new TextDecoder().decode(await inflated(packed.textContent));
  document.head.append(script);
  script.remove();
  packed.remove();
  return window.Plotly;
}
