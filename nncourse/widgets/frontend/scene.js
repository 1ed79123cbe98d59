/* The scene as elements of the page: controls, panels, and the rest of the stage. */

import { CONTROLS } from "./controls.js";
import { el, noteMouse, write } from "./dom.js";
import { arraysPanel } from "./panels/arrays.js";
import { askPanel } from "./panels/ask.js";
import { barsPanel } from "./panels/bars.js";
import { codePanel } from "./panels/code.js";
import { curvesPanel } from "./panels/curves.js";
import { imagesPanel } from "./panels/images.js";
import { mapPanel } from "./panels/map.js";
import { matrixPanel } from "./panels/matrix.js";
import { networkPanel } from "./panels/network.js";
import { padPanel } from "./panels/pad.js";
import { pickPanel } from "./panels/pick.js";
import { planePanel } from "./panels/plane.js";
import { tablePanel } from "./panels/table.js";
import { textPanel } from "./panels/text.js";

const PANELS = {
  ...{ arrays: arraysPanel, ask: askPanel, bars: barsPanel, code: codePanel, curves: curvesPanel },
  ...{ images: imagesPanel, map: mapPanel, matrix: matrixPanel, network: networkPanel },
  ...{ pad: padPanel, pick: pickPanel, plane: planePanel, table: tablePanel, text: textPanel },
};

/* What a panel says of its use; of its keys, in the same place, while its picture has the focus. */
function helpOf({ help, keys }) {
  if (!help) return null;
  if (!keys) return el("p", { class: "quiet help" }, help);
  return el(
    "p",
    { class: "quiet help either" },
    el("span", { class: "mouse" }, help),
    el("span", { class: "by-keys" }, keys),
  );
}

/* Controls by name and panels by id, which are added as they are made. */
function parts(stage) {
  const [controls, panels] = [{}, {}];
  const control = (spec) => {
    controls[spec.name] = CONTROLS[spec.kind](spec, stage);
    return controls[spec.name].node;
  };
  const panel = (spec) => {
    const inside = PANELS[spec.kind](spec, stage);
    const note = el("span", { class: "note" }, spec.note ?? "");
    const aside = el("span", { class: "aside" });
    const style = `grid-area: ${spec.id}; min-height: ${spec.least ?? 0}px`;
    const section = el(
      "section",
      { "data-panel": spec.id, "aria-label": spec.title, style, class: spec.form },
      el("h4", {}, spec.title, note, aside),
      inside.node,
      spec.controls?.length ? el("div", { class: "row" }, ...spec.controls.map(control)) : null,
      helpOf(spec),
    );
    panels[spec.id] = { ...inside, section, note, aside };
    return section;
  };
  return { controls, panels, control, panel };
}

/* The controls that wait behind *more*: its button, and the groups that it shows in a row of their own. */
function folded(stage, groups, control) {
  if (!groups.length) return {};
  const sets = groups.map(([title, list]) =>
    el("fieldset", {}, el("legend", {}, title), ...list.map(control)),
  );
  const id = `${stage.id}-more`;
  const node = el("div", { class: "groups", id, hidden: true }, ...sets);
  const opener = el(
    "button",
    {
      ...{ type: "button", class: "more", "aria-expanded": "false", "aria-controls": id },
      onclick() {
        node.hidden = !node.hidden;
        opener.setAttribute("aria-expanded", String(!node.hidden));
      },
    },
    "more",
  );
  return { opener, groups: node };
}

/* Build a scene; `time` is the node of its scrubber, `paper` that of its paper. From top to bottom:
   the sentence, what one does, what one looks at, time and the exits. */
export function buildScene(stage, scene, { time, paper }) {
  const { panels: specs } = scene;
  const { controls, panels, control, panel } = parts(stage);
  const first = scene.first.map(control);
  const { opener, groups } = folded(stage, scene.more, control);
  const picture = el("div", { class: "panels" }, ...specs.map(panel));
  const exits = scene.exits.map(([name, label]) => control({ kind: "button", name, label, longest: label }));
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const status = el("p", { class: "status", "data-role": "status", style: `--lines: ${scene.lines ?? 2}` });
  const late = el("p", { class: "late quiet", hidden: true }, "waiting for the kernel …");
  const live = el("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const body = el(
    "div",
    {
      ...{ class: "nnlib-stage", role: "group", "aria-label": scene.title },
      // Without this attribute on what has the focus, JupyterLab uses arrow keys and letters itself.
      onfocusin: (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"),
    },
    ...[status, late, trouble, el("div", { class: "row first" }, ...first, opener), groups, picture],
    el("div", { class: "bottom" }, scene.scrub ? time : null, el("div", { class: "exits" }, ...exits)),
    ...[live, paper],
  );
  noteMouse(body);
  return { body, controls, panels, trouble, late, status, live };
}

/* Set the controls to the values of a frame, but for those whose new value Python had not read. */
export function showControls({ controls, pending }, frame, live) {
  for (const [name, control] of Object.entries(controls)) {
    if (name in (frame.highs ?? {})) control.reach(frame.highs[name]);
    if (name in frame.values && !pending(name)) control.set(frame.values[name]);
    control.disable(!live || name in frame.off);
    control.node.title = frame.off[name] ?? "";
    control.node.hidden = frame.hidden.includes(name);
  }
}

/* Show the panels and the sentence of a frame, in the grid that it names for each width. */
export function showPanels({ body, panels, status }, frame) {
  for (const [id, payload] of Object.entries(frame.panels)) {
    const { section, note, draw } = panels[id];
    section.hidden = !payload || frame.hidden.includes(id);
    if (section.hidden) continue;
    if (payload.note != null) write(note, payload.note);
    draw(payload);
  }
  write(status, frame.status);
  for (const [width, grid] of Object.entries(frame.grid)) body.style.setProperty(`--${width}`, grid);
}
