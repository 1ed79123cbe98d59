"""A desk: changes stay, what is not possible is refused, and a still shows what is sent."""

import re

import numpy as np
import pytest
from PIL import Image

from nnlib import Network
from nncourse import plots
from nncourse.widgets.base.controls import Slider
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import array_part, line, links, series, signed
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.base.still import still


class Twice(Desk):
    """A number, an array, and every kind of panel that a still can show."""

    NAME = "twice"
    CONTROLS = {"z": Slider("z", "z", -4, 4, 1.0, 0.5)}
    TOUR = "z"

    def start_numbers(self):
        return {"W": np.array([[1.0, -2.0], [0.5, 0.0]])}

    def settled(self):
        if self.settings["z"] == 3.5:
            raise ValueError("not there")
        self.twice = self.settings["z"] * self.numbers["W"]

    def tour(self):
        return [-1.0, 0.0, 1.0]

    @property
    def sentence(self):
        return f"z is {self.settings['z']:g}"

    def scene(self):
        kinds = ["plane", "arrays", "code", "bars", "text", "ask", "network"]
        panels = [{"id": kind, "kind": kind, "title": kind} for kind in kinds]
        return {"name": "twice", "title": "Twice", "first": [self.CONTROLS["z"].scene()],
                "more": [], "panels": panels, "exits": [], "scrub": False}  # fmt: skip

    def panels(self):
        z = np.linspace(-4, 4, 9)
        return {
            "plane": {"window": [-4, 4, -1, 1],
                      "lines": [line(z, np.tanh(z), "positive", name="f")],
                      "bars": [{"edges": series([0, 1, 2]), "y": series([0.5, 1]),
                                "colour": "test"}],
                      "rules": [{"x": self.settings["z"], "text": "z"}, {"y": 0.5}],
                      "arrows": [{"x0": 0, "y0": 0, "x1": 1, "y1": 1, "colour": "test"}],
                      "dots": [{"x": 1, "y": 0, "colour": "positive_point", "hand": "z",
                                "text": "z"}]},
            "arrays": {"rows": [[array_part("W", self.numbers["W"], step=0.1, lit=[1]), "×",
                                 array_part("z W", self.twice, made=0, current=True)]]},
            "code": {"lines": [{"text": "Forward", "kind": "head"}, {"text": "Z = X @ W"}],
                     "now": 1},
            "bars": {"names": ["W", "b"], "values": [0.7, -0.2], "texts": ["0.70", "−0.20"]},
            "text": {"text": "one line\nanother"},
            "ask": {"question": "Which?", "choices": ["this", "that"], "no": 0},
            "network": {"sizes": [2, 1], "names": [["x1", "x2"], ["y"]],
                        "weights": series([1, -1, 0]), "links": links(Network((2, 1))),
                        "words": "a network",
                        "texts": ["+1.00", "+0.00", "+0.76"], "lit": {"units": [0], "edges": [1]}},
        }  # fmt: skip

    def python(self):
        return f"print({self.settings['z']})\n"


