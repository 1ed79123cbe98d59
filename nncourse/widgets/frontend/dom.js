/* Elements of the page, and hands on them. */

import { readNumber, short, stepped } from "./numbers.js";

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/* What Python sends as bytes. */
export function bytes(view) {
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array();
}
export const floats = (view) => new Float32Array(bytes(view).slice().buffer);
export const integers = (view) => new Int32Array(bytes(view).slice().buffer);

/* Right and up are positive. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/* `press(key, event)` returns false for a key that it has no use for: that one goes on to the page. */
export function onKeys(node, press) {
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || press(event.key, event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

export function onRelease(node, act) {
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, act);
}

export function onFocusChange(node, act) {
  for (const turn of ["focus", "blur"]) node.addEventListener(turn, act);
}

/* One stop for the Tab key, arrow keys within: for grids of things to choose. With `follow`, where
   one goes is what one has chosen. */
export function rove(cells, columns, choose, follow = false) {
  cells.forEach((cell, i) => {
    cell.tabIndex = i ? -1 : 0;
    cell.addEventListener("focus", () => stopAt(cells, cell));
    cell.addEventListener("click", () => choose(i));
    onKeys(cell, (key) => {
      if (key === "Enter" || key === " ") return choose(i);
      const [across, up] = ARROWS[key] ?? [0, 0];
      const there = i + across - up * columns();
      if (there === i || !cells[there]) return false;
      cells[there].focus();
      if (follow) choose(there);
    });
  });
}

/* The Tab key comes to this one of them. */
export function stopAt(cells, chosen) {
  for (const cell of cells) cell.tabIndex = cell === chosen ? 0 : -1;
}

/* An input for a number: `readNumber` says what it accepts, and the arrow keys go a step up or down. */
export function numberInput(range, attributes) {
  const node = el("input", {
    ...{ type: "text", inputmode: "decimal", role: "spinbutton", class: "typed", autocomplete: "off" },
    ...attributes,
  });
  node.addEventListener("keydown", (event) => {
    const [, up] = ARROWS[event.key] ?? [0, 0];
    const value = readNumber(node.value);
    if (!up || value == null) return;
    node.value = short(stepped(value, up, range));
    node.dispatchEvent(new Event("change"));
    event.preventDefault();
  });
  return node;
}

/* A number that is sent when it is typed: `done` is Enter, or leaving the field. `show` leaves it
   alone while somebody types; `leave` gives up what was typed. */
export function numberField(stage, range, attributes, commit) {
  const node = numberInput(range, attributes);
  let editing = false;
  let sent = null;
  function done() {
    editing = false;
    if (node.value === "" || node.value === sent) return;
    sent = node.value;
    const value = readNumber(sent);
    if (value != null) return commit(value);
    node.setAttribute("aria-invalid", "true");
    stage.say(`${sent} is no number here: write it like 0.5`);
  }
  node.addEventListener("change", done);
  node.addEventListener("keydown", (event) => event.key === "Enter" && done());
  node.addEventListener("input", () => {
    node.removeAttribute("aria-invalid");
    sent = null;
    editing = true;
  });
  function show(text) {
    if (text) node.setAttribute("aria-valuenow", text);
    else node.removeAttribute("aria-valuenow");
    // What is the same is left alone, or a selection would be lost.
    if (editing || node.value === text) return;
    node.removeAttribute("aria-invalid");
    node.value = text;
  }
  function leave() {
    editing = false;
  }
  return { node, done, show, leave };
}
