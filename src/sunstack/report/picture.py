"""What does the whole fleet look like round the Earth?

Every satellite of the results' table where the last simulated instant left it, seen from far away
(parallel rays): in sunlight gold, in shadow blue, hidden where the Earth stands before it. Below
them the Earth as the Sun lit it then, turned as it was turned, with a net of 30° and coastlines.
Satellites are counted per pixel and the count is toned, so that a million show where they crowd.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.results import Results
from sunstack.units import EARTH_RADIUS_M

from . import land, png
from .instant import julian_day

Grid = NDArray[np.float32]
"""A value or a colour for each pixel: (height, width) or (height, width, 3)."""

ASPECT_RATIO = 0.8
"""Height over width."""
EAST_OF_SUN_DEG = 62.0
"""Right ascension of the observer after the Sun's: day on the left, night on the right."""
LATITUDE_DEG = 24.0
"""Declination of the observer."""
EAST_OF_SATELLITE_DEG = 30.0
"""Where the observer goes when no satellite is seen from there."""
FILLED_FRACTION = 0.96
"""Share of the half height that the highest satellite reaches."""

SUNLIT = np.array([1.0, 0.54, 0.10], dtype=np.float32)
ECLIPSED = np.array([0.10, 0.30, 1.0], dtype=np.float32)
"""Linear light; apart for the colour-blind as well."""
SPACE = np.array([0.0012, 0.0016, 0.0032], dtype=np.float32)
WATER_BY_DAY = np.array([0.012, 0.060, 0.150], dtype=np.float32)
LAND_BY_DAY = np.array([0.095, 0.140, 0.105], dtype=np.float32)
WATER_BY_NIGHT = np.array([0.0014, 0.0028, 0.0065], dtype=np.float32)
LAND_BY_NIGHT = np.array([0.0050, 0.0065, 0.0095], dtype=np.float32)
AIR = np.array([0.06, 0.17, 0.42], dtype=np.float32)
NET = np.array([0.012, 0.020, 0.030], dtype=np.float32)
NET_DEG = 30.0
TWILIGHT_SINE = 0.10
"""Sun below the horizon (sine) where night is full: some 6°."""
AIR_HEIGHT_RATIO = 0.012
"""How fast the glow over the limb fades, in Earth radii; thicker than the air, to be seen."""
HUE_KEPT_FRACTION = 0.6
"""How far bright places keep their colour; the rest goes towards white, as film does."""
BEHIND_FACTOR = 0.45
"""How much fainter satellites beyond the Earth's centre are drawn."""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """An observer far away; unit vectors in the inertial frame."""

    right: NDArray[np.float64]
    up: NDArray[np.float64]
    towards: NDArray[np.float64]
    """From the Earth to the observer."""
    width_px: int
    height_px: int
    radius_px: float
    """The Earth's."""


def globe_png(
    results: Results,
    *,
    width_px: int = 1200,
    height_px: int | None = None,
) -> bytes:
    """Draw every satellite of a run, as a PNG file; four fifths as high as wide unless said."""
    day = julian_day(results.summary["simulation"]["last_instant"]["time"])
    sun = np.asarray(orbit.sun(julian_day=day).direction_ratio)
    table = results.tables["satellites"]
    position = np.column_stack([table[f"{axis}_earth_radii"].to_numpy() for axis in "xyz"])
    camera = aim(
        position,
        towards=observer(position, sun=sun),
        width_px=width_px,
        height_px=height_px or round(ASPECT_RATIO * width_px),
    )
    turned = float(orbit.sidereal_angle_rad(julian_day=day))
    light = earth(camera, sun=sun, sidereal_angle_rad=turned)
    fleet = satellites(camera, position, sun=sun)
    # Crowded satellites stand before the Earth rather than mix with it: gold on sea turned grey.
    light *= np.exp(-fleet.max(axis=2, keepdims=True))
    return png.encode(developed(light + fleet))


