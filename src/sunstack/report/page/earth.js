// What does the Earth look like: where is land, and how bright is each pixel by day and by night?
//
// Colours, twilight, glow and net are those of sunstack/report/picture.py, in linear light. The
// formulas stand here twice: for a processor (`paintEarth`) and for a graphics card (EARTH_SHADER).

import {TURN_RAD, dot3} from "./orbits.js";

const MASK_WIDTH = 2048;
const MASK_HEIGHT = 1024;
const TENTHS_PER_TURN = 3600;
const SPACE = [0.0012, 0.0016, 0.0032];
const WATER_BY_DAY = [0.012, 0.06, 0.15];
const LAND_BY_DAY = [0.095, 0.14, 0.105];
const WATER_BY_NIGHT = [0.0014, 0.0028, 0.0065];
const LAND_BY_NIGHT = [0.005, 0.0065, 0.0095];
const AIR = [0.06, 0.17, 0.42];
const NET = [0.012, 0.02, 0.03];
const NET_RAD = TURN_RAD / 12;
const TWILIGHT_SINE = 0.1;
const AIR_HEIGHT_RATIO = 0.012;
/** Where the glow over the limb has faded away, in Earth radii. */
const GLOW_REACH = 1.08;

/** Land in white on an equirectangular canvas, from 180° west and 90° north on. */
export function landCanvas(rings) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [MASK_WIDTH, MASK_HEIGHT];
  const context = canvas.getContext("2d", {willReadFrequently: true});
  context.fillRect(0, 0, MASK_WIDTH, MASK_HEIGHT);
  context.fillStyle = "#fff";
  context.beginPath();
  // One path for all: a ring that runs past 180° may be a lake of one drawn a turn away.
  for (const turn of [-1, 0, 1]) for (const ring of rings) traceRing(context, ring, turn);
  context.fill("evenodd");
  return canvas;
}

function traceRing(context, ring, turn) {
  const scale = MASK_WIDTH / TENTHS_PER_TURN;
  for (let at = 0; at < ring.length; at += 2) {
    const x = (ring[at] + (turn + 0.5) * TENTHS_PER_TURN) * scale;
    context.lineTo(x, (TENTHS_PER_TURN / 4 - ring[at + 1]) * scale);
    if (at === 0) context.moveTo(x, (TENTHS_PER_TURN / 4 - ring[1]) * scale);
  }
  context.closePath();
}

/** Land as bytes, a column wider and a row higher than the canvas so that neighbours exist. */
export function landBytes(canvas) {
  const {data} = canvas.getContext("2d").getImageData(0, 0, MASK_WIDTH, MASK_HEIGHT);
  const stride = MASK_WIDTH + 1;
  const bytes = new Uint8Array(stride * (MASK_HEIGHT + 1));
  for (let row = 0; row <= MASK_HEIGHT; row++) {
    const from = Math.min(row, MASK_HEIGHT - 1) * MASK_WIDTH;
    for (let column = 0; column < stride; column++) {
      bytes[row * stride + column] = data[4 * (from + (column % MASK_WIDTH))];
    }
  }
  return bytes;
}

/** sRGB bytes of linear light counted in 1/4096, saturating softly. */
const DEVELOPED = Uint8Array.from({length: 4096}, (_, light) => developed(light / 4096));

function developed(light) {
  const toned = 1 - Math.exp(-light);
  const encoded = toned <= 0.0031308 ? 12.92 * toned : 1.055 * toned ** (1 / 2.4) - 0.055;
  return Math.round(255 * encoded);
}

const byteOf = (light) => DEVELOPED[(4096 * light + 0.5) | 0];

const packed = (red, green, blue) =>
  ((255 << 24) | (byteOf(blue) << 16) | (byteOf(green) << 8) | byteOf(red)) >>> 0;

/** Arc tangent and arc sine as tables: columns of the map for 0..1, rows of it for -1..1. */
const STEPS = 8192;
const COLUMN_OF_TANGENT = Float32Array.from({length: STEPS + 1}, (_, at) =>
  (Math.atan(at / STEPS) / TURN_RAD) * MASK_WIDTH,
);
const ROW_OF_SINE = Float32Array.from({length: STEPS + 1}, (_, at) =>
  (0.5 - (2 * Math.asin((2 * at) / STEPS - 1)) / TURN_RAD) * MASK_HEIGHT,
);

