"""What is a number in a scenario file, and what may it be?

`number(...)` declares one: its plausible range, its meaning, its default and the default's source,
whether it may be sized (`auto`). The same declaration feeds the checks, `sunstack explain`,
the JSON Schema and the reference page.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""How a day is written: year-month-day."""


class Section(BaseModel):
    """A mapping of the scenario file: strict, frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _take_days_as_text(cls, given: Any) -> Any:
        """Let text stand for a date, since JSON has no dates."""
        if not isinstance(given, dict):
            return given
        days = [name for name, field in cls.model_fields.items() if _holds_dates(field.annotation)]
        return given | {name: _as_days(given[name]) for name in days if name in given}

    @field_validator("*")
    @classmethod
    def _is_plausible(cls, given: Any, info: ValidationInfo) -> Any:
        """Hold value, low and high of a number to the bounds its key declares."""
        declared = cls.model_fields[str(info.field_name)].json_schema_extra
        if not isinstance(given, Number) or not isinstance(declared, dict):
            return given
        least, most = declared["low"], declared["high"]
        for part in (given.value, given.low, given.high):
            if part is not None and not least <= part <= most:  # type: ignore[operator]  # JSON
                raise PydanticCustomError(
                    "bounds",
                    "{part} lies outside the plausible {least} to {most}",
                    {"part": part, "least": least, "most": most},
                )
        return given


class Number(Section):
    """A value, and the range it may lie in when a study draws it: `3` or `{value, low, high}`."""

    value: float
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise PydanticCustomError(
                "range",
                "{value} lies outside its own range {low} to {high}; write low <= value <= high",
                {"value": self.value, "low": low, "high": high},
            )
        return self


def _as_number(given: Any) -> Any:
    """Let a bare number stand for `{value: number}`, and a whole number for a real one."""
    if isinstance(given, dict):
        return {key: _as_float(part) for key, part in given.items()}
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return {"value": _as_float(given)}
    return given


def _as_float(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int):
        return given
    try:
        return float(given)
    except OverflowError:
        return math.inf


def _holds_dates(annotation: Any) -> bool:
    return annotation is date or any(_holds_dates(part) for part in get_args(annotation))


def _as_days(given: Any) -> Any:
    if isinstance(given, list):
        return [_as_days(item) for item in given]
    if not isinstance(given, str) or not DAY.fullmatch(given):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        return given


Quantity = Annotated[Number, BeforeValidator(_as_number)]
Auto = Literal["auto"]
SunSynchronous = Literal["sun-synchronous"]


def number(
    low: float,
    high: float,
    meaning: str,
    *,
    default: float | None = None,
    around: tuple[float, float] | None = None,
    source: str = "",
    unset: bool = True,
) -> Any:
    """Declare a number of the file: inclusive bounds in the key's unit, meaning, default.

    Args:
        low: smallest plausible value.
        high: largest plausible value.
        meaning: one sentence, without the unit.
        default: value used when neither the file nor the catalogue gives one.
        around: low and high of a default that is an estimate, for studies to draw from.
        source: identifier in `catalogue/sources.yaml`, or a note, for the default.
        unset: the key may be left out (filled from the catalogue, or by the default).
    """
    described: dict[str, Any] = {"low": low, "high": high, "source": source, "default": default}
    if around is not None:
        described |= {"default_low": around[0], "default_high": around[1]}
    if unset:
        return Field(default=None, description=meaning, json_schema_extra=described)
    return Field(description=meaning, json_schema_extra=described)


def word(meaning: str, *, default: str | None = None, source: str = "") -> Any:
    """Declare a word of the file: a name in the catalogue or one of a few choices."""
    described: dict[str, Any] = {"source": source, "default": default}
    return Field(default=None, description=meaning, json_schema_extra=described)
