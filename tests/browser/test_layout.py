"""Wherever ipywidgets puts a widget, it has room, and nothing of it is cut off or left out."""

import pytest
from hands import Hands
from playwright.sync_api import expect

WIDGETS = (
    *("ActivationExplorer", "BackpropStepper", "BugGallery", "Descent", "DigitsLab"),
    *("FoldThePlane", "LuckMap", "NudgeTest", "Playground", "Spreadsheet"),
)
MAKE = f"""
from IPython.display import display
from ipywidgets import HTML, Accordion, AppLayout, GridBox, HBox, IntSlider, Layout, Output, Tab
from ipywidgets import VBox
from nncourse import widgets

def make():
    return [getattr(widgets, name)() for name in {WIDGETS}]

def output(w):
    area = Output()
    with area:
        display(w)
    return area

ws = make()
"""
# How it is put there, and the share of the notebook's width that it gets.
BOXES = {
    "HBox([w])": 0.99,
    "VBox([w], layout=Layout(align_items='center'))": 0.99,
    "GridBox([w, HTML('beside')], layout=Layout(grid_template_columns='3fr 1fr'))": 0.74,
    "output(w)": 0.99,
}
APPS = {"AppLayout(left_sidebar=HTML('left'), center=w, right_sidebar=HTML('right'))": 0.49}
HIDDEN = {
    "Tab([HTML('first'), w], titles=['first', 'second'])": 0.95,
    "Accordion([HTML('first'), w], titles=['first', 'second'], selected_index=0)": 0.95,
}
# With one widget, for the widths follow from the style of all.
MORE = {
    "HBox([w, HTML('beside'), IntSlider()])": 0.6,
    "HBox([output(w), output(w)])": 0.49,
    "HBox([w], layout=Layout(justify_content='center', align_items='center'))": 0.99,
    "GridBox([w])": 0.99,
    "GridBox([w], layout=Layout(grid_template_columns='max-content'))": 0.7,
    "Tab([w])": 0.95,
    "Accordion([w], selected_index=0)": 0.95,
    "AppLayout(header=HTML('above'), center=w)": 0.99,
}
# How wide a stage is, and which panels on it are too narrow, beside it, or blank.
MEASURE = """
node => {
  const box = element => element.getBoundingClientRect();
  const panels = [...node.querySelectorAll("section")].filter(s => s.checkVisibility());
  const pictures = panels.flatMap(s => [...s.querySelectorAll("canvas[data-panel]")]);
  const beside = e => box(e).left < box(node).left - 1 || box(e).right > box(node).right + 1;
  const blank = c => !c.width || !c.getContext("2d").getImageData(0, 0, c.width, c.height).data
    .some(value => value);
  const names = elements => elements.map(e => e.dataset.panel);
  return {
    width: box(node).width, panels: panels.length,
    narrow: names(panels.filter(s => box(s).width < 60)), beside: names(panels.filter(beside)),
    blank: names(pictures.filter(blank)),
  };
}
"""


def faults(stage, least: float) -> list[str]:
    """What is wrong with how a stage is laid out, `least` being the width that it should have."""
    stage.scroll_into_view_if_needed()
    # What comes into view, or out of a tab, is drawn with the next picture of the browser.
    stage.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    found = stage.evaluate(MEASURE)
    wrong = [f"{kind}: {found[kind]}" for kind in ("narrow", "beside", "blank") if found[kind]]
    if found["width"] < least:
        wrong.append(f"{found['width']:.0f} px wide, not {least:.0f}")
    if not found["panels"]:
        wrong.append("no panels")
    return wrong + Hands(stage.locator("xpath=..")).too_wide()


def check(book, places: dict[str, float], names: tuple = WIDGETS) -> None:
    """Measure every stage in the outputs of the cells from the second on, a cell for each place."""
    wrong = {}
    for cell, (place, share) in enumerate(places.items(), start=1):
        area = book.output(cell).locator(".jp-OutputArea-output").first
        stages = book.output(cell).locator(".nnlib-stage")
        views = max(1, place.count("output(w)"))
        expect(stages).to_have_count(views * len(names))
        for number in range(stages.count()):
            found = faults(stages.nth(number), share * area.evaluate("node => node.clientWidth"))
            if found:
                wrong[f"{names[number // views]} in {place}"] = found
    assert not wrong


def test_in_boxes_grids_and_outputs_every_widget_has_room(notebook, screenshot):
    book = notebook(MAKE, *(f"for w in ws:\n    display({place})" for place in BOXES))
    check(book, BOXES)
    book.output(1).scroll_into_view_if_needed()
    screenshot(book.page, "layout-hbox")


def test_beside_others_and_in_the_middle_of_an_app_every_widget_has_room(notebook):
    check(notebook(MAKE, *(f"for w in ws:\n    display({place})" for place in APPS)), APPS)


@pytest.mark.parametrize("place", HIDDEN, ids=["tab", "accordion"])
def test_what_was_made_where_nobody_saw_it_is_drawn_when_it_is_opened(notebook, place):
    book = notebook(MAKE, f"for w in ws:\n    display({place})")
    opener = ".lm-TabBar-tab" if place.startswith("Tab") else ".jupyter-widget-Collapse-header"
    for tab in book.output(1).locator(opener).filter(has_text="second").all():
        tab.click()
    check(book, {place: HIDDEN[place]})


def test_one_widget_has_room_in_many_more_places(notebook):
    make = MAKE.replace(repr(WIDGETS), "('FoldThePlane',)")
    # A widget of its own each: an AppLayout writes into what it is given where that belongs.
    check(notebook(make, *(f"for w in make():\n    display({place})" for place in MORE)), MORE,
          ("FoldThePlane",))  # fmt: skip
