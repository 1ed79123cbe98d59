"""The front end's modules are joined to one text, and know no widget and no panel by its name."""

import inspect
import json
import re
from pathlib import Path

import pytest

from nncourse import widgets
from nncourse.widgets.base import bundle, still
from nncourse.widgets.base.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
MODULES = bundle.modules()
STYLE = bundle.style()
TEXTS = MODULES | bundle.styles() | {"page.html": bundle.page()}
each_text = pytest.mark.parametrize("name", TEXTS)
TOP = re.compile(
    r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+|[{\[][^=]*) ?[=(]", re.M
)
WIDGETS = [
    *(widgets.ActivationExplorer, widgets.BackpropStepper, widgets.BugGallery, widgets.Descent),
    *(widgets.DigitsLab, widgets.FoldThePlane, widgets.KernelLab, widgets.LuckMap),
    *(widgets.NudgeTest, widgets.OptimizerRace, widgets.Playground, widgets.PostSwitches),
    *(widgets.Ravine, widgets.Spreadsheet, widgets.LatentPlane, widgets.TapeDesk),
]


def top_names(text):
    """The names that a module defines at its top level."""
    return [name for found in TOP.findall(text) for name in re.findall(r"\w+", found)]


def test_all_kinds_of_top_level_names_are_seen():
    text = "const a = 1;\nexport const [b, c] = [1, 2];\nexport async function d() {}\n  let e;\n"
    assert top_names(text) == ["a", "b", "c", "d"]


def test_names_at_the_top_of_modules_differ():
    names = [name for text in MODULES.values() for name in top_names(text)]
    assert len(names) > 100
    assert sorted(names) == sorted(set(names))


def test_imports_do_not_rename_and_name_what_is_exported():
    for name, text in MODULES.items():
        found = re.findall(r"^import .*", text, re.MULTILINE)
        assert len(found) == len(bundle.IMPORT.findall(text)), name
        for names in re.findall(r"^import \{([^}]*)\} from", text, re.MULTILINE):
            assert " as " not in names, name


def test_each_module_comes_after_those_that_it_imports_from():
    order = list(MODULES)
    assert order[-1] == "index.js"
    assert order.index("numbers.js") < order.index("axes.js") < order.index("panels/plane.js")
    assert order.index("scene.js") < order.index("render.js")


def test_the_one_text_has_no_imports_and_exports_what_index_does():
    text = bundle.javascript()
    assert not re.findall(r"^\s*import\b", text, re.MULTILINE)
    exports = re.findall(r"^export .*", text, re.MULTILINE)
    assert exports == re.findall(r"^export .*", MODULES["index.js"], re.MULTILINE)
    assert len(exports) == 2
    assert str(Stage._esm) == text


def test_modules_are_joined(tmp_path):
    (tmp_path / "panels").mkdir()
    (tmp_path / "index.js").write_text(
        'import {\n  long,\n  longer,\n} from "./panels/b.js";\nexport default { long };\n'
    )
    (tmp_path / "panels" / "b.js").write_text(
        'import { a } from "../a.js";\nexport const long = a;\nexport function longer() {}\n'
    )
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    joined = bundle.javascript(tmp_path)
    assert joined.split("\n\n") == [
        "const a = 1;", "const long = a;\nfunction longer() {}", "export default { long };\n",
    ]  # fmt: skip


def test_modules_in_a_circle_are_refused(tmp_path):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = 1;\n')
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport const b = 1;\n')
    with pytest.raises(ValueError, match="cycle"):
        bundle.javascript(tmp_path)


@each_text
def test_files_are_short_and_so_are_their_lines(name):
    lines = TEXTS[name].splitlines()
    assert len(lines) <= 300
    assert not [line for line in lines if len(line) > 110]


def test_the_style_sheet_names_no_widget_and_no_panel():
    names = {widget().scene["name"] for widget in WIDGETS}
    assert len(names) == len(WIDGETS)
    assert "data-stage" not in STYLE and "data-panel" not in STYLE
    classes = set(re.findall(r"[.#]([a-z][\w-]*)", STYLE))
    assert not names & classes


@pytest.mark.parametrize(
    "wired",
    [
        r"\b(?:id|name) [!=]==? [\"'`]",  # if (spec.id === "output")
        r"(?<!spec\.)\b(?:panels|controls)\??\.\w+",  # controls.play
        r"\b(?:panels|controls)\[[\"'`]",
        r"\b(?:enlarge|press)\([\"'`]",
    ],
)
def test_no_panel_and_no_control_is_wired_by_its_name(wired):
    assert not re.findall(wired, bundle.javascript())


def test_neither_the_front_end_nor_a_still_knows_how_theta_is_laid_out():
    for text in (bundle.javascript(), inspect.getsource(still)):
        places = re.findall(r"weights\[([^\]]+)\]", text)
        assert places and all("place" in place for place in places)


def test_only_payloads_encodes_numbers_and_no_widget_borrows_the_controls_of_another():
    paths = sorted(Path(widgets.__file__).parent.glob("*.py"))
    assert len(paths) > 10
    for path in paths:
        text = path.read_text("utf-8")
        assert not re.search(r"127 \*|\* 127|128 \+", text), path  # heat codes
        assert not re.search(r"float32\)\.tobytes|(?:Lab|Run|Desk)\.CONTROLS", text), path


def test_the_linter_is_pinned_by_its_content_and_not_by_where_it_came_from():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages and all("integrity" in package for package in packages)
    assert not [package for package in packages if "resolved" in package]


def test_the_stage_describes_every_kind_of_panel_and_all_that_is_read_of_one():
    told = inspect.getdoc(inspect.getmodule(Stage))
    drawn = re.search(r"const PANELS = \{(.*?)\};", MODULES["scene.js"], re.S)[1]
    kinds = re.findall(r"(\w+): \w+Panel", drawn)
    assert len(kinds) == 14 and {*kinds} == {*re.findall(r"^    (\w+)  ", told, re.M)} & {*kinds}
    panels = [text for name, text in MODULES.items() if name.startswith("panels/")]
    read = {word for text in panels for word in re.findall(r"\bspec\.(\w+)", text)}
    assert len(read) > 10 and not {word for word in read if not re.search(rf"\b{word}\b", told)}
