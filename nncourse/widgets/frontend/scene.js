/* The scene as elements of the page: controls, panels in columns, and the rest of the stage. */

import { CONTROLS } from "./controls.js";
import { el, write } from "./dom.js";
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
import { planePanel } from "./panels/plane.js";
import { tablePanel } from "./panels/table.js";
import { textPanel } from "./panels/text.js";

const PANELS = {
  ...{ arrays: arraysPanel, ask: askPanel, bars: barsPanel, code: codePanel, curves: curvesPanel },
  ...{ images: imagesPanel, map: mapPanel, matrix: matrixPanel, network: networkPanel },
  ...{ pad: padPanel, plane: planePanel, table: tablePanel, text: textPanel },
};

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
    const share = spec.share ?? 1;
    const style = `--share: ${share}; --narrow: ${spec.narrow ?? share}; min-height: ${spec.least ?? 0}px`;
    const section = el(
      "section",
      { "data-panel": spec.id, "aria-label": spec.title, style },
      el("h4", {}, spec.title, note, aside),
      inside.node,
      spec.controls?.length ? el("div", { class: "row" }, ...spec.controls.map(control)) : null,
      spec.help ? el("p", { class: "quiet help" }, spec.help) : null,
    );
    panels[spec.id] = { ...inside, section, note, aside };
    return section;
  };
  return { controls, panels, control, panel };
}

function folded(groups, control) {
  const sets = groups.map(([title, list]) =>
    el("fieldset", {}, el("legend", {}, title), ...list.map(control)),
  );
  return el("details", { class: "more" }, el("summary", {}, "more"), el("div", { class: "groups" }, ...sets));
}

/* Build a scene; `time` is the node of its scrubber, `paper` that of its paper. */
export function buildScene(stage, scene, { time, paper }) {
  const { controls, panels, control, panel } = parts(stage);
  const first = scene.first.map(control);
  const more = scene.more.length ? folded(scene.more, control) : null;
  const columns = scene.columns.map(([wide, list]) => ({
    ...{ wide, ids: list.map(({ id }) => id) },
    node: el("div", { class: "column" }, ...list.map(panel)),
  }));
  const exits = scene.exits.map(([name, label]) => control({ kind: "button", name, label }));
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const status = el("p", { class: "status", "data-role": "status" });
  const live = el("p", { class: "unseen", role: "status", "aria-live": "polite" });
  status.style.minHeight = `${1.4 * (scene.lines ?? 1)}em`;
  const body = el(
    "div",
    {
      ...{ class: "nnlib-stage", role: "group", "aria-label": scene.title },
      // Without this attribute on what has the focus, JupyterLab uses arrow keys and letters itself.
      onfocusin: (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"),
    },
    el("div", { class: `row first labels-${scene.labels ?? "beside"}` }, ...first, more),
    trouble,
    el("div", { class: "columns" }, ...columns.map(({ node }) => node)),
    scene.scrub ? time : null,
    el("div", { class: "bottom" }, status, el("div", { class: "exits" }, ...exits)),
    ...[live, paper],
  );
  return { body, controls, panels, columns, trouble, status, live };
}

/* Set the controls to the values of a frame. */
export function showControls({ controls }, frame, live) {
  for (const [name, control] of Object.entries(controls)) {
    if (name in (frame.highs ?? {})) control.reach(frame.highs[name]);
    if (name in frame.values) control.set(frame.values[name]);
    control.disable(!live || name in frame.off);
    control.node.title = frame.off[name] ?? "";
    control.node.hidden = frame.hidden.includes(name);
  }
}

/* Show the panels and the sentence of a frame; empty columns are hidden. */
export function showPanels({ body, panels, columns, status }, frame) {
  for (const [id, payload] of Object.entries(frame.panels)) {
    const { section, note, draw } = panels[id];
    section.hidden = !payload || frame.hidden.includes(id);
    if (section.hidden) continue;
    if (payload.note != null) write(note, payload.note);
    draw(payload);
  }
  write(status, frame.status);
  for (const { node, ids } of columns) node.hidden = ids.every((id) => panels[id].section.hidden);
  const widths = columns.filter(({ node }) => !node.hidden).map(({ wide }) => `minmax(0, ${wide}fr)`);
  body.style.setProperty("--widths", widths.join(" "));
}
