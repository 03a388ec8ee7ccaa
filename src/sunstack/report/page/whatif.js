// What if? A reader moves sliders, and what the formula answers moves with them.
//
// Answers stand beside how far the formula may be off: what 95 of 100 evaluations of the whole chain,
// held out of the fit, keep to; or those at corners and ends, where a slider stands at an end.

import {redraw} from "./charts.js";
import {globeElement} from "./controls.js";
import {
  SLIDER_STEPS, countsByOnes, extremeValues, firstCheaperYear, percentText, ratioOf, shareOf, significantText, stepOf,
  surrogateValues, valueAtStep,
} from "./surrogate.js";

const NEAR_END = 0.02;
const [INPUT_DIGITS, PRICE_DIGITS, RATIO_DIGITS] = [4, 3, 2];
const build = globeElement;

export function startWhatIf(box, charts) {
  const data = JSON.parse(box.querySelector(":scope > script.data").textContent);
  const chart = charts.find((one) => box.contains(one.figure));
  const design = data.inputs.map(({value}) => value);
  const panel = {box, data, chart, design, values: [...design], main: data.series[0], title: chart.title};
  panel.year = panel.main.years[Math.floor(panel.main.years.length / 2)];
  panel.rows = data.inputs.map((input, at) => sliderRow(panel, input, at));
  buildAnswers(panel);
  buildSliders(panel);
  buildMore(panel);
  showAll(panel);
  showSentence(panel);
  box.dataset.ready = "true";
}

// --- sliders -------------------------------------------------------------------------------------

function buildSliders(panel) {
  const button = (textContent, onclick, title = "") => build("button", {type: "button", textContent, onclick, title});
  const best = "Each at the end of its range that does most for the ratio of this vintage";
  const end = (isLeast) => () =>
    moveTo(panel, extremeValues(panel.data, panel.design, (found) => ratioOf(placesOf(panel), found), isLeast));
  panel.reset = button("This run", () => moveTo(panel, panel.design));
  panel.box.querySelector(".what-if-sliders").append(
    build("div", {className: "what-if-buttons", role: "group", "aria-label": "Move all"},
      panel.reset, button("Best for orbit", end(true), best), button("Best for the ground", end(false), best)),
    ...panel.rows.map(({row}) => row));
}

function sliderRow(panel, input, at) {
  const [id, told] = [`${panel.box.id}-${at}`, `${panel.box.id}-${at}-told`];
  const [min, max] = countsByOnes(input) ? [input.low, input.high] : [0, SLIDER_STEPS];
  const slider = build("input", {
    type: "range", id, min, max, step: 1, autocomplete: "off", "aria-describedby": told,
    oninput: () => move(panel, at, valueAtStep(input, slider.valueAsNumber)),
    onchange: () => moveTo(panel, panel.values),
  });
  const output = build("output", {htmlFor: id});
  const reset = build("button", {
    type: "button", className: "what-if-reset", textContent: "Reset", "aria-label": `Reset: ${input.name}`,
    onclick: () => jump(panel, at, input.value),
  });
  const marks = namedPoints(panel, input, at);
  const row = build("div", {className: "what-if-slider"},
    build("label", {htmlFor: id, textContent: input.name}), reset, output,
    build("div", {className: "what-if-track"}, slider, ...tickMarks(input)),
    build("p", {id: told, textContent: input.meaning}),
    build("div", {className: "what-if-marks"}, ...marks));
  return {row, slider, output, reset, marks};
}

/** Where this run stands, and the points that have a name. */
function tickMarks(input) {
  const tick = (value, className) => {
    const made = build("span", {className, "aria-hidden": "true"});
    made.style.setProperty("--at", shareOf(input, value));
    return made;
  };
  return [tick(input.value, "what-if-own"), ...input.marks.map(({value}) => tick(value, "what-if-tick"))];
}

function namedPoints(panel, input, at) {
  return input.marks.map(({value, name, title}) => build("button", {
    type: "button", className: "what-if-mark", title, onclick: () => jump(panel, at, value),
    textContent: `${inWords(name)} ${significantText(value, INPUT_DIGITS)}`,
  }));
}

function inWords(name) {
  const words = name.replaceAll("-", " ");
  return words[0].toUpperCase() + words.slice(1);
}

function move(panel, at, value) {
  panel.values[at] = value;
  panel.waiting ??= requestAnimationFrame(() => {
    panel.waiting = null;
    showAll(panel);
  });
}

