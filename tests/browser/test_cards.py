"""Each card of docs/cards holds its text, and prints on one page."""

import cards


def test_nothing_runs_out_of_a_card(page):
    page.set_content(cards.PAGE.read_text("utf-8"))
    page.emulate_media(media="print")
    page.add_style_tag(content=cards.print_fonts())
    page.evaluate("document.fonts.ready.then(() => true)")
    boxes = page.locator("section").evaluate_all(
        """nodes => nodes.map(node => {
             const top = node => node.getBoundingClientRect().top;
             const bottom = node => node.getBoundingClientRect().bottom;
             const text = node.querySelector(".text"), keep = node.querySelector(".keep");
             return [node.querySelector("b").textContent,
               node.scrollHeight <= node.clientHeight && node.scrollWidth <= node.clientWidth &&
               text.scrollHeight <= text.clientHeight && bottom(text.lastElementChild) < top(keep)];
           })"""
    )
    assert len(boxes) == len(cards.notebooks())
    assert [number for number, fits in boxes if not fits] == []
