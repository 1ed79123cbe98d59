"""The feedback page of a student: points by task, and formulas that need no network.

feedback/index.html.j2 is its template.
"""

from html import escape
from pathlib import Path

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor

HERE = Path(__file__).resolve().parent


def formula(tex: str, block: bool = False) -> str:
    """A formula as MathML, which browsers draw without a library; its source if it is invalid."""
    try:
        return convert(tex, display="block" if block else "inline")
    except Exception:  # a student may write anything between two dollars
        return f"<code>{escape(tex)}</code>"


class Renderer(IPythonRenderer):
    """Markdown as in a notebook, with formulas as MathML."""

    def inline_math(self, body: str) -> str:
        return formula(body)

    def block_math(self, body: str) -> str:
        return formula(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True)


@pass_context
def markdown2html(context, source: str) -> str:
    """The Markdown of a cell as HTML, with the pictures attached to the cell."""
    cell = context.get("cell") or {}
    more = {"attachments": cell.get("attachments", {}), "exclude_anchor_links": True}
    try:
        return MarkdownWithMath(Renderer(escape=False, **more)).render(source)
    except InvalidNotebook:  # an attached picture is missing
        return f"<pre>{escape(source)}</pre>"


class Points(NbGraderPreprocessor):
    """Writes into the metadata the points of each task and of the whole, as text.

    An open answer that nobody has read yet says so and has no points, not 0.
    """

    def preprocess(self, nb, resources):
        about = resources["nbgrader"]
        where = about["notebook"], about["assignment"], about["student"]
        waiting = 0.0
        with Gradebook(about["db_url"]) as gradebook:
            for cell in nb.cells:
                marks = cell.metadata.get("nbgrader", {})
                if "grade_id" not in marks:
                    continue
                marks.task = marks.grade_id.removesuffix("-check").replace("-", ".", 1)
                if marks.solution:  # the teacher's comment, not nbgrader's own "No response."
                    marks.comment = gradebook.find_comment(marks.grade_id, *where).manual_comment
                if not marks.grade:
                    continue
                grade = gradebook.find_grade(marks.grade_id, *where)
                marks.said = f"{grade.score:g} of {grade.max_score:g}"
                if grade.needs_manual_grade:
                    waiting += grade.max_score
                    marks.said = f"not read yet (of {grade.max_score:g})"
                elif marks.solution and grade.manual_score is None:
                    marks.said = f"no answer: {marks.said}"
        maximum = about["max_score"] - waiting
        about["said"] = f"{about['score']:g} of {maximum:g} points"
        if waiting:
            about["said"] += f", and another {waiting:g} can come from what is still to be read"
        about["said"] += "."
        return nb, resources


class ShortErrors(NbGraderPreprocessor):
    """Shortens errors in cells with hidden tests to one line: a traceback would quote the tests."""

    def preprocess_cell(self, cell, resources, index):
        if "BEGIN HIDDEN TESTS" in cell.source:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    said = output.evalue.split("\n")[0]
                    output.traceback = [f"{output.ename}: {said}"]
        return cell, resources


def configure(config) -> None:
    """Make nbgrader write this page, without the lines of hidden tests.

    The student does not need them: the verdict of the check is shown above the error.
    """
    config.GenerateFeedback.preprocessors = [
        *(GetGrades, Points, ShortErrors, ClearHiddenTests, CSSHTMLHeaderPreprocessor)
    ]
    config.HTMLExporter.template_name = "feedback"  # nbgrader asks for this name
    config.HTMLExporter.extra_template_basedirs = [str(HERE)]
    config.HTMLExporter.filters = {"markdown2html": markdown2html}
