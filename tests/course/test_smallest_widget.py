"""The smallest widget of CONTRIBUTING.md works as it stands there, with all that widgets have."""

import errno
import os
import re
from pathlib import Path

import pytest

CONTRIBUTING = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"
(CODE,) = re.findall(r"^```python\n(.*?)^```", CONTRIBUTING.read_text("utf-8"), re.M | re.S)


@pytest.fixture(scope="module")
def Wave():
    names = {"__name__": __name__}
    exec(CODE, names)
    return names["Wave"]


def test_it_takes_25_lines_at_most():
    assert len(CODE.splitlines()) <= 25


def test_it_is_moved_by_hand_and_says_its_state(Wave):
    wave = Wave()
    assert wave.sentence == "It goes up and down 1.0 times."
    wave._heard(None, {"do": "set", "name": "speed", "value": 4, "no": 1, "view": "a"}, [])
    assert wave.sentence == "It goes up and down 3.8 times."
    assert wave.frame["status"] == wave.sentence and wave.frame["values"]["speed"] == 4
    wave._heard(None, {"do": "set", "name": "speed", "value": 9, "no": 2, "view": "a"}, [])
    assert "how fast: 9 given, expected a number from 0.5 to 5" in wave.frame["trouble"]


def test_what_every_widget_has_comes_with_it(Wave, tmp_path):
    wave = Wave(speed=2)
    assert Wave.settings() == {"speed": 1.0}
    assert Wave(recipe=wave.lab.recipe()).sentence == wave.sentence
    shown, about = wave._repr_mimebundle_()
    assert shown["image/png"] and about["image/png"]["alt"] == wave.sentence
    assert wave.sentence in wave.to_html(tmp_path / "wave.html").read_text("utf-8")
    assert "speed" in Wave(hide=["speed"]).frame["hidden"]


def test_a_page_that_cannot_be_written_leaves_the_old_one(Wave, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    page = tmp_path / "wave.html"
    page.write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left on device; nothing was written"):
            Wave().to_html(page)
    assert page.read_text() == "old" and os.listdir(tmp_path) == ["wave.html"]
    with pytest.raises(TypeError, match="path=3: give the name of a file"):
        Wave().to_html(3)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"speed": 9}, "how fast: 9 given, expected a number from 0.5 to 5"),
        ({"pace": 1}, "there is no control 'pace': speed"),
        ({"recipe": "{}", "speed": 1}, "a recipe says everything"),
        ({"recipe": "{}"}, "this is not a recipe of the wave"),
        ({"hide": ["pace"]}, "there is nothing called pace; there are curve, speed"),
    ],
)
def test_what_it_cannot_use_is_refused_in_words(Wave, given, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Wave(**given)
