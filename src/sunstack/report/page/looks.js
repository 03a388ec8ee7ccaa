// Which colour has a satellite, and what does the colour mean?
//
// A look gives every satellite a tone from 0 to 255 and every tone a colour. The tone is the light
// itself, or known for each plane, or for each satellite.

/** sRGB; gold and blue differ for the colour-blind as well. */
const IN_SUNLIGHT = [255, 179, 71];
const IN_SHADOW = [79, 134, 255];
/** Cividis from its second tenth on: what is darker would be lost before dark space. */
const CIVIDIS = ["#1b3a76", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];
/** Okabe and Ito's colours, for a dark ground; groups beyond the eighth repeat them. */
/** The first six are the charts' series on dark, so that a group keeps its colour. */
const CATEGORIES = ["#1a80ba", "#e28e4d", "#66c5ab", "#a36186", "#d8cd3b", "#bbe1f6", "#d55e00", "#b9bec4"];

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const css = (colour) => `rgb(${colour.map(Math.round).join(" ")})`;

export const groupColour = (group) => CATEGORIES[group % CATEGORIES.length];

/** What a reader may choose to colour by. */
export function colourChoices(fleet) {
  const states = fleet.states.map(({key, label}) => ({key, label}));
  return [
    {key: "sunlight", label: "Sunlight and shadow"},
    ...states,
    {key: "altitude", label: "Altitude"},
    {key: "group", label: "Group"},
  ];
}

/** Palette, tones, legend, and which planes are shown. */
export function lookFor(fleet, key, hiddenGroups) {
  return {...tonesFor(fleet, key), ...shownPlanes(fleet, hiddenGroups)};
}

function tonesFor(fleet, key) {
  const state = fleet.states.find((one) => one.key === key);
  if (state) return stateLook(state);
  return {altitude: altitudeLook, group: groupLook}[key]?.(fleet) ?? sunlightLook();
}

function sunlightLook() {
  const palette = paletteOf((tone) => (tone < 128 ? IN_SHADOW : IN_SUNLIGHT));
  const legend = {
    swatches: [
      {colour: css(IN_SUNLIGHT), text: "in sunlight"},
      {colour: css(IN_SHADOW), text: "in the Earth's shadow"},
    ],
  };
  return {palette, legend};
}

function stateLook(state) {
  return {...cividisLook(state.label, state.low, state.high, state.unit), satelliteTone: state.values};
}

function altitudeLook(fleet) {
  const [low, high] = [fleet.axis.reduce((a, b) => Math.min(a, b)), fleet.axis.reduce((a, b) => Math.max(a, b))];
  const toKm = (axis) => ((axis - 1) * fleet.earth.radiusM) / 1000;
  const scale = high > low ? 255 / (high - low) : 0;
  const planeTone = Uint8Array.from(fleet.axis, (axis) => Math.round((axis - low) * scale));
  return {...cividisLook("Mean altitude", toKm(low), toKm(high), "km"), planeTone};
}

function cividisLook(label, low, high, unit) {
  const palette = paletteOf(cividis);
  const stops = CIVIDIS.join(", ");
  const text = (share) => valueText(low + share * (high - low), (high - low) / 255, unit);
  return {palette, legend: {label, stops, numbers: (high > low ? [0, 0.5, 1] : [0]).map(text)}};
}

function groupLook(fleet) {
  const named = fleet.groups.slice(0, CATEGORIES.length);
  const swatches = named.map(({name}, group) => ({colour: groupColour(group), text: name}));
  const more = fleet.groups.length - named.length;
  const note = more > 0 ? `and ${more} more: colours repeat, the list of groups shows them` : "";
  return {
    palette: paletteOf((tone) => channels(groupColour(tone))),
    planeTone: Uint8Array.from(fleet.group, (group) => group % CATEGORIES.length),
    legend: {swatches, note},
  };
}

function paletteOf(colourOfTone) {
  const palette = new Float32Array(3 * 256);
  for (let tone = 0; tone < 256; tone++) palette.set(colourOfTone(tone), 3 * tone);
  return palette;
}

function cividis(tone) {
  const place = (tone / 255) * (CIVIDIS.length - 1);
  const below = Math.min(Math.floor(place), CIVIDIS.length - 2);
  const [from, to] = [channels(CIVIDIS[below]), channels(CIVIDIS[below + 1])];
  return from.map((value, channel) => value + (place - below) * (to[channel] - value));
}

function shownPlanes(fleet, hiddenGroups) {
  const planeShown = Uint8Array.from(fleet.group, (group) => (hiddenGroups.has(group) ? 0 : 1));
  let shownCount = 0;
  for (let plane = 0; plane < fleet.planeCount; plane++) {
    if (planeShown[plane]) shownCount += fleet.count[plane];
  }
  return {planeShown, shownCount};
}

/** A number with as many decimals as its step carries. */
export function valueText(value, step, unit) {
  const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  return `${value.toFixed(decimals).replace("-", "−")} ${unit}`;
}
