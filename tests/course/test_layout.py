"""The grid of the panels: what a scene says in words, as CSS and as places of a still picture."""

import re
from fractions import Fraction

import pytest

from nncourse.widgets.base import layout

PANELS = [{"id": name} for name in ("data", "network", "space", "output")]
GRID = {
    "wide": "data network*2 output / data space*2 output",
    "narrow": "network output / data space",
}


def templates(*hidden, panels=PANELS, grid=GRID):
    frame = {"panels": {panel["id"]: {"a": 1} for panel in panels}, "hidden": list(hidden)}
    return layout.templates({"panels": panels, "grid": grid}, frame)


def test_rows_panels_and_their_shares_become_css():
    assert templates()["wide"] == (
        '"data network output" auto "data space output" 1fr'
        " / minmax(0, 25fr) minmax(0, 50fr) minmax(0, 25fr)"
    )


def test_the_middle_is_as_the_wide_one_and_what_is_not_said_a_column():
    found = templates()
    assert found["middle"] == found["wide"] != found["narrow"]
    assert templates(grid={})["wide"].count("auto") == len(PANELS) - 1


@pytest.mark.parametrize(
    "hidden, rows",
    [
        (["data"], ["network network output", "space space output"]),
        (["space"], ["data network output"]),
        (["output"], ["data network", "data space"]),
        (["network", "space"], ["data output"]),
        (["network", "space", "data"], ["output"]),
    ],
)
def test_the_room_of_hidden_panels_goes_to_their_neighbours(hidden, rows):
    found = [
        " ".join(dict.fromkeys(row.split()))
        for row in re.findall('"(.*?)"', templates(*hidden)["wide"])
    ]
    assert found == [" ".join(dict.fromkeys(row.split())) for row in rows]


def test_edges_that_do_not_meet_make_columns_of_their_own():
    panels = [{"id": name} for name in "abcde"]
    css = templates(panels=panels, grid={"wide": "a*3 b*2 / c d e"})["wide"]
    rows = re.findall('"(.*?)"', css)
    assert rows == ["a a b b", "c d d e"]


def test_a_still_has_the_same_edges():
    frame = {"panels": {panel["id"]: {"a": 1} for panel in PANELS}, "hidden": ["data"]}
    first, second = layout.places({"panels": PANELS, "grid": GRID}, frame)
    assert first == [("network", 0, Fraction(3, 4)), ("output", Fraction(3, 4), 1)]
    assert second == [("space", 0, Fraction(3, 4)), ("output", Fraction(3, 4), 1)]


def test_a_grid_of_other_panels_is_refused():
    with pytest.raises(ValueError, match="one of other panels than data, network"):
        templates(grid={"wide": "data network"})


def test_nothing_shown_is_no_grid():
    assert templates("data", "network", "space", "output")["wide"] == "none"
