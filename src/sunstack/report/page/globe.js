// What does the reader see of the fleet: from where, when, in which colours, with which satellite?
//
// `startGlobe` builds the globe inside a figure. It holds that state, draws when it has changed and
// at no other time, and tells in words what the picture shows. `figure.globe` is the way in for
// tests. The clock counts seconds after the run's instant, which the states belong to.

import {DAY_S, decodeFleet, geodetic, placeOf, planeOf, planesAt} from "./orbits.js";
import {PICK_REACH_PX, anyVisible, cameraFor, dotsFor, farthestReach, isHidden, nearestSatellite, observerBySun, observerOver, projected, sunlitShare} from "./scene.js";
import {lookFor, valueText} from "./looks.js";
import {buildControls, globeElement, showCard, showClock, showLegend, showPlaying, showSunlit, spoken} from "./controls.js";
import {drawSelection} from "./overlay.js";
import {landCanvas} from "./earth.js";
import {listenForGestures} from "./gestures.js";
import {SplatRenderer} from "./splat.js";
import {WebglRenderer, graphicsKind} from "./webgl.js";

/** Seconds of orbit for each second of play. */
const PLAY_SPEED = 300;
const LONGEST_FRAME_S = 0.25;
const LAST_TIME_S = 366 * DAY_S;
const SETTLED_MS = 150;
const STATUS_EVERY_MS = 1000;
const [LOWEST_ZOOM, HIGHEST_ZOOM] = [0.5, 40];
const HIGHEST_LATITUDE_RAD = 1.55;

/** Begin at once; `ready` of the globe returned is kept when the first picture stands. */
export function startGlobe(figure, data) {
  figure.globe = new Globe(figure, data);
  return figure.globe;
}

class Globe {
  frameMilliseconds = NaN;
  aim = {rightAscensionRad: 0, declinationRad: 0, zoom: 1};
  colour = "sunlight";
  hiddenGroups = new Set();
  playing = false;
  selected = -1;
  timeS = 0;

  constructor(figure, data) {
    this.figure = figure;
    this.data = data;
    this.parts = buildControls(figure, data);
    this.ready = this.start();
    this.ready.catch((error) => {
      this.parts.status.textContent = `The globe can't be drawn here: ${error.message}`;
    });
  }

  get rendererName() {
    return this.renderer.name;
  }

  get satelliteCount() {
    return this.data.satelliteCount;
  }

  async start() {
    this.fleet = await decodeFleet(this.data);
    this.reach = farthestReach(this.fleet);
    this.landMask = landCanvas(this.data.land);
    this.colours = lookFor(this.fleet, this.colour, this.hiddenGroups);
    this.measureStage();
    this.chooseRenderer();
    this.aimAtFirst();
    this.showColour();
    showClock(this.parts, this.fleet.julianDay, this.timeS, true);
    this.listen();
    if (this.satelliteCount === 1) this.selected = 0;
    this.draw();
    this.settleSoon();
    this.figure.setAttribute("data-ready", "true");
  }

  // Renderers

  chooseRenderer() {
    const forced = /renderer=(canvas2d|webgl2)/.exec(location.hash)?.[1];
    const wanted = forced ?? (graphicsKind() === "hardware" ? "webgl2" : "canvas2d");
    if (wanted === "canvas2d") return this.useRenderer(SplatRenderer);
    try {
      this.useRenderer(WebglRenderer);
      this.parts.canvas.addEventListener("webglcontextlost", () => this.fallBack("WebGL2 was lost"));
    } catch (error) {
      this.fallBack(error.message);
    }
  }

  useRenderer(Renderer) {
    this.renderer = new Renderer(this.parts.canvas, this.fleet, this.landMask);
    this.parts.renderer.textContent = `drawn by ${this.renderer.name}`;
  }

  /** A canvas that has been asked for WebGL2 can't become 2D: take a fresh one. */
  fallBack(reason) {
    const fresh = globeElement("canvas");
    this.parts.canvas.replaceWith(fresh);
    this.parts.canvas = fresh;
    this.useRenderer(SplatRenderer);
    this.parts.renderer.textContent += ` (${reason})`;
    this.changed();
  }

  // View

  aimAtFirst() {
    Object.assign(this.aim, observerBySun(this.planesNow().sun));
    if (anyVisible(this.measured(), this.scene().camera)) return;
    Object.assign(this.aim, observerOver(placeOf(this.fleet, this.planesNow(), 0).position));
    this.measurement = null;
  }

  view() {
    const {right, up, towards, radiusPx, centrePx} = this.scene().camera;
    return {right, up, towards, radiusPx, centrePx};
  }

  look(rightAscensionRad, declinationRad) {
    const limited = Math.min(Math.max(declinationRad, -HIGHEST_LATITUDE_RAD), HIGHEST_LATITUDE_RAD);
    Object.assign(this.aim, {rightAscensionRad, declinationRad: limited});
    this.changed();
  }

