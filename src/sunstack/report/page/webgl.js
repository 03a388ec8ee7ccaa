// How does a graphics card draw the fleet, and where does it put each satellite?
//
// One vertex shader moves the satellites; it serves the picture and, through transform feedback,
// the measuring of places. A row of float32 numbers per plane comes from `orbits` in two textures.
// Source-over blending of points with alpha 1 - exp(-w) tones crowds as `splat` does.

import {MOTION_SIZE, PLANES_PER_ROW, SHAPE_SIZE, TURN_RAD} from "./orbits.js";
import {BEHIND_FACTOR} from "./scene.js";
import {EARTH_SHADER} from "./earth.js";

const HEAD = "#version 300 es\nprecision highp float; precision highp int; precision highp sampler2D;";

const SATELLITE_VERTEX = `${HEAD}
uniform sampler2D motionTable, shapeTable, palette;
uniform mat3 axes; uniform vec3 sun; uniform vec2 sizePx; uniform float radiusPx, pointPx;
uniform bool tonedByLight;
layout(location = 0) in uint plane;
layout(location = 1) in uvec2 look;
out vec4 measured;
out vec4 tint;
void main() {
  ivec2 cell = ivec2(plane % ${PLANES_PER_ROW}u, plane / ${PLANES_PER_ROW}u);
  vec4 motion = texelFetch(motionTable, cell, 0);
  vec4 orbit = texelFetch(shapeTable, ivec2(2 * cell.x, cell.y), 0);
  vec4 more = texelFetch(shapeTable, ivec2(2 * cell.x + 1, cell.y), 0);
  float mean = motion.z + ${TURN_RAD} * (float(gl_VertexID) - more.w) / more.z;
  float along = orbit.y * cos(mean - motion.w), across = orbit.y * sin(mean - motion.w);
  float latitude = mean + across * (2.0 + 2.5 * along);
  float swing = more.x * more.y;
  float radius = orbit.x * (1.0 - along + across * across - 1.5 * (more.x - 1.5 * swing)
    + 0.25 * swing * cos(2.0 * latitude));
  latitude += 0.125 * swing * sin(2.0 * latitude);
  float x = radius * cos(latitude), y = radius * sin(latitude);
  vec3 position = vec3(x * motion.x - y * orbit.z * motion.y, x * motion.y + y * orbit.z * motion.x, y * orbit.w);
  vec3 seen = position * axes;
  float sunward = dot(position, sun);
  float lit = sunward >= 0.0 || radius * radius - sunward * sunward >= 1.0 ? 1.0 : 0.0;
  vec2 place = 0.5 * sizePx + radiusPx * vec2(seen.x, -seen.y);
  measured = vec4(place, seen.z, lit);
  bool hidden = look.y == 0u || (seen.z < 0.0 && dot(seen.xy, seen.xy) < 1.0);
  gl_Position = hidden ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(2.0 * radiusPx * seen.xy / sizePx, 0.0, 1.0);
  gl_PointSize = pointPx;
  int tone = tonedByLight ? int(255.0 * lit) : int(look.x);
  tint = vec4(texelFetch(palette, ivec2(tone, 0), 0).rgb, seen.z < 0.0 ? ${BEHIND_FACTOR} : 1.0);
}`;

const SATELLITE_FRAGMENT = `${HEAD}
uniform float exposure; uniform bool spread;
in vec4 tint;
out vec4 colour;
void main() {
  vec2 off = 2.0 * gl_PointCoord - 1.0;
  vec2 tent = 1.0 - abs(off);
  float bell = max(1.0 - dot(off, off), 0.0);
  float weight = tint.a * (spread ? tent.x * tent.y : bell * bell);
  float cover = 1.0 - exp(-exposure * weight);
  colour = vec4(tint.rgb * cover, cover);
}`;

