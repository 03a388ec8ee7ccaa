"""How does the answer about a cluster look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

FLIGHTS = {
    "two_to_one": "axes of 2:1",
    "held": "axes of 2:{ratio:.5f}",
    "each_trimmed": "and each member by itself",
}
NETWORKS = {
    "direct": "lattice, direct neighbours",
    "with_diagonals": "lattice, diagonals as well",
    "torus_of_two_axes": "as many in a square torus",
    "torus_of_three_axes": "as many in a cubic torus",
    "clos_of_one_link_each": "as many behind a Clos network",
}


def show(answer: Mapping[str, Any]) -> None:
    """Print distances, drift, station-keeping, meetings and bandwidth."""
    console = Console()
    console.print(
        f"[bold]{answer['satellites']:,} satellites within {answer['radius_m']:,.0f} m at "
        f"{answer['altitude_km']:g} km, {answer['inclination_deg']:.2f}°[/bold] "
        f"(a pitch of {answer['pitch_m']:g} m, {answer['orbits_flown']} orbits of "
        f"{answer['period_min']:.1f} min flown)",
        highlight=False,
    )
    console.print(_place(answer), highlight=False)
    console.print(_neighbours(answer))
    console.print(_drift(answer))
    for line in (*_keeping(answer), *_meeting(answer)):
        console.print(line, highlight=False)
    console.print(_bisection(answer))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _place(answer: Mapping[str, Any]) -> str:
    way = answer["envelope_m"]
    return (
        f"Within ±{way['along']:,.0f} m along the track, ±{way['up']:,.0f} m in height and "
        f"±{way['across']:,.1f} m across. Nearest two: {answer['nearest_m']:.1f} m."
    )


def _neighbours(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("over an orbit")
    for heading in ("least m", "mean m", "most m", "mrad/s", "barred %"):
        table.add_column(heading, justify="right")
    for row in answer["neighbours"]:
        turning, barred = row["turning_mrad_per_s"], row["barred_fraction"]
        table.add_row(
            row["name"],
            f"{row['least_m']:,.1f}",
            f"{row['mean_m']:,.1f}",
            f"{row['most_m']:,.1f}",
            "–" if turning is None else f"{turning:.2f}",
            "–" if barred is None else f"{100 * barred:.0f}",
        )
    return table


def _drift(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("drift by oblateness")
    for heading in ("m an orbit", "stopped once, mm/s", "m/s a year", "and km"):
        table.add_column(heading, justify="right")
    for name, told in FLIGHTS.items():
        row = answer["drift"][name]
        table.add_row(
            told.format(ratio=answer["axis_ratio"]),
            f"{row['worst_m_per_orbit']:.3g}",
            f"{row['stopped_once_mm_per_s']:.3g}",
            f"{row['yearly_m_per_s']:.3g}",
            f"{row['yearly_m_per_s_per_km']:.3g}",
        )
    return table


def _keeping(answer: Mapping[str, Any]) -> tuple[str, ...]:
    ratios, differences = answer["axis_ratios"], answer["differences"]
    return (
        f"Started at {answer['start_deg']:g}° of latitude along the orbit, 2:"
        f"{ratios['searched']:.5f} holds the cluster (closed form 2:{ratios['closed_form']:.5f}).",
        f"Differences of {100 * answer['difference_fraction']:g} % between members: air "
        f"{differences['air_m_per_s']:.3g} m/s a year, light {differences['light_m_per_s']:.3g}.",
    )


def _meeting(answer: Mapping[str, Any]) -> tuple[str, ...]:
    meeting = answer["meeting"]
    if meeting["gap_m"] <= 0.0:
        return (f"Satellites of {answer['size_m']:g} m radius touch their neighbours.",)
    return (
        f"Without thrust, left with {answer['last_impulse_mm_per_s']:g} mm/s, a member uses up the "
        f"{meeting['gap_m']:,.0f} m to its neighbour in {_days(meeting['days'])}, by the air's "
        f"difference alone in {_days(meeting['days_by_air_alone'])}.",
    )


def _days(days: float | None) -> str:
    return "no time at all: never" if days is None else f"{days:.2g} days"


def _bisection(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(f"one half to the other, at {answer['link_tbit_per_s']:g} Tbit/s a laser")
    table.add_column("Tbit/s", justify="right")
    for name, told in NETWORKS.items():
        table.add_row(told, f"{answer['bisection_tbit_per_s'][name]:,.1f}")
    return table
