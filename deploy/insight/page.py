"""Write tallies as a page of HTML, or as a few lines of text. Standard library only.

    page("What the class is stuck on", tallies, catalogue, refresh=15)

This is enough for a page of counts. The page about graded notebooks shows more, given as data:

    lead       sentences under the title
    examples   {(task, title): code} and {(task, parts that were off): code}
    carried    {(task, title): {earlier task: how many answers call its function, which is wrong}}
    specimens  what to project, each a dict: title, students, question and, if there are any,
               lines [("-" for a right line or "+" for the wrong one, line)], recipe, code
    answers    the open questions, each a dict: task, question, rubric, comments, answers, missing

All texts are escaped here, and nowhere else. The page loads nothing from the network; with
`refresh` it reloads itself every so many seconds, unless the reader holds it.
"""

from html import escape
from pathlib import Path

from insight.tally import NO_VERDICT, STATUSES

STYLE = (Path(__file__).parent / "page.css").read_text("utf-8")
SIGNS = {"right": "✓", "not yet": "✗", "not attempted": "○", NO_VERDICT: "–"}
NOTHING_NAMED = "no part named: an error, an endless loop or another shape, for instance"
REFRESH = """
<p><button type="button" id="hold" aria-pressed="false">Hold the page</button>
<span id="said" class="quiet" role="status"></span></p>
<script>
const hold = document.getElementById("hold"), said = document.getElementById("said");
hold.onclick = () => hold.setAttribute("aria-pressed", hold.ariaPressed !== "true");
setInterval(async () => {
  if (hold.ariaPressed === "true" || document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const text = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = text.querySelector("main[data-insight]");
    if (!answer.ok || !now) throw new Error();
    document.querySelector("main").replaceWith(now);
    said.textContent = "";
  } catch {
    said.textContent = "The numbers are not new: no answer came. Load the page again.";
  }
}, SECONDS * 1000);
</script>"""


def page(
    title: str,
    tallies: dict,
    catalogue: dict,
    *,
    lead=(),
    examples=None,
    carried=None,
    specimens=(),
    answers=(),
    refresh: int = 0,
) -> str:
    """The page as HTML that needs no other file.

    >>> known = {"04.slopes": {"asked": "the slopes", "misconceptions": {}}}
    >>> "Nobody has" in page("What now?", {}, known)
    True
    """
    parts = {}
    if specimens:
        parts["tomorrow"] = ("To project tomorrow", _specimens(specimens))
    parts["tasks"] = ("Task by task", _tasks(tallies, catalogue))
    if stuck := _misconceptions(tallies, catalogue, examples or {}, carried or {}):
        parts["misunderstood"] = ("What was misunderstood", stuck)
    if answers:
        parts["open"] = ("In their own words", "".join(map(_open, answers)))
    links = "".join(f'<li><a href="#{key}">{head}</a></li>' for key, (head, _) in parts.items())
    navigation = f'<nav aria-label="On this page"><ul>{links}</ul></nav>' if len(parts) > 1 else ""
    body = "".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{head}</h2>{content}</section>'
        for key, (head, content) in parts.items()
    )
    said = "".join(f"<p>{sentence(words)}</p>" for words in lead)
    held = REFRESH.replace("SECONDS", str(int(refresh))) if refresh else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><header><h1>{escape(title)}</h1>{held}</header>"
        f"<main data-insight>{said}{navigation}{body}</main></body></html>\n"
    )


def sentence(words: str) -> str:
    """The words as HTML; what is between backticks becomes code.

    >>> sentence("Is `a < 0`?")
    'Is <code>a &lt; 0</code>?'
    """
    pieces = [escape(piece) for piece in words.split("`")]
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))


def columns(tallies: dict) -> list[str]:
    """The statuses that have a column: "no verdict" only if some student has none."""
    missing = any(found[NO_VERDICT] for found in tallies.values())
    return [*STATUSES, NO_VERDICT] if missing else [*STATUSES]


def listing(tallies: dict) -> list[tuple[str, str, int]]:
    """(task, title, count) of every misconception found, task by task."""
    return [
        (task, title, count)
        for task, found in tallies.items()
        for title, count in found["misconceptions"].items()
    ]