/** Column of the map, 0 to its width, below the direction (x, y) in the equator's plane. */
function columnOf(x, y, turnedColumns) {
  const wide = Math.abs(x), high = Math.abs(y);
  const tangent = Math.min(wide, high) / Math.max(wide, high, 1e-9);
  let column = COLUMN_OF_TANGENT[(STEPS * tangent + 0.5) | 0];
  if (high > wide) column = MASK_WIDTH / 4 - column;
  if (x < 0) column = MASK_WIDTH / 2 - column;
  column = (y < 0 ? -column : column) + turnedColumns;
  return column - MASK_WIDTH * Math.floor(column / MASK_WIDTH);
}

/** Share of land round a place of the map, 0 to 1. */
function landShare(land, column, row) {
  const x = column >= 0.5 ? column - 0.5 : column + MASK_WIDTH - 0.5;
  const y = Math.min(Math.max(row - 0.5, 0), MASK_HEIGHT - 1);
  const at = (y | 0) * (MASK_WIDTH + 1) + (x | 0);
  const east = x - (x | 0), south = y - (y | 0);
  const north = land[at] + east * (land[at + 1] - land[at]);
  const below = at + MASK_WIDTH + 1;
  return (north + south * (land[below] + east * (land[below + 1] - land[below]) - north)) / 255;
}

/** How much of a line of the net lies on a pixel, all lines a pixel wide at the disc's middle. */
function netShare(column, row, sine, radiusPx) {
  const meridians = (12 * column) / MASK_WIDTH, parallels = (6 * row) / MASK_HEIGHT;
  const along = Math.abs(parallels - Math.round(parallels));
  const around = Math.abs(meridians - Math.round(meridians)) * Math.sqrt(1 - sine * sine);
  return Math.max(1 - Math.min(along, around) * NET_RAD * radiusPx, 0);
}

/** Paint Earth, glow and space into 32-bit pixels. */
export function paintEarth(pixels, {camera, planes}, land) {
  pixels.fill(packed(...SPACE));
  const {widthPx, heightPx, radiusPx, centrePx} = camera;
  const sun = [camera.right, camera.up, camera.towards].map((axis) => dot3(axis, planes.sun));
  const turnedColumns = MASK_WIDTH * (0.5 - planes.siderealRad / TURN_RAD);
  for (let row = 0; row < heightPx; row++) {
    const y = (centrePx[1] - row - 0.5) / radiusPx;
    const halfPx = Math.sqrt(Math.max(GLOW_REACH ** 2 - y * y, 0)) * radiusPx;
    const first = Math.max(0, Math.floor(centrePx[0] - halfPx));
    const last = Math.min(widthPx, Math.ceil(centrePx[0] + halfPx));
    for (let column = first; column < last; column++) {
      const x = (column + 0.5 - centrePx[0]) / radiusPx;
      earthPixel(pixels, row * widthPx + column, x, y, camera, sun, turnedColumns, land);
    }
  }
}

