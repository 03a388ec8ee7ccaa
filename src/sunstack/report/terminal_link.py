"""How does the answer about one link look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table


def show(answer: Mapping[str, Any]) -> None:
    """Print what a link carries and what is to spare."""
    console = Console()
    lines = _radio(answer) if "radio" in answer else _laser(answer)
    console.print(f"[bold]{lines[0]}[/bold]", highlight=False)
    for line in lines[1:]:
        console.print(line, highlight=False)
    if "radio" in answer:
        console.print(_shares(answer))
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _laser(answer: Mapping[str, Any]) -> tuple[str, ...]:
    grazing = answer["grazing_altitude_km"]
    passes = "" if grazing is None else f", passing the Earth at {grazing:,.0f} km"
    beams = answer["beams_side_by_side_count"]
    many = f"; cut up, {beams:,.0f} beams side by side" if beams > 1.0 else ""
    return (
        f"{answer['laser']} over {answer['distance_km']:,g} km{passes}: "
        f"{_rate(answer['rate_gbit_per_s'])}",
        f"{answer['power_w']:g} W from {answer['aperture_cm']:g} cm at "
        f"{answer['wavelength_nm']:g} nm, {answer['modulation']} "
        f"({answer['photons_per_bit_count']:g} photons a bit); "
        f"{answer['delay_ms']:.3g} ms one way.",
        f"Beam: {answer['divergence_urad']:.3g} µrad from axis to dark ring, "
        f"{_length(answer['spot_radius_m'])} at the other end; near field to "
        f"{answer['near_field_km']:.3g} km{many}.",
        f"Received: {_power(answer['received_w'])}, {answer['pointing_loss_db']:.2g} dB lost by "
        f"pointing with {answer['jitter_urad']:g} µrad of jitter; photons carry "
        f"{_rate(answer['photon_limit_gbit_per_s'])}, the terminal "
        f"{_rate(answer['line_rate_gbit_per_s'])}.",
        f"For {_rate(answer['wanted_gbit_per_s'])}: {answer['margin_db']:+.1f} dB, "
        f"{_reach(answer['reach_km'])}{_outage(answer)}.",
        f"Seeking its partner: {answer['mean_search_s']:.2g} s in the mean, "
        f"{answer['search_s']:.2g} s at most.",
    )


def _radio(answer: Mapping[str, Any]) -> tuple[str, ...]:
    margin = answer["flux_margin_db"]
    flux = () if margin is None else (f"Limit of flux at the ground: {margin:+.1f} dB.",)
    return (
        f"{answer['radio']} at {answer['site']}: {_rate(answer['mean_rate_gbit_per_s'])} over the "
        "year",
        f"{answer['frequency_ghz']:g} GHz, {answer['bandwidth_mhz']:,g} MHz, satellite at "
        f"{answer['altitude_km']:,g} km and {answer['elevation_deg']:g}°: "
        f"{answer['range_km']:,.0f} km, {answer['free_space_loss_db']:.1f} dB of free space.",
        f"Half of the time at least {_rate(answer['usual_rate_gbit_per_s'])}; half of that for "
        f"{100.0 * answer['half_rate_fraction']:.2f} % of the year, some rate for "
        f"{100.0 * answer['any_rate_fraction']:.2f} %.",
        *flux,
        f"Clear sky, for an optical station: {100.0 * answer['clear_sky_fraction']:.0f} % of the "
        f"time. Nearest on the ground: {answer['nearest_data_centre']}, "
        f"{answer['nearest_data_centre_km']:,.0f} km.",
    )


def _shares(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("but for", justify="right", no_wrap=True)
    for heading in ("air", "cloud", "rain", "scin.", "dB", "C/N"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("coding", no_wrap=True)
    table.add_column("rate", justify="right", no_wrap=True)
    parts = ("gas_db", "cloud_db", "rain_db", "scintillation_db", "total_db")
    for row in answer["by_share"]:
        table.add_row(
            f"{100.0 * row['exceeded_fraction']:g} %",
            *(_decibels(row[part]) for part in parts),
            _decibels(row["carrier_to_noise_db"]),
            row["coding"] or "none holds",
            _rate(row["rate_gbit_per_s"]),
        )
    return table


def _decibels(number: float) -> str:
    return f"{number:.0f}" if abs(number) >= 10.0 else f"{number:.1f}"


def _rate(gbit_per_s: float) -> str:
    if gbit_per_s == 0.0:
        return "nothing"
    for factor, unit in ((1e3, "Tbit/s"), (1.0, "Gbit/s"), (1e-3, "Mbit/s")):
        if gbit_per_s >= factor:
            return f"{gbit_per_s / factor:.3g} {unit}"
    return f"{1e6 * gbit_per_s:.3g} kbit/s"


def _power(watts: float) -> str:
    for factor, unit in ((1.0, "W"), (1e-3, "mW"), (1e-6, "µW")):
        if watts >= factor:
            return f"{watts / factor:.3g} {unit}"
    return f"{1e9 * watts:.3g} nW"


def _length(metres: float) -> str:
    return f"{metres:,.3g} m" if metres >= 1.0 else f"{1e2 * metres:.3g} cm"


def _outage(answer: Mapping[str, Any]) -> str:
    """Tell how often jitter breaks a link that holds in the mean."""
    share = answer["pointing_outage_fraction"]
    if answer["margin_db"] < 0.0:
        return ""
    return f"; jitter breaks it {100.0 * share:.2g} % of the time" if share > 1e-9 else ""


def _reach(kilometres: float) -> str:
    if kilometres <= 0.0:
        return "reached at no distance"
    printed = f"{kilometres:,.0f}" if kilometres >= 100.0 else f"{kilometres:.3g}"
    return f"kept up to {printed} km"
