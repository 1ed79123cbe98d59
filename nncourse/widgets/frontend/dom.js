/* Elements of the page, and events on them. */

import { readNumber, short, stepped, unclear } from "./numbers.js";

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

/* Numbers that Python sends as bytes. */
export function bytes(view) {
  return view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array();
}
export const floats = (view) => new Float32Array(bytes(view).slice().buffer);
export const integers = (view) => new Int32Array(bytes(view).slice().buffer);

/* How far right and up each key goes. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/* `press(key, event)` returns false for a key that it does not use, which is left to the page. */
export function onKeys(node, press) {
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || press(event.key, event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/* A press of the main button, of the first finger or of the pen. */
export function onPress(node, act) {
  node.addEventListener("pointerdown", (event) => event.button === 0 && event.isPrimary && act(event));
}

export function onMove(node, act) {
  node.addEventListener("pointermove", (event) => event.isPrimary && act(event));
}

export function onRelease(node, act) {
  for (const end of ["pointerup", "pointercancel"])
    node.addEventListener(end, (event) => event.isPrimary && act(event));
}

/* Note on an element whether the mouse or the keyboard was used in it last. */
export function noteMouse(node) {
  const note = (mouse) => () => node.classList.toggle("by-mouse", mouse);
  node.addEventListener("pointerdown", note(true), true);
  // The key that brings the focus is pressed outside, and released inside.
  for (const key of ["keydown", "keyup"]) node.addEventListener(key, note(false), true);
}

export function onFocusChange(node, act) {
  for (const turn of ["focus", "blur"]) node.addEventListener(turn, act);
}

/* Keys for a grid of things to choose: Tab stops at one of them, and arrow keys go to the others. With
   `follow`, going to one chooses it. */
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

/* Make `chosen` the cell at which the Tab key stops. */
export function stopAt(cells, chosen) {
  for (const cell of cells) cell.tabIndex = cell === chosen ? 0 : -1;
}

/* An input for a number: it accepts what `readNumber` does; the arrow keys go one step up or down. */
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

/* A number that is sent after typing, by `done`: on Enter, or when the field loses the focus. `show`
   changes nothing while somebody types; after `leave` it does again. */
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
    const words = unclear(sent);
    requestAnimationFrame(() => stage.refuse(words)); // after what leaving the field draws
  }
  node.addEventListener("change", done);
  node.addEventListener("keydown", (event) => event.key === "Enter" && done());
  node.addEventListener("input", () => {
    node.removeAttribute("aria-invalid");
    sent = null;
    editing = true;
  });
  // Not `change`, which the browser leaves out where what was typed has been taken back.
  node.addEventListener("blur", leave, true);
  function show(text) {
    if (text) node.setAttribute("aria-valuenow", text);
    else node.removeAttribute("aria-valuenow");
    // The same text is not written again, or the selection would be lost.
    if (editing || node.value === text) return;
    sent = null; // the model has another number: the one that was sent may be wanted again
    node.removeAttribute("aria-invalid");
    node.value = text;
  }
  function leave() {
    editing = false;
  }
  return { node, done, show, leave };
}
