"""Is every satellite drawn where it is, in the light it is in, before or behind the Earth?"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.report import land, picture, png
from sunstack.report.instant import julian_day
from sunstack.results import Results

SUN = np.array([1.0, 0.0, 0.0])
SUMMARY = {"simulation": {"last_instant": {"time": "2028-12-22T00:00:00+00:00"}}}
BACKGROUND = 40
"""Brighter than space and the Earth's night side, darker than any satellite."""


def decoded(file: bytes) -> NDArray[np.uint8]:
    """Read an unfiltered PNG by its standard, checking every chunk's sum."""
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(file):
        (length,) = struct.unpack_from(">I", file, at)
        kind, content = file[at + 4 : at + 8], file[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", file, at + 8 + length)
        assert crc == zlib.crc32(kind + content)
        chunks[kind] = content
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, colour, rest) == (8, 2, [0, 0, 0])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8)
    lines = lines.reshape(height, 1 + 3 * width)
    assert not lines[:, 0].any()
    return lines[:, 1:].reshape(height, width, 3)


def fleet(*positions: tuple[float, float, float]) -> Results:
    columns = np.array(positions, dtype=np.float32).T
    names = ("x_earth_radii", "y_earth_radii", "z_earth_radii")
    table = pl.DataFrame(dict(zip(names, columns, strict=True)))
    return Results(manifest={}, summary=SUMMARY, tables={"satellites": table})


def camera(towards: tuple[float, float, float], **changes: Any) -> picture.Camera:
    far = np.array([[1.25, 0.0, 0.0]])
    given = {"width_px": 250, "height_px": 250} | changes
    return picture.aim(far, towards=np.array(towards), **given)


def test_a_png_reads_back_as_it_was_written() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    assert (decoded(png.encode(pixels)) == pixels).all()


def test_the_camera_looks_with_north_up_and_east_to_the_right() -> None:
    view = camera((1.0, 0.0, 0.0))
    points = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    column, row, height = picture.seen(view, points)
    # 250 px, 96 % filled by 1.25 Earth radii: an Earth radius is 96 px.
    assert view.radius_px == pytest.approx(96.0)
    assert column == pytest.approx([125.0, 221.0, 125.0])
    assert row == pytest.approx([125.0, 125.0, 29.0])
    assert height == pytest.approx([1.0, 0.0, 0.0])


def test_a_satellite_is_drawn_where_it_is_seen() -> None:
    view = camera((1.0, 0.0, 0.0))
    light = picture.satellites(view, np.array([[1.0, 0.3, 0.5]]), sun=SUN)
    row, column = np.unravel_index(light.sum(axis=2).argmax(), light.shape[:2])
    # 125 + 96 · 0.3 = 153.8 and 125 - 96 · 0.5 = 77.0, in pixels from the corner.
    assert column == 153
    assert row in (76, 77)


def test_the_earth_hides_what_is_behind_it_and_nothing_else() -> None:
    view = camera((1.0, 0.0, 0.0))
    behind, before, beside = [-1.1, 0.0, 0.5], [1.1, 0.0, 0.5], [-0.4, 0.0, 1.1]
    total = {
        name: float(picture.satellites(view, np.array([at]), sun=SUN).sum())
        for name, at in (("behind", behind), ("before", before), ("beside", beside))
    }
    assert total["behind"] == 0.0
    assert total["before"] > total["beside"] > 0.0


def test_light_tells_sun_from_shadow() -> None:
    view = camera((0.0, -1.0, 0.0))
    lit = picture.satellites(view, np.array([[1.1, -0.1, 0.0]]), sun=SUN).sum(axis=(0, 1))
    dark = picture.satellites(view, np.array([[-1.1, -0.1, 0.0]]), sun=SUN).sum(axis=(0, 1))
    assert lit[0] > 2.0 * lit[2]
    assert dark[2] > 2.0 * dark[0]


def test_a_picture_of_one_satellite_shows_it_even_if_the_first_view_hides_it() -> None:
    instant = julian_day(SUMMARY["simulation"]["last_instant"]["time"])
    sun = np.asarray(orbit.sun(julian_day=instant).direction_ratio)
    first_view = picture.observer(np.array([[0.0, 0.0, 2.0]]), sun=sun)
    hidden = tuple(-1.1 * first_view)
    pixels = decoded(picture.globe_png(fleet(hidden), width_px=300)).astype(int)
    assert pixels.shape == (240, 300, 3)
    # Opposite the view by the terminator lies shadow or light; either spot outshines the rest.
    assert (pixels.max(axis=2) > 200).any()
    assert not (picture.observer(np.array([hidden]), sun=sun) == first_view).all()


def test_many_satellites_leave_the_sky_between_them_dark() -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 20_000, endpoint=False)
    ring = [(1.1 * np.cos(a), 1.1 * np.sin(a), 0.0) for a in angle]
    pixels = decoded(picture.globe_png(fleet(*ring), width_px=400, height_px=400)).astype(int)
    bright = pixels[..., 0] > 150  # red: the blue air over the limb has none
    assert not bright[:60].any() and not bright[-60:].any()
    assert bright[:, 200].any()
    assert pixels[5, 5].max() < BACKGROUND


def test_the_instant_is_the_end_of_the_last_run() -> None:
    # Midnight after 2028-12-21; 2000-01-01 12:00 is Julian day 2451545.0, 10,582.5 days before.
    assert julian_day(SUMMARY["simulation"]["last_instant"]["time"]) == 2451545.0 + 10_582.5


def test_day_is_brighter_than_night_and_the_sun_s_side_is_right() -> None:
    light = picture.earth(camera((0.0, -1.0, 0.0)), sun=SUN, sidereal_angle_rad=0.0)
    middle = light[125].sum(axis=1)
    # Seen from -y with z up, +x (the Sun) lies to the right.
    assert middle[200] > 4.0 * middle[50]


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "land_fraction"),
    [
        (23.0, 10.0, 1.0),  # Sahara
        (-25.0, 135.0, 1.0),  # Australia
        (-85.0, 0.0, 1.0),  # Antarctica
        (-89.9, 170.0, 1.0),  # the pole
        (66.0, -175.5, 1.0),  # Chukotka, east of 180°
        (0.0, -160.0, 0.0),  # Pacific
        (-16.0, -179.0, 0.0),  # beside Fiji, where rings cross 180°
        (42.0, 51.0, 0.0),  # Caspian Sea, a hole in Asia
        (89.0, 45.0, 0.0),  # Arctic Ocean
    ],
)
def test_land_is_where_it_is(
    latitude_deg: float, longitude_deg: float, land_fraction: float
) -> None:
    for turns in (-360.0, 0.0, 360.0):
        found = land.land_fraction(
            latitude_rad=np.radians([latitude_deg]),
            longitude_rad=np.radians([longitude_deg + turns]),
        )
        assert found[0] == land_fraction


def test_three_tenths_of_the_earth_are_land() -> None:
    # 29.2 % (148.9 of 510.1 million km²); coarse coasts and ice shelves leave ±1 %.
    rows = np.arange(land.mask().shape[0]) + 0.5
    weights = np.cos(np.radians(rows / land.CELLS_PER_DEGREE - 90.0))
    share = (land.mask().mean(axis=1) * weights).sum() / weights.sum()
    assert share == pytest.approx(0.292, abs=0.01)
