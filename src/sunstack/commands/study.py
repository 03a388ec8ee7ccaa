"""Which studies of a scenario can one ask for on the command line?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal

import typer

from sunstack.errors import ScenarioError

from .studied import Ask, Options, Spread, studied

Of = Annotated[
    list[str],
    typer.Option(
        "--of",
        help="Objective, as first_year.payload_power_w or "
        "service.fleet_tokens_per_s[grok-2]:mean@5; repeatable.",
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="Input to move; repeatable. All that have low and high if none."),
]
Seed = Annotated[int | None, typer.Option(help="Of the draws; the scenario's if not given.")]
OBJECTIVES = ["first_year.payload_power_w"]


@studied(Spread)
def sweep(
    over: Annotated[
        list[str],
        typer.Option(help="key=low:high:count, or key=1,2,3; repeatable for a grid."),
    ],
    of: Of = OBJECTIVES,
    points: Annotated[
        Literal["grid", "list"], typer.Option(help="All combinations, or values side by side.")
    ] = "grid",
) -> Ask:
    """Evaluate a scenario at many values of some keys."""
    from sunstack import study

    axes = dict(_axis(one) for one in over)
    return partial(study.sweep, axes=axes, objectives=of, points=points)


@studied(Spread)
def montecarlo(
    of: Of = OBJECTIVES,
    samples: Annotated[int, typer.Option(help="Draws of all inputs.")] = 1024,
    keys: Keys = None,
    correlate: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY,KEY=RATIO", help="Inputs that hang together; repeatable."),
    ] = None,
    seed: Seed = None,
) -> Ask:
    """Draw every uncertain number of a scenario: how sure are its answers, and does it close?"""
    from sunstack import study

    pairs = dict(_pair(one) for one in correlate or ())
    return partial(
        study.montecarlo, objectives=of, count=samples, keys=keys, correlations=pairs, seed=seed
    )


@studied(Spread)
def sensitivity(
    of: Of = OBJECTIVES,
    keys: Keys = None,
    most_inputs: Annotated[
        int, typer.Option(help="Of which Sobol's indices are told: those that swing most.")
    ] = 12,
    bound: Annotated[float, typer.Option(help="Half-width to which indices are known.")] = 0.05,
    most_blocks: Annotated[int, typer.Option(help="Of the sample, where to stop.")] = 65536,
    seed: Seed = None,
) -> Ask:
    """Tell which numbers decide an answer: swings one at a time, Sobol's indices all at once."""
    from sunstack import study

    return partial(
        study.sensitivity,
        objectives=of,
        keys=keys,
        most_inputs=most_inputs,
        bound=bound,
        most_blocks=most_blocks,
        seed=seed,
    )


@studied(Spread)
def breakeven(
    key: Annotated[str, typer.Argument(help="The number that is moved.")],
    of: Of = OBJECTIVES,
    value: Annotated[float, typer.Option(help="That the one objective is to reach.")] = 0.0,
    between: Annotated[
        str | None, typer.Option(metavar="LOW:HIGH", help="Ends; the key's own if not given.")
    ] = None,
    samples: Annotated[int, typer.Option(help="Draws of all other inputs; 0 for none.")] = 256,
    keys: Keys = None,
    seed: Seed = None,
) -> Ask:
    """Find where an objective reaches a value or another objective, and how surely it does."""
    from sunstack import study

    return partial(
        study.breakeven,
        key=key,
        objectives=tuple(of),
        value=value,
        between=_ends(key, between) if between else None,
        count=samples,
        keys=keys,
        seed=seed,
    )


@studied(Spread)
def optimise(
    vary: Annotated[
        list[str], typer.Option(metavar="KEY=LOW:HIGH", help="Design variable; repeatable.")
    ],
    of: Of = OBJECTIVES,
    direction: Annotated[Literal["least", "most"], typer.Option(help="Of the objective.")] = "most",
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="OBJECTIVE>=VALUE", help="Level to keep, or <=; repeatable."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Margin that need not be kept; repeatable.")
    ] = None,
    against: Annotated[
        str | None, typer.Option(help="Second objective, to be least: draws the front.")
    ] = None,
    starts: Annotated[int, typer.Option(help="Places to start from.")] = 6,
) -> Ask:
    """Optimise a design under all its margins; exit 3 when they cannot be met together."""
    from sunstack import study

    return partial(
        study.optimise,
        variables={key: _ends(key, ends) for key, ends in map(_two, vary)},
        target=of[0],
        direction=direction,
        levels=[_level(text) for text in keep or ()],
        without=without or (),
        also=of[1:],
        against=(against, "least") if against else None,
        starts=starts,
    )


@studied(Options)
def ladder(
    level: Annotated[float, typer.Argument(help="To be reached by the objective.")],
    of: Of = OBJECTIVES,
    keys: Keys = None,
) -> Ask:
    """Tell which numbers, in which order, would bring an objective to a level."""
    from sunstack import study

    return partial(study.ladder, target=of[0], level=level, keys=keys)


# --- read off the command line --------------------------------------------------------------------


def _two(text: str) -> tuple[str, str]:
    key, equals, rest = text.partition("=")
    if not equals or not rest:
        raise ScenarioError(f"{text!r}: found no `=` with a value; write key=low:high")
    return key.strip(), rest.strip()


def _number(text: str, of: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ScenarioError(f"{of!r}: {text!r} is no number") from error


def _ends(key: str, text: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    if not colon:
        raise ScenarioError(f"{key}={text}: write two ends, as {key}=1:2")
    return _number(low, text), _number(high, text)


def _axis(text: str) -> tuple[str, Sequence[float | str]]:
    """Read `key=low:high:count` or `key=a,b,c`."""
    import numpy as np

    key, rest = _two(text)
    if rest.count(":") == 2:
        low, high, count = (_number(part, text) for part in rest.split(":"))
        if count < 2 or count != int(count):
            raise ScenarioError(f"{text!r}: the count is a whole number from 2 on")
        return key, [float(one) for one in np.linspace(low, high, int(count))]
    return key, [_value(part.strip()) for part in rest.split(",")]


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _pair(text: str) -> tuple[tuple[str, str], float]:
    """Read `key,key=ratio`."""
    keys, rest = _two(text)
    one, comma, other = keys.partition(",")
    if not comma:
        raise ScenarioError(f"{text!r}: write two keys, as key,key=0.6")
    return (one.strip(), other.strip()), _number(rest, text)


def _level(text: str) -> Any:
    """Read `objective>=value`."""
    from sunstack.study import Level

    for sign in (">=", "<="):
        name, found, value = text.partition(sign)
        if found:
            return Level(text=name.strip(), level=_number(value, text), is_least=sign == ">=")
    raise ScenarioError(f"{text!r}: write objective>=value or objective<=value")