const WHOLE_VERTEX = `${HEAD}
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

const EARTH_FRAGMENT = `${HEAD}
${EARTH_SHADER}
uniform vec2 sizePx; uniform float pixelRatio;
out vec4 colour;
void main() {
  colour = vec4(earthColour((gl_FragCoord.xy / pixelRatio - 0.5 * sizePx) / radiusPx), 1.0);
}`;

/** "hardware", "software" or "none"; asked of a canvas of its own, which is spoilt for 2D by it. */
export function graphicsKind() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return "none";
  const details = gl.getExtension("WEBGL_debug_renderer_info");
  const name = gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name) ? "software" : "hardware";
}

function program(gl, vertex, fragment, feedback) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  if (feedback) gl.transformFeedbackVaryings(made, [feedback], gl.INTERLEAVED_ATTRIBS);
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made));
  const count = gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS);
  const names = Array.from({length: count}, (_, at) => gl.getActiveUniform(made, at).name);
  return {made, at: Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(made, name)]))};
}

function texture(gl, unit, filter) {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
}

/** Texture units. */
const [MOTION, SHAPE, PALETTE, LAND] = [0, 1, 2, 3];

export class WebglRenderer {
  name = "WebGL2";
  maximumPixelRatio = 2;

  constructor(canvas, fleet, landMask) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl2", {alpha: false, antialias: false, preserveDrawingBuffer: true});
    if (!this.gl) throw new Error("WebGL2 is not available");
    const {gl} = this;
    this.count = fleet.satelliteCount;
    this.satellites = program(gl, SATELLITE_VERTEX, SATELLITE_FRAGMENT, "measured");
    this.earth = program(gl, WHOLE_VERTEX, EARTH_FRAGMENT);
    this.makeTextures(fleet, landMask);
    this.makeBuffers(fleet);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  makeTextures(fleet, landMask) {
    const {gl} = this;
    for (const unit of [MOTION, SHAPE, PALETTE]) texture(gl, unit, gl.NEAREST);
    this.fillTable(SHAPE, fleet.shape, SHAPE_SIZE);
    texture(gl, LAND, gl.LINEAR);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, gl.RED, gl.UNSIGNED_BYTE, landMask);
  }

  fillTable(unit, numbers, size) {
    const {gl} = this;
    const width = (PLANES_PER_ROW * size) / 4;
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, width, numbers.length / 4 / width, 0, gl.RGBA, gl.FLOAT, numbers);
  }

  makeBuffers(fleet) {
    const {gl} = this;
    const planes = new Uint32Array(this.count);
    for (let plane = 0; plane < fleet.planeCount; plane++) {
      planes.fill(plane, fleet.first[plane], fleet.first[plane + 1]);
    }
    this.table = new Float32Array(4 * this.count);
    this.measured = gl.createBuffer();
    gl.bindBuffer(gl.TRANSFORM_FEEDBACK_BUFFER, this.measured);
    gl.bufferData(gl.TRANSFORM_FEEDBACK_BUFFER, this.table.byteLength, gl.STREAM_READ);
    gl.bindBuffer(gl.TRANSFORM_FEEDBACK_BUFFER, null);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, planes, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribIPointer(0, 1, gl.UNSIGNED_INT, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.enableVertexAttribArray(1);
    gl.vertexAttribIPointer(1, 2, gl.UNSIGNED_BYTE, 0, 0);
  }

  draw(scene) {
    const {gl} = this;
    this.resize(scene);
    this.useScene(this.earth, scene);
    gl.uniform1f(this.earth.at.siderealRad, scene.planes.siderealRad);
    gl.uniform1f(this.earth.at.pixelRatio, scene.pixelRatio);
    gl.uniform1i(this.earth.at.land, LAND);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    this.useSatellites(scene);
    gl.enable(gl.BLEND);
    gl.drawArrays(gl.POINTS, 0, this.count);
    gl.disable(gl.BLEND);
  }

  resize({camera, pixelRatio}) {
    const [width, height] = [camera.widthPx * pixelRatio, camera.heightPx * pixelRatio].map(Math.round);
    if (this.canvas.width === width && this.canvas.height === height) return;
    [this.canvas.width, this.canvas.height] = [width, height];
    this.gl.viewport(0, 0, width, height);
  }

  useScene({made, at}, {camera, planes}) {
    const {gl} = this;
    gl.useProgram(made);
    gl.uniformMatrix3fv(at.axes, false, [...camera.right, ...camera.up, ...camera.towards]);
    gl.uniform3fv(at.sun, planes.sun);
    gl.uniform2f(at.sizePx, camera.widthPx, camera.heightPx);
    gl.uniform1f(at.radiusPx, camera.radiusPx);
  }

  useSatellites(scene) {
    const {gl} = this;
    const {at} = this.satellites;
    const {look, dots} = scene;
    this.useScene(this.satellites, scene);
    if (this.planes !== scene.planes) this.fillTable(MOTION, scene.planes.motion, MOTION_SIZE);
    this.planes = scene.planes;
    if (this.look !== look) this.fillLook(scene);
    this.look = look;
    gl.uniform1i(at.motionTable, MOTION);
    gl.uniform1i(at.shapeTable, SHAPE);
    gl.uniform1i(at.palette, PALETTE);
    gl.uniform1i(at.tonedByLight, look.satelliteTone || look.planeTone ? 0 : 1);
    gl.uniform1i(at.spread, dots.reachPx > 1 ? 0 : 1);
    gl.uniform1f(at.pointPx, 2 * dots.reachPx * scene.pixelRatio);
    gl.uniform1f(at.exposure, dots.exposure);
  }

  fillLook({fleet, look}) {
    const {gl} = this;
    const looks = new Uint8Array(2 * this.count);
    for (let plane = 0; plane < fleet.planeCount; plane++) {
      for (let index = fleet.first[plane]; index < fleet.first[plane + 1]; index++) {
        looks[2 * index] = look.satelliteTone?.[index] ?? look.planeTone?.[plane] ?? 0;
        looks[2 * index + 1] = look.planeShown[plane];
      }
    }
    gl.bufferData(gl.ARRAY_BUFFER, looks, gl.DYNAMIC_DRAW);
    const colours = Uint8Array.from({length: 1024}, (_, at) => look.palette[3 * (at >> 2) + (at & 3)] ?? 255);
    gl.activeTexture(gl.TEXTURE0 + PALETTE);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours);
  }

  measure(scene) {
    const {gl} = this;
    this.useSatellites(scene);
    gl.enable(gl.RASTERIZER_DISCARD);
    gl.bindBufferBase(gl.TRANSFORM_FEEDBACK_BUFFER, 0, this.measured);
    gl.beginTransformFeedback(gl.POINTS);
    gl.drawArrays(gl.POINTS, 0, this.count);
    gl.endTransformFeedback();
    gl.getBufferSubData(gl.TRANSFORM_FEEDBACK_BUFFER, 0, this.table);
    gl.bindBufferBase(gl.TRANSFORM_FEEDBACK_BUFFER, 0, null);
    gl.disable(gl.RASTERIZER_DISCARD);
    return this.table;
  }

  /** Wait for the picture; what went wrong with it shows only then. */
  finish() {
    this.gl.finish();
    this.gl.readPixels(0, 0, 1, 1, this.gl.RGBA, this.gl.UNSIGNED_BYTE, new Uint8Array(4));
    const trouble = this.gl.getError();
    if (trouble !== this.gl.NO_ERROR) throw new Error(`WebGL2 error ${trouble}`);
  }
}
