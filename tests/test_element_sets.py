"""Are published orbits read as they stand, refused as they should be, and written back the same?"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sgp4.api import WGS72, Satrec
from typer.testing import CliRunner

from sunstack import element_sets
from sunstack.cli import app
from sunstack.disciplines import orbit
from sunstack.element_sets import ElementSet
from sunstack.element_sets.omm import EPOCH
from sunstack.element_sets.tle import catalogue_number, checksum
from sunstack.errors import CatalogueError

STATION = """\
ISS (ZARYA)
1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927
2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537
"""
"""The example of many descriptions of the form."""
FIRST, SECOND = STATION.splitlines()[1:]
START = datetime(2008, 9, 20, 13, 0)


def sealed(line: str) -> str:
    """The line with a checksum that fits."""
    return line[:68] + str(checksum(line))


def changed(column: int, text: str, line: str = SECOND) -> str:
    """A line with other text from a column (counted from 1), its checksum made to fit."""
    return sealed(line[: column - 1] + text + line[column - 1 + len(text) :])


def problems(text: str) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        element_sets.loads(text, path="file.tle")
    return str(caught.value).splitlines()


# --- reading TLE ---------------------------------------------------------------------------------


def test_every_column_is_read_as_it_stands() -> None:
    (one,) = element_sets.loads(STATION)
    assert one == ElementSet(
        name="ISS (ZARYA)",
        catalogue_number=25544,
        international_designator="1998-067A",
        epoch_day=14142,  # 2008-09-20, the 264th day of 2008
        epoch_ns=44_740_104_192_000,  # 0.51782528 of 86,400 s
        mean_motion_rev_per_day=15.72125391,
        eccentricity_ratio=0.0006703,
        inclination_deg=51.6416,
        node_deg=247.4627,
        argument_of_perigee_deg=130.5360,
        mean_anomaly_deg=325.0288,
        drag_term_ratio=-0.11606e-4,
        mean_motion_dot=-0.00002182,
        mean_motion_ddot=0.0,
        element_set_number=292,
        revolution_count=56353,
    )
    assert one.epoch.isoformat() == "2008-09-20T12:25:40.104192+00:00"


def test_the_package_reads_the_same() -> None:
    (one,), theirs = element_sets.loads(STATION), Satrec.twoline2rv(FIRST, SECOND, WGS72)
    columns = element_sets.mean_elements([one])
    for ours, name, factor in (
        (columns.mean_motion_rad_per_s, "no_kozai", 60.0),
        (columns.eccentricity_ratio, "ecco", 1.0),
        (columns.inclination_rad, "inclo", 1.0),
        (columns.node_rad, "nodeo", 1.0),
        (columns.argument_of_perigee_rad, "argpo", 1.0),
        (columns.mean_anomaly_rad, "mo", 1.0),
        (columns.drag_term_ratio, "bstar", 1.0),
    ):
        assert float(ours[0]) * factor == pytest.approx(getattr(theirs, name), rel=1e-15)
    julian = theirs.jdsatepoch + theirs.jdsatepochF
    assert one.epoch_day + one.epoch_ns / 86_400e9 == pytest.approx(julian - 2440587.5, abs=1e-9)


@pytest.mark.parametrize(
    ("packed", "number"),
    # CelesTrak's own examples of Alpha-5.
    [("00005", 5), ("E8493", 148_493), ("J2931", 182_931), ("P4018", 234_018), ("Z9999", 339_999)],
)
def test_letters_stand_for_the_first_digits_of_large_numbers(packed: str, number: int) -> None:
    assert catalogue_number(packed) == number
    lines = changed(3, packed, FIRST), changed(3, packed)
    assert element_sets.loads("\n".join(lines))[0].catalogue_number == number


def test_titles_may_be_missing_or_marked_with_a_nought() -> None:
    pair = f"{FIRST}\n{SECOND}\n"
    named = element_sets.loads(f"{pair}0 ISS (ZARYA)\n{pair}\n# words\n{STATION}")
    assert [one.name for one in named] == ["25544", "ISS (ZARYA)", "ISS (ZARYA)"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((FIRST, SECOND[:-1] + "0"), "line 2: its checksum is 0, its columns add up to 7"),
        ((FIRST, SECOND[:-1]), "line 2: has 68 columns"),
        ((FIRST, changed(9, "181.0000")), "inclination_deg is 181; write 0 to 180°"),
        ((FIRST, changed(53, "25.00000000")), "mean_motion_rev_per_day is 25; write above 0"),
        ((FIRST, changed(3, "25545")), "line 2: is of 25545, the line above of 25544"),
        ((FIRST, changed(9, "   .    ")), "line 1: holds blanks where digits belong"),
        ((changed(3, "2 544", FIRST), changed(3, "2 544")), "line 1: holds blanks"),
        ((FIRST, changed(9, " 51.64x6")), "line 2: is not in the 69 columns"),
        ((changed(3, "I0000", FIRST), changed(3, "I0000")), "line 1: is not in the 69 columns"),
        ((changed(63, "4", FIRST), SECOND), "ephemeris type 4 is not SGP4's"),
        ((FIRST,), "line 1: no second line follows"),
        ((SECOND,), "line 1: no first line is above"),
        (("nothing",), "holds no element set; write TLE, or OMM"),
    ],
)
def test_what_no_set_may_be_is_refused_with_its_line(lines: tuple[str, ...], words: str) -> None:
    problem = problems("\n".join(lines))[0]
    assert problem.startswith("file.tle: ") and words in problem


def test_all_problems_are_told_at_once_but_no_more_than_one_cares_to_read() -> None:
    bad = f"{FIRST}\n{SECOND[:-1]}0\n"
    told = problems(bad * 30)
    assert len(told) == 21 and told[-1] == "file.tle: and 10 more"
    assert [line.split(":")[1] for line in told[:3]] == [" line 2", " line 4", " line 6"]


def test_the_sums_that_the_verification_set_has_wrong_are_found() -> None:
    text = files("sgp4").joinpath("SGP4-VER.TLE").read_text("ascii")
    told = problems("\n".join(line[:69] for line in text.splitlines()))
    numbers = [int(re.findall(r"line (\d+)", line)[0]) for line in told if "checksum" in line]
    assert numbers == [100, 101, 103, 106, 107]


@settings(max_examples=60)
@given(st.text(max_size=200), st.integers(0, 140), st.characters(codec="utf-8"))
def test_no_text_breaks_the_reader(text: str, place: int, letter: str) -> None:
    """Whatever it is given, it reads or refuses."""
    for given_text in (
        text,
        STATION[:place] + letter + STATION[place + 1 :],
        "[" + text,
        "<" + text,
        "NORAD_CAT_ID,A\n" + text,
    ):
        try:
            element_sets.loads(given_text)
        except CatalogueError as error:
            assert str(error)


# --- OMM -----------------------------------------------------------------------------------------


def everyone() -> tuple[ElementSet, ...]:
    """The verification set, one with a long number and nanoseconds, and the station."""
    text = files("sgp4").joinpath("SGP4-VER.TLE").read_text("ascii").splitlines()
    sets = element_sets.loads("\n".join(sealed(line) for line in text if line[0] != "#"))
    (station,) = element_sets.loads(STATION)
    large = replace(station, catalogue_number=799_500_123, epoch_ns=1, name='a "name", with comma')
    return (*sets, station, large)


@pytest.mark.parametrize("suffix", [".json", ".csv", ".kvn"])
def test_what_is_written_reads_back_the_same_to_the_last_bit(suffix: str) -> None:
    sets = everyone()
    text = element_sets.written(sets, suffix, start=START, hours=1.0, step_s=60.0)
    assert element_sets.loads(text) == sets  # and so propagates to the same


MESSAGE = {
    "CCSDS_OMM_VERS": "3.0",
    "REF_FRAME": "TEME",
    "OBJECT_NAME": "ISS (ZARYA)",
    "OBJECT_ID": "1998-067A",
    "EPOCH": "2008-09-20T12:25:40.104192",
    "MEAN_MOTION": "15.72125391",
    "ECCENTRICITY": ".00067030",
    "INCLINATION": "51.6416",
    "RA_OF_ASC_NODE": "247.4627",
    "ARG_OF_PERICENTER": "130.5360",
    "MEAN_ANOMALY": "325.0288",
    "EPHEMERIS_TYPE": "0",
    "CLASSIFICATION_TYPE": "U",
    "NORAD_CAT_ID": "25544",
    "ELEMENT_SET_NO": "292",
    "REV_AT_EPOCH": "56353",
    "BSTAR": "-0.000011606",
    "MEAN_MOTION_DOT": "-0.00002182",
    "MEAN_MOTION_DDOT": "0",
}
"""As Space-Track writes it: every number a word."""
XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ndm><omm id="CCSDS_OMM_VERS" version="3.0"><body>'
    "<segment><data><meanElements>"
    + "".join(f"<{key}>{value}</{key}>" for key, value in MESSAGE.items())
    + "</meanElements></data></segment></body></omm></ndm>"
)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(MESSAGE),
        json.dumps([MESSAGE]),
        "\n".join(f"{key} = {value}" for key, value in MESSAGE.items()),
        "\n".join(f"{key:20}= {value}" for key, value in MESSAGE.items()).replace("416", "416 [°]"),
        ",".join(MESSAGE) + "\n" + ",".join(MESSAGE.values()) + "\n",
        ",".join(f'"{key}"' for key in MESSAGE) + "\n" + ",".join(MESSAGE.values()) + "\n",
        XML,
    ],
    ids=["json", "json-list", "kvn", "kvn-units", "csv", "csv-quoted", "xml"],
)  # fmt: skip
def test_a_message_is_the_lines_it_stands_for(text: str) -> None:
    assert element_sets.loads(text) == element_sets.loads(STATION)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("REF_FRAME", "EME2000", "REF_FRAME is EME2000; only TEME"),
        ("MEAN_ELEMENT_THEORY", "SGP4-XP", "MEAN_ELEMENT_THEORY is SGP4-XP"),
        ("EPHEMERIS_TYPE", 4, "ephemeris type 4 is not SGP4's"),
        ("EPOCH", "2008-02-30T00:00:00", "EPOCH is '2008-02-30T00:00:00'; write it as"),
        ("EPOCH", "yesterday", "EPOCH is 'yesterday'"),
        ("MEAN_MOTION", "fast", "MEAN_MOTION is 'fast'; write a number"),
        ("MEAN_MOTION", None, "MEAN_MOTION is None"),
        ("MEAN_MOTION", 10**400, "write a number"),
        ("OBJECT_NAME", "two\nlines", "characters that cannot be printed"),
        ("BSTAR", "nan", "BSTAR is 'nan'"),
        ("ECCENTRICITY", 1.2, "eccentricity_ratio is 1.2; write 0 to below 1"),
        ("NORAD_CAT_ID", -1, "NORAD_CAT_ID is -1; write a whole number"),
    ],
)
def test_a_message_that_cannot_be_used_is_refused(key: str, value: object, words: str) -> None:
    (problem,) = problems(json.dumps([MESSAGE | {key: value}]))
    assert "message 1: " in problem and words in problem


@pytest.mark.parametrize("declared", ['<!DOCTYPE omm SYSTEM "file">', '<!ENTITY a "aaaa">'])
def test_xml_that_declares_anything_is_refused_unread(declared: str) -> None:
    assert "which no OMM needs" in problems(XML.replace("<ndm>", declared + "<ndm>"))[0]


def test_brackets_of_a_name_are_no_unit() -> None:
    (one,) = element_sets.loads(json.dumps(MESSAGE | {"OBJECT_NAME": "STARLINK-11072 [DTC]"}))
    written = element_sets.to_key_value([one], created=START)
    assert element_sets.loads(written) == (one,)


def test_epochs_are_written_as_they_are_read() -> None:
    assert EPOCH.fullmatch("2008-09-20T12:25:40.104192Z")
    text = element_sets.to_json(element_sets.loads(STATION))
    assert '"EPOCH": "2008-09-20T12:25:40.104192"' in text


# --- CZML and the command ------------------------------------------------------------------------


def test_czml_holds_earth_fixed_positions() -> None:
    (one,) = element_sets.loads(STATION)
    text = element_sets.to_czml([one], start=START, hours=0.5, step_s=60.0)
    document, packet = json.loads(text)
    assert document["id"] == "document" and packet["id"] == "25544"
    assert packet["availability"] == "2008-09-20T13:00:00Z/2008-09-20T13:30:00Z"
    rows = np.array(packet["position"]["cartesian"]).reshape(-1, 4)
    assert rows[:, 0].tolist() == [60.0 * step for step in range(31)]
    record = Satrec.twoline2rv(FIRST, SECOND, WGS72)
    # 2454730.0 is noon of 2008-09-20; the package's GMST is Vallado's, from the same equation.
    code, place_km, _ = record.sgp4(2454730.0, (rows[30, 0] + 3600.0) / 86_400.0)
    fixed = orbit.earth_fixed_m(
        position_m=1e3 * np.array(place_km), julian_day=2454730.0 + 5400.0 / 86_400.0
    )
    assert code == 0
    np.testing.assert_allclose(rows[30, 1:], fixed, rtol=0, atol=0.5)


def test_czml_begins_at_the_second_that_it_names() -> None:
    sets = element_sets.loads(STATION)
    plain = element_sets.to_czml(sets, start=START, hours=0.5)
    zone = timezone(timedelta(hours=2))
    later = datetime(2008, 9, 20, 15, 0, 0, 900_000, tzinfo=zone)
    assert element_sets.to_czml(sets, start=later, hours=0.5) == plain


def test_czml_that_no_browser_could_hold_is_refused() -> None:
    sets = element_sets.loads(STATION)
    with pytest.raises(CatalogueError, match="do not fit a CZML document"):
        element_sets.to_czml(sets, start=START, hours=1e6, step_s=1.0)


def test_satellites_that_have_come_down_are_named() -> None:
    lines = files("sgp4").joinpath("SGP4-VER.TLE").read_text("ascii").splitlines()
    pair = [line[:69] for line in lines if line[2:7] == "29141"]
    late = datetime(2006, 6, 19, 14, 0)  # 440 min after the epoch
    with pytest.raises(CatalogueError, match="29141: has decayed"):
        element_sets.to_czml(element_sets.loads("\n".join(pair)), start=late, hours=0.1)


def test_the_command_writes_what_the_file_is_called(tmp_path: Path) -> None:
    given_file = tmp_path / "station.tle"
    given_file.write_text(STATION, "utf-8")
    out = tmp_path / "station.json"
    done = CliRunner().invoke(app, ["elements", str(given_file), str(out)])
    assert done.exit_code == 0, done.output
    assert element_sets.load(out) == element_sets.loads(STATION)
    wrong = CliRunner().invoke(app, ["elements", str(given_file), str(tmp_path / "station.doc")])
    assert wrong.exit_code == 2 and "end the name in .json" in wrong.stderr
    missing = CliRunner().invoke(app, ["elements", str(tmp_path / "none"), str(out)])
    assert missing.exit_code == 2 and "cannot be read: No such file" in missing.stderr
