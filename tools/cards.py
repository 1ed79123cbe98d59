"""Make a card of what each notebook leaves to keep: make cards.

    python tools/cards.py          write docs/cards/cards.html, and print it to cards.pdf beside it
    python tools/cards.py remind   say whether the notebooks have changed since

A card is the section *Keep this* of a notebook, one page of A6. The page needs no network, and is
the same on every machine. Chromium prints it, in the fonts that matplotlib brings.
"""

import base64
import hashlib
import html
import re
import sys
from pathlib import Path

import chromium
import latex2mathml.converter
import matplotlib
import mistune
import nbformat
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "cards" / "cards.html"
PDF = PAGE.with_suffix(".pdf")
FRAME = Path(__file__).with_name("cards.html")
CARD = """<section>
<header><b>{number}</b><h2>{title}</h2></header>
<div class="text">
{text}</div>
<p class="keep">{keep}</p>
</section>"""
PRINT_FONTS = (
    ("STIXGeneral", "STIXGeneral.ttf", ""),
    ("STIXGeneral", "STIXGeneralItalic.ttf", "font-style: italic;"),
    ("STIXGeneral", "STIXGeneralBol.ttf", "font-weight: bold;"),
    ("DejaVu Sans Mono", "DejaVuSansMono.ttf", ""),
)


def notebooks() -> list[Path]:
    """The notebooks that have a card: all with a number but 00, which explains nothing yet."""
    return sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))[1:]


def kept(text: str) -> tuple[str, str]:
    """What a section *Keep this* says, and the sentence in bold with which it ends.

    >>> kept("## Keep this\\n\\nA step. **Not too far.**\\n\\n## Exercises")
    ('A step.', 'Not too far.')
    """
    section = re.search(r"^## Keep this\s+(.*?)(?=^## |\Z)", text, flags=re.M | re.S)
    found = section and re.fullmatch(r"(.*?)\s*\*\*([^*]+)\*\*", section[1].strip(), flags=re.S)
    if not found:
        raise ValueError("no section '## Keep this' that ends with a sentence in bold")
    return found[1], found[2]


def to_html(text: str) -> str:
    r"""Markdown with formulas as HTML with MathML.

    >>> to_html("with $z$ in *rows*")
    '<p>with <math alttext="z"><mrow><mi>z</mi></mrow></math> in <em>rows</em></p>\n'
    """
    formulas = []

    def set_aside(found: re.Match) -> str:
        display, inline = found.groups()
        tex = display or inline
        start = f'<math alttext="{html.escape(tex)}"' + (' display="block">' if display else ">")
        mathml = re.sub("^<math.*?>", lambda _: start, latex2mathml.converter.convert(tex))
        # A prime is high already, and needs no superscript.
        mathml = re.sub(r"<msup>(<mi>\w</mi>)<mi>(&#x02032;)</mi></msup>", r"\1<mo>\2</mo>", mathml)
        formulas.append(mathml)
        return f"\ue000{len(formulas) - 1}\ue001"  # of the characters that no text uses

    text = re.sub(r"\$\$(.+?)\$\$|\$(.+?)\$", set_aside, text, flags=re.DOTALL)
    text = re.sub(r'"([^"\n]+)"', "\u201c\\1\u201d", text)
    page = mistune.html(text)
    # A formula on a line of its own is no paragraph.
    page = re.sub(r"<p>(\ue000\d+\ue001)</p>", r"\1", page)
    # No line begins with the comma behind a formula.
    page = re.sub(r"(\ue000\d+\ue001[.,;:)]+)", r'<span class="one">\1</span>', page)
    return re.sub(r"\ue000(\d+)\ue001", lambda found: formulas[int(found[1])], page)


def prose(path: Path) -> str:
    """All markdown of a notebook."""
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def card(path: Path) -> str:
    """The card of a notebook, as HTML."""
    text = prose(path)
    title = re.match(r"# (.+)", text)[1]
    body, keep = kept(text)
    number = path.name[:2]
    return CARD.format(
        number=number, title=html.escape(title), text=to_html(body), keep=inline(keep)
    )


def inline(text: str) -> str:
    """A line of markdown as HTML, without a paragraph around it."""
    return to_html(text).strip().removeprefix("<p>").removesuffix("</p>")


def page() -> str:
    """The page with all cards, as the notebooks give it now."""
    cards = "\n".join(map(card, notebooks()))
    return FRAME.read_text("utf-8").replace("CARDS", cards)


def print_fonts() -> str:
    """The style that gives Chromium the fonts of the cards, whatever the machine has."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    rules = []
    for family, name, style in PRINT_FONTS:
        data = base64.b64encode((folder / name).read_bytes()).decode()
        rules.append(
            f"@font-face {{ font-family: '{family}'; {style} src: url(data:;base64,{data}) }}"
        )
    rules.append(":root { --serif: STIXGeneral; --math: STIXGeneral }")
    # Where a font has no table of mathematics, Chromium leaves a fifth of an em behind a script.
    rules.append("msub, msup, msubsup { margin-right: -0.14em }")
    return "\n".join(rules)


def to_pdf(text: str) -> bytes:
    """The page as Chromium prints it. Its last line says of which text it was made."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=options)
        tab = browser.new_page()
        tab.set_content(text)
        tab.add_style_tag(content=print_fonts())
        tab.evaluate("document.fonts.ready.then(() => true)")
        pdf = tab.pdf(prefer_css_page_size=True)
        browser.close()
    # The hour of printing would make a new file of the same page.
    pdf = re.sub(rb"(/(?:Creation|Mod)Date \(D:)\d{14}", rb"\g<1>20260101000000", pdf)
    return pdf + fingerprint(text)


def fingerprint(text: str) -> bytes:
    """The last line of the PDF that was printed from the page, a comment."""
    return f"%cards.html {hashlib.sha256(text.encode()).hexdigest()}\n".encode()


def said(text: str) -> str:
    """The page, its formulas in TeX: how they are written in MathML differs between versions."""
    return re.sub('<math alttext="(.*?)".*?</math>', r"$\1$", text)


def faults() -> list[str]:
    """What is to be said against the page and the PDF, as they lie in docs/cards."""
    if not (PAGE.exists() and PDF.exists()):
        return ["there are no cards yet"]
    text, pdf = PAGE.read_text("utf-8"), PDF.read_bytes()
    found = []
    if said(text) != said(page()):
        found.append("the cards say something else than the notebooks")
    if not pdf.endswith(fingerprint(text)):
        found.append("cards.pdf was not printed from cards.html")
    if len(re.findall(rb"/Type /Page\b", pdf)) != text.count("<section>"):
        found.append("cards.pdf has not one page for each card")
    return found


def main(arguments: list[str]) -> None:
    """Write the cards, or say that it is time to."""
    if arguments == ["remind"]:
        print(*(f"docs/cards: {fault}: make cards" for fault in faults()), sep="\n", end="")
        return
    text = page()
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    PDF.write_bytes(to_pdf(text))
    print(f"{len(notebooks())} cards: {PAGE.relative_to(ROOT)}, {PDF.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
