// Are orbits, Sun and shadow in the page those of the almanac and of the Python side?

import assert from "node:assert/strict";
import {test} from "node:test";

import {EARTH, fleetData, madeFleet} from "./fleets.mjs";
import {decodeFleet, geodetic, isLit, orbitPoint, placeOf, planeOf, planesAt, secularRates, siderealAngleRad, sunDirection} from "../../src/sunstack/report/page/orbits.js";

const RAD = Math.PI / 180;
const near = (found, wanted, within, what) =>
  assert.ok(Math.abs(found - wanted) <= within, `${what ?? ""} ${found} is not within ${within} of ${wanted}`);

test("planes and states come out as they went in", async () => {
  const planes = [
    {axis: 1.1, eccentricity: 0.01, inclination: 1.7, node: 6.2, perigee: 3.3, latitude: 0.1, count: 3, group: 1},
    {axis: 1.25, eccentricity: 0.002, inclination: 0.5, node: 1e-3, perigee: 0, latitude: 5.9, count: 2, group: 0},
  ];
  const values = [0, 255, 3, 3, 200];
  const fleet = await madeFleet(planes, [{key: "charge", label: "Charge", unit: "%", low: 0, high: 100, values}]);
  for (const name of Object.keys(planes[0])) {
    assert.deepEqual([...fleet[name]], planes.map((plane) => Math.fround(plane[name])), name);
  }
  assert.deepEqual([...fleet.states[0].values], values);
  assert.deepEqual([0, 1, 2, 3, 4].map((index) => planeOf(fleet, index)), [0, 0, 0, 1, 1]);
});

test("a table that does not hold all satellites is refused", async () => {
  const data = fleetData([{axis: 1.1, inclination: 1, count: 3}]);
  await assert.rejects(decodeFleet({...data, satelliteCount: 4}), /3 satellites in the planes, not 4/);
});

test("the Sun stands where the almanac has it", () => {
  // Equinox 2024-03-20 03:06, solstice 2024-06-20 20:51, both UTC (Astronomical Almanac, USNO).
  const equinox = sunDirection(2460389.6292);
  near(Math.atan2(equinox[1], equinox[0]) / RAD, 0, 0.02);
  near(Math.asin(equinox[2]) / RAD, 0, 0.01);
  near(Math.asin(sunDirection(2460482.3688)[2]) / RAD, 23.436, 0.005);
  // Meeus, Astronomical Algorithms, example 25.a: 1992-10-13 0h TD, apparent place.
  const october = sunDirection(2448908.5);
  near(Math.atan2(october[1], october[0]) / RAD + 360, 198.38083, 0.01);
  near(Math.asin(october[2]) / RAD, -7.78507, 0.01);
});

test("Greenwich turns as Meeus has it", () => {
  // Astronomical Algorithms, examples 12.a and 12.b: 1987-04-10.
  near(siderealAngleRad(2446895.5) / RAD, 197.693195, 1e-6);
  near(siderealAngleRad(2446896.30625) / RAD, 128.7378734, 1e-6);
});

test("a sun-synchronous node follows the Sun, a critical perigee stands", () => {
  const [node] = secularRates(EARTH, 1 + 650e3 / EARTH.radiusM, 0, 97.99 * RAD);
  near((node * 86400) / RAD, 0.9856, 0.002);
  const [, perigee] = secularRates(EARTH, 1.1, 0.01, Math.acos(Math.sqrt(0.2)));
  near(perigee, 0, 1e-15);
  // By hand at 420 km and 51.64°: two bodies take 92.97 minutes, oblateness 0.077 % off node to node.
  const [, , latitude] = secularRates(EARTH, 1 + 420e3 / EARTH.radiusM, 0, 51.64 * RAD);
  near((2 * Math.PI) / latitude / 60, 92.9, 0.01);
});

test("without oblateness an orbit is a circle or Kepler's ellipse", async () => {
  const data = fleetData([{axis: 1.2, eccentricity: 0.02, inclination: 0.9, node: 2, perigee: 1, count: 1}]);
  const fleet = await decodeFleet({...data, earth: {...EARTH, j2: 0}});
  const planes = planesAt(fleet, 0);
  // Perigee and apogee lie at a(1 - e) and a(1 + e), half a turn apart.
  const [perigee, apogee] = [1, 1 + Math.PI].map((phaseRad) => Math.hypot(...orbitPoint(fleet, planes, 0, phaseRad)));
  near(perigee, 1.2 * 0.98, 1e-6);
  near(apogee, 1.2 * 1.02, 1e-6);
  // Kepler's equation at a quarter of the way round, by hand: E = 1.590792.
  const quarter = Math.hypot(...orbitPoint(fleet, planes, 0, 1 + Math.PI / 2));
  near(quarter, 1.2 * (1 - 0.02 * Math.cos(1.590792)), 1e-5);
});

test("angles a year on keep their precision", async () => {
  const fleet = await madeFleet([{axis: 1.1, inclination: 1.7, latitude: 3}]);
  const [, , rate] = secularRates(EARTH, Math.fround(1.1), 0, Math.fround(1.7));
  const timeS = 365 * 86400;
  const wantedRad = (Math.fround(3) + rate * timeS) % (2 * Math.PI);
  near(planesAt(fleet, timeS).motion[2], wantedRad, 1e-6);
});

test("light and shadow by hand", () => {
  const sun = [1, 0, 0];
  assert.equal(isLit([1.1, 0, 0], sun), true, "between Earth and Sun");
  assert.equal(isLit([-1.1, 0, 0], sun), false, "behind the Earth");
  assert.equal(isLit([-1.1, 0.999, 0], sun), false, "just inside the cylinder");
  assert.equal(isLit([-1.1, 0.6, 0.801], sun), true, "just outside it");
  assert.equal(isLit([0, 1.05, 0], sun), true, "over the terminator");
});

test("a satellite's place is its plane's, a phase ahead", async () => {
  const fleet = await madeFleet([{axis: 1.1, inclination: 0, count: 4, latitude: 0}]);
  const {position, lit} = placeOf(fleet, planesAt(fleet, 0), 1);
  near(Math.atan2(position[1], position[0]), Math.PI / 2, 1e-6);
  assert.equal(lit, isLit(position, sunDirection(fleet.julianDay)));
});

test("latitude, longitude and altitude are those of WGS-84", () => {
  const pole = geodetic([0, 0, (6356752.3142 + 500e3) / EARTH.radiusM], 0, EARTH.radiusM);
  near(pole.latitudeRad / RAD, 90, 1e-9);
  near(pole.altitudeM, 500e3, 0.1);
  const equator = geodetic([0, -1.1, 0], RAD, EARTH.radiusM);
  near(equator.longitudeRad / RAD, -91, 1e-9);
  near(equator.altitudeM, 0.1 * EARTH.radiusM, 1e-3);
  // Vallado, example 3-3: 6524.834, 6862.875, 6448.296 km.
  const place = [6524.834e3, 6862.875e3, 6448.296e3].map((metres) => metres / EARTH.radiusM);
  const found = geodetic(place, 0, EARTH.radiusM);
  near(found.latitudeRad / RAD, 34.352496, 1e-5);
  near(found.longitudeRad / RAD, 46.4464, 1e-4);
  near(found.altitudeM, 5085220, 20);
});
