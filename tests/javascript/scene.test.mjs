// Is the satellite found that a reader means, and the share in sunlight told that is shown?

import assert from "node:assert/strict";
import {test} from "node:test";

import {cameraFor, isHidden, nearestSatellite, observerBySun, projected, sunlitShare} from "../../src/sunstack/report/page/scene.js";
import {madeFleet, sceneOf} from "./fleets.mjs";
import {lookFor, valueText} from "../../src/sunstack/report/page/looks.js";
import {measureFleet} from "../../src/sunstack/report/page/splat.js";
import {sunDirection} from "../../src/sunstack/report/page/orbits.js";
import {utcText} from "../../src/sunstack/report/page/controls.js";

/** One satellite before the Earth, one behind it, in the equator's plane, seen along x. */
const PAIR = [
  {axis: 1.1, inclination: 0, latitude: 0.1, group: 0},
  {axis: 1.1, inclination: 0, latitude: Math.PI - 0.1, group: 1},
];

const measured = (scene) => measureFleet(scene, new Float32Array(4 * scene.fleet.satelliteCount));

const near = (found, wanted) => found.forEach((value, at) => assert.ok(Math.abs(value - wanted[at]) < 1e-9));

test("north is up, east is right, and the observer is in front", () => {
  const camera = cameraFor({rightAscensionRad: 0, declinationRad: 0, zoom: 1}, 1.2, 500, 400);
  assert.ok(Math.abs(camera.radiusPx - (0.96 * 200) / 1.2) < 1e-9);
  near(projected(camera, [0, 0, 1]), [250, 200 - camera.radiusPx, 0]);
  near(projected(camera, [0, 1, 0]), [250 + camera.radiusPx, 200, 0]);
  near(projected(camera, [1.5, 0, 0]), [250, 200, 1.5]);
});

test("the observer stands 62 degrees east of the Sun", () => {
  const {rightAscensionRad, declinationRad} = observerBySun([0, -1, 0]);
  assert.ok(Math.abs((rightAscensionRad * 180) / Math.PI + 28) < 1e-9);
  assert.ok(Math.abs((declinationRad * 180) / Math.PI - 24) < 1e-9);
});

test("what the Earth hides can't be picked", async () => {
  const scene = sceneOf(await madeFleet(PAIR));
  const table = measured(scene);
  const [x, y] = table;
  assert.ok(Math.hypot(table[4] - x, table[5] - y) < 1, "one before the other");
  assert.ok(isHidden(scene.camera, ...table.subarray(4, 7)));
  assert.equal(nearestSatellite(table, scene, x + 3, y, 12), 0);
  assert.equal(nearestSatellite(table, scene, x + 13, y, 12), -1);
});

test("what is filtered out can't be picked, nor counts it", async () => {
  const fleet = await madeFleet(PAIR);
  const scene = sceneOf(fleet, {hidden: [0]});
  const table = measured(scene);
  assert.equal(nearestSatellite(table, scene, table[0], table[1], 12), -1);
  assert.equal(sunlitShare(table, scene), table[7]);
  assert.ok(Number.isNaN(sunlitShare(table, sceneOf(fleet, {hidden: [0, 1]}))));
});

test("the share in sunlight is that of the cylinder", async () => {
  // Orbit in the plane of the Sun: dark for 2 asin(1/r) of the turn.
  const sun = sunDirection(2462126.5);
  const node = Math.atan2(sun[1], sun[0]);
  const fleet = await madeFleet([{axis: 1.1, inclination: Math.PI / 2, node, count: 20000}]);
  const scene = sceneOf(fleet);
  const wanted = 1 - Math.asin(1 / 1.1) / Math.PI;
  assert.ok(Math.abs(sunlitShare(measured(scene), scene) - wanted) < 1e-3);
});

test("looks give tones and legends", async () => {
  const fleet = await madeFleet([...PAIR, {axis: 1.3, inclination: 1, group: 9}]);
  const altitude = lookFor(fleet, "altitude", new Set());
  assert.deepEqual([...altitude.planeTone], [0, 0, 255]);
  assert.deepEqual(altitude.legend.numbers, ["638 km", "1276 km", "1913 km"]);
  const group = lookFor(fleet, "group", new Set([9]));
  assert.deepEqual([...group.planeTone], [0, 1, 1]);
  assert.deepEqual([...group.planeShown, group.shownCount], [1, 1, 0, 2]);
  assert.match(group.legend.note, /and 2 more/);
});

test("times and values read well", () => {
  assert.equal(utcText(2462126.5 + 200 / 1440), "2028-12-21 03:20 UTC");
  assert.equal(valueText(-40.06, 0.4, "°C"), "−40.1 °C");
  assert.equal(valueText(83.2, 1, "%"), "83 %");
});