function jump(panel, at, value) {
  moveTo(panel, panel.values.with(at, value));
}

function moveTo(panel, values) {
  panel.values = [...values];
  showAll(panel);
  showSentence(panel);
}

// --- answers -------------------------------------------------------------------------------------

function buildAnswers(panel) {
  const {main, data} = panel;
  const year = build("select", {autocomplete: "off", onchange: () => {
    panel.year = Number(year.value);
    showAll(panel);
    showSentence(panel);
  }}, ...main.years.map((one) => build("option", {value: one, textContent: one, selected: one === panel.year})));
  panel.cards = {orbit: answerCard("In orbit"), ground: answerCard("On the ground"), ratio: answerCard("Ratio")};
  panel.box.querySelector(".what-if-answers").append(
    build("p", {}, build("label", {}, `One ${main.short}, vintage `, year)),
    build("dl", {className: "key-numbers"}, ...Object.values(panel.cards).map(({card}) => card)));
  if (data.is_rough) panel.box.classList.add("what-if-rough");
}

function buildMore(panel) {
  panel.cheaper = answerCard("Orbit is cheaper from");
  panel.tokens = panel.data.series.slice(1).filter(({label}) => label.includes("token")).map((series) =>
    ({...answerCard(`One ${series.label}, orbit`), series}));
  panel.sentence = build("p", {className: "what-if-sentence", "aria-live": "polite"});
  const error = build("p", {className: "what-if-error", textContent:
    "A vintage is the year of launch, or of purchase on the ground. The ± is how far off the whole chain the formula is " +
    `in 95 of 100 evaluations held out of its fit, or at the ends of ranges${panel.data.is_rough ? ": a rough formula" : ""}.`});
  panel.command = build("code");
  panel.box.querySelector(".what-if-more").append(
    build("dl", {className: "key-numbers"}, ...[panel.cheaper, ...panel.tokens].map(({card}) => card)),
    panel.sentence, error,
    build("details", {}, build("summary", {textContent: "Run the whole chain here"}),
      build("pre", {tabIndex: 0}, panel.command)));
}

function answerCard(label) {
  const [value, note, was] = [build("strong"), build("span"), build("span")];
  const card = build("div", {}, build("dt", {textContent: label}), build("dd", {}, value, note, was));
  return {card, show: (text, noteText = "", wasText = "", tone = "") => {
    card.className = tone;
    value.textContent = text;
    note.textContent = noteText;
    was.textContent = wasText;
  }};
}

/** How far an objective may be off where sliders stand. */
function offBy({data, values}, place) {
  const atEnd = data.inputs.some((input, at) => {
    const share = shareOf(input, values[at]);
    return share < NEAR_END || share > 1 - NEAR_END;
  });
  return data.objectives[place][atEnd ? "within_at_ends" : "within"];
}

/** The ratio's own error where that has a formula itself, else both prices' added. */
function ratioOffBy(panel, {orbit, ground, ratio}) {
  return ratio === null ? offBy(panel, orbit) + offBy(panel, ground) : offBy(panel, ratio);
}

function placesOf({main, year}, series = main) {
  const at = series.years.indexOf(year);
  return {orbit: series.orbit[at], ground: series.ground[at], ratio: series.ratio[at]};
}

const dollars = (usd) => `${significantText(usd, PRICE_DIGITS, true)}\u00a0$`;
const timesText = (ratio) => `${significantText(ratio, RATIO_DIGITS, true)}\u00a0×`;

function showAll(panel) {
  panel.found = surrogateValues(panel.data, panel.values);
  panel.rows.forEach((row, at) => showSlider(panel, row, at));
  panel.reset.disabled = panel.values.every((value, at) => value === panel.design[at]);
  showPrices(panel);
  showFirstCheaper(panel);
  panel.tokens.forEach((card) => showTokens(panel, card));
  panel.command.textContent = commandOf(panel);
  showLines(panel);
}

function showSlider({data, values}, {slider, output, reset, marks}, at) {
  const [input, value] = [data.inputs[at], values[at]];
  const share = shareOf(input, value);
  const text = `${significantText(value, INPUT_DIGITS)}${input.unit ? ` ${input.unit}` : ""}`;
  slider.value = stepOf(input, value);
  slider.style.setProperty("--from", Math.min(share, shareOf(input, input.value)));
  slider.style.setProperty("--to", Math.max(share, shareOf(input, input.value)));
  slider.setAttribute("aria-valuetext", text);
  output.textContent = text;
  reset.disabled = value === input.value;
  marks.forEach((mark, place) => mark.setAttribute("aria-pressed", value === input.marks[place].value));
}

