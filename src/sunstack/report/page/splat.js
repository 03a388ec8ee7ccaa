// How does a processor alone draw a million satellites, and where does it put each?
//
// A plane's satellites are evenly spaced, so each follows from the last by one rotation: no sine or
// cosine per satellite. Dots add up in a picture of weights and colours; the sum is toned by
// 1 - exp(-exposure · weight) and laid over the Earth. Runs where there is no graphics card.

import {MOTION_SIZE, SHAPE_SIZE, TURN_RAD} from "./orbits.js";
import {BEHIND_FACTOR} from "./scene.js";
import {landBytes, paintEarth} from "./earth.js";

/** Satellites walked before the rotation starts afresh from exact angles. */
const BLOCK = 256;

/** Hand the satellites block by block to `take(block, first, count, plane)`; the block holds for
 * each x and y in pixels, height towards the observer in Earth radii, and lit 0 or 1. */
export function walkFleet(scene, take) {
  const {shape, planeCount} = scene.fleet;
  const block = new Float32Array(4 * BLOCK);
  const frame = new Float64Array(16);
  for (let plane = 0; plane < planeCount; plane++) {
    framePlane(scene, plane, frame);
    const [count, first] = [shape[SHAPE_SIZE * plane + 6], shape[SHAPE_SIZE * plane + 7]];
    const firstRad = scene.planes.motion[MOTION_SIZE * plane + 2];
    for (let slot = 0; slot < count; slot += BLOCK) {
      const size = Math.min(BLOCK, count - slot);
      walkBlock(block, size, frame, firstRad + (TURN_RAD * slot) / count, TURN_RAD / count);
      take(block, first + slot, size, plane);
    }
  }
}

/** What a plane's satellites share: the orbit's axes in the picture and towards the Sun, its shape. */
function framePlane({fleet, planes, camera}, plane, frame) {
  const s = SHAPE_SIZE * plane;
  const m = MOTION_SIZE * plane;
  const {shape} = fleet;
  const [nodeX, nodeY] = [planes.motion[m], planes.motion[m + 1]];
  const [ahead, beside] = [shape[s + 2] * nodeX, -shape[s + 2] * nodeY];
  const along = (axis) => axis[0] * nodeX + axis[1] * nodeY;
  const across = (axis) => axis[0] * beside + axis[1] * ahead + axis[2] * shape[s + 3];
  const {right, up, towards, radiusPx, centrePx} = camera;
  frame[0] = radiusPx * along(right);
  frame[1] = radiusPx * across(right);
  frame[2] = -radiusPx * along(up);
  frame[3] = -radiusPx * across(up);
  frame[4] = along(towards);
  frame[5] = across(towards);
  frame[6] = along(planes.sun);
  frame[7] = across(planes.sun);
  frame[8] = centrePx[0];
  frame[9] = centrePx[1];
  frame[10] = shape[s];
  frame[11] = shape[s + 1] * Math.cos(planes.motion[m + 3]);
  frame[12] = shape[s + 1] * Math.sin(planes.motion[m + 3]);
  frame[13] = 1 - 1.5 * shape[s + 4] * (1 - 1.5 * shape[s + 5]);
  frame[14] = 0.25 * shape[s + 4] * shape[s + 5];
  frame[15] = 0.125 * shape[s + 4] * shape[s + 5];
}

/** `orbits.orbitPoint` for many satellites, each turned on from the one before. */
function walkBlock(block, size, frame, startRad, stepRad) {
  const [xAlong, xAcross, yAlong, yAcross, hAlong, hAcross, sunAlong, sunAcross] = frame;
  const xCentre = frame[8], yCentre = frame[9], axis = frame[10];
  const eCosine = frame[11], eSine = frame[12];
  const offset = frame[13], radiusSwing = frame[14], latitudeSwing = frame[15];
  const stepCosine = Math.cos(stepRad), stepSine = Math.sin(stepRad);
  let cosine = Math.cos(startRad), sine = Math.sin(startRad);
  for (let at = 0; at < 4 * size; at += 4) {
    const along = eCosine * cosine + eSine * sine;
    const across = eCosine * sine - eSine * cosine;
    const centre = across * (2 + 2.5 * along);
    const square = centre * centre;
    const turnCosine = 1 - 0.5 * square, turnSine = centre - centre * square * (1 / 6);
    const u = cosine * turnCosine - sine * turnSine, v = sine * turnCosine + cosine * turnSine;
    const radius = axis * (offset - along + across * across + radiusSwing * (u * u - v * v));
    const nudge = latitudeSwing * 2 * u * v;
    const x = radius * (u - nudge * v), y = radius * (v + nudge * u);
    const sunward = sunAlong * x + sunAcross * y;
    block[at] = xCentre + xAlong * x + xAcross * y;
    block[at + 1] = yCentre + yAlong * x + yAcross * y;
    block[at + 2] = hAlong * x + hAcross * y;
    block[at + 3] = sunward >= 0 || radius * radius - sunward * sunward >= 1 ? 1 : 0;
    const turned = cosine * stepCosine - sine * stepSine;
    sine = sine * stepCosine + cosine * stepSine;
    cosine = turned;
  }
}

/** The same places for every satellite of the fleet, as one table. */
export function measureFleet(scene, table) {
  walkFleet(scene, (block, first, size) => {
    table.set(size === BLOCK ? block : block.subarray(0, 4 * size), 4 * first);
  });
  return table;
}

