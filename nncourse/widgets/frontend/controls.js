/* Controls: each is a function (spec, stage) that returns { node, set(value), disable(off) }. */

import { scale } from "./axes.js";
import { picture } from "./canvas.js";
import { bytes, el, numberField, write } from "./dom.js";
import { clamp, short } from "./numbers.js";

const TURNS = 1000; // positions of a logarithmic slider

const setTo = ({ name }, stage, value) => stage.hand({ do: "set", name, value }, name);

/* The positions of a slider; `there` gives the position of a value, `back` the value of a position. */
function track(spec) {
  if (!spec.log) return { low: spec.low, high: spec.high, step: spec.step, there: Number, back: Number };
  const { px, value } = scale([spec.low, spec.high], [0, TURNS], true);
  const back = (place) => clamp(Number(value(place).toPrecision(2)), spec.low, spec.high);
  return { low: 0, high: TURNS, step: 5, there: px, back };
}

function slider(spec, stage) {
  const id = `${stage.id}-${spec.name}`;
  const { low, high, step, there, back } = track(spec);
  const range = el("input", {
    ...{ type: "range", id, "data-name": spec.name, min: low, max: high, step },
    oninput: () => {
      const value = back(range.value);
      say(value);
      setTo(spec, stage, value);
    },
  });
  const number = numberField(
    stage,
    spec,
    {
      ...{ "data-name": spec.name, "aria-label": `${spec.label}, typed` },
      style: spec.wide && `width: ${spec.wide}em`,
      onblur: () => stage.redraw(),
    },
    (value) => setTo(spec, stage, value),
  );
  function say(value) {
    range.setAttribute("aria-valuetext", short(value));
    number.show(short(value));
  }
  const label = el("label", { for: id }, spec.label);
  return {
    node: el("div", { class: "control slider" }, label, range, number.node),
    set(value) {
      // Don't move the handle if it already rounds to this value, or arrow keys get stuck.
      const reads = back(range.value) === value;
      if (!reads) range.value = there(value);
      say(value);
    },
    disable(off) {
      range.disabled = number.node.disabled = off;
    },
    reach(end) {
      spec.high = range.max = end;
    },
  };
}

function choice(spec, stage) {
  const id = `${stage.id}-${spec.name}`;
  const select = el(
    "select",
    {
      ...{ id, "data-name": spec.name },
      onchange: () => setTo(spec, stage, spec.keys[select.selectedIndex]),
    },
    ...spec.options.map((words) => el("option", {}, words)),
    spec.empty && el("option", { hidden: true }, spec.empty), // what it says where none is chosen
  );
  return {
    node: el("div", { class: "control" }, el("label", { for: id }, spec.label), select),
    set(value) {
      const place = spec.keys.indexOf(value);
      select.selectedIndex = place < 0 && spec.empty ? spec.keys.length : place;
    },
    disable(off) {
      select.disabled = off;
    },
    /* Other names for the first options, and none of those after them. */
    reach(names) {
      [...select.options].forEach((option, i) => {
        option.hidden = option.disabled = i >= names.length;
        write(option, names[i] ?? spec.options[i]);
      });
    },
  };
}

function checkbox(spec, stage) {
  const box = el("input", {
    ...{ type: "checkbox", "data-name": spec.name },
    onchange: () => setTo(spec, stage, box.checked),
  });
  return {
    node: el("label", { class: "control check" }, box, spec.label),
    set(value) {
      box.checked = value;
    },
    disable(off) {
      box.disabled = off;
    },
  };
}

/* A choice by pictures: radio buttons whose labels are small heat maps. */
function cards(spec, stage) {
  const paints = [];
  const boxes = spec.keys.map((key) =>
    el("input", {
      ...{ type: "radio", name: `${stage.id}-${spec.name}`, "data-name": spec.name, "data-value": key },
      onchange: () => setTo(spec, stage, key),
    }),
  );
  const labels = boxes.map((box, i) => {
    const codes = bytes(spec.pictures[i]);
    const side = Math.sqrt(codes.length);
    if (!side) return el("label", { class: "card" }, box, spec.options[i]);
    const canvas = el("canvas", { "aria-hidden": "true" });
    paints.push(() => picture(codes, side, side, stage.colour.heats, canvas));
    return el("label", { class: "card" }, box, canvas, spec.options[i]);
  });
  return {
    node: el("fieldset", { class: "cards" }, el("legend", {}, spec.label), ...labels),
    set(value) {
      boxes.forEach((box, i) => {
        box.checked = spec.keys[i] === value;
      });
    },
    disable(off) {
      for (const box of boxes) box.disabled = off;
    },
    paint() {
      for (const paint of paints) paint();
    },
  };
}

function button(spec, stage) {
  const node = el(
    "button",
    {
      ...{ type: "button", class: spec.main ? "main" : "", "data-name": spec.name },
      "data-longest": spec.longest,
      onclick: () => stage.press(spec.name, spec.plays),
    },
    spec.label,
  );
  return {
    ...{ node, label: spec.label },
    set: (value) => value && write(node, value),
    disable(off) {
      node.disabled = off;
    },
  };
}

/* Progress: { share, text }, or only the text. */
function progress(spec) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": spec.label });
  const words = el("span", { class: "quiet" });
  return {
    node: el("div", { class: "control far", style: spec.wide && `--wide: ${spec.wide}em` }, bar, words),
    set({ share, text }) {
      bar.hidden = share == null;
      bar.value = share ?? 0;
      write(words, text);
    },
    disable() {},
  };
}

export const CONTROLS = { slider, choice, check: checkbox, cards, button, progress };
