"""How is a number written for people?

Four significant digits, thousands parted by commas, a true minus sign, a space that does not break
before the unit.
"""

from __future__ import annotations

import math

from sunstack.units import DAY_S, MINUTE_S, YEAR_S, ZERO_CELSIUS_K

DIGITS = 4
MEAN_DIGITS = 3
"""Of means that are no whole numbers, and of what rests on a forecast."""
WHOLE_ABOVE = 100.0
LEAST_COUNT = 1e-9
"""Less than so many of anything are what rounding leaves of none."""
OFTEN_PER_DAY = 0.1
YEAR_DAYS = YEAR_S / DAY_S
INPUT_DIGITS = 6
"""An input is shown as it was given, up to this many digits."""
PLAIN_ABOVE = 1e-4
PLAIN_BELOW = 1e15
"""Between these a number is written out, beyond them as a power of ten."""
POWER_UNITS = ((1e9, "GW"), (1e6, "MW"), (1e3, "kW"), (1.0, "W"))
RATE_UNITS = ((1e3, "Tbit/s"), (1.0, "Gbit/s"), (1e-3, "Mbit/s"))
MONEY_UNITS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, ""))
TOKEN_UNITS = ((1e9, "billion"), (1e6, "million"), (1.0, ""))
ONE_PERCENT = 0.01
DELAY_DIGITS = ((100.0, 3), (0.1, 2), (0.0, 1))
"""From so many milliseconds on: where satellites and people are is not known better."""
BILLION_ABOVE = 0.995e9
JOULE_PER_KWH = 3.6e6
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"


def significant(value: float, digits: int = DIGITS, *, is_computed: bool = False) -> str:
    """Write a number with so many digits that count; idle zeros only where it was computed."""
    if value == 0.0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if not PLAIN_ABOVE <= abs(value) < PLAIN_BELOW:
        mantissa = significant(value / 10.0**power, digits)
        return f"{mantissa}{SPACE}×{SPACE}10{str(power).translate(SUPERSCRIPTS)}"
    places = digits - 1 - power
    written = f"{round(value, places):,.{max(places, 0)}f}"
    if "." in written and not is_computed:
        written = written.rstrip("0").rstrip(".")
    return _signed(written)


def fixed(value: float, places: int) -> str:
    """Write a number with so many decimal places."""
    written = f"{value:,.{places}f}"
    return written.removeprefix("-") if float(written.replace(",", "")) == 0.0 else _signed(written)


def whole(value: float) -> str:
    """Write a count."""
    return fixed(value, 0)


def count(value: float) -> str:
    """Write a mean count: whole where it is large, else with the digits that count."""
    if abs(value) < LEAST_COUNT:
        return "0"
    return whole(value) if abs(value) >= WHOLE_ABOVE else significant(value, MEAN_DIGITS)


def often(per_day: float) -> str:
    """Write how often something comes: by the day, or by the year where that is seldom."""
    seldom = abs(per_day) < OFTEN_PER_DAY
    number = count(per_day * YEAR_DAYS if seldom else per_day)
    return f"{number} a {'year' if seldom else 'day'}"


def percent(fraction: float, places: int = 1) -> str:
    """Write a fraction in per cent."""
    return fixed(100.0 * fraction, places) + SPACE + "%"


def signed_percent(fraction: float) -> str:
    """Write a fraction in per cent with its sign, zero with a plus."""
    return ("+" if float(f"{100.0 * fraction:.1f}") >= 0.0 else "") + percent(fraction)


def share(fraction: float) -> str:
    """Write a share in whole per cent, but all and nothing only where it is."""
    if 0.0 < fraction < ONE_PERCENT:
        return f"under 1{SPACE}%"
    if 1.0 - ONE_PERCENT < fraction < 1.0:
        return f"over 99{SPACE}%"
    return percent(fraction, 0)


def delay(millisecond: float) -> str:
    """Write a delay with the digits that a model of the way is good for."""
    size = abs(millisecond)
    digits = next(digits for least, digits in DELAY_DIGITS if size >= least)
    return f"{significant(millisecond, digits, is_computed=True)}{SPACE}ms"


def people(number: float) -> str:
    """Write a number of people with two digits."""
    factor, name = (1e9, "billion") if number >= BILLION_ABOVE else (1e6, "million")
    return quantity(number / factor, name, 2)


def rate(gbit_per_s: float) -> str:
    """Write a data rate with the unit that suits its size."""
    factor, unit = next((one for one in RATE_UNITS if abs(gbit_per_s) >= one[0]), RATE_UNITS[-1])
    return quantity(gbit_per_s / factor, unit, MEAN_DIGITS)


def tokens(per_s: float, digits: int = MEAN_DIGITS) -> str:
    """Write how many tokens a second, with the word that suits the size."""
    factor, name = token_unit_of(per_s)
    return quantity(per_s / factor, name, digits)


def price(usd: float | None) -> str:
    """Write a price with the digits that an estimate is good for; a dash where it is not known."""
    return "–" if usd is None else significant(usd, MEAN_DIGITS, is_computed=True)


def money(usd: float) -> str:
    """Write an amount of money with the word that suits its size."""
    factor, name = next((one for one in MONEY_UNITS if abs(usd) >= one[0]), MONEY_UNITS[-1])
    return f"{quantity(usd / factor, name, MEAN_DIGITS)}{SPACE}$"


def token_unit_of(per_s: float) -> tuple[float, str]:
    """How many tokens the word that suits a number of them stands for, and the word."""
    return next((one for one in TOKEN_UNITS if abs(per_s) >= one[0]), TOKEN_UNITS[-1])


def kilowatt(watt: float) -> str:
    """Write a power in kW, the unit left to the heading."""
    return significant(watt / 1e3, is_computed=True)


def kilowatt_hour(joule: float) -> str:
    """Write an energy in kWh, the unit left to the heading."""
    return significant(joule / JOULE_PER_KWH, is_computed=True)


def power(watt: float) -> str:
    """Write a power with the unit that suits its size."""
    factor, unit = unit_of(watt)
    return quantity(watt / factor, unit)


def unit_of(watt: float) -> tuple[float, str]:
    """How many watts the unit that suits a power has, and its name."""
    return next((one for one in POWER_UNITS if abs(watt) >= one[0]), POWER_UNITS[-1])


def celsius(kelvin: float) -> str:
    """Write a temperature in °C, the unit left to the heading."""
    return fixed(kelvin - ZERO_CELSIUS_K, 1)


def minutes(second: float) -> str:
    """Write a time in minutes, the unit left to the heading."""
    return fixed(second / MINUTE_S, 1)


def quantity(value: float, unit: str, digits: int = DIGITS) -> str:
    """Write a number and its unit, if it has one."""
    return significant(value, digits) + (SPACE + unit if unit else "")


def span(low: float, high: float, places: int) -> str:
    """Write a range of positive numbers, or the one it holds."""
    first, last = fixed(low, places), fixed(high, places)
    return first if first == last else f"{first}–{last}"


def _signed(written: str) -> str:
    return written.replace("-", MINUS)
