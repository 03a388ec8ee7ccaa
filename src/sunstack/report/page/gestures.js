// How do hand, wheel and keyboard move the globe?
//
// Plain scrolling stays the page's: the wheel zooms with ctrl or ⌘ alone, a finger moving up or
// down scrolls, two fingers zoom.

/** Pixels of movement up to which a press is a click. */
const CLICK_PX = 4;
const KEY_TURN_PX = 40;
const ZOOM_STEP = 1.25;

/** Listen on the stage; `globe` has turn, zoomBy, choose, chooseCentre, step and select. */
export function listenForGestures(stage, globe) {
  const held = new Map();
  let movedPx = 0;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (held.size === 0) movedPx = 0;
    held.set(event.pointerId, placeOn(stage, event));
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId)) return;
    // The first movement turns nothing: after it the browser may take a finger's for scrolling.
    movedPx += movePointer(held, event.pointerId, placeOn(stage, event), movedPx > 0 && globe);
  });
  stage.addEventListener("pointerup", (event) => {
    if (held.size === 1 && movedPx <= CLICK_PX) globe.choose(...placeOn(stage, event));
    held.delete(event.pointerId);
  });
  stage.addEventListener("pointercancel", (event) => held.delete(event.pointerId));
  stage.addEventListener("wheel", (event) => onWheel(event, globe), {passive: false});
  stage.addEventListener("keydown", (event) => onKey(event, globe));
}

function placeOn(stage, event) {
  const box = stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** Turn with one pointer, zoom with two; returns the pixels moved. */
function movePointer(held, pointer, place, globe) {
  const before = held.get(pointer);
  const [across, down] = [place[0] - before[0], place[1] - before[1]];
  if (globe && held.size === 1) globe.turn(across, down);
  const widthBefore = fingerSpread(held);
  held.set(pointer, place);
  if (globe && widthBefore > 0) globe.zoomBy(fingerSpread(held) / widthBefore);
  return Math.abs(across) + Math.abs(down);
}

function fingerSpread(held) {
  const [one, other] = [...held.values()];
  return other ? Math.hypot(one[0] - other[0], one[1] - other[1]) : 0;
}

function onWheel(event, globe) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  globe.zoomBy(Math.exp(-event.deltaY / 300));
}

function onKey(event, globe) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = {
    ArrowLeft: () => globe.turn(KEY_TURN_PX, 0),
    ArrowRight: () => globe.turn(-KEY_TURN_PX, 0),
    ArrowUp: () => globe.turn(0, KEY_TURN_PX),
    ArrowDown: () => globe.turn(0, -KEY_TURN_PX),
    "+": () => globe.zoomBy(ZOOM_STEP),
    "=": () => globe.zoomBy(ZOOM_STEP),
    "-": () => globe.zoomBy(1 / ZOOM_STEP),
    Enter: () => globe.chooseCentre(),
    n: () => globe.step(1),
    p: () => globe.step(-1),
    Escape: () => globe.select(-1),
  }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}
