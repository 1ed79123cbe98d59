/* The arrays of a formula, with their shapes. If an array has values, its numbers can be dragged,
   typed, or changed by the arrow keys. With `points`, of the panel or of an array, Python gets a message
   about the number under the mouse or the focus, and answers with the numbers to highlight. */

import { ARROWS, el, numberField, onKeys, onMove, onPress, onRelease, stopAt, write } from "../dom.js";

const PULL = 4; // pixels of a sideways drag for one step of a number

export function arraysPanel(spec, stage) {
  const node = el("div", { class: spec.ends ? `arrays ends-in-${spec.ends}` : "arrays" });
  const own = { stage, spec, shape: "", places: [] };
  const kindOf = (part, i) => `change ${part.name} ${i}`;
  own.change = (part, i, value) =>
    stage.hand({ do: "change", arguments: [part.name, i, value] }, kindOf(part, i));
  /* A number as the hand left it, also before Python has read that. */
  own.value = (part, i) => stage.pending(kindOf(part, i))?.arguments[2] ?? part.values[i];
  own.point = (...what) => stage.hand({ do: "point", arguments: what }, "point");
  if (spec.points)
    node.addEventListener("pointerleave", () => node.contains(document.activeElement) || own.point());
  return {
    node,
    draw({ rows }) {
      const wanted = JSON.stringify(rows.map((row) => row.map(outline)));
      if (wanted !== own.shape) {
        own.shape = wanted;
        own.places = [];
        node.replaceChildren(...rows.map((row) => el("div", { class: "formula" }, ...terms(own, row))));
      }
      const parts = rows.flat().filter((part) => part.texts);
      parts.forEach((part, k) => {
        showArray(own.places[k], part);
      });
    },
  };
}

/* The terms of a formula: each operator stays with what follows it. */
function terms(own, row) {
  const found = [[]];
  for (const part of row) {
    const term = found.at(-1);
    term.push(part.texts ? buildArray(own, part) : el("span", { class: "operator" }, part));
    if (part.texts) found.push([]);
  }
  return found.filter((term) => term.length).map((term) => el("div", { class: "term" }, ...term));
}

/* What has to change in a part of a formula for its nodes to be built again. */
const outline = (part) =>
  part.texts ? [part.name, part.columns, part.texts.length, !part.values, part.points] : part;

function buildArray(own, part) {
  const place = { part, head: el("span", { class: "quiet" }) };
  place.cells = part.texts.map((_, i) => buildCell(own, place, i));
  const columns = `grid-template-columns: repeat(${part.columns}, auto)`;
  place.node = el(
    "div",
    { class: "array", role: "group", "data-array": part.name },
    el("p", {}, el("b", {}, part.name), " ", place.head),
    el("div", { class: "numbers", style: columns }, ...place.cells),
  );
  own.places.push(place);
  return place.node;
}

function buildCell(own, place, i) {
  const { name, values } = place.part;
  const points = own.spec.points || place.part.points;
  const point = () => points && own.point(name, i);
  const cell = el("span", { class: "number", "data-cell": `${name},${i}` });
  if (values || points) {
    cell.tabIndex = i ? -1 : 0;
    cell.setAttribute("role", values ? "spinbutton" : "button");
  }
  cell.addEventListener("focus", () => {
    stopAt(place.cells, cell);
    point();
  });
  cell.addEventListener("pointerenter", (event) => event.buttons || point());
  pullCell(own, place, i, cell);
  cell.addEventListener("dblclick", () => able(own, place) && typeCell(own, place, i, cell));
  onKeys(cell, (key, event) => event.target === cell && pressOnCell(own, place, i, key, event.shiftKey));
  return cell;
}

const able = ({ stage }, { part }) => stage.live && part.values;

/* The nearest multiple of the step, without rounding errors. */
const onStep = (value, step) => Number((Math.round(value / step) * step).toFixed(6));

function pullCell(own, place, i, cell) {
  let from = null;
  onPress(cell, (event) => {
    if (!able(own, place) || cell.firstElementChild) return;
    cell.focus({ preventScroll: true });
    cell.setPointerCapture(event.pointerId);
    from = { x: event.clientX, value: own.value(place.part, i), pulled: false };
    event.preventDefault();
  });
  onMove(cell, (event) => {
    if (!from) return;
    const { step } = place.part;
    const steps = Math.round((event.clientX - from.x) / PULL);
    if (!steps && !from.pulled) return; // a click whose mouse moved a little changes nothing
    from.pulled = true;
    own.change(place.part, i, onStep(from.value + steps * step, step));
  });
  onRelease(cell, () => {
    from = null;
  });
}

function pressOnCell(own, place, i, key, shift) {
  const [across, up] = ARROWS[key] ?? [0, 0];
  const { values, step, columns } = place.part;
  const change = (by) => own.change(place.part, i, onStep(own.value(place.part, i) + by, step));
  if (across) place.cells[i + across]?.focus();
  else if (up && !values) place.cells[i - up * columns]?.focus();
  else if (!able(own, place)) return false;
  else if (up) change(up * step * (shift ? 10 : 1));
  else if (key === "Enter") typeCell(own, place, i, place.cells[i]);
  else if (/^[\d.,-]$/.test(key)) typeCell(own, place, i, place.cells[i], key);
  else return false;
}

/* Replace a number by a field to type in; `first` is a key that was typed already. */
function typeCell(own, place, i, cell, first) {
  const label = cell.getAttribute("aria-label");
  const { node, done } = numberField(own.stage, place.part, { "aria-label": label }, (value) => {
    own.change(place.part, i, value);
  });
  node.value = first ?? String(place.part.values[i]);
  let over = false;
  function close() {
    if (over) return;
    over = true; // removing the field sends blur, which would close it again
    cell.replaceChildren(place.part.texts[i]);
    cell.focus();
  }
  node.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") node.value = "";
    if (event.key === "Enter" || event.key === "Escape") close();
  });
  node.addEventListener("blur", () => {
    if (!over) done();
    close();
  });
  cell.replaceChildren(node);
  node.focus();
  if (first == null) node.select();
}

function showArray(place, part) {
  place.part = part;
  write(place.head, part.shape);
  place.node.setAttribute("aria-label", `${part.name}, ${part.shape}`);
  place.node.classList.toggle("current", Boolean(part.current));
  const lit = new Set(part.lit ?? []);
  place.cells.forEach((cell, i) => {
    const [row, column] = [Math.floor(i / part.columns), i % part.columns];
    const name = `${part.name}, row ${row}, column ${column}`;
    if (!cell.firstElementChild) write(cell, part.texts[i]);
    cell.classList.toggle("lit", lit.has(i));
    cell.classList.toggle("made", i === part.made);
    cell.classList.toggle("followed", row === part.row);
    if (!cell.hasAttribute("role")) return;
    cell.setAttribute("aria-label", part.values ? name : `${name}: ${part.texts[i]}`);
    if (!part.values) return;
    cell.setAttribute("aria-valuenow", part.values[i]);
    cell.setAttribute("aria-valuetext", part.texts[i]);
  });
}