  turn(acrossPx, downPx) {
    const {radiusPx} = this.scene().camera;
    const {rightAscensionRad, declinationRad} = this.aim;
    this.look(rightAscensionRad - acrossPx / radiusPx, declinationRad + downPx / radiusPx);
  }

  zoomBy(factor) {
    this.aim.zoom = Math.min(Math.max(this.aim.zoom * factor, LOWEST_ZOOM), HIGHEST_ZOOM);
    this.changed();
  }

  measureStage() {
    const {clientWidth, clientHeight} = this.parts.stage;
    this.sizePx = [Math.max(clientWidth, 1), Math.max(clientHeight, 1)];
  }

  // Time

  /** Does nothing while a state colours, which no other time is known of. */
  setTime(timeS, moveSliders = true) {
    if (!this.colourState()) this.moveClock(timeS, moveSliders);
  }

  moveClock(timeS, moveSliders) {
    this.timeS = Math.min(Math.max(timeS, 0), LAST_TIME_S);
    showClock(this.parts, this.fleet.julianDay + this.timeS / DAY_S, this.timeS, moveSliders);
    this.changed();
  }

  setPlaying(playing) {
    this.playing = playing;
    this.playedMs = performance.now();
    showPlaying(this.parts, playing);
    this.changed();
  }

  playOn() {
    const nowMs = performance.now();
    const elapsedS = Math.min((nowMs - this.playedMs) / 1000, LONGEST_FRAME_S);
    this.playedMs = nowMs;
    this.setTime(this.timeS + PLAY_SPEED * elapsedS);
    if (this.timeS === LAST_TIME_S) this.setPlaying(false);
  }

  // Colours and groups

  colourState() {
    return this.fleet.states.find(({key}) => key === this.colour);
  }

  setColour(key) {
    this.colour = key;
    if (this.colourState()) {
      this.setPlaying(false);
      this.moveClock(0, true);
    }
    this.applyLook();
    this.showColour();
  }

  showColour() {
    const {parts} = this;
    const state = this.colourState();
    parts.colour.value = this.colour;
    parts.time.disabled = Boolean(state);
    parts.why.hidden = !state;
    parts.why.textContent = state
      ? `${state.label} is known at ${this.data.instant.text} only, so the clock stands there.` : "";
    showLegend(parts, this.colours.legend);
  }

  showGroups() {
    const hidden = this.parts.boxes.flatMap((box, group) => (box.checked ? [] : [group]));
    this.hiddenGroups = new Set(hidden);
    this.applyLook();
  }

  applyLook() {
    this.colours = lookFor(this.fleet, this.colour, this.hiddenGroups);
    this.changed();
  }

  // Satellites

  pick(xPx, yPx, reachPx = PICK_REACH_PX) {
    return nearestSatellite(this.measured(), this.scene(), xPx, yPx, reachPx);
  }

  choose(xPx, yPx) {
    this.select(this.pick(xPx, yPx));
  }

  chooseCentre() {
    this.select(this.pick(...this.scene().camera.centrePx, Infinity));
  }

  /** The next shown satellite, or the previous one, round the fleet. */
  step(direction) {
    const {fleet, colours, satelliteCount, selected} = this;
    if (colours.shownCount === 0) return;
    let index = selected < 0 && direction < 0 ? 0 : selected;
    do index = (index + direction + satelliteCount) % satelliteCount;
    while (!colours.planeShown[planeOf(fleet, index)]);
    this.select(index);
  }

  select(index) {
    this.selected = index;
    if (index >= 0) this.parts.number.value = index + 1;
    this.changed();
  }

  card() {
    const {fleet, selected: index} = this;
    if (index < 0) return [];
    const plane = planeOf(fleet, index);
    const {position, lit} = placeOf(fleet, this.planesNow(), index);
    const ground = geodetic(position, this.planesNow().siderealRad, fleet.earth.radiusM);
    return [
      ["Satellite", `${spoken(index + 1)} of ${spoken(this.satelliteCount)}`],
      ["Group", fleet.groups[fleet.group[plane]].name],
      ["Plane", `${spoken(plane + 1)} of ${spoken(fleet.planeCount)}`],
      ["Place in plane", `${spoken(index - fleet.first[plane] + 1)} of ${spoken(fleet.count[plane])}`],
      ["Mean altitude of its orbit", `${(((fleet.axis[plane] - 1) * fleet.earth.radiusM) / 1000).toFixed(0)} km`],
      ["Height over the ellipsoid now", `${(ground.altitudeM / 1000).toFixed(0)} km`],
      ["Latitude", degreesText(ground.latitudeRad, "N", "S")],
      ["Longitude", degreesText(ground.longitudeRad, "E", "W")],
      ["Inclination", `${((fleet.inclination[plane] * 180) / Math.PI).toFixed(2)}°`],
      ["Light", lit ? "in sunlight" : "in shadow"],
      ...fleet.states.map((state) => this.stateRow(state, index)),
    ];
  }

