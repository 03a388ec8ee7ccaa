// Where is each satellite of the fleet at a time, and does the Sun reach it?
//
// Repeats sunstack/disciplines/orbit: the secular rates of `elements`, the osculating place of
// `march` (eccentricity to second order, short-period terms, the constant tilt), the Sun of
// `light`, the sidereal angle of `frames`. The shadow is a cylinder, half-lit edge of the cone.
// Angles are advanced in float64 and reduced to one turn, so that float32 serves the renderers.

import {inflated} from "./packing.js";

export const TURN_RAD = 2 * Math.PI;
export const DAY_S = 86400;
/** Planes in one row of a WebGL texture; tables of planes are filled up to whole rows. */
export const PLANES_PER_ROW = 1024;
/** Numbers a plane has in `fleet.shape` and in `planes.motion`. */
export const SHAPE_SIZE = 8;
export const MOTION_SIZE = 4;
const J2000_JULIAN_DAY = 2451545;
const FLATTENING = 1 / 298.257223563;

/** Inflate the page's data: tables of planes, and the values of each state as bytes. */
export async function decodeFleet(data) {
  const bytes = await inflated(data.planes);
  const columns = Array.from({length: 9}, (_, column) =>
    joinedFloats(bytes, column, data.planeCount),
  );
  const states = data.states.map(async (state) => ({
    ...state,
    values: summedUp(await inflated(state.bytes)),
  }));
  return fleetOf(data, columns, await Promise.all(states));
}

/** Put the four bytes of each float32 of a column together again. */
function joinedFloats(bytes, column, count) {
  const joined = new Uint8Array(4 * count);
  for (let part = 0; part < 4; part++) {
    const from = (4 * column + part) * count;
    for (let row = 0; row < count; row++) joined[4 * row + part] = bytes[from + row];
  }
  return new Float32Array(joined.buffer);
}

/** Undo the delta code in place; bytes wrap at 256 by themselves. */
function summedUp(bytes) {
  for (let at = 1; at < bytes.length; at++) bytes[at] += bytes[at - 1];
  return bytes;
}

function fleetOf(data, columns, states) {
  const [singleAxis, eccentricity, inclination, node, perigee, latitude, count, group, rest] = columns;
  const axis = Float64Array.from(singleAxis, (value, plane) => value + rest[plane]);
  const fleet = {
    earth: data.earth,
    groups: data.groups,
    julianDay: data.instant.julianDay,
    planeCount: data.planeCount,
    satelliteCount: data.satelliteCount,
    first: firstSatellites(count),
    shape: new Float32Array(SHAPE_SIZE * wholeRows(data.planeCount)),
    ratePerS: new Float64Array(3 * data.planeCount),
    axis, eccentricity, inclination, node, perigee, latitude, count, group, states,
  };
  if (fleet.first[fleet.planeCount] !== fleet.satelliteCount) {
    throw new Error(`${fleet.first[fleet.planeCount]} satellites in the planes, not ${fleet.satelliteCount}`);
  }
  for (let plane = 0; plane < fleet.planeCount; plane++) shapePlane(fleet, plane);
  return fleet;
}

const wholeRows = (planeCount) => Math.ceil(planeCount / PLANES_PER_ROW) * PLANES_PER_ROW;

function firstSatellites(count) {
  const first = new Uint32Array(count.length + 1);
  for (let plane = 0; plane < count.length; plane++) first[plane + 1] = first[plane] + count[plane];
  return first;
}

/** Fill in what stays fixed: a, e, cos i, sin i (tilted); J2 (R/p)², sin² i, count, first. */
function shapePlane(fleet, plane) {
  const axis = fleet.axis[plane];
  const eccentricity = fleet.eccentricity[plane];
  const inclinationRad = fleet.inclination[plane];
  const factor = fleet.earth.j2 / (axis * (1 - eccentricity ** 2)) ** 2;
  const sine = Math.sin(inclinationRad);
  const cosine = Math.cos(inclinationRad);
  const tiltedRad = inclinationRad - 0.75 * factor * sine * cosine;
  fleet.shape.set(
    [axis, eccentricity, Math.cos(tiltedRad), Math.sin(tiltedRad),
      factor, sine * sine, fleet.count[plane], fleet.first[plane]],
    SHAPE_SIZE * plane,
  );
  fleet.ratePerS.set(secularRates(fleet.earth, axis, eccentricity, inclinationRad), 3 * plane);
}

/** Drift of node, argument of perigee and mean argument of latitude, radians per second. */
export function secularRates(earth, axis, eccentricity, inclinationRad) {
  const motion = Math.sqrt(earth.gravitationalParameterM3PerS2 / (axis * earth.radiusM) ** 3);
  const factor = earth.j2 / (axis * (1 - eccentricity ** 2)) ** 2;
  const cosine = Math.cos(inclinationRad);
  const root = Math.sqrt(1 - eccentricity ** 2);
  const perigee = 0.75 * factor * motion * (5 * cosine ** 2 - 1);
  const anomaly = motion * (1 + 0.75 * factor * root * (3 * cosine ** 2 - 1));
  return [-1.5 * factor * motion * cosine, perigee, perigee + anomaly];
}

