"""Where on Earth is land?

`land.json` beside this file holds the coastlines with their source (Natural Earth, public domain).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

CELLS_PER_DEGREE = 8
TENTHS_PER_DEGREE = 10.0
TURN = 360 * CELLS_PER_DEGREE
"""Cells once round the Earth."""


@cache
def coastlines() -> tuple[NDArray[np.float64], ...]:
    """Closed rings of longitude and latitude in degrees, shape (points, 2) each.

    Longitudes run on past 180°. A ring inside another is water.
    """
    text = files("sunstack.report").joinpath("land.json").read_text("utf-8")
    rings = json.loads(text)["rings"]
    return tuple(np.reshape(ring, (-1, 2)) / TENTHS_PER_DEGREE for ring in rings)


@cache
def mask() -> NDArray[np.float32]:
    """Land as 1, water as 0, shape (latitudes, longitudes), from 90° south and 180° west on."""
    # Rings that run past 180° find room in two turns more. Coasts crossed on the way east are odd
    # in number over land, over all turns together: a sea may lie a turn away from its continent.
    crossings = np.zeros((180 * CELLS_PER_DEGREE, 3 * TURN), dtype=np.uint8)
    for ring in coastlines():
        for row, column in _crossings(ring):
            np.add.at(crossings, (row, column), 1)
    inside = np.cumsum(crossings, axis=1, dtype=np.uint8) % 2
    turns = inside.reshape(inside.shape[0], 3, TURN)
    return np.asarray(turns.sum(axis=1) % 2, dtype=np.float32)


def _crossings(ring: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows whose middle each side of a ring crosses, and the columns where."""
    cells = (ring + np.array([180.0 + 360.0, 90.0])) * CELLS_PER_DEGREE
    for (x, y), (to_x, to_y) in zip(cells, np.roll(cells, -1, axis=0), strict=True):
        low, high = sorted((y, to_y))
        rows = np.arange(np.ceil(low - 0.5), np.ceil(high - 0.5), dtype=np.int64)
        if len(rows):
            share = (rows + 0.5 - y) / (to_y - y)
            yield rows, np.ceil(x + share * (to_x - x) - 0.5).astype(np.int64)


def land_fraction(
    *, latitude_rad: NDArray[np.floating], longitude_rad: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Share of land round a place, smooth over a cell."""
    row = np.degrees(latitude_rad) * CELLS_PER_DEGREE + 90 * CELLS_PER_DEGREE - 0.5
    column = np.degrees(longitude_rad) * CELLS_PER_DEGREE + 180 * CELLS_PER_DEGREE - 0.5
    row = np.clip(row, 0.0, 180 * CELLS_PER_DEGREE - 1.001)
    south, west = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
    north_share, east_share = row - south, column - west
    land = mask()
    west, east = west % TURN, (west + 1) % TURN
    along_south = land[south, west] * (1 - east_share) + land[south, east] * east_share
    along_north = land[south + 1, west] * (1 - east_share) + land[south + 1, east] * east_share
    found = along_south * (1 - north_share) + along_north * north_share
    return np.asarray(found, dtype=np.float32)