/** Add the dots of all shown satellites to `light`: red, green, blue and weight of each pixel. */
export function splatFleet(scene, light) {
  const dot = scene.dots.reachPx > 1 ? bellDot(scene.dots.reachPx) : null;
  const {planeShown} = scene.look;
  walkFleet(scene, (block, first, size, plane) => {
    if (planeShown[plane]) splatBlock(scene, light, block, first, size, plane, dot);
  });
}

function splatBlock({camera, look}, light, block, first, size, plane, dot) {
  const {palette, satelliteTone, planeTone} = look;
  const {widthPx, heightPx, radiusPx} = camera;
  const xCentre = camera.centrePx[0], yCentre = camera.centrePx[1];
  const discSquared = radiusPx * radiusPx;
  const margin = dot ? dot.reach + 1 : 0;
  for (let slot = 0; slot < size; slot++) {
    const x = block[4 * slot], y = block[4 * slot + 1];
    const behind = block[4 * slot + 2] < 0;
    if (behind && (x - xCentre) ** 2 + (y - yCentre) ** 2 < discSquared) continue;
    const west = Math.floor(x - 0.5), north = Math.floor(y - 0.5);
    if (west < margin || north < margin) continue;
    if (west + 1 >= widthPx - margin || north + 1 >= heightPx - margin) continue;
    const tone = satelliteTone ? satelliteTone[first + slot]
      : planeTone ? planeTone[plane] : 255 * block[4 * slot + 3];
    const weight = behind ? BEHIND_FACTOR : 1;
    const at = 4 * (north * widthPx + west);
    if (dot) stampDot(light, at, 4 * widthPx, dot, x - 0.5 - west, y - 0.5 - north, weight, palette, tone);
    else shareOut(light, at, 4 * widthPx, x - 0.5 - west, y - 0.5 - north, weight, palette, tone);
  }
}

/** Share a satellite out to the four pixels round it. */
function shareOut(light, at, rowLength, east, south, weight, palette, tone) {
  const below = weight * south, above = weight - below;
  const red = palette[3 * tone], green = palette[3 * tone + 1], blue = palette[3 * tone + 2];
  addLight(light, at, above * (1 - east), red, green, blue);
  addLight(light, at + 4, above * east, red, green, blue);
  addLight(light, at + rowLength, below * (1 - east), red, green, blue);
  addLight(light, at + rowLength + 4, below * east, red, green, blue);
}

function addLight(light, at, weight, red, green, blue) {
  light[at] += weight * red;
  light[at + 1] += weight * green;
  light[at + 2] += weight * blue;
  light[at + 3] += weight;
}

/** Soft round dots for the places 0, 1/4, 1/2, 3/4 of a pixel on, across and down. */
function bellDot(reachPx) {
  const reach = Math.ceil(reachPx);
  const side = 2 * reach + 2;
  const weights = new Float32Array(16 * side * side);
  for (let at = 0; at < weights.length; at++) {
    const phase = Math.floor(at / (side * side));
    const x = (at % side) - reach - (phase % 4) / 4;
    const y = (Math.floor(at / side) % side) - reach - Math.floor(phase / 4) / 4;
    weights[at] = Math.max(1 - (x * x + y * y) / reachPx ** 2, 0) ** 2;
  }
  return {reach, side, weights};
}

function stampDot(light, at, rowLength, {reach, side, weights}, east, south, weight, palette, tone) {
  const red = palette[3 * tone], green = palette[3 * tone + 1], blue = palette[3 * tone + 2];
  let from = side * side * (4 * ((4 * south) | 0) + ((4 * east) | 0));
  for (let row = -reach; row <= reach + 1; row++) {
    const start = at + row * rowLength;
    for (let column = -reach; column <= reach + 1; column++) {
      const share = weight * weights[from++];
      if (share > 0) addLight(light, start + 4 * column, share, red, green, blue);
    }
  }
}

/** Lay the mean colour of each pixel's satellites over what is there, by their weight. */
function layOver(pixels, light, exposure) {
  for (let at = 0; at < pixels.length; at++) {
    const weight = light[4 * at + 3];
    if (weight === 0) continue;
    const cover = 1 - Math.exp(-exposure * weight);
    const kept = 1 - cover, gain = cover / weight, under = pixels[at];
    const red = kept * (under & 255) + gain * light[4 * at];
    const green = kept * ((under >> 8) & 255) + gain * light[4 * at + 1];
    const blue = kept * ((under >> 16) & 255) + gain * light[4 * at + 2];
    pixels[at] = 0xff000000 | (blue << 16) | (green << 8) | red;
  }
}

export class SplatRenderer {
  name = "Canvas2D";
  maximumPixelRatio = 1;

  constructor(canvas, fleet, landMask) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", {alpha: false, willReadFrequently: true});
    this.land = landBytes(landMask);
    this.table = new Float32Array(4 * fleet.satelliteCount);
  }

  draw(scene) {
    this.resize(scene.camera);
    paintEarth(this.pixels, scene, this.land);
    this.light.fill(0);
    splatFleet(scene, this.light);
    layOver(this.pixels, this.light, scene.dots.exposure);
    this.context.putImageData(this.image, 0, 0);
  }

  resize({widthPx, heightPx}) {
    if (this.image?.width === widthPx && this.image.height === heightPx) return;
    [this.canvas.width, this.canvas.height] = [widthPx, heightPx];
    this.image = this.context.createImageData(widthPx, heightPx);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.light = new Float32Array(4 * widthPx * heightPx);
  }

  measure(scene) {
    return measureFleet(scene, this.table);
  }

  finish() {
    this.context.getImageData(0, 0, 1, 1);
  }
}
