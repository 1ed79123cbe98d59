/* A table of numbers on coloured cells, with names of rows and columns; a cell can be chosen. With
   `sweep`, a mouse or a finger that is held down chooses one cell after another. */

import { css, letters, toneOf } from "../colour.js";
import { bytes, el, onMove, onPress, rove, stopAt, write } from "../dom.js";

const NEUTRAL = 128; // the code of 0, whose cells are not coloured

export function matrixPanel(spec, stage) {
  const own = { shape: "", cells: [], sides: [] };
  const table = el("table", { class: "matrix", role: "grid", "aria-label": spec.title });
  if (spec.sweep) sweepCells(own, table);
  return {
    node: el("div", { class: "scroll" }, table),
    draw(payload) {
      const wanted = `${payload.rows}/${payload.columns}`;
      if (wanted !== own.shape) {
        own.shape = wanted;
        buildMatrix(own, table, payload);
        chooseCells(own, spec, stage, payload);
      }
      const tones = tonesOf(payload, stage.colour);
      const chosen = [payload.chosen].flat();
      own.cells.forEach((cell, i) => {
        const tone = tones[i];
        cell.style.background = tone ? css(tone) : "";
        cell.style.color = tone ? letters(tone) : "";
        write(cell.firstChild, payload.texts[i]);
        if (payload.below) write(cell.lastChild, payload.below[i]);
        cell.setAttribute("aria-label", payload.labels[i]);
        cell.setAttribute("aria-selected", String(chosen.includes(i)));
      });
      // If the focus is in the table, the cell that has it stays the stop of the Tab key.
      const stop = own.cells[chosen[chosen.length >> 1]];
      if (stop && !table.contains(document.activeElement)) stopAt(own.cells, stop);
      own.sides.forEach((side, i) => {
        write(side, payload.sides[i]);
      });
    },
  };
}

/* The colour of each cell, or null: of 0, where numbers have signs, and of those that are `bare`. */
function tonesOf({ heat, signed = true, bare = [] }, colour) {
  const without = new Set(bare);
  const table = signed ? colour.heats : colour.inks;
  const tone = (code, i) => ((signed && code === NEUTRAL) || without.has(i) ? null : toneOf(table, code));
  return Array.from(bytes(heat), tone);
}

function buildMatrix(own, table, payload) {
  const { rows, columns, side } = payload;
  const head = columns.map((name) => el("th", { scope: "col" }, name));
  const last = side && el("th", { scope: "col", class: "quiet" }, side);
  [own.cells, own.sides] = [[], []];
  const body = rows.map((row) => {
    const cells = columns.map((column) => {
      const attributes = { role: "gridcell", "data-cell": `${row},${column}` };
      return el("td", attributes, el("span"), payload.below && el("small"));
    });
    own.cells.push(...cells);
    if (side) own.sides.push(el("td", { class: "quiet side" }));
    return el("tr", {}, el("th", { scope: "row" }, row), ...cells, side && own.sides.at(-1));
  });
  table.replaceChildren(
    el("caption", {}, el("span", {}, payload.across), el("span", {}, payload.down)),
    el("thead", {}, el("tr", {}, el("td"), ...head, last)),
    el("tbody", {}, ...body),
  );
}

function chooseCells(own, spec, stage, { columns }) {
  const choose = (i) => {
    const place = [Math.floor(i / columns.length), i % columns.length];
    stage.hand({ do: "choose", arguments: [spec.id, ...place] }, spec.follow && spec.id);
  };
  rove(own.cells, () => columns.length, choose, spec.follow);
  own.choose = choose;
}

/* Choose the cell under a pointer that is held down, as often as it comes to another one. */
function sweepCells(own, table) {
  let last = -1;
  table.style.touchAction = "none";
  const sweep = ({ clientX, clientY }) => {
    const place = own.cells.indexOf(document.elementFromPoint(clientX, clientY)?.closest("td"));
    if (place >= 0 && place !== last) own.choose(place);
    last = place;
  };
  onPress(table, (event) => {
    last = -1;
    sweep(event);
  });
  onMove(table, (event) => event.buttons === 1 && sweep(event));
}
