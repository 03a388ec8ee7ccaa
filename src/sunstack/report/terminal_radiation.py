"""How does the answer about one orbit's radiation look on a terminal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

KINDS = {
    "silent_corruption": "silent corruption",
    "memory_error": "memory error not mended",
    "interrupt": "chip interrupted",
    "host_crash": "host crash, processor",
    "host_memory_crash": "host crash, memory",
}


def show(answer: Mapping[str, Any]) -> None:
    """Print doses, life, upsets and the anomaly's share."""
    console = Console()
    console.print(
        f"[bold]{answer['altitude_km']:g} km, {answer['inclination_deg']:g}°, behind "
        f"{answer['shield_mm']:g} mm of aluminium[/bold] ({answer['shielding_kg_per_m2']:.3g} "
        "kg/m²)",
        highlight=False,
    )
    for line in (*_doses(answer), *_life(answer)):
        console.print(line, highlight=False)
    console.print(_upsets(answer))
    held = answer["anomaly_time_fraction"]
    shares = ", ".join(f"{share} in {100 * time:.1f} %" for share, time in held.items())
    console.print(
        f"Protons above 50 MeV (low down, in the South Atlantic Anomaly): {shares} of the time.",
        highlight=False,
    )
    for caveat in answer["caveats"]:
        console.print(f"[dim]- {caveat}[/dim]", highlight=False)


def _doses(answer: Mapping[str, Any]) -> tuple[str, ...]:
    dose = answer["dose_krad_per_year"]
    return (
        f"Dose in a year: {dose['mean']:.3g} krad(Si); {dose['solar_minimum']:.3g} at solar "
        f"minimum, {dose['solar_maximum']:.3g} at maximum.",
        f"A solar event like that of August 1972: {answer['solar_event_dose_krad']:.3g} krad(Si).",
    )


def _life(answer: Mapping[str, Any]) -> tuple[str, ...]:
    limit = f"{answer['memory_limit_krad']:g} krad(Si), where stacked memory began to err"
    years = f"{answer['years']:g} year{'' if answer['years'] == 1 else 's'}"
    return (
        f"{_years(answer['years_to_memory_limit'])} to {limit}; "
        f"{_years(answer['years_to_memory_limit_with_event'])} with one such event.",
        f"Held for {years} {_height(answer, 'highest_altitude_km')}; with one such event "
        f"{_height(answer, 'highest_altitude_km_with_event')}.",
    )


def _years(years: float) -> str:
    if years < 0.5:
        return f"{365.25 * years:.3g} days"
    return f"{years:.3g} years" if years < 1000.0 else "Over 1,000 years"


def _height(answer: Mapping[str, Any], key: str) -> str:
    low, high = answer["covered_altitude_km"]
    if answer[key] is None:
        return f"at no altitude from {low:,.0f} km up"
    top = "" if answer[key] < high else ", as high as the tables reach"
    return f"up to {answer[key]:,.0f} km{top}"


def _upsets(answer: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(f"upsets a year, of one {answer['chip']}")
    for heading in ("by dose", "by flux", "range"):
        table.add_column(heading, justify="right")
    for kind, rates in answer["upsets_per_chip_year"].items():
        table.add_row(
            KINDS[kind],
            f"{rates['by_dose']:.3g}",
            f"{rates['by_flux']:.3g}",
            f"{rates['low']:.3g} to {rates['high']:.3g}",
        )
    return table