# The sections


def _tasks(tallies: dict, catalogue: dict) -> str:
    if not tallies:
        return "<p>Nobody has a verdict yet.</p>"
    shown = columns(tallies)
    heads = "".join(
        f'<th scope="col" class="number"><span class="{_class(status)}" '
        f'aria-hidden="true">{SIGNS[status]}</span> {status}</th>'
        for status in shown
    )
    rows = "".join(_row(task, found, catalogue, shown) for task, found in tallies.items())
    missing = f" {NO_VERDICT.capitalize()}: the test was not run." if NO_VERDICT in shown else ""
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Table of the tasks"><table>'
        "<caption>How many students are where. In the bars: right is filled, not yet is striped, "
        f"and the rest is empty.{missing}</caption>"
        f'<thead><tr><th scope="col">Task</th>{heads}<td></td></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(task: str, found: dict, catalogue: dict, shown: list[str]) -> str:
    name = f"<code>{escape(task)}</code>"
    if found["misconceptions"] or found["unexplained"]:
        name = f'<a href="#{_anchor(task)}">{name}</a>'
    numbers = "".join(f'<td class="number">{found[status]}</td>' for status in shown)
    everybody = sum(found[status] for status in shown) or 1
    bar = "".join(
        f'<i class="{_class(kind)}" style="width:{100 * found[kind] / everybody:.4g}%"></i>'
        for kind in ("right", "not yet")
    )
    return (
        f'<tr><th scope="row">{name}<span class="asked">{sentence(catalogue[task]["asked"])}'
        f'</span></th>{numbers}<td><div class="bar" aria-hidden="true">{bar}</div></td></tr>'
    )


def _class(status: str) -> str:
    return status.replace(" ", "-")


def _anchor(task: str) -> str:
    return escape(f"task-{task}".replace(".", "-"))


def _misconceptions(tallies: dict, catalogue: dict, examples: dict, carried: dict) -> str:
    """A part for each task at which somebody is not there yet."""
    parts = []
    for task, found in tallies.items():
        known = "".join(
            _found(task, title, count, catalogue, examples, carried.get((task, title), {}))
            for title, count in found["misconceptions"].items()
        )
        predicted = catalogue[task].get("kind") == "prediction"
        rest = _unexplained(task, found["unexplained"], examples, predicted)
        if known or rest:
            head = f"<code>{escape(task)}</code>: {found['not yet']} not yet"
            parts.append(f'<h3 id="{_anchor(task)}">{head}</h3>{known}{rest}')
    return "".join(parts)


def _found(task, title, count, catalogue, examples, carried: dict) -> str:
    """One misconception: the count, its title, what to ask, and an example."""
    question = catalogue[task]["misconceptions"][title]
    more = ""
    if carried:
        calls = ", ".join(f"`{earlier}` ({n} of {count})" for earlier, n in carried.items())
        more = (
            f'<p class="quiet">They call functions that are not right yet: {sentence(calls)}.</p>'
        )
    return (
        f'<article class="found">{_count(count)}<div><h4>{sentence(title)}</h4>'
        f'<p class="ask">Ask: <strong>{sentence(question)}</strong></p>{more}'
        f"{_code(examples.get((task, title)))}</div></article>"
    )


def _count(count: int) -> str:
    return f'<p class="count">{count}<small>{"student" if count == 1 else "students"}</small></p>'


def _code(code: str | None) -> str:
    if not code:
        return ""
    return f'<pre tabindex="0" aria-label="An example"><code>{escape(code)}</code></pre>'


