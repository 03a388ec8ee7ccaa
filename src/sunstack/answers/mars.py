"""Can a data centre near Earth serve Mars, through the years?

How long light takes, when the Sun is in the way, what a laser carries, how long a message waits
behind what came before it, and what that means for prompts and for models to be sent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from sunstack.disciplines import deep_space
from sunstack.errors import ScenarioError
from sunstack.resolve.design import julian_day_of
from sunstack.units import ASTRONOMICAL_UNIT_M, DAY_S, YEAR_S

STEPS_A_DAY = 4
MOST_GBIT_PER_DAY = 1e15
MOST_YEARS = 100.0
SHOWN_BIT_PER_S, SHOWN_DISTANCE_M = 25e6, 226e9
"""NASA's Deep Space Optical Communications, 8 April 2024: 4 W and 22 cm to a telescope of 5 m."""
MODEM_BIT_PER_S = 267e6
"""Most that its modem does, shown over 53 million kilometres and nearer."""
SUN_LIMIT_DEG = 3.0
"""Least angle off the Sun for which JPL has reckoned optical links with Mars (IPN 42-162)."""
BITS_PER_TOKEN = 32
"""A number of four bytes, as a tokenizer writes it down; packed text takes about as much."""
PROMPT_TOKENS = 1000
MODEL_BYTES = 100e9
"""A language model of 100 thousand million parameters in eight bits each."""
Columns = NDArray[np.float64]

