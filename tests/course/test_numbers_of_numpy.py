"""A setting may be a number of numpy, or any number that is whole: it is the same setting."""

import numpy as np
import pytest

from nncourse import widgets

WIDGETS = [getattr(widgets, name) for name in widgets.__all__ if name[0].isupper()]
WRONG = [True, np.True_, np.float32(2.5), np.array([3]), np.nan, "3", 10**400]


def alike(value):
    """The same value, as numpy and as arithmetic may give it."""
    if isinstance(value, bool):
        return [np.bool_(value), np.array(value)]
    if isinstance(value, str):
        return [np.str_(value)]
    if isinstance(value, int):
        return [float(value), np.int64(value), np.float32(value), np.array(value)]
    return [np.float64(value), np.array(value)]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.__name__)
def test_a_setting_is_the_same_in_every_type_that_is_equal_to_it(widget):
    model = widget.MODEL
    for name, control in model.CONTROLS.items():
        for given in alike(control.value):
            value = control.check(given)
            assert value == control.value, (name, given)
            assert type(value) is type(control.check(control.value)), (name, given)
    named = {name: alike(control.value)[0] for name, control in model.CONTROLS.items()}
    assert model(**named).settings == model().settings


@pytest.mark.parametrize(
    "wrong", [True, np.True_, np.float32(2.5), np.array([3]), np.nan, "3", 10**400]
)
def test_what_is_no_whole_number_is_none_in_any_type(wrong):
    with pytest.raises(ValueError, match="hidden units: .* given, expected a whole number from 1"):
        widgets.Playground(hidden_units=wrong)


def test_numbers_beside_the_controls_are_taken_in_any_type_as_well():
    assert widgets.Descent(steps=np.int64(3)).frame["at"] == 3
    assert widgets.Ravine(steps=3.0, start=np.float32([1, 0.5])).frame["at"] == 3
    assert widgets.NudgeTest(W1=np.ones((2, 2), np.int32)).lab.numbers["W1"].sum() == 4
    asked = widgets.predict("How many?", None, np.int64(7), within=np.float32(1))
    asked.lab.guess(np.int64(6))
    assert asked.lab.right is True and type(asked.lab.given) is int
    luck = widgets.LuckMap(hidden_units=np.array([1, 2]), learning_rate=[0.5], seeds=5.0)
    assert luck.lab.hidden_units == [1, 2] and luck.lab.seeds == 5