def observer(position: NDArray[np.floating], *, sun: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where to look from: by the terminator, or over the first satellite (n, 3) if none is seen."""
    latitude_rad = math.radians(LATITUDE_DEG)
    towards = _direction(math.atan2(sun[1], sun[0]) + math.radians(EAST_OF_SUN_DEG), latitude_rad)
    if _hidden(position, position @ towards).all():
        x, y, z = position[0]
        towards = _direction(
            math.atan2(y, x) + math.radians(EAST_OF_SATELLITE_DEG),
            math.copysign(latitude_rad, z),
        )
    return towards


def _direction(right_ascension_rad: float, declination_rad: float) -> NDArray[np.float64]:
    across = math.cos(declination_rad)
    return np.array(
        [
            across * math.cos(right_ascension_rad),
            across * math.sin(right_ascension_rad),
            math.sin(declination_rad),
        ]
    )


def aim(
    position: NDArray[np.floating],
    *,
    towards: NDArray[np.float64],
    width_px: int,
    height_px: int,
) -> Camera:
    """Point a camera, north up, with room for the highest of satellites (n, 3)."""
    right = np.cross((0.0, 0.0, 1.0), towards)
    right /= np.linalg.norm(right)
    farthest = max(1.0, float(np.sqrt((position**2).sum(axis=1).max())))
    return Camera(
        right=right,
        up=np.cross(towards, right),
        towards=towards,
        width_px=width_px,
        height_px=height_px,
        radius_px=FILLED_FRACTION * min(width_px, height_px) / 2.0 / farthest,
    )


def seen(
    camera: Camera, position: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Column and row in pixels (from the corner), and height over the Earth's centre, of (n, 3)."""
    column = camera.width_px / 2.0 + camera.radius_px * (position @ camera.right)
    row = camera.height_px / 2.0 - camera.radius_px * (position @ camera.up)
    return column, row, position @ camera.towards


def satellites(camera: Camera, position: NDArray[np.floating], *, sun: NDArray[np.float64]) -> Grid:
    """Light of the satellites (n, 3) in Earth radii, those behind the Earth left out."""
    column, row, height = seen(camera, position)
    strength = np.where(height < 0.0, BEHIND_FACTOR, 1.0)
    strength[_hidden(position, height)] = 0.0
    lit = np.asarray(
        orbit.illumination_fraction(
            position_m=jnp.asarray(position) * EARTH_RADIUS_M, direction_ratio=jnp.asarray(sun)
        )
    )
    number = len(position)
    in_sun = _spread(_count(camera, column, row, strength * lit), number)
    in_shadow = _spread(_count(camera, column, row, strength * (1.0 - lit)), number)
    exposure = _exposure(in_sun + in_shadow)
    shown = in_sun[..., None] * SUNLIT + in_shadow[..., None] * ECLIPSED
    return np.asarray(exposure * shown, dtype=np.float32)


def _hidden(position: NDArray[np.floating], height: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Whether the Earth stands before satellites (n, 3) at a height towards the observer."""
    off_centre_squared = (position**2).sum(axis=1) - height**2
    return np.asarray((height < 0.0) & (off_centre_squared < 1.0))


def _count(
    camera: Camera,
    column: NDArray[np.float64],
    row: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> Grid:
    """Share every point out to the four pixels round it."""
    height, width = camera.height_px, camera.width_px
    counts = np.zeros((height + 2) * (width + 2))
    # A border of one pixel takes what falls beyond the picture.
    across = np.clip(column + 0.5, 0.0, width + 0.999)
    down = np.clip(row + 0.5, 0.0, height + 0.999)
    west, north = across.astype(np.int64), down.astype(np.int64)
    east_share, south_share = across - west, down - north
    first = north * (width + 2) + west
    for step, share in (
        (0, (1.0 - east_share) * (1.0 - south_share)),
        (1, east_share * (1.0 - south_share)),
        (width + 2, (1.0 - east_share) * south_share),
        (width + 3, east_share * south_share),
    ):
        counts += np.bincount(first + step, weights=weight * share, minlength=len(counts))
    framed = counts.reshape(height + 2, width + 2)[1:-1, 1:-1]
    return framed.astype(np.float32)


def _spread(counts: Grid, number: int) -> Grid:
    """Widen each point to a spot that can be seen: the fewer satellites, the larger."""
    radius_px = max(5.5 - math.log10(number), 0.8)
    reach = math.ceil(2.0 * radius_px)
    for axis in (0, 1):
        blurred = np.zeros_like(counts)
        for offset in range(-reach, reach + 1):
            bell = math.exp(-2.0 * (offset / radius_px) ** 2)
            blurred += np.float32(bell) * _shifted(counts, offset, axis)
        counts = blurred
    return counts


def _shifted(counts: Grid, offset: int, axis: int) -> Grid:
    """Move a picture by some pixels; what leaves it is lost."""
    moved = np.roll(counts, offset, axis=axis)
    edge = [slice(None), slice(None)]
    edge[axis] = slice(0, offset) if offset >= 0 else slice(offset, None)
    moved[tuple(edge)] = 0.0
    return moved


def _exposure(counts: Grid) -> float:
    """Light per satellite: full for a few, less where they crowd."""
    occupied = counts[counts > 0.05]
    crowd = float(np.quantile(occupied, 0.75)) if occupied.size else 1.0
    return 1.0 / max(crowd, 0.6)


def earth(camera: Camera, *, sun: NDArray[np.float64], sidereal_angle_rad: float) -> Grid:
    """Light of the Earth, of the glow over its limb, and of space."""
    columns = (np.arange(camera.width_px) + 0.5 - camera.width_px / 2.0) / camera.radius_px
    rows = (camera.height_px / 2.0 - np.arange(camera.height_px) - 0.5) / camera.radius_px
    x, y = np.meshgrid(columns, rows)
    off_centre = np.hypot(x, y)
    height = np.sqrt(np.maximum(1.0 - off_centre**2, 0.0))
    reach = np.maximum(off_centre, 1.0)
    normal = (
        (x / reach)[..., None] * camera.right
        + (y / reach)[..., None] * camera.up
        + height[..., None] * camera.towards
    )
    sun_sine = normal @ sun
    day = _smooth((sun_sine + TWILIGHT_SINE) / (2.0 * TWILIGHT_SINE))
    surface = _surface(normal, sun_sine, day, sidereal_angle_rad, camera.radius_px)
    rim = (1.0 - height) ** 3 * (0.04 + 0.96 * day)
    surface += 0.55 * rim[..., None] * AIR
    glow = np.exp(-(reach - 1.0) / AIR_HEIGHT_RATIO) * (0.05 + 0.95 * day)
    beyond = SPACE + 0.55 * glow[..., None] * AIR
    disc = np.clip((1.0 - off_centre) * camera.radius_px + 0.5, 0.0, 1.0)[..., None]
    return np.asarray(disc * surface + (1.0 - disc) * beyond, dtype=np.float32)


def _surface(
    normal: NDArray[np.float64],
    sun_sine: NDArray[np.float64],
    day: NDArray[np.float64],
    sidereal_angle_rad: float,
    radius_px: float,
) -> NDArray[np.float64]:
    """Colour of sea, land and net at each pixel; the Earth as a sphere."""
    latitude = np.arcsin(np.clip(normal[..., 2], -1.0, 1.0))
    longitude = np.arctan2(normal[..., 1], normal[..., 0]) - sidereal_angle_rad
    ground = land.land_fraction(latitude_rad=latitude, longitude_rad=longitude)[..., None]
    by_day = WATER_BY_DAY + ground * (LAND_BY_DAY - WATER_BY_DAY)
    by_night = WATER_BY_NIGHT + ground * (LAND_BY_NIGHT - WATER_BY_NIGHT)
    sunlight = (day * (0.25 + 0.75 * np.maximum(sun_sine, 0.0)))[..., None]
    lines = _net(latitude, longitude, radius_px)[..., None] * (0.15 + 0.85 * day[..., None])
    return np.asarray(by_night + sunlight * by_day + lines * NET)


def _net(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64], radius_px: float
) -> NDArray[np.float64]:
    """How much of a line of the net lies on each pixel; lines a pixel wide at the disc's middle."""
    spacing = math.radians(NET_DEG)
    along = np.abs((latitude / spacing + 0.5) % 1.0 - 0.5) * spacing
    around = np.abs((longitude / spacing + 0.5) % 1.0 - 0.5) * spacing * np.cos(latitude)
    distance_px = np.minimum(along, around) * radius_px
    return np.asarray(np.clip(1.0 - distance_px, 0.0, 1.0))


def _smooth(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0 to 1 without a corner."""
    inside = np.clip(share, 0.0, 1.0)
    return inside * inside * (3.0 - 2.0 * inside)


def developed(light: Grid) -> NDArray[np.uint8]:
    """Turn light without a limit into 8-bit sRGB: bright places saturate softly."""
    brightest = np.maximum(light.max(axis=2, keepdims=True), 1e-9)
    kept_hue = light / brightest * (1.0 - np.exp(-brightest))
    toned = HUE_KEPT_FRACTION * kept_hue + (1.0 - HUE_KEPT_FRACTION) * (1.0 - np.exp(-light))
    encoded = np.where(
        toned <= 0.0031308, 12.92 * toned, 1.055 * np.maximum(toned, 1e-9) ** (1 / 2.4) - 0.055
    )
    return np.asarray(np.round(255.0 * encoded), dtype=np.uint8)
