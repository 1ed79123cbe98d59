"""In every container of ipywidgets a widget has room, and nothing of it is cut off or missing."""

import pytest
from hands import Hands
from playwright.sync_api import expect

WIDGETS = (
    *("ActivationExplorer", "BackpropStepper", "BugGallery", "Descent", "DigitsLab"),
    *("FoldThePlane", "KernelLab", "LuckMap", "NudgeTest", "OptimizerRace", "Playground"),
    *("PostSwitches", "Ravine", "Spreadsheet", "LatentPlane", "TapeDesk"),
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
# {the container: the share of the notebook's width that the widget must have in it}
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
# Tried with one widget only, as the style sheet sets the width of all.
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
# The width of a stage, and its panels that are too narrow, outside of it, or blank.
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
    """The faults in the layout of a stage, which should be at least `least` pixels wide."""
    # A stage that becomes visible is drawn in the next frame of the browser.
    stage.evaluate("""node => {
      node.scrollIntoView({ block: "center" });
      return new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    }""")
    found = stage.evaluate(MEASURE)
    wrong = [f"{kind}: {found[kind]}" for kind in ("narrow", "beside", "blank") if found[kind]]
    if found["width"] < least:
        wrong.append(f"{found['width']:.0f} px wide, not {least:.0f}")
    if not found["panels"]:
        wrong.append("no panels")
    return wrong + Hands(stage.locator("xpath=..")).too_wide()


def check(book, places: dict[str, float], names: tuple = WIDGETS) -> None:
    """Check every stage: the second cell and those after it each show one of the places."""
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
def test_a_widget_in_a_closed_tab_is_drawn_when_the_tab_is_opened(notebook, place):
    book = notebook(MAKE, f"for w in ws:\n    display({place})")
    opener = ".lm-TabBar-tab" if place.startswith("Tab") else ".jupyter-widget-Collapse-header"
    for tab in book.output(1).locator(opener).filter(has_text="second").all():
        tab.click()
    check(book, {place: HIDDEN[place]})


def test_one_widget_has_room_in_many_more_places(notebook):
    make = MAKE.replace(repr(WIDGETS), "('FoldThePlane',)")
    # Each place gets a new widget, because an AppLayout changes the layout of its widgets.
    check(notebook(make, *(f"for w in make():\n    display({place})" for place in MORE)), MORE,
          ("FoldThePlane",))  # fmt: skip