  stateRow({label, low, high, unit, values}, index) {
    const step = (high - low) / 255;
    return [`${label} at ${this.data.instant.text}`, valueText(low + values[index] * step, step, unit)];
  }

  sunlitFraction() {
    return sunlitShare(this.measured(), this.scene());
  }

  // Drawing

  planesNow() {
    if (this.planes?.timeS !== this.timeS) this.planes = planesAt(this.fleet, this.timeS);
    return this.planes;
  }

  scene() {
    const camera = cameraFor(this.aim, this.reach, ...this.sizePx);
    return {
      fleet: this.fleet,
      planes: this.planesNow(),
      camera,
      look: this.colours,
      dots: dotsFor(this.colours.shownCount, camera),
      pixelRatio: Math.min(devicePixelRatio, this.renderer.maximumPixelRatio),
    };
  }

  measured() {
    this.measurement ??= this.rendered((renderer) => renderer.measure(this.scene()));
    return this.measurement;
  }

  /** Work with the renderer; when WebGL2 fails, with the other one. */
  rendered(work) {
    try {
      return work(this.renderer);
    } catch (error) {
      if (this.renderer instanceof SplatRenderer) throw error;
      this.fallBack(error.message);
      return work(this.renderer);
    }
  }

  /** Ask for a new picture; many changes before the next frame make one. */
  changed() {
    this.measurement = null;
    this.frame ??= requestAnimationFrame(() => this.drawFrame());
  }

  drawFrame() {
    this.frame = null;
    if (this.playing) this.playOn();
    const startMs = performance.now();
    this.paint();
    this.frameMilliseconds = performance.now() - startMs;
    showCard(this.parts, this.card());
    if (this.playing && startMs > (this.toldMs ?? 0) + STATUS_EVERY_MS) this.settle();
    else this.settleSoon();
  }

  paint(work = (renderer) => renderer.draw(this.scene())) {
    this.rendered(work);
    drawSelection(this.parts.overlay, this.scene(), this.selected);
  }

  /** Draw now and wait for it; milliseconds. */
  draw() {
    const startMs = performance.now();
    this.paint((renderer) => {
      renderer.draw(this.scene());
      renderer.finish();
    });
    this.frameMilliseconds = performance.now() - startMs;
    return this.frameMilliseconds;
  }

  settleSoon() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLED_MS);
  }

  settle() {
    showSunlit(this.parts, this.sunlitFraction(), this.colours.shownCount);
    this.toldMs = performance.now();
  }

  // Listening

  listen() {
    const {parts} = this;
    listenForGestures(parts.stage, this);
    const moveTo = () => this.setTime(parts.days.value * DAY_S + parts.minutes.value * 60, false);
    parts.minutes.addEventListener("input", moveTo);
    parts.days.addEventListener("input", moveTo);
    parts.play.addEventListener("click", () => this.setPlaying(!this.playing));
    parts.back.addEventListener("click", () => this.goBack());
    parts.colour.addEventListener("change", () => this.setColour(parts.colour.value));
    parts.nearer.addEventListener("click", () => this.zoomBy(1.5));
    parts.farther.addEventListener("click", () => this.zoomBy(1 / 1.5));
    parts.find.addEventListener("submit", (event) => this.find(event));
    parts.groups.addEventListener("change", () => this.showGroups());
    parts.all.addEventListener("click", () => this.checkAll(true));
    parts.none.addEventListener("click", () => this.checkAll(false));
    document.addEventListener("visibilitychange", () => this.playing && this.setPlaying(false));
    new ResizeObserver(() => this.resized()).observe(parts.stage);
  }

  goBack() {
    this.setPlaying(false);
    this.setTime(0);
  }

  /** Select the satellite asked for, from where it is seen. */
  find(event) {
    event.preventDefault();
    this.select(this.parts.number.valueAsNumber - 1);
    const {position} = placeOf(this.fleet, this.planesNow(), this.selected);
    const {camera} = this.scene();
    if (!isHidden(camera, ...projected(camera, position))) return;
    const {rightAscensionRad, declinationRad} = observerOver(position);
    this.look(rightAscensionRad, declinationRad);
  }

  checkAll(checked) {
    for (const box of this.parts.boxes) box.checked = checked;
    this.showGroups();
  }

  resized() {
    this.measureStage();
    this.changed();
  }
}

function degreesText(angleRad, positive, negative) {
  const degrees = (angleRad * 180) / Math.PI;
  return `${Math.abs(degrees).toFixed(2)}° ${degrees < 0 ? negative : positive}`;
}
