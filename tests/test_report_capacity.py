"""Does the report tell what the network carries, what cuts it, and what it leaves out?"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects
import pytest

from sunstack.report.blocks import Block, Charts, Folded, Points, Prose, Table
from sunstack.report.sections.network import network
from sunstack.report.sections.network_capacity import BEFORE, capacity, large, share_of
from sunstack.results import Results

SPACE = "\N{NO-BREAK SPACE}"


def found() -> dict[str, Any]:
    return {**asked(), **carried(), **trained(), "caveats": ["Queues are left out."]}


def asked() -> dict[str, Any]:
    return {
        "city_count": 100,
        "kbit_per_person": 1.6,
        "bits_per_token": 32,
        "people": 730e6,
        "asked_gbit_per_s": 1168.0,
        "training_tb": 100.0,
        "parameters": 70e9,
        "bytes_per_parameter": 2.0,
    }


def carried() -> dict[str, Any]:
    """Cuts of 3 and 2 Gbit/s: what is carried fills the second by 9 in 10."""
    cuts = [
        {"cut": "links of Tokyo", "gbit_per_s": 3.0, "asked_gbit_per_s": 1.0, "ratio": 3.0},
        {
            "cut": "satellites over Delhi and 20 others",
            "gbit_per_s": 2.0,
            "asked_gbit_per_s": 2.5,
            "ratio": 0.8,
        },
    ]
    return {
        "computers": {
            "share_ratio": 0.5,
            "share_at_most_ratio": 0.6,
            "gbit_per_s": 584.0,
            "tokens_per_s": 18.25e9,
            "reached_fraction": 0.9,
            "full": ["Tokyo", "Delhi"],
            "full_count": 4,
            "in_view": {"satellites": 852, "gbit_per_s": 20_400.0},
        },
        "cities": {
            "shell": "shell-550",
            "planes": 72,
            "slots": 22,
            "altitude_km": 550.0,
            "share_ratio": 0.72,
            "share_at_most_ratio": 0.8,
            "gbit_per_s": 840.0,
            "at_most_gbit_per_s": 933.0,
            "reached_fraction": 1.0,
            "see_nothing": ["Anchorage"],
            "cuts": cuts,
            "what_cuts": "satellites over Delhi and 20 others",
        },
    }


def trained() -> dict[str, Any]:
    return {
        "gateways": {
            "gateways": 138,
            "see_a_satellite": 130,
            "radio": "gateway-ka-up",
            "gbit_per_s": 350.0,
            "training_set_hours": 0.635,
        },
        "training": [
            exchanged("torus", "torus", 1, 72, 22),
            exchanged("rings", "ring", 6, 1, 58),
            {"group": "far", "unreachable": "lasers do not reach"},
        ],
    }


def exchanged(group: str, joining: str, fabrics: int, planes: int, slots: int) -> dict[str, Any]:
    return {
        "group": group,
        "joining": joining,
        "fabrics": fabrics,
        "planes": planes,
        "slots": slots,
        "all_reduce_s": 6.35 * fabrics,
        "all_to_all_s": 101.0,
        "neighbours_s": 11.2,
        "all_to_all_gbit_per_s": 11.1,
        "bisection_tbit_per_s": 4.4,
        "clos_over_bisection": 10_368.0,
    }


def blocks_of[Kind: Block](told: dict[str, Any], kind: type[Kind]) -> list[Kind]:
    return [block for block in capacity({"capacity": told}) if isinstance(block, kind)]


def words(told: dict[str, Any]) -> str:
    return " ".join(prose.text for prose in blocks_of(told, Prose))


def test_what_is_carried_and_what_cuts_it_stand_in_words() -> None:
    told = words(found())
    for part in (
        f"730{SPACE}million people of the 100 largest cities to ask 50{SPACE}tokens a second",
        f"let pass 50.0{SPACE}% to 60.0{SPACE}% of what each city asks: 584{SPACE}Gbit/s",
        f"18.2{SPACE}billion tokens a second",
        "satellites over Tokyo, Delhi and 2 more",
        f"No way leads to 10.0{SPACE}% of what is asked.",
        f"840{SPACE}Gbit/s would be carried over the lasers of shell-550",
        f"No routing carries more than 933{SPACE}Gbit/s",
        # 0.8 / 0.72 is a ninth more.
        f"falls short of that proof by 11.1{SPACE}%",
        "What cuts it: satellites over Delhi and 20 others.",
        "Anchorage sees none of its satellites.",
        "Of 138 gateways 130 see a satellite",
        f"100{SPACE}TB takes 0.635{SPACE}hours",
        f"70{SPACE}billion parameters, 140{SPACE}GB of gradients",
        f"6.35 to 38.1{SPACE}s",
    ):
        assert part in told, part


def test_bars_are_how_full_cuts_are_from_the_fullest_on_and_none_is_fuller_than_full() -> None:
    (charts,) = blocks_of(found(), Charts)
    (chart,) = charts.charts
    plotly.graph_objects.Figure(chart.figure)
    (bars,) = chart.figure["data"]
    assert bars["y"] == ["over Delhi and 20 others", "asked to cross it", "links of Tokyo"]
    assert bars["x"] == pytest.approx([90.0, 125.0, 24.0])
    assert f"90{SPACE}% of 2{SPACE}Gbit/s" in bars["text"][0]
    assert "tickvals" not in chart.figure["layout"]["xaxis"]
    first, _ = chart.table.rows
    assert list(first[1:]) == [
        f"2{SPACE}Gbit/s",
        f"1.8{SPACE}Gbit/s",
        f"2.5{SPACE}Gbit/s",
        "0.8",
    ]


def test_the_scale_ends_where_a_cut_is_full_if_no_more_is_asked() -> None:
    enough = found()
    enough["cities"] |= {"share_ratio": 1.0}
    enough["cities"]["cuts"] = enough["cities"]["cuts"][:1]
    (charts,) = blocks_of(enough, Charts)
    axis = charts.charts[0].figure["layout"]["xaxis"]
    assert axis["tickvals"][-1] == 100


def test_exchanges_stand_by_group_and_those_of_none_say_why() -> None:
    (table,) = blocks_of(found(), Table)
    assert [row[:2] for row in table.rows] == [["torus", "torus 72×22"], ["rings", "6 × ring 58"]]
    (points,) = blocks_of(found(), Points)
    assert points.items == ["far exchanges nothing: lasers do not reach."]
    (folded,) = blocks_of(found(), Folded)
    (rests,) = folded.blocks
    assert isinstance(rests, Points) and rests.items[-1] == "Queues are left out."


def test_nothing_carried_says_why_and_draws_no_cuts() -> None:
    none = found()
    for question in ("computers", "cities", "gateways"):
        none[question] = {"unreachable": "one satellite is no network"}
    none["training"] = []
    told = words(none)
    assert told.count("one satellite is no network") == 3
    assert not blocks_of(none, Charts) + blocks_of(none, Table)
    assert [prose.tone for prose in blocks_of(none, Prose)][:2] == ["bad", "bad"]


def test_a_run_from_before_says_so() -> None:
    (only,) = capacity({"place_count": 300})
    assert isinstance(only, Prose) and only.text == BEFORE


def test_a_search_for_lasers_in_vain_says_why() -> None:
    from test_report_network import found as whole
    from test_report_network import tables

    told = {**whole(), "designs": {"unreachable": "no shell has lasers from plane to plane"}}
    results = Results(manifest={}, summary={"network": told}, tables=tables())
    texts = [block.text for block in network(results).blocks if isinstance(block, Prose)]
    assert "No pattern of lasers suits: no shell has lasers from plane to plane." in texts


def test_shares_and_large_numbers_as_people_write_them() -> None:
    assert share_of(0.5, 0.5) == f"50.0{SPACE}% of"
    assert share_of(1.24, 1.42) == "1.24 to 1.42 times"
    assert share_of(2.05, 2.05) == "2.05 times"
    assert large(74.7e9) == f"74.7{SPACE}billion"
    assert large(2e12) == f"2{SPACE}trillion"
    assert large(5.0) == "5"
