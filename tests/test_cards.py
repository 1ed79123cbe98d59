"""The cards of docs/cards: what they say, and that they are printed from it."""

import html
import re

import cards
import pytest


@pytest.fixture(scope="module")
def page():
    return cards.PAGE.read_text("utf-8")


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """cards.PAGE and cards.PDF, in a folder of their own."""
    for name in ("PAGE", "PDF"):
        path = getattr(cards, name)
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        monkeypatch.setattr(cards, name, copy)


def plain(text):
    """What one reads: no tags, entities as characters."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def test_the_cards_say_what_the_notebooks_leave_to_keep():
    assert not cards.faults(), f"{cards.faults()}: make cards"


def test_each_numbered_notebook_but_the_first_has_a_card(page):
    numbers = re.findall(r"<section>\n<header><b>(\d\d)</b>", page)
    assert numbers == [path.name[:2] for path in cards.notebooks()]
    assert numbers == [f"{k:02}" for k in range(1, len(numbers) + 1)] and len(numbers) >= 7


def test_every_formula_is_set_and_no_markdown_is_left(page):
    sections = page.partition("<body>")[2]
    for path in cards.notebooks():
        for tex in re.findall(r"\$+(.+?)\$+", cards.kept(cards.prose(path))[0]):
            assert f'<math alttext="{html.escape(tex)}"' in sections, f"{path.name}: {tex}"
    assert not re.findall(r"[$\\`\ue000\ue001]|\*\*", plain(sections))


def test_the_page_needs_no_network(page):
    assert not re.search(r"https?:|src=|href=|@import|url\(", page)


def test_a_word_changed_in_a_card_is_noticed(copies, page):
    cards.PAGE.write_text(page.replace("heights", "hills", 1), "utf-8", newline="\n")
    assert cards.faults() == [
        "the cards say something else than the notebooks",
        "cards.pdf was not printed from cards.html",
    ]


def test_a_formula_changed_in_a_notebook_is_noticed(monkeypatch):
    new = cards.page().replace('alttext="1 - a^2"', 'alttext="1 - a^3"')
    monkeypatch.setattr(cards, "page", lambda: new)
    assert "the cards say something else than the notebooks" in cards.faults()


def test_a_page_too_many_is_noticed(copies):
    cards.PDF.write_bytes(b"<< /Type /Page >>\n" + cards.PDF.read_bytes())
    assert "cards.pdf has not one page for each card" in cards.faults()


def test_cards_that_are_not_there_are_noticed(copies):
    cards.PDF.unlink()
    assert cards.faults() == ["there are no cards yet"]


@pytest.mark.parametrize("text", ["## Exercises\n**No.**", "## Keep this\nNothing in bold."])
def test_a_notebook_without_a_sentence_to_keep_is_refused(text):
    with pytest.raises(ValueError, match="Keep this"):
        cards.kept(text)