def _unexplained(task: str, groups: dict, examples: dict, predicted: bool) -> str:
    """A table of the wrong answers without a known misconception, or of the wrong predictions."""
    if not groups:
        return ""
    total, least = sum(groups.values()), "not said" if predicted else NOTHING_NAMED
    what, head = f"{total} that no known mistake explains, by what was off", "What was off"
    if predicted:
        what, head = f"{total} that chose another answer", "What was chosen"
    shown = any((task, off) in examples for off in groups)
    column = '<th scope="col">an example</th>' if shown else ""
    rows = "".join(
        f'<tr><th scope="row">{sentence(off or least)}</th><td class="number">{count}</td>'
        + (f"<td>{_code(examples.get((task, off)))}</td></tr>" if shown else "</tr>")
        for off, count in groups.items()
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(task)}, the others">'
        f'<table><caption>{what}</caption><thead><tr><th scope="col">{head}</th>'
        f'<th scope="col" class="number">students</th>{column}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _specimens(specimens) -> str:
    return f'<ol class="three">{"".join(map(_specimen, specimens))}</ol>'


def _specimen(one: dict) -> str:
    lines = ""
    for mark, line in one.get("lines", ()):
        status = {"-": "right", "+": "not yet"}[mark]
        words = f"{SIGNS[status]} {escape(line.strip())}"
        lines += f'<span class="{_class(status)}">{words}</span>\n'
    shown = ""
    if lines:
        shown = (
            "<p>As it should be (✓), and what stands in its place (✗):</p>"
            f'<pre tabindex="0" aria-label="The difference"><code>{lines}</code></pre>'
        )
    elif one.get("code"):
        shown = f"<p>One of the answers:</p>{_code(one['code'])}"
    if one.get("recipe"):
        shown += f"<p>To project it:</p>{_code(one['recipe'])}"
    return (
        f'<li class="found">{_count(one["students"])}<div><h3 style="margin:0">'
        f'{sentence(one["title"])}</h3><p class="ask">Ask: <strong>{sentence(one["question"])}'
        f"</strong></p>{shown}</div></li>"
    )


def _open(one: dict) -> str:
    """The answers to one open question, below what to look for in them."""
    rubric = "".join(f"<li>{sentence(line)}</li>" for line in one["rubric"])
    comments = "".join(f"<li>{sentence(line)}</li>" for line in one["comments"])
    said = "".join(
        f"<li><b>{number}</b>{escape(words)}</li>"
        for number, words in enumerate(one["answers"], start=1)
    )
    looked = f"<h4>Look for</h4><ol>{rubric}</ol>" if rubric else ""
    reply = f'<h4>Comments to reuse</h4><ul class="comments">{comments}</ul>' if comments else ""
    return (
        f"<h3><code>{escape(one['task'])}</code></h3><p>{sentence(one['question'])}</p>"
        f'<div class="rubric">{looked}{reply}</div>'
        f"<p>{len(one['answers'])} answers, in an order drawn by chance; {one['missing']} "
        f"{'has' if one['missing'] == 1 else 'have'} written nothing.</p>"
        f'<ol class="beside">{said}</ol>'
    )


# The page as text


def text(title: str, tallies: dict, catalogue: dict, *, lead=(), specimens=()) -> str:
    """The page as text for a terminal, without examples and open answers."""
    shown = columns(tallies)
    wide = max([4, *map(len, tallies)])
    lines = [title, *lead, "", f"{'task':{wide}}  {'  '.join(shown)}"]
    for task, found in tallies.items():
        numbers = "  ".join(f"{found[status]:>{len(status)}}" for status in shown)
        lines.append(f"{task:{wide}}  {numbers}")
    for task, found in tallies.items():
        if not found["not yet"]:
            continue
        lines += ["", f"{task}, not yet:"]
        for name, count in found["misconceptions"].items():
            lines += [f"{count:>4}  {name}", f"      {catalogue[task]['misconceptions'][name]}"]
        if rest := found["unexplained"]:
            named = "; ".join(f"{count} × {off or 'no part named'}" for off, count in rest.items())
            predicted = catalogue[task].get("kind") == "prediction"
            what = "chose another answer" if predicted else "not explained"
            lines.append(f"{sum(rest.values()):>4}  {what} ({named})")
    if specimens:
        lines += ["", "To project tomorrow:"]
        for number, one in enumerate(specimens, start=1):
            lines.append(f"{number:>4}. {one['title']}")
            if one.get("recipe"):
                lines.append(f"      {one['recipe'].splitlines()[-1]}")
    return "\n".join(lines)
