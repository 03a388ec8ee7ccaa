// Fleets and scenes for the tests: data as the report writes it, made here from plain numbers.

import {gzipSync} from "node:zlib";

import {cameraFor, dotsFor, farthestReach} from "../../src/sunstack/report/page/scene.js";
import {decodeFleet, planesAt} from "../../src/sunstack/report/page/orbits.js";
import {lookFor} from "../../src/sunstack/report/page/looks.js";

export const EARTH = {radiusM: 6378137, gravitationalParameterM3PerS2: 3.986004418e14, j2: 1.08262668e-3};
export const JULIAN_DAY = 2462126.5;
const COLUMNS = ["axis", "eccentricity", "inclination", "node", "perigee", "latitude", "count", "group"];

const packed = (bytes) => gzipSync(bytes).toString("base64");

function byteSplit(numbers) {
  const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
  return [0, 1, 2, 3].flatMap((part) => numbers.map((_, at) => bytes[4 * at + part]));
}

const differences = (values) => values.map((value, at) => (value - (values[at - 1] ?? 0)) & 255);

/** Data of planes given as objects; `states` as {key, low, high, unit, values: bytes}. */
export function fleetData(planes, states = []) {
  const rows = planes.map((plane) => ({eccentricity: 0, node: 0, perigee: 0, latitude: 0, count: 1, group: 0, ...plane}));
  const groupCount = 1 + Math.max(...rows.map(({group}) => group));
  return {
    instant: {julianDay: JULIAN_DAY, text: "2028-12-21 00:00 UTC"},
    earth: EARTH,
    groups: Array.from({length: groupCount}, (_, group) => ({name: `group-${group}`})),
    satelliteCount: rows.reduce((sum, {count}) => sum + count, 0),
    planeCount: rows.length,
    planes: packed(Uint8Array.from(COLUMNS.flatMap((name) => byteSplit(rows.map((row) => row[name]))))),
    states: states.map((state) => ({...state, bytes: packed(Uint8Array.from(differences(state.values)))})),
  };
}

export const madeFleet = (planes, states) => decodeFleet(fleetData(planes, states));

/** What a renderer is given: looked at from a right ascension and declination. */
export function sceneOf(fleet, {timeS = 0, rightAscensionRad = 0, declinationRad = 0, colour = "sunlight", hidden = []} = {}) {
  const aim = {rightAscensionRad, declinationRad, zoom: 1};
  const camera = cameraFor(aim, farthestReach(fleet), 500, 400);
  const look = lookFor(fleet, colour, new Set(hidden));
  return {fleet, planes: planesAt(fleet, timeS), camera, look, dots: dotsFor(look.shownCount, camera)};
}
