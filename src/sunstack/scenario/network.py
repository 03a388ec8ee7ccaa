"""Which keys say how satellites, places and the ground are joined?

Places are the largest cities of the catalogue. Where an access constellation is named, its
satellites carry users' traffic to those that compute; else places reach these themselves.
"""

from __future__ import annotations

from typing import Literal

from .fields import Quantity, Section, number, word
from .launching import ESTIMATE


class Network(Section):
    """Lasers between satellites, radio to places, and what passes both."""

    access: str | None = word(
        "constellation of the catalogue that carries users' traffic to the satellites that "
        "compute; `none`: places reach these themselves",
        default="none",
    )
    elevation_deg: Quantity | None = number(
        5,
        85,
        "least height above the horizon at which a place uses a satellite",
        default=25.0,
        source="constellation-sim",
    )
    laser_range_km: Quantity | None = number(
        1, 20_000, "longest link a laser bridges", default=5400.0, source="suncatcher-2511-19468"
    )
    laser_rate_gbit_per_s: Quantity | None = number(
        0.001,
        1e6,
        "what a laser carries each way",
        default=100.0,
        around=(100.0, 1000.0),
        source="suncatcher-2511-19468",
    )
    laser_count: Quantity | None = number(
        2,
        64,
        "lasers of each satellite that computes",
        default=4.0,
        around=(3.0, 8.0),
        source=ESTIMATE,
    )
    hop_us: Quantity | None = number(
        0,
        10_000,
        "time a satellite takes to pass a packet on",
        default=20.0,
        around=(1.0, 200.0),
        source=ESTIMATE,
    )
    access_rate_gbit_per_s: Quantity | None = number(
        0.001,
        1e6,
        "what a satellite that places see passes down to them",
        default=24.0,
        around=(17.0, 96.0),
        source="constellation-sim",
    )
    frame_ms: Quantity | None = number(
        0,
        100,
        "frame of the radio link: half of one is waited for, and one is sent",
        default=1.333,
        around=(1.0, 5.0),
        source="humphreys-2023",
    )
    load_fraction: Quantity | None = number(
        0,
        0.999,
        "share of the radio link's capacity in use",
        default=0.7,
        around=(0.3, 0.95),
        source=ESTIMATE,
    )
    fibre_stretch_ratio: Quantity | None = number(
        1,
        5,
        "length of fibre on the ground over the great circle",
        default=2.05,
        around=(1.2, 2.5),
        source=ESTIMATE,
    )
    mesh_search: Literal["none", "largest-shell"] | None = word(
        "whether lasers and phasing of the largest shell with lasers across are searched: some ten "
        "seconds",
        default="none",
    )
    place_count: Quantity | None = number(
        1, 1000, "largest cities whose delays are told", default=300.0
    )
