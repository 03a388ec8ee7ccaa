"""What must a reader of the results know that the figures do not say by themselves?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sunstack.disciplines import launch, radiation, reliability
from sunstack.margins import local_time_drift_s, orbits_of
from sunstack.scenario import Document, Number, Shells
from sunstack.scenario.model import Group
from sunstack.system import System
from sunstack.units import HOUR_S, YEAR_S

from .chips import IN_BLOCKS, NO_COMPUTER, missing_facts, published_in_blocks
from .consistency import cut_short
from .economics import about_costs
from .planes import sun_synchronous_rad
from .values import Origin

FILED_ROUNDING_DEG = 0.15
"""A filed inclination printed to 0.1° agrees with a computed one within this."""

NEARLY_CIRCULAR_RATIO = 0.005
"""Eccentricity up to which light on an orbit is that on a circle to 1 %."""

ALWAYS = (
    "Orbits: secular J2 with first-order short-period terms; no drag in the motion, no higher "
    "harmonics, no manoeuvres (about 1 km a day). A picture of the fleet, not for conjunction "
    "assessment.",
    "Sunlight: spherical Earth, no refraction; light falls linearly across the penumbra.",
    "All power that payload and bus draw becomes heat at the payload's radiator; what conversion "
    "and battery lose (some 5 %), and the array's own heat, are taken to leave by their own "
    "surfaces. No view between array, radiator and neighbouring satellites.",
    "First and last year are those of a satellite that works; what dose, upsets, failures and "
    "holes take is in the fleet's years.",
    "The fleet's years are means of a fluid unless drawn: a fleet of a few satellites is told in "
    "fractions. Production keeps up; every satellite begins its life in the orbits as given.",
    "A flight is charged at the price of the rocket's entry for all it lifts to a low orbit, and a "
    "part of a flight for that part; each price names the mass or the reuse it belongs to.",
    "Shielding, walls over the coolant and the height of release cost neither mass nor payload "
    "here: 10 mm of aluminium are 27 kg on each square metre of what is shielded.",
    "Dead on arrival come down within the month, from the height of release.",
    "Raising is without drag: at solar maximum it adds a third and more, and holds down a "
    "satellite that flies broadside.",
    "Chips and drives fail as on the ground times a factor nobody has measured; of 20 drives flown "
    "on the Space Station 9 failed in 1.6 years, which would stop most payloads within two.",
    "Derelicts fall tumbling through a mean cycle of the Sun and an equinox's air, 21 % above the "
    "year's mean; disposal takes effect within the month.",
    "Doses are good to a factor of 2, upsets to 3: every chip is taken for the one tested in a "
    "beam. Debris met is that of a formula of 1991, good to a factor of 3.",
    "The network is that of the whole constellation as given; of its satellites the share that "
    "computes at the horizon works. Cities stand for people: the largest, each at its centre, "
    "without the way through its own streets.",
    "Delays are light on straight lines, hops, frames and the wait for a radio link in use; "
    "computing, protocols and rain are left out. Fibre's are light alone, by the stretch stated.",
    "Each satellite of an access constellation is given a laser to the nearest satellite of every "
    "group that computes, turned as that changes; how long turning takes is left out.",
    "Tokens are those of each language model as if it alone were served, batches kept full, on "
    "chips of which few were measured; caches of what was said before and speculation are left "
    "out.",
    "What is asked is of terminals counted for few countries; most of their shares are estimates.",
    "Training is told as if satellites did nothing else, one job like the other; what silent "
    "corruptions do to a model, and software that fails by itself more often in orbit, are left "
    "out.",
    "Not yet in the figures: collisions, brightness, spectrum.",
)


def caveats(
    document: Document,
    *,
    groups: Sequence[Group],
    system: System,
    origins: Mapping[str, Origin],
    cap: int | None,
) -> tuple[str, ...]:
    """List what was assumed, contradicted or thinned on the way from scenario to system."""
    return (
        *_about_orbits(groups, system),
        *_about_eccentricity(system),
        *_about_cap(groups, system, cap),
        *_about_estimates(origins),
        *_about_size(origins),
        *_about_permits(origins, system),
        *_about_stowing(system),
        *_about_doses(system),
        *_about_service(system),
        *_about_tokens(origins),
        *_about_precision(system),
        *about_costs(origins, system),
        *_about_lives(origins),
        *_about_host(system),
        *ALWAYS,
    )


def _about_orbits(groups: Sequence[Group], system: System) -> Iterator[str]:
    drift_s = np.asarray(local_time_drift_s(system))
    plane_group = np.asarray(system.plane_group)
    for number, group in enumerate(groups):
        yield from _about_filed_inclination(group)
        if group.sun_synchronous_intended:
            worst_s = drift_s[plane_group == number]
            worst = float(worst_s[np.argmax(np.abs(worst_s))])
            if abs(worst) > float(system.flight.local_time_tolerance_s):
                yield _about_drift(group, worst, system)
    if any(group.sun_synchronous_intended for group in groups):
        yield (
            "Sun-synchronous orbits are held against J2 alone; the Sun's pull moves their "
            "inclination by hundredths of a degree a year, which satellites must trim."
        )


def _about_filed_inclination(group: Group) -> Iterator[str]:
    if not isinstance(group, Shells) or group.filed_inclination_deg is None:
        return
    computed = [np.degrees(one) for one in _sun_synchronous_range_rad(group)]
    off = max(abs(group.filed_inclination_deg.value - one) for one in computed)
    agree = "agrees" if off <= FILED_ROUNDING_DEG else "DISAGREES"
    yield (
        f"{group.name}: filed at {group.filed_inclination_deg.value}°, flown at the "
        f"sun-synchronous {computed[0]:.2f}° to {computed[1]:.2f}°; the filed value {agree} "
        f"with it within its rounding (largest difference {off:.2f}°)."
    )


def _about_drift(group: Group, drift_s: float, system: System) -> str:
    years = float(system.flight.life_s) / YEAR_S
    low, high = (np.degrees(one) for one in _sun_synchronous_range_rad(group))
    return (
        f"{group.name}: meant to be sun-synchronous, but as given its node drifts "
        f"{drift_s / DEGREE_OF_TIME_S / years:+.0f}° a year against the Sun at worst "
        f"({drift_s / HOUR_S:+.1f} h of local time over {years:g} years). Simulated as given; "
        f"{low:.2f}° to {high:.2f}° would hold (see `corrected` in the group's figures)."
    )


DEGREE_OF_TIME_S = 240.0
"""A degree of node is four minutes of local time."""


def _sun_synchronous_range_rad(group: Group) -> tuple[float, float]:
    if isinstance(group, Shells):
        ends: tuple[Number, Number] = (group.altitude_low_km, group.altitude_high_km)
    else:
        ends = (group.altitude_km, group.altitude_km)
    low, high = (sun_synchronous_rad(end.value * 1e3, name=group.name) for end in ends)
    return low, high


def _about_eccentricity(system: System) -> Iterator[str]:
    largest = float(system.orbits.eccentricity_ratio.max())
    if largest > NEARLY_CIRCULAR_RATIO:
        yield (
            f"Orbits of eccentricity {largest:g}: the closed form takes their light as that of a "
            "circle (up to 3 % off at 0.02), the simulation does not."
        )


def _about_cap(groups: Sequence[Group], system: System, cap: int | None) -> Iterator[str]:
    flown = int(np.asarray(system.orbits.satellite_count).sum())
    filed = sum(_filed_count(group) for group in groups)
    if cap is not None and filed > cap:
        yield (
            f"The groups add up to {filed:,} satellites, over the cap of {cap:,}: every plane is "
            f"thinned in proportion, {flown:,} fly."
        )


def _filed_count(group: Group) -> int:
    if isinstance(group, Shells):
        return group.shell_count * group.planes_per_shell_count * group.satellites_per_plane_count
    return getattr(group, "plane_count", 1) * getattr(group, "satellites_per_plane_count", 1)


def _about_estimates(origins: Mapping[str, Origin]) -> Iterator[str]:
    weak = [key for key, origin in origins.items() if origin.confidence == "low"]
    if weak:
        yield (
            f"{len(weak)} of {len(origins)} inputs rest on estimates or single weak sources "
            "(confidence low); each is marked, with its range, among the inputs."
        )


def _about_size(origins: Mapping[str, Origin]) -> Iterator[str]:
    auto = sorted(key for key, origin in origins.items() if origin.value == "auto")
    if auto:
        yield ("Sized here, not given: " + ", ".join(auto) + " (worst plane and day of the life).")


def _about_permits(origins: Mapping[str, Origin], system: System) -> Iterator[str]:
    cap = float(launch.cadence_cap_per_s(system.launch.cadence) * YEAR_S)
    permitted = float(origins["launch.yearly_permitted_flight_count"].value)
    if cap > permitted * (1.0 + 1e-6):
        yield (
            f"{origins['launch.rocket'].value} flies up to {cap:,.0f} times a year here, "
            f"{permitted:,.0f} are permitted; `launch.flight_limit: permitted` holds it to that."
        )


def _about_stowing(system: System) -> Iterator[str]:
    if float(system.ascent.stowed_volume_m3) == 0.0:
        yield "No stowed volume is known: mass alone decides how many satellites fly together."


def _about_doses(system: System) -> Iterator[str]:
    known = radiation.known_fraction(
        system.radiation, system.radiation_environment, orbits_of(system)
    )
    beyond = np.unique(np.asarray(system.plane_group)[np.asarray(known) <= 0.0])
    if len(beyond):
        names = ", ".join(system.group_names[number] for number in beyond)
        yield (
            f"Planes of {names} lie outside the tables of radiation (300 to 2,000 km): neither "
            "dose nor upsets of theirs are counted anywhere."
        )


def _about_tokens(origins: Mapping[str, Origin]) -> Iterator[str]:
    """Say why nothing is served, if it is for want of facts."""
    if "payload.chip" not in origins:
        yield "No tokens are told: payload.chip names no accelerator."
        return
    chip = str(origins["payload.chip"].value)
    unknown = missing_facts(chip)
    if unknown and chip != NO_COMPUTER:
        yield (
            f"No tokens are told: of payload.chip {chip} the catalogue lacks {', '.join(unknown)}."
        )


def _about_precision(system: System) -> Iterator[str]:
    """Say which models are published with scales that the precision served has not."""
    if system.service.precision != "fp8":
        return
    names = [name for name in system.service.model_names if published_in_blocks(name)]
    if names:
        yield (
            f"Served with one scale for a matrix (service.precision: fp8), published with one for "
            f"each block of weights, of which fewer tokens come: {', '.join(names)}; "
            f"service.precision: {IN_BLOCKS} tells how many."
        )


def _about_lives(origins: Mapping[str, Origin]) -> Iterator[str]:
    if problem := cut_short(origins):
        yield problem


HOST_ROUNDING_RATIO = 1.01
"""A payload that draws a hundredth more than its chips do is one that is rounded."""


def _about_host(system: System) -> Iterator[str]:
    """Say what of the payload's power no chip can take."""
    service, peak_w = system.service, float(system.power.payload_peak_power_w)
    each_w = float(service.accelerator.peak_power_w * service.host_ratio)
    taken_w = each_w * float(service.chip_count)
    if service.model_names and peak_w > HOST_ROUNDING_RATIO * taken_w:
        yield (
            f"The payload draws up to {peak_w / 1e3:,.4g} kW, but its "
            f"{float(service.chip_count):,.0f} chips at work take no more than "
            f"{taken_w / 1e3:,.4g} kW ({each_w:,.4g} W each, their share of the machine counted): "
            f"the other {(peak_w - taken_w) / 1e3:,.4g} kW are taken to be the host's, serve "
            "nothing, and are cooled all the same."
        )


def _about_service(system: System) -> Iterator[str]:
    policy, life_s = system.upkeep.policy, float(system.flight.life_s)
    ends = isinstance(policy, reliability.ReplaceAtAge) and float(policy.life_s) <= life_s
    if not ends:
        yield (
            f"Satellites may serve beyond their design life of {life_s / YEAR_S:g} years: they are "
            "taken to draw then what they drew in its last year, and every margin is that of the "
            "design life."
        )