/** Paint a pixel, at a place of the picture in Earth radii. */
function earthPixel(pixels, at, x, y, {right, up, towards, radiusPx}, sun, turnedColumns, land) {
  const offCentre = Math.sqrt(x * x + y * y);
  const height = offCentre < 1 ? Math.sqrt(1 - offCentre * offCentre) : 0;
  const shrunk = offCentre > 1 ? 1 / offCentre : 1;
  const across = x * shrunk, north = y * shrunk;
  const sunSine = across * sun[0] + north * sun[1] + height * sun[2];
  const share = Math.min(Math.max(sunSine / (2 * TWILIGHT_SINE) + 0.5, 0), 1);
  const day = share * share * (3 - 2 * share);
  const disc = Math.min(Math.max((1 - offCentre) * radiusPx + 0.5, 0), 1);
  const low = 1 - height;
  const rim = offCentre < 1 ? low * low * low : Math.exp((1 - offCentre) / AIR_HEIGHT_RATIO);
  const air = 0.55 * rim * (0.05 + 0.95 * day);
  let ground = 0, lines = 0;
  if (disc > 0) {
    const sine = across * right[2] + north * up[2] + height * towards[2];
    const row = ROW_OF_SINE[(STEPS * (0.5 + 0.5 * sine) + 0.5) | 0];
    const column = columnOf(
      across * right[0] + north * up[0] + height * towards[0],
      across * right[1] + north * up[1] + height * towards[1],
      turnedColumns,
    );
    ground = landShare(land, column, row);
    lines = netShare(column, row, sine, radiusPx) * (0.15 + 0.85 * day);
  }
  const sunlight = day * (0.25 + 0.75 * Math.max(sunSine, 0));
  const surface = disc * sunlight, night = 1 - disc;
  pixels[at] = packed(
    disc * (blend(WATER_BY_NIGHT[0], LAND_BY_NIGHT[0], ground) + lines * NET[0]) +
      surface * blend(WATER_BY_DAY[0], LAND_BY_DAY[0], ground) + night * SPACE[0] + air * AIR[0],
    disc * (blend(WATER_BY_NIGHT[1], LAND_BY_NIGHT[1], ground) + lines * NET[1]) +
      surface * blend(WATER_BY_DAY[1], LAND_BY_DAY[1], ground) + night * SPACE[1] + air * AIR[1],
    disc * (blend(WATER_BY_NIGHT[2], LAND_BY_NIGHT[2], ground) + lines * NET[2]) +
      surface * blend(WATER_BY_DAY[2], LAND_BY_DAY[2], ground) + night * SPACE[2] + air * AIR[2],
  );
}

const blend = (from, to, share) => from + share * (to - from);

const glsl = (colour) => `vec3(${colour.join(", ")})`;

/** The same as `earthPixel` for a graphics card: `vec3 earthColour(vec2 place)`. */
export const EARTH_SHADER = `
uniform mat3 axes; uniform vec3 sun; uniform float radiusPx, siderealRad; uniform sampler2D land;
vec3 developed(vec3 light) {
  vec3 toned = 1.0 - exp(-light);
  return mix(12.92 * toned, 1.055 * pow(toned, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, toned));
}
vec3 earthColour(vec2 place) {
  float offCentre = length(place);
  float height = sqrt(max(1.0 - offCentre * offCentre, 0.0));
  vec3 normal = axes * vec3(place / max(offCentre, 1.0), height);
  float sunSine = dot(normal, sun);
  float day = smoothstep(${-TWILIGHT_SINE}, ${TWILIGHT_SINE}, sunSine);
  float disc = clamp((1.0 - offCentre) * radiusPx + 0.5, 0.0, 1.0);
  float rim = offCentre < 1.0 ? pow(1.0 - height, 3.0) : exp((1.0 - offCentre) / ${AIR_HEIGHT_RATIO});
  vec2 angles = vec2(atan(normal.y, normal.x) - siderealRad, asin(clamp(normal.z, -1.0, 1.0)));
  float ground = textureLod(land, vec2(angles.x / ${TURN_RAD} + 0.5, 0.5 - 2.0 * angles.y / ${TURN_RAD}), 0.0).r;
  vec2 net = abs(angles / ${NET_RAD} - round(angles / ${NET_RAD})) * vec2(cos(angles.y), 1.0);
  float lines = max(1.0 - min(net.x, net.y) * ${NET_RAD} * radiusPx, 0.0) * (0.15 + 0.85 * day);
  vec3 surface = mix(${glsl(WATER_BY_NIGHT)}, ${glsl(LAND_BY_NIGHT)}, ground) + lines * ${glsl(NET)} +
    day * (0.25 + 0.75 * max(sunSine, 0.0)) * mix(${glsl(WATER_BY_DAY)}, ${glsl(LAND_BY_DAY)}, ground);
  vec3 air = 0.55 * rim * (0.05 + 0.95 * day) * ${glsl(AIR)};
  return developed(mix(${glsl(SPACE)}, surface, disc) + air);
}`;
