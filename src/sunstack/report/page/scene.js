// Seen from where, how large are the dots, and which satellite lies under a place of the picture?
//
// The camera is that of sunstack/report/picture.py: an observer far away, north up, one Earth
// radius `radiusPx` long. Pixels are CSS pixels from the canvas's top left corner.

import {TURN_RAD, dot3} from "./orbits.js";

/** East of the Sun and north of the equator: day on the left, night on the right. */
const EAST_OF_SUN_RAD = (62 / 360) * TURN_RAD;
const NORTH_RAD = (24 / 360) * TURN_RAD;
const EAST_OF_SATELLITE_RAD = (30 / 360) * TURN_RAD;
const FILLED_FRACTION = 0.96;
/** The Earth's radius in a picture of full width, which the size of dots is meant for. */
const ROOMY_RADIUS_PX = 265;
export const PICK_REACH_PX = 12;
/** Satellites beyond the Earth's centre are drawn this much fainter. */
export const BEHIND_FACTOR = 0.45;

export function observerBySun(sun) {
  return {rightAscensionRad: Math.atan2(sun[1], sun[0]) + EAST_OF_SUN_RAD, declinationRad: NORTH_RAD};
}

export function observerOver([x, y, z]) {
  return {
    rightAscensionRad: Math.atan2(y, x) + EAST_OF_SATELLITE_RAD,
    declinationRad: z < 0 ? -NORTH_RAD : NORTH_RAD,
  };
}

/** Farthest point of any orbit from the Earth's centre, in Earth radii. */
export function farthestReach(fleet) {
  let reach = 1;
  for (let plane = 0; plane < fleet.planeCount; plane++) {
    reach = Math.max(reach, fleet.axis[plane] * (1 + fleet.eccentricity[plane]));
  }
  return reach;
}

/** A camera from {rightAscensionRad, declinationRad, zoom}. */
export function cameraFor(view, reach, widthPx, heightPx) {
  const [cosine, sine] = [Math.cos(view.rightAscensionRad), Math.sin(view.rightAscensionRad)];
  const [across, north] = [Math.cos(view.declinationRad), Math.sin(view.declinationRad)];
  return {
    right: [-sine, cosine, 0],
    up: [-north * cosine, -north * sine, across],
    towards: [across * cosine, across * sine, north],
    radiusPx: (view.zoom * FILLED_FRACTION * Math.min(widthPx, heightPx)) / 2 / reach,
    centrePx: [widthPx / 2, heightPx / 2],
    widthPx,
    heightPx,
  };
}

/** Column and row in pixels, and height towards the observer in Earth radii. */
export function projected(camera, position) {
  return [
    camera.centrePx[0] + camera.radiusPx * dot3(position, camera.right),
    camera.centrePx[1] - camera.radiusPx * dot3(position, camera.up),
    dot3(position, camera.towards),
  ];
}

/** Whether the Earth stands before a projected point. */
export function isHidden(camera, xPx, yPx, height) {
  const [across, down] = [xPx - camera.centrePx[0], yPx - camera.centrePx[1]];
  return height < 0 && across * across + down * down < camera.radiusPx ** 2;
}

/** The fewer satellites on so much picture, the larger their dots; crowds are toned down. */
export function dotsFor(shownCount, camera) {
  const crowd = Math.max(shownCount * (ROOMY_RADIUS_PX / camera.radiusPx) ** 2, 1);
  const radiusPx = Math.max(4.6 - 0.6 * Math.log10(crowd), 1);
  const reachPx = radiusPx > 1.05 ? 1.4 * radiusPx : 1;
  const covered = (shownCount * reachPx ** 2) / (Math.PI * camera.radiusPx ** 2);
  return {reachPx, exposure: Math.min(Math.max(1.4 / covered, 0.15), 4)};
}

/** The satellite nearest to a place among those to be seen, or -1. */
export function nearestSatellite(measured, scene, xPx, yPx, reachPx) {
  const {fleet, camera, look} = scene;
  let [found, nearest] = [-1, reachPx * reachPx];
  for (let plane = 0; plane < fleet.planeCount; plane++) {
    if (!look.planeShown[plane]) continue;
    for (let index = fleet.first[plane]; index < fleet.first[plane + 1]; index++) {
      const [x, y] = [measured[4 * index], measured[4 * index + 1]];
      const distance = (x - xPx) ** 2 + (y - yPx) ** 2;
      if (distance < nearest && !isHidden(camera, x, y, measured[4 * index + 2])) {
        [found, nearest] = [index, distance];
      }
    }
  }
  return found;
}

export function anyVisible(measured, camera) {
  for (let at = 0; at < measured.length; at += 4) {
    if (!isHidden(camera, measured[at], measured[at + 1], measured[at + 2])) return true;
  }
  return false;
}

/** Share of the shown satellites that the Sun reaches; NaN when none is shown. */
export function sunlitShare(measured, {fleet, look}) {
  let lit = 0;
  for (let plane = 0; plane < fleet.planeCount; plane++) {
    if (!look.planeShown[plane]) continue;
    for (let index = fleet.first[plane]; index < fleet.first[plane + 1]; index++) {
      lit += measured[4 * index + 3];
    }
  }
  return lit / look.shownCount;
}
