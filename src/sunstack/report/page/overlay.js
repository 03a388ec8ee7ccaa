// Which satellite is selected, and along which orbit does it fly?
//
// Drawn on a canvas of its own over either renderer, so that a ring costs no new picture.

import {TURN_RAD, orbitPoint, placeOf, planeOf} from "./orbits.js";
import {isHidden, projected} from "./scene.js";

const ORBIT_POINTS = 360;
const RING_PX = 9;

export function drawSelection(canvas, scene, index) {
  const context = canvas.getContext("2d");
  const {camera} = scene;
  const pixelRatio = Math.min(devicePixelRatio, 2);
  canvas.width = camera.widthPx * pixelRatio;
  canvas.height = camera.heightPx * pixelRatio;
  if (index < 0) return;
  context.scale(pixelRatio, pixelRatio);
  context.strokeStyle = "#ffffff";
  drawOrbit(context, scene, planeOf(scene.fleet, index));
  drawRing(context, camera, placeOf(scene.fleet, scene.planes, index).position);
}

function drawOrbit(context, {fleet, planes, camera}, plane) {
  const places = Array.from({length: ORBIT_POINTS + 1}, (_, at) =>
    projected(camera, orbitPoint(fleet, planes, plane, (TURN_RAD * at) / ORBIT_POINTS)),
  );
  for (const before of [true, false]) {
    context.beginPath();
    context.globalAlpha = before ? 0.75 : 0.3;
    for (let at = 1; at < places.length; at++) {
      if (places[at][2] >= 0 !== before || isHidden(camera, ...places[at])) continue;
      context.moveTo(places[at - 1][0], places[at - 1][1]);
      context.lineTo(places[at][0], places[at][1]);
    }
    context.stroke();
  }
}

function drawRing(context, camera, position) {
  const [x, y, height] = projected(camera, position);
  const hidden = isHidden(camera, x, y, height);
  context.beginPath();
  context.globalAlpha = hidden ? 0.6 : 1;
  context.setLineDash(hidden ? [3, 3] : []);
  context.lineWidth = 2;
  context.arc(x, y, RING_PX, 0, TURN_RAD);
  context.stroke();
}