function showPrices(panel) {
  const {cards, main, data, found} = panel;
  const places = placesOf(panel);
  const off = {orbit: offBy(panel, places.orbit), ground: offBy(panel, places.ground)};
  for (const side of ["orbit", "ground"]) {
    cards[side].show(dollars(found[places[side]] * main.units), `±\u00a0${percentText(off[side])}`,
      `this run ${dollars(data.objectives[places[side]].exact * main.units)}`);
  }
  const own = data.objectives[places.orbit].exact / data.objectives[places.ground].exact;
  const ratio = ratioOf(places, found);
  cards.ratio.show(timesText(ratio), `±\u00a0${percentText(ratioOffBy(panel, places))}`, `this run ${timesText(own)}`,
    ratio <= 1 ? "good" : "");
}

function showFirstCheaper(panel) {
  const {main, data, found, cheaper} = panel;
  const last = main.years.length - 1;
  const off = ratioOffBy(panel, placesOf({main, year: main.years[last]}));
  const years = [1 - off, 1, 1 + off].map((factor) => firstCheaperYear(main, found, factor));
  const exact = firstCheaperYear(main, data.objectives.map((one) => one.exact));
  const within = years[0] === years[2] ? "whatever the formula's error"
    : `with its error ${years[0]} ${years[2] ? `to ${years[2]}` : "or later"}`;
  const text = years[1] ?? `not by ${main.years[last]}`;
  cheaper.show(text, within, `this run ${exact ?? `not by ${main.years[last]}`}`, years[1] ? "good" : "");
}

function showTokens(panel, {series, show}) {
  const {orbit, ground} = placesOf(panel, series);
  if (orbit === undefined) {
    show("–", `not known for ${panel.year}`);
    return;
  }
  const [inOrbit, onGround] = [orbit, ground].map((place) => panel.found[place] * series.units);
  show(dollars(inOrbit), `±\u00a0${percentText(offBy(panel, orbit))}; on the ground ${dollars(onGround)}`,
    `this run ${dollars(panel.data.objectives[orbit].exact * series.units)}`, inOrbit <= onGround ? "good" : "");
}

/** Told when a slider is let go: read out at every step, nobody could follow. */
function showSentence(panel) {
  const {data, values, design, main, found} = panel;
  const moved = data.inputs.flatMap((input, at) => (values[at] === design[at] ? []
    : [`${input.name.toLowerCase()} ${panel.rows[at].output.textContent}`]));
  const places = placesOf(panel);
  const ratio = significantText(ratioOf(places, found), RATIO_DIGITS, true);
  const begun = moved.length ? `With ${moved.join(", ")}: one` : "As this run has it: one";
  panel.sentence.textContent = `${begun} ${main.short} of ${panel.year} costs ${dollars(found[places.orbit] * main.units)} ` +
    `in orbit and ${dollars(found[places.ground] * main.units)} on the ground: ${ratio} times as much.`;
}

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`);

function commandOf({data, values, design}) {
  const moved = data.inputs.flatMap(({key}, at) => (values[at] === design[at] ? [] : [[key, values[at]]]));
  const given = {...data.overrides, ...Object.fromEntries(moved)};
  const set = Object.entries(given).map(([key, value]) => `--set ${quoted(`${key}=${value}`)}`);
  return ["sunstack run", data.file, ...set].join(" ");
}

// --- the figure ----------------------------------------------------------------------------------

function showLines(panel) {
  const {chart, main, found, values, design} = panel;
  for (const trace of chart.content.data) {
    const [side, edge] = (trace.meta ?? "").split(" ");
    if (side in panel.cards) trace.y = main[side].map((place) => lineAt(panel, found[place] * main.units, place, edge));
  }
  for (const shape of chart.content.layout.shapes) [shape.x0, shape.x1] = [panel.year, panel.year];
  const moved = values.filter((value, at) => value !== design[at]).length;
  // A picture that is saved says so.
  chart.title = moved ? `${panel.title}, ${moved} of ${values.length} inputs moved` : panel.title;
  if (chart.drawn) redraw(chart);
}

function lineAt(panel, usd, place, edge) {
  const off = edge ? offBy(panel, place) : 0;
  return usd * (edge === "least" ? 1 - off : 1 + off);
}
