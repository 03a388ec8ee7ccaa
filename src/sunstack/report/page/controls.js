// What may a reader set, and what is told in words?
//
// Builds the stage and every control inside the figure. Texts from the data are hostile: they reach
// the page through textContent alone.

import {colourChoices, groupColour} from "./looks.js";

const LONG_LIST = 12;
const KEYS = "Drag to turn, click a satellite to see its figures, pinch or Ctrl + wheel to zoom. " +
  "With the keyboard on the picture: arrows turn, + and − zoom, Enter takes the satellite nearest " +
  "the middle, n and p the next and the previous one, Escape none.";
const CAUTION = "A picture of the model, not for conjunction assessment.";
const MINUTES_PER_DAY = 1440;

/** An element with properties or attributes and children. */
export function globeElement(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const make = globeElement;
export const spoken = (number) => number.toLocaleString("en");

/** Build everything; returns the parts by name. */
export function buildControls(figure, data) {
  const keysId = `${figure.id}-keys`;
  const parts = {...stageParts(data, keysId), ...timeParts(), ...groupParts(data.groups), ...findParts(data)};
  parts.colour = make("select", {}, ...colourChoices(data).map(({key, label}) =>
    make("option", {value: key, textContent: label})));
  parts.legend = make("div", {className: "globe-legend"});
  parts.status = make("p", {className: "globe-sunlit", role: "status", textContent: "Preparing the globe…"});
  parts.renderer = make("span", {className: "globe-renderer"});
  parts.card = make("dl", {className: "globe-card", hidden: true});
  parts.told = make("div", {"aria-live": "polite"}, parts.card);
  figure.append(parts.box, parts.legend, parts.status, controlPanel(parts), parts.told,
    make("p", {className: "globe-note", id: keysId, textContent: KEYS}),
    make("p", {className: "globe-note"}, `${CAUTION} The Earth and satellites are `, parts.renderer, "."));
  return parts;
}

function controlPanel(parts) {
  return make("div", {className: "globe-controls"},
    make("div", {className: "globe-row"},
      make("label", {}, "Colour ", parts.colour), parts.find),
    parts.time, parts.why, parts.groups);
}

function stageParts({satelliteCount}, keysId) {
  const canvas = make("canvas");
  const overlay = make("canvas", {className: "globe-overlay"});
  const stage = make("div", {
    className: "globe-stage",
    tabIndex: 0,
    role: "application",
    "aria-label": `Globe with ${spoken(satelliteCount)} satellite${satelliteCount > 1 ? "s" : ""}`,
    "aria-roledescription": "globe",
    "aria-describedby": keysId,
  }, canvas, overlay);
  const nearer = make("button", {type: "button", "aria-label": "Zoom in", textContent: "+"});
  const farther = make("button", {type: "button", "aria-label": "Zoom out", textContent: "−"});
  const box = make("div", {className: "globe-box"}, stage,
    make("div", {className: "globe-zoom"}, nearer, farther));
  return {canvas, overlay, stage, nearer, farther, box};
}

function timeParts() {
  const slider = (max) => make("input", {type: "range", min: 0, max, step: 1, value: 0});
  const [minutes, days] = [slider(MINUTES_PER_DAY), slider(365)];
  const play = make("button", {type: "button", textContent: "Play"});
  const back = make("button", {type: "button", textContent: "Back to the run's instant"});
  const clock = make("output", {className: "globe-clock"});
  const time = make("fieldset", {className: "globe-time"}, make("legend", {textContent: "Time (plays 300 times as fast)"}), clock,
    make("label", {}, "Hours ", minutes), make("label", {}, "Days ", days), play, back);
  return {time, minutes, days, play, back, clock, why: make("p", {className: "globe-why", hidden: true})};
}

function groupParts(groups) {
  const boxes = groups.map(() => make("input", {type: "checkbox", checked: true}));
  const rows = groups.map(({name, satelliteCount}, group) =>
    make("label", {}, boxes[group], swatch(groupColour(group)), `${name} (${spoken(satelliteCount)})`));
  const [all, none] = ["All", "None"].map((textContent) => make("button", {type: "button", textContent}));
  const list = make("div", {className: "globe-list", role: "group", "aria-label": "Groups shown"}, ...rows);
  if (groups.length > LONG_LIST) list.classList.add("globe-long");
  const panel = make("details", {}, make("summary", {textContent: `Groups shown (${groups.length})`}),
    make("p", {}, all, " ", none), list);
  return {groups: panel, boxes, all, none};
}

function findParts({satelliteCount}) {
  const number = make("input", {type: "number", min: 1, max: satelliteCount, step: 1, required: true});
  const find = make("form", {className: "globe-find"},
    make("label", {}, "Satellite number ", number), make("button", {textContent: "Show"}));
  return {find, number};
}

function swatch(colour) {
  const made = make("span", {className: "globe-swatch"});
  made.style.background = colour;
  return made;
}

export function showLegend(parts, {label = "", swatches = [], note = "", stops, numbers = []}) {
  const named = swatches.map(({colour, text}) => make("span", {}, swatch(colour), text));
  const scale = make("span", {className: "globe-scale"});
  const bar = make("span", {className: "globe-bar"});
  bar.style.background = `linear-gradient(to right, ${stops})`;
  if (stops) scale.append(bar, ...numbers.map((text) => make("span", {textContent: text})));
  parts.legend.replaceChildren(...(label ? [`${label}:`] : []), ...named, ...(stops ? [scale] : []), note);
}

/** The clock in words and, unless a reader's hand is on one, the sliders. */
export function showClock(parts, julianDay, timeS, moveSliders) {
  const since = sinceText(timeS);
  parts.clock.textContent = `${utcText(julianDay)} (${since})`;
  for (const slider of [parts.minutes, parts.days]) slider.setAttribute("aria-valuetext", since);
  if (!moveSliders) return;
  const minutes = Math.floor(timeS / 60);
  parts.days.value = Math.floor(minutes / MINUTES_PER_DAY);
  parts.minutes.value = minutes % MINUTES_PER_DAY;
}

export function utcText(julianDay) {
  // Half a second more, lest 03:20:00 become 03:19:59.9999.
  const date = new Date((julianDay - 2440587.5) * 86400000 + 500);
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function sinceText(timeS) {
  const minutes = Math.floor(timeS / 60 + 1e-6);
  const days = Math.floor(minutes / MINUTES_PER_DAY);
  const hours = Math.floor(minutes / 60) % 24;
  return `+${days ? `${days} d ` : ""}${hours} h ${minutes % 60} min`;
}

export function showSunlit(parts, fraction, shownCount) {
  parts.status.setAttribute("data-sunlit-fraction", fraction);
  const text = shownCount === 0 ? "No satellite is shown"
    : shownCount === 1 ? `1 satellite shown is in ${fraction > 0.5 ? "sunlight" : "shadow"}`
    : `${(100 * fraction).toFixed(1)} % of ${spoken(shownCount)} satellites shown are in sunlight`;
  // Written again, the same words would be read out again.
  if (parts.status.textContent !== text) parts.status.textContent = text;
}

/** Rows of [term, text]; none hides the card. */
export function showCard(parts, rows) {
  const written = rows.flat().join("\n");
  if (parts.cardWritten === written) return;
  parts.cardWritten = written;
  parts.card.hidden = rows.length === 0;
  parts.card.replaceChildren(...rows.map(([term, text]) =>
    make("div", {}, make("dt", {textContent: term}), make("dd", {textContent: text}))));
}

/** Numbers that change while the clock runs are not to be read out. */
export function showPlaying(parts, playing) {
  parts.play.textContent = playing ? "Pause" : "Play";
  for (const part of [parts.status, parts.told]) part.setAttribute("aria-live", playing ? "off" : "polite");
}