/** Move every plane to a time after the instant: cos Ω, sin Ω, mean argument of latitude, ω. */
export function planesAt(fleet, timeS) {
  const motion = new Float32Array(MOTION_SIZE * wholeRows(fleet.planeCount));
  for (let plane = 0; plane < fleet.planeCount; plane++) {
    const [at, rate] = [MOTION_SIZE * plane, 3 * plane];
    const nodeRad = fleet.node[plane] + fleet.ratePerS[rate] * timeS;
    motion[at] = Math.cos(nodeRad);
    motion[at + 1] = Math.sin(nodeRad);
    motion[at + 2] = withinTurn(fleet.latitude[plane] + fleet.ratePerS[rate + 2] * timeS);
    motion[at + 3] = withinTurn(fleet.perigee[plane] + fleet.ratePerS[rate + 1] * timeS);
  }
  const julianDay = fleet.julianDay + timeS / DAY_S;
  return {motion, timeS, sun: sunDirection(julianDay), siderealRad: siderealAngleRad(julianDay)};
}

const withinTurn = (angleRad) => angleRad - TURN_RAD * Math.floor(angleRad / TURN_RAD);

/** Unit vector to the Sun; low-precision series of the Astronomical Almanac, 0.01°. */
export function sunDirection(julianDay) {
  const days = julianDay - J2000_JULIAN_DAY;
  const anomalyRad = radians(357.528 + 0.9856003 * days);
  const longitudeRad = radians(
    280.46 + 0.9856474 * days + 1.915 * Math.sin(anomalyRad) + 0.02 * Math.sin(2 * anomalyRad),
  );
  const obliquityRad = radians(23.439 - 4e-7 * days);
  const sine = Math.sin(longitudeRad);
  return [Math.cos(longitudeRad), Math.cos(obliquityRad) * sine, Math.sin(obliquityRad) * sine];
}

const radians = (degrees) => (degrees * Math.PI) / 180;

/** Greenwich mean sidereal angle, 0 to 2π. */
export function siderealAngleRad(julianDay) {
  const days = julianDay - J2000_JULIAN_DAY;
  const degrees = 280.46061837 + 360.98564736629 * days + 0.000387933 * (days / 36525) ** 2;
  return withinTurn(radians(degrees));
}

/** Which plane a satellite flies in. */
export function planeOf(fleet, index) {
  let [low, high] = [0, fleet.planeCount - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fleet.first[middle] <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Inertial position of one satellite in Earth radii, and whether the Sun reaches it. */
export function placeOf(fleet, planes, index) {
  const plane = planeOf(fleet, index);
  const phaseRad = (TURN_RAD * (index - fleet.first[plane])) / fleet.count[plane];
  const position = orbitPoint(fleet, planes, plane, phaseRad);
  return {position, lit: isLit(position, planes.sun)};
}

/** A point of a plane's orbit, ahead of its first satellite by a phase. */
export function orbitPoint(fleet, planes, plane, phaseRad) {
  const [axis, e, cosine, sine, factor, sineSquared] = fleet.shape.subarray(SHAPE_SIZE * plane);
  const [nodeX, nodeY, firstRad, perigeeRad] = planes.motion.subarray(MOTION_SIZE * plane);
  const meanRad = firstRad + phaseRad;
  const along = e * Math.cos(meanRad - perigeeRad);
  const across = e * Math.sin(meanRad - perigeeRad);
  const latitudeRad = meanRad + across * (2 + 2.5 * along);
  const radius = axis * (1 - along + across * across - 1.5 * factor * (1 - 1.5 * sineSquared) +
    0.25 * factor * sineSquared * Math.cos(2 * latitudeRad));
  const nudgedRad = latitudeRad + 0.125 * factor * sineSquared * Math.sin(2 * latitudeRad);
  const [x, y] = [radius * Math.cos(nudgedRad), radius * Math.sin(nudgedRad)];
  return [x * nodeX - y * cosine * nodeY, x * nodeY + y * cosine * nodeX, y * sine];
}

export const dot3 = (one, other) => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];

/** Whether a position in Earth radii lies outside the cylinder behind the Earth. */
export function isLit(position, sun) {
  const towards = dot3(position, sun);
  return towards >= 0 || dot3(position, position) - towards * towards >= 1;
}

/** Latitude, longitude and altitude over the WGS-84 ellipsoid (Bowring), as `frames.geodetic`. */
export function geodetic(position, siderealRad, radiusM) {
  const [x, y, z] = position;
  const equatorial = Math.hypot(x, y);
  const squared = FLATTENING * (2 - FLATTENING);
  const reducedRad = Math.atan2(z, equatorial * (1 - FLATTENING));
  const latitudeRad = Math.atan2(
    z + (squared / (1 - FLATTENING)) * Math.sin(reducedRad) ** 3,
    equatorial - squared * Math.cos(reducedRad) ** 3,
  );
  const sine = Math.sin(latitudeRad);
  const height = equatorial * Math.cos(latitudeRad) + z * sine - Math.sqrt(1 - squared * sine ** 2);
  const longitudeRad = withinTurn(Math.atan2(y, x) - siderealRad + Math.PI) - Math.PI;
  return {latitudeRad, longitudeRad, altitudeM: height * radiusM};
}
