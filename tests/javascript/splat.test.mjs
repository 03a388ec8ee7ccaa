// Does the walk along the planes put every satellite in its place, and lose none in the picture?

import assert from "node:assert/strict";
import {test} from "node:test";

import {madeFleet, sceneOf} from "./fleets.mjs";
import {measureFleet, splatFleet} from "../../src/sunstack/report/page/splat.js";
import {isHidden, projected} from "../../src/sunstack/report/page/scene.js";
import {placeOf} from "../../src/sunstack/report/page/orbits.js";

const PLANES = [
  {axis: 1.08, eccentricity: 0.02, inclination: 1.7, node: 0.3, perigee: 2, latitude: 1, count: 1000},
  {axis: 1.2, inclination: 0.9, node: 4, latitude: 6, count: 257, group: 1},
  {axis: 1.3, eccentricity: 0.001, inclination: 0.1, node: 5, count: 1, group: 2},
];

const measured = (scene) => measureFleet(scene, new Float32Array(4 * scene.fleet.satelliteCount));

test("turning from satellite to satellite equals trigonometry to a millionth", async () => {
  const fleet = await madeFleet(PLANES);
  const scene = sceneOf(fleet, {timeS: 1e6, rightAscensionRad: 1, declinationRad: 0.5});
  const table = measured(scene);
  for (let index = 0; index < fleet.satelliteCount; index++) {
    const {position, lit} = placeOf(fleet, scene.planes, index);
    const [x, y, height] = projected(scene.camera, position);
    const off = Math.hypot(table[4 * index] - x, table[4 * index + 1] - y) / scene.camera.radiusPx;
    // Pixels are kept in single precision: 500 px to 3e-5 px, which is 2e-7 of the Earth's radius.
    assert.ok(off < 1e-6 && Math.abs(table[4 * index + 2] - height) < 1e-6, `satellite ${index}`);
    assert.equal(table[4 * index + 3], lit ? 1 : 0, `light of satellite ${index}`);
  }
});

test("every satellite to be seen is counted once", async () => {
  const fleet = await madeFleet(PLANES);
  const scene = {...sceneOf(fleet, {rightAscensionRad: 2}), dots: {reachPx: 1, exposure: 1}};
  const light = new Float32Array(4 * 500 * 400);
  splatFleet(scene, light);
  const table = measured(scene);
  let wanted = 0;
  for (let at = 0; at < table.length; at += 4) {
    if (isHidden(scene.camera, table[at], table[at + 1], table[at + 2])) continue;
    wanted += table[at + 2] < 0 ? 0.45 : 1;
  }
  const counted = light.reduce((sum, value, at) => (at % 4 === 3 ? sum + value : sum), 0);
  assert.ok(wanted > 500);
  assert.ok(Math.abs(counted - wanted) < 1e-2, `${counted} of ${wanted}`);
});

test("a filtered group leaves no trace", async () => {
  const fleet = await madeFleet(PLANES);
  const light = new Float32Array(4 * 500 * 400);
  splatFleet(sceneOf(fleet, {hidden: [0, 1, 2]}), light);
  assert.ok(light.every((value) => value === 0));
});

test("a dot is round, and centred on its satellite", async () => {
  const fleet = await madeFleet([{axis: 1.1, inclination: 0, latitude: 0.2}]);
  const scene = sceneOf(fleet, {rightAscensionRad: 0.1});
  const light = new Float32Array(4 * 500 * 400);
  splatFleet(scene, light);
  const [x, y] = measured(scene);
  let [total, across, down] = [0, 0, 0];
  for (let pixel = 0; pixel < 500 * 400; pixel++) {
    const weight = light[4 * pixel + 3];
    total += weight;
    across += weight * ((pixel % 500) + 0.5 - x);
    down += weight * (Math.floor(pixel / 500) + 0.5 - y);
  }
  assert.ok(total > 5);
  assert.ok(Math.hypot(across, down) / total < 0.3);
});

test("colours follow the state of each satellite", async () => {
  const states = [{key: "charge", label: "Charge", unit: "%", low: 0, high: 100, values: [0, 255]}];
  const fleet = await madeFleet([{axis: 1.1, inclination: 0, latitude: 1, count: 2}], states);
  const scene = sceneOf(fleet, {rightAscensionRad: 1, colour: "charge"});
  const light = new Float32Array(4 * 500 * 400);
  splatFleet(scene, light);
  const [x, y] = measured(scene);
  const at = 4 * (Math.floor(y) * 500 + Math.floor(x));
  const colour = [0, 1, 2].map((channel) => Math.round(light[at + channel] / light[at + 3]));
  assert.deepEqual(colour, [...scene.look.palette.subarray(0, 3)].map(Math.round));
});
