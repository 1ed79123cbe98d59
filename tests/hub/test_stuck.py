"""The page "Stuck now": from a check in a student's kernel to what the teacher sees."""

import people
import pytest
import real_hub
from playwright.sync_api import expect

MISTAKE = "lambda z: np.maximum(z, 0)"
TITLE = "The height is used in place of the slope"
QUESTION = "At z = 2.5 relu stands at 2.5. How far does it move if z moves by 0.1?"


@pytest.fixture(scope="module")
def stuck(hub, person):
    """A notebook of Ada's, in which she makes a known mistake, and the teacher at the hub."""
    hub.enrol(people.ROSTER)
    ada = person("ada").logs_in()
    marie = person("marie").logs_in()
    book = ada.is_in().opens("01_activations.ipynb")
    book.execute("import numpy as np; from nncourse.exercises import check, sharing")
    marie.is_in()
    marie.page.goto(f"{hub.url}/hub/home")
    yield book, marie
    ada.page.context.close()
    marie.page.context.close()


def test_a_check_is_counted_and_the_student_is_told_once(hub, stuck):
    book, marie = stuck
    said = book.value(f"str(check('01.relu_slope', {MISTAKE}))")
    assert TITLE in said and "Your teacher's page counts this verdict" in said
    assert "counts this verdict" not in book.value(f"str(check('01.relu_slope', {MISTAKE}))")
    marie.page.get_by_role("link", name="Stuck now").click()
    expect(marie.page.get_by_role("heading", name="What the class is stuck on now")).to_be_visible()
    expect(marie.page.locator("main")).to_contain_text("1 of 3 students")
    row = marie.page.get_by_role("row").filter(has_text="01.relu_slope")
    expect(row).to_contain_text("1")
    expect(marie.page.locator("main")).to_contain_text(TITLE)
    expect(marie.page.locator("main")).to_contain_text(QUESTION)
    assert "ada" not in marie.page.locator("main").inner_text().lower().split()
    people.shoot(marie.page, "hub-stuck")


def test_the_page_reloads_itself(stuck):
    book, marie = stuck
    book.execute("check('01.relu_slope', lambda z: (z > 0).astype(float))")
    expect(marie.page.locator("main")).not_to_contain_text(TITLE)
    expect(marie.page.locator("main")).to_contain_text("01.relu_slope")


def test_with_sharing_off_nothing_is_written(hub, stuck):
    book, _ = stuck
    left = hub.classroom.homes / "ada" / ".nnlib-verdicts"
    before = left.read_text()
    assert "lambda" not in before and "ada" not in before
    assert book.value("sharing(False)") is False
    book.execute(f"check('01.relu_slope', {MISTAKE})")
    assert left.read_text() == before
    assert book.value("sharing(True)") is True


def test_only_teachers_see_the_page(hub, stuck):
    book, marie = stuck
    page = book.page.context.new_page()
    assert page.goto(f"{hub.url}/hub/stuck").status == 403
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_role("link", name="Home")).to_be_visible()
    expect(page.get_by_role("link", name="Stuck now")).to_have_count(0)
    page.close()


def test_a_wrong_address_is_refused(hub, stuck):
    teacher = real_hub.Visitor(hub, "marie", hub.teachers_password)
    for query in ("minutes=soon", "exercise=99"):
        with pytest.raises(OSError, match="400"):
            teacher.ask("GET", f"/hub/stuck?{query}")
    assert b"at exercise 01" in teacher.ask("GET", "/hub/stuck?exercise=01&minutes=5")
