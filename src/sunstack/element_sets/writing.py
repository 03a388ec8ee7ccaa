"""How are element sets written, so that other programs read them?

OMM as JSON, as CSV and as key-value lines, each with the keywords of `omm`; CZML with positions for
a globe in a browser. TLE is not written: it has no room for numbers above 339,999.

Reference: CCSDS 502.0-B-3; CelesTrak's formats; Cesium, CZML Guide.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import orbit
from sunstack.errors import CatalogueError
from sunstack.units import DAY_S

from .omm import COUNTS, NUMBERS, OPTIONAL
from .propagation import Catalogue
from .records import UNIX_JULIAN_DAY, ElementSet, instant

VERSION = "3.0"
ORIGINATOR = "SUNSTACK"
DIGITS = 1
"""Decimals of a metre in CZML."""
POLYNOMIAL = 5
MOST_HOURS = 1e7
LATEST_YEAR = 2200
MOST_NUMBERS = 20_000_000
"""Of a CZML document: some 200 MB."""


def epoch_text(one: ElementSet) -> str:
    """Epoch as OMM writes it: to the microsecond, or the nanosecond where it is needed."""
    day = date(1970, 1, 1) + timedelta(days=one.epoch_day)
    second, fraction = divmod(one.epoch_ns, 10**9)
    clock = f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    part = f"{fraction:09d}"
    return f"{day.isoformat()}T{clock}.{part.removesuffix('000')}"


def message(one: ElementSet) -> dict[str, Any]:
    """One set by the keywords of OMM, in CelesTrak's order."""
    numbers = {key: getattr(one, field) for key, field in (NUMBERS | OPTIONAL).items()}
    drag, rates = numbers.pop("BSTAR"), {key: numbers.pop(key) for key in OPTIONAL}
    return {
        "OBJECT_NAME": one.name,
        "OBJECT_ID": one.international_designator,
        "EPOCH": epoch_text(one),
        **numbers,
        "EPHEMERIS_TYPE": one.ephemeris_type,
        "CLASSIFICATION_TYPE": one.classification,
        "NORAD_CAT_ID": one.catalogue_number,
        **{key: getattr(one, COUNTS[key][0]) for key in ("ELEMENT_SET_NO", "REV_AT_EPOCH")},
        "BSTAR": drag,
        **rates,
    }


def to_json(sets: Sequence[ElementSet]) -> str:
    """OMM as a JSON list."""
    return json.dumps([message(one) for one in sets], indent=1, ensure_ascii=False) + "\n"


def to_csv(sets: Sequence[ElementSet]) -> str:
    """OMM as a table."""
    out = io.StringIO()
    rows = [message(one) for one in sets]
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def to_key_value(sets: Sequence[ElementSet], *, created: datetime) -> str:
    """OMM as key-value lines, a message after the other."""
    header = {
        "CCSDS_OMM_VERS": VERSION,
        "CREATION_DATE": f"{_whole_second(created):%Y-%m-%dT%H:%M:%S}",
        "ORIGINATOR": ORIGINATOR,
    }
    frame = {
        "CENTER_NAME": "EARTH",
        "REF_FRAME": "TEME",
        "TIME_SYSTEM": "UTC",
        "MEAN_ELEMENT_THEORY": "SGP4",
    }
    blocks = []
    for one in sets:
        said = message(one)
        names = {key: said.pop(key) for key in ("OBJECT_NAME", "OBJECT_ID")}
        lines = {**header, **names, **frame, **said}
        blocks.append("".join(f"{key} = {value}\n" for key, value in lines.items()))
    return "\n".join(blocks)


def to_czml(
    sets: Sequence[ElementSet], *, start: datetime, hours: float, step_s: float = 60.0
) -> str:
    """Positions for a globe, Earth-fixed (by the sidereal angle alone), for some hours.

    They begin at the start's whole second.

    Raises:
        CatalogueError: the document would be too large, or a satellite cannot be propagated.
    """
    if not 0.0 < hours <= MOST_HOURS or not start.year <= LATEST_YEAR:
        raise CatalogueError(
            f"hours {hours:g} from {start:%Y-%m-%d}; write 0 to {MOST_HOURS:g}, "
            f"up to the year {LATEST_YEAR}"
        )
    count = round(hours * 3600.0 / step_s) + 1
    if count < 2 or count * len(sets) * 4 > MOST_NUMBERS:
        raise CatalogueError(
            f"{count:,} times of {len(sets):,} satellites do not fit a CZML document; write fewer "
            "hours, a longer step, or fewer satellites"
        )
    start = _whole_second(start)
    time_s = np.arange(count, dtype=np.float64) * step_s
    found = Catalogue(sets).ephemeris(start=start, time_s=time_s)
    found.refuse_failures()
    day, nanosecond = instant(start)
    julian = UNIX_JULIAN_DAY + day + (nanosecond / 1e9 + time_s) / DAY_S
    fixed = orbit.earth_fixed_m(
        position_m=jnp.moveaxis(jnp.asarray(found.position_m), 1, 2),
        julian_day=jnp.asarray(julian)[:, None],
    )
    whole = _interval(start, time_s[-1])
    clock = {"interval": whole, "currentTime": whole.split("/")[0], "multiplier": 60}
    document = {"id": "document", "version": "1.0", "name": "Sunstack", "clock": clock}
    rounded = np.round(np.asarray(fixed), DIGITS)
    packets = [_packet(one, whole, time_s, rounded[:, number]) for number, one in enumerate(sets)]
    return json.dumps([document, *packets], ensure_ascii=False, allow_nan=False) + "\n"


def _whole_second(start: datetime) -> datetime:
    """In UTC, which a moment without a zone already is, without its fraction of a second."""
    moment = start.astimezone(UTC) if start.tzinfo else start.replace(tzinfo=UTC)
    return moment.replace(microsecond=0)


def _interval(start: datetime, length_s: float) -> str:
    end = start + timedelta(seconds=float(length_s))
    return f"{start:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ}"


def _packet(
    one: ElementSet, interval: str, time_s: NDArray[np.float64], place_m: NDArray[np.float64]
) -> dict[str, Any]:
    return {
        "id": f"{one.catalogue_number}",
        "name": one.name,
        "availability": interval,
        "point": {"pixelSize": 3},
        "position": {
            "epoch": interval.split("/")[0],
            "interpolationAlgorithm": "LAGRANGE",
            "interpolationDegree": POLYNOMIAL,
            "referenceFrame": "FIXED",
            "cartesian": np.column_stack([time_s, place_m]).ravel().tolist(),
        },
    }


FORMATS = (".json", ".csv", ".kvn", ".czml")


def written(
    sets: Sequence[ElementSet], suffix: str, *, start: datetime, hours: float, step_s: float
) -> str:
    """Write sets in the form that a file's suffix names.

    Args:
        sets: at least one.
        suffix: of `FORMATS`.
        start: first time of CZML; stands for the creation date of KVN, so that the same file
            gives the same file.
        hours: as in `to_czml`.
        step_s: as in `to_czml`.

    Raises:
        CatalogueError: no such form, or see `to_czml`.
    """
    if suffix == ".json":
        return to_json(sets)
    if suffix == ".csv":
        return to_csv(sets)
    if suffix == ".kvn":
        return to_key_value(sets, created=start)
    if suffix == ".czml":
        return to_czml(sets, start=start, hours=hours, step_s=step_s)
    raise CatalogueError(
        f"{suffix or 'a name without suffix'} is no form to write; end the name in "
        f"{', '.join(FORMATS)}"
    )