CAVEATS = (
    "Planets from JPL's approximate elements: light times are good to 0.3 s, the days of "
    "conjunctions to a quarter of a day.",
    "Rates are the one NASA showed, scaled with the square of the distance, for receivers above "
    "the air or under a clear sky; acquisition and repeats are left out.",
    "The Sun's limit holds at both ends; a telescope on Mars loses Earth at opposition too, when "
    "Earth stands before the Sun.",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Years, traffic and what carries it."""

    from_date: date = date(2028, 1, 1)
    years: float = 4.27
    """Two synodic periods."""
    gbit_per_day: float = 500.0
    links: int = 1
    """Lasers side by side."""
    earth_limit_deg: float = SUN_LIMIT_DEG
    mars_limit_deg: float = SUN_LIMIT_DEG
    earth_view_fraction: float = 1.0
    """Share of a day in which Earth's end sees Mars: 1 for a ring of satellites."""
    mars_view_fraction: float = 1.0


def mars_of(asked: Question) -> dict[str, Any]:
    """Answer for a span of years.

    Raises:
        ScenarioError: a number is none, or the years lie outside 1800 to 2050.
    """
    _check(asked)
    first = julian_day_of(asked.from_date)
    days = first + np.arange(round(asked.years * YEAR_S / DAY_S * STEPS_A_DAY)) / STEPS_A_DAY
    deep_space.check_covered(julian_day=days[[0, -1]])
    seen = deep_space.geometry(julian_day=days)
    clear = np.asarray(
        deep_space.open_fraction(
            seen,
            earth_limit_rad=math.radians(asked.earth_limit_deg),
            mars_limit_rad=math.radians(asked.mars_limit_deg),
        )
    )
    rate = _rate_bit_per_s(asked, np.asarray(seen.distance_m))
    blackouts = _blackouts(days, clear, np.asarray(seen.sun_earth_mars_rad))
    return {
        **vars(asked),
        "from_date": asked.from_date.isoformat(),
        "synodic_period_days": deep_space.synodic_period_s() / DAY_S,
        "light": _light(days, seen),
        "blackouts": blackouts,
        "blackout_days_per_synodic_period": _blackout_days(clear),
        "longest_blackout_days": max((one["days"] for one in blackouts), default=0.0),
        "link": _link(asked, seen, rate),
        **_forwarded(asked, seen, rate, clear),
        "caveats": list(CAVEATS),
    }


def _check(asked: Question) -> None:
    wrong = []
    if not (math.isfinite(asked.years) and 0.1 <= asked.years <= MOST_YEARS):
        wrong.append(f"years: {asked.years:g} is no span; write 0.1 to {MOST_YEARS:g}")
    if not 0.0 < asked.gbit_per_day <= MOST_GBIT_PER_DAY:
        wrong.append(
            f"gbit_per_day: {asked.gbit_per_day:g} is none; write a number above 0, up to "
            f"{MOST_GBIT_PER_DAY:g}"
        )
    if asked.links < 1:
        wrong.append(f"links: {asked.links} is none; write 1 or more")
    for name in ("earth_limit_deg", "mars_limit_deg"):
        if not 0.0 <= getattr(asked, name) <= 90.0:
            wrong.append(f"{name}: {getattr(asked, name):g} is no limit; write 0 to 90")
    for name in ("earth_view_fraction", "mars_view_fraction"):
        if not 0.0 < getattr(asked, name) <= 1.0:
            wrong.append(f"{name}: {getattr(asked, name):g} is no share; write above 0, up to 1")
    if wrong:
        raise ScenarioError("\n".join(wrong))


def _rate_bit_per_s(asked: Question, distance_m: Columns) -> Columns:
    shown = deep_space.Shown(
        rate_bit_per_s=jnp.asarray(SHOWN_BIT_PER_S),
        distance_m=jnp.asarray(SHOWN_DISTANCE_M),
        ceiling_bit_per_s=jnp.asarray(MODEM_BIT_PER_S),
    )
    one = deep_space.shown_rate_bit_per_s(shown, distance_m=distance_m)
    return asked.links * np.asarray(one)


def _day(julian_day: float) -> str:
    """Calendar date of a Julian day."""
    moment = datetime(2000, 1, 1, 12) + timedelta(days=julian_day - 2451545.0)
    return moment.date().isoformat()


def _spread(values: Columns) -> dict[str, float]:
    return {
        "best": float(values.min()),
        "median": float(np.median(values)),
        "worst": float(values.max()),
    }


def _light(days: Columns, seen: deep_space.Geometry) -> dict[str, Any]:
    outward, around = np.asarray(seen.outward_s), np.asarray(seen.round_trip_s)
    return {
        "one_way_min": _spread(outward / 60.0),
        "round_trip_min": _spread(around / 60.0),
        "closest": _day(float(days[outward.argmin()])),
        "farthest": _day(float(days[outward.argmax()])),
    }


def _blackouts(days: Columns, clear: Columns, at_earth_rad: Columns) -> list[dict[str, Any]]:
    """Every span in which the Sun is in the way, edges to a step."""
    edges = np.diff(np.concatenate([[1.0], clear, [1.0]]))
    starts, ends = np.flatnonzero(edges < 0.0), np.flatnonzero(edges > 0.0)
    return [
        {
            "start": _day(float(days[start])),
            "end": _day(float(days[end - 1])),
            "days": float(end - start) / STEPS_A_DAY,
            "kind": "conjunction" if at_earth_rad[start] < 0.5 * math.pi else "opposition",
        }
        for start, end in zip(starts, ends, strict=True)
    ]


def _blackout_days(clear: Columns) -> float:
    """Mean of a synodic period, over as many whole ones as there are."""
    period_days = deep_space.synodic_period_s() / DAY_S
    steps = clear.size
    whole = int(steps / STEPS_A_DAY / period_days + 1e-3)
    if whole:
        steps = round(whole * period_days * STEPS_A_DAY)
    return float(np.mean(clear[:steps] == 0.0)) * period_days


def _link(asked: Question, seen: deep_space.Geometry, rate: Columns) -> dict[str, float]:
    distance = np.asarray(seen.distance_m)
    share = asked.earth_view_fraction * asked.mars_view_fraction
    model_days = 8.0 * MODEL_BYTES / (rate * share) / DAY_S
    return {
        "closest_au": float(distance.min()) / ASTRONOMICAL_UNIT_M,
        "farthest_au": float(distance.max()) / ASTRONOMICAL_UNIT_M,
        "closest_mbit_per_s": float(rate.max()) / 1e6,
        "median_mbit_per_s": float(np.median(rate)) / 1e6,
        "farthest_mbit_per_s": float(rate.min()) / 1e6,
        "model_gigabytes": MODEL_BYTES / 1e9,
        "model_days_closest": float(model_days.min()),
        "model_days_median": float(np.median(model_days)),
        "model_days_farthest": float(model_days.max()),
    }


def _forwarded(
    asked: Question, seen: deep_space.Geometry, rate: Columns, clear: Columns
) -> dict[str, Any]:
    """Follow every step's messages until they arrive."""
    step_s = DAY_S / STEPS_A_DAY
    share = asked.earth_view_fraction * asked.mars_view_fraction
    capacity = rate * clear * share * step_s
    volume = asked.gbit_per_day * 1e9 / STEPS_A_DAY
    found = deep_space.forwarding(
        volume_bit_count=volume, capacity_bit_count=capacity, step_s=step_s
    )
    turning_s = float(
        deep_space.mean_wait_s(view_share_fraction=asked.earth_view_fraction, day_s=DAY_S)
        + deep_space.mean_wait_s(
            view_share_fraction=asked.mars_view_fraction, day_s=deep_space.MARS_DAY_S
        )
    )
    delay = np.asarray(found.queue_s) + turning_s + np.asarray(seen.outward_s)
    arrived = delay[~np.isnan(delay)]
    whole_days = capacity.size // STEPS_A_DAY
    daily = capacity[: whole_days * STEPS_A_DAY].reshape(whole_days, STEPS_A_DAY).sum(axis=1)
    tokens = asked.gbit_per_day * 1e9 / BITS_PER_TOKEN
    return {
        "mean_wait_for_view_min": turning_s / 60.0,
        "delay_min": {
            **_spread(arrived / 60.0),
            "most_of_95_percent": float(np.quantile(arrived, 0.95)) / 60.0,
        }
        if arrived.size
        else None,
        "never_arrives_fraction": float(np.mean(np.isnan(delay))),
        "longest_queue_gbit": float(found.queued_bit_count.max()) / 1e9,
        "capacity_gbit_per_day": _spread(daily / 1e9),
        "mean_capacity_gbit_per_day": float(capacity.sum()) / 1e9 / (capacity.size / STEPS_A_DAY),
        "sustained": bool(asked.gbit_per_day * 1e9 / STEPS_A_DAY <= capacity.mean()),
        "tokens_per_day": tokens,
        "prompts_per_day": tokens / PROMPT_TOKENS,
    }