def test_a_desk_begins_with_the_arrays_it_is_given_and_goes_back_to_them():
    desk = Twice(z=2.0, W=[[1, 2], [3, 4]])
    assert desk.twice.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    desk.hand("change", "W", 1, 3.0)
    desk.hand("reset")
    assert desk.numbers["W"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert Twice(W=None).numbers["W"].tolist() == Twice().numbers["W"].tolist()
    for wrong, words in (
        ({"W": [[1, 2, 3]]}, "W of shape (2, 2): cannot reshape"),
        ({"W": [[1, 2], [3, 11]]}, "W of shape (2, 2): 11 given, expected a number from -10 to 10"),
        ({"V": [[1, 2], [3, 4]]}, "there is no control 'V': z"),
    ):
        with pytest.raises(ValueError, match=re.escape(words)):
            Twice(**wrong)
    with pytest.raises(ValueError, match="there is no control 'W': z"):  # arrays are in "own"
        Twice.from_recipe('{"nnlib": "twice 1", "start": {"W": [[1, 2], [3, 4]]}}')


def test_a_number_is_changed_and_everything_follows():
    desk = Twice(z=2.0)
    before = desk.numbers["W"]
    desk.hand("change", "W", 1, 3.0)
    assert desk.numbers["W"].tolist() == [[1.0, 3.0], [0.5, 0.0]]
    assert desk.twice.tolist() == [[2.0, 6.0], [1.0, 0.0]]
    assert before.tolist() == [
        [1.0, -2.0],
        [0.5, 0.0],
    ]  # what was read does not change
    desk.hand("reset")
    assert desk.numbers["W"].tolist() == before.tolist()
    assert desk.settings == {"z": 2.0}  # as it was made


@pytest.mark.parametrize(
    "hand, words",
    [
        (("set", "w", 1), "there is no control 'w': z"),
        (("set", "z", 5), "expected a number from -4 to 4"),
        (("change", "V", 0, 1.0), "the arrays are W"),
        (("change", "W", 4, 1.0), "there is no number 4"),
        (("change", "W", -1, 1.0), "there is no number -1"),
        (("change", "W", 0, float("nan")), "expected a number from -10 to 10"),
        (("change", "W", 0, "1"), "expected a number from -10 to 10"),
        (("change", ["W"], 0, 1.0), "the arrays are W"),
        (("train", 5), "expected one of set, change, reset"),
    ],
)
def test_what_a_hand_may_not_do_is_refused_and_nothing_is_lost(hand, words):
    desk = Twice(z=2.0)
    desk.change("W", 0, 7.0)
    with pytest.raises(ValueError, match=words):
        desk.hand(*hand)
    assert desk.settings == {"z": 2.0} and desk.numbers["W"][0, 0] == 7.0


def test_a_setting_that_cannot_be_computed_leaves_the_one_before():
    desk = Twice(z=2.0)
    with pytest.raises(ValueError, match="not there"):
        desk.set("z", 3.5)
    assert desk.settings == {"z": 2.0} and desk.twice[0, 0] == 2.0


def test_a_recipe_is_what_differs_and_brings_it_back():
    assert Twice().recipe() == '{"nnlib": "twice 1"}'
    desk = Twice(z=2.0)
    desk.change("W", 3, -0.5)
    again = Twice.from_recipe(desk.recipe())
    assert again.frame() == desk.frame()
    again.change("W", 3, 4.0)
    again.reset()
    assert again.frame() == desk.frame()


@pytest.mark.parametrize(
    "recipe, words",
    [
        ('{"nnlib": "playground 1"}', "not a recipe of the twice"),
        ('{"nnlib": "twice 1", "start": {"z": 9}}', "from -4 to 4"),
        ('{"nnlib": "twice 1", "start": 3}', "names controls and arrays"),
        ('{"nnlib": "twice 1", "own": {"V": [1]}}', "there is no array 'V'"),
        ('{"nnlib": "twice 1", "own": {"W": [1, 2]}}', r"W of shape \(2, 2\)"),
        ('{"nnlib": "twice 1", "own": {"W": [[1, 2], [3, "x"]]}}', "expected a number"),
        ('{"nnlib": "twice 1", "own": {"W": [[1, 2], [3]]}}', r"W of shape \(2, 2\)"),
        ("[]", "not a recipe"),
    ],
)
def test_a_text_that_is_no_recipe_is_refused(recipe, words):
    with pytest.raises(ValueError, match=words):
        Twice.from_recipe(recipe)


def test_a_recording_goes_through_the_stops_and_ends_where_it_stood():
    desk = Twice(z=2.0)
    frames = list(desk.recording(80))
    assert [frame["when"] for frame in frames] == ["z -1", "z 0", "z 1", "as it stood"]
    assert [frame["status"] for frame in frames] == ["z is -1", "z is 0", "z is 1", "z is 2"]
    assert desk.settings == {"z": 2.0} and desk.twice[0, 0] == 2.0


def test_a_still_shows_every_panel_and_says_the_sentence(tmp_path):
    desk = Twice()
    picture = desk.picture()
    assert plots.alt(picture) == "z is 1"
    texts = {text.get_text() for ax in picture.axes for text in ax.texts}
    assert {"plane", "W", "−2.00", "Z = X @ W", "0.70", "another", "+0.76", "x1"} <= texts
    (tmp_path / "still.png").write_bytes(plots.png(picture))
    with Image.open(tmp_path / "still.png") as image:
        assert image.width == pytest.approx(plots.WIDTH * 110, abs=2) and image.height > 400


def test_a_still_leaves_out_what_is_not_shown():
    desk = Twice()
    frame = desk.frame()
    frame["panels"] |= {"plane": None, "bars": None}
    picture = still(desk.scene(), frame)
    assert "plane" not in {text.get_text() for ax in picture.axes for text in ax.texts}
    plots.png(picture)


def test_what_a_stage_hides_is_not_in_its_picture_either():
    stage = Stage(Twice(), hide=["code"])
    texts = [{text.get_text() for ax in picture.axes for text in ax.texts}
             for picture in (stage.lab.picture(), stage.lab.picture(stage.hide))]  # fmt: skip
    assert "code" in texts[0] and "code" not in texts[1]
    whole, hiding = Stage(Twice())._png(), stage._png()
    assert len(hiding) < len(whole)


def test_a_stage_shows_a_desk_and_writes_its_page(tmp_path):
    stage = Stage(Twice())
    bundle, about = stage._repr_mimebundle_()
    assert bundle["text/plain"] == "z is 1" == about["image/png"]["alt"]
    stage._heard(None, {"do": "change", "arguments": ["W", 0, 2.5], "no": 1, "view": "a"}, [])
    assert stage.frame["panels"]["arrays"]["rows"][0][0]["texts"][0] == "+2.50"
    stage._heard(None, {"do": "change", "arguments": ["W", 0, 99], "no": 2, "view": "a"}, [])
    assert "expected a number from -10 to 10" in stage.frame["trouble"]
    page = stage.to_html(tmp_path / "twice.html").read_text("utf-8")
    assert "What a widget of the course shows" in page and 'type="text/plain"' in page


@pytest.mark.parametrize(
    "value, text", [(0.5, "+0.50"), (-0.5, "−0.50"), (-0.0, "+0.00"), (-0.001, "+0.00")]
)
def test_numbers_carry_their_sign_and_zero_has_one_face(value, text):
    assert signed(value) == text
