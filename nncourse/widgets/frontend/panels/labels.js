/* Texts of a plane: with a halo, and beside their dots where they cover the least of what is drawn. */

import { clamp } from "../numbers.js";

const CELL = 4; // pixels: what is drawn is noted in squares of this size
const TALL = 14; // pixels, a line of text
const CLEAR = 3; // pixels around a text that should be free, too
const RINGS = [0, 12]; // pixels further away from its dot: there only if the place beside it is taken
const STAY = 3; // squares: a text moves to the other side of its dot for a gain larger than this

/* The sides of a dot, the best first: how far right and down, from -1 to 1. */
const SIDES = ["1 -1", "-1 -1", "1 1", "-1 1", "1 0", "-1 0", "0 -1", "0 1"].map((side) =>
  side.split(" ").map(Number),
);

/* A text that can be read on whatever is drawn below it. */
export function haloText({ ctx, colour }, text, x, y, ink = colour.text) {
  ctx.setLineDash([]);
  ctx.lineJoin = "round";
  ctx.lineWidth = 4;
  ctx.strokeStyle = colour.surface;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = ink;
  ctx.fillText(text, x, y);
}

/* Where something is drawn already in a rectangle [left, top, width, height]. */
export function inkIn([left, top, width, height]) {
  const [across, down] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const cells = new Uint8Array(across * down);
  const column = (x) => clamp(Math.floor((x - left) / CELL), 0, across - 1);
  const row = (y) => clamp(Math.floor((y - top) / CELL), 0, down - 1);
  const outside = (x, y) => x < left || y < top || x > left + width || y > top + height;
  const touch = (x, y, by = 1) => {
    if (!outside(x, y)) cells[row(y) * across + column(x)] += by;
  };
  return {
    line(places) {
      for (let i = 1; i < places.length; i++) {
        const [[x0, y0], [x1, y1]] = [places[i - 1], places[i]];
        const steps = Math.min(400, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / CELL));
        for (let k = 0; k <= steps; k++) touch(x0 + ((x1 - x0) * k) / steps, y0 + ((y1 - y0) * k) / steps);
      }
    },
    box([x, y, w, h], by) {
      for (let u = x; u <= x + w; u += CELL) for (let v = y; v <= y + h; v += CELL) touch(u, v, by);
    },
    /* How much is covered by a box; what lies outside counts most. */
    under([x, y, w, h]) {
      let sum = 0;
      for (let u = x; u <= x + w; u += CELL)
        for (let v = y; v <= y + h; v += CELL)
          sum += outside(u, v) ? 9 : Math.min(9, cells[row(v) * across + column(u)]);
      return sum;
    },
  };
}

/* The texts of dots, each beside its own; `kept` remembers their sides, so that they stay there. */
export function drawTexts(on, dots, ink, kept) {
  const placed = dots.map((dot) => [on.x.px(dot.x), on.y.px(dot.y), dot.size ?? 6]);
  dots.forEach((dot, i) => {
    const [px, py, size] = placed[i];
    if (dot.mark !== "none") ink.box([px - size, py - size, 2 * size, 2 * size], 3);
  });
  dots.forEach((dot, i) => {
    if (dot.text) drawInBox(on, dot.text, boxOf(dot, placed[i], i));
  });
  function boxOf(dot, [px, py, size], i) {
    const wide = on.ctx.measureText(dot.text).width;
    if (dot.mark === "none") return [px - wide / 2, py - TALL / 2, wide, TALL];
    const boxes = RINGS.flatMap((ring) => SIDES.map((side) => boxBeside(px, py, size + ring, wide, side)));
    const costs = boxes.map(([x, y, w, h], k) => {
      const clear = [x - CLEAR, y - CLEAR, w + 2 * CLEAR, h + 2 * CLEAR];
      return ink.under(clear) + (k < SIDES.length ? 0 : STAY);
    });
    const best = costs.indexOf(Math.min(...costs));
    kept[i] = costs[kept[i]] <= costs[best] + STAY ? kept[i] : best;
    ink.box(boxes[kept[i]], 3);
    return boxes[kept[i]];
  }
}

/* The box of a text on one side of a dot. */
function boxBeside(px, py, size, wide, [right, down]) {
  const aside = right && down ? size * 0.6 + 4 : size + 5;
  const x = px + right * aside - (wide * (1 - right)) / 2;
  const y = py + down * aside - (TALL * (1 - down)) / 2;
  return [x, y, wide, TALL];
}

function drawInBox(on, text, [x, y]) {
  on.ctx.textAlign = "left";
  haloText(on, text, x, y + TALL - 3);
}
