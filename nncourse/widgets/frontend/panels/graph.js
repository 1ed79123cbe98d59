/* The layout of a drawn network. Units are counted from the first input on; a link goes from one unit
   to another, or is the bias of one (from -1). */

import { clamp } from "../numbers.js";

const [LEAST, MOST, NAME] = [28, 56, 16]; // sides of a unit in pixels; the height of its name below it

/* The units of layers of these sizes on a canvas, [{ x, y, layer, row, named }], and the side of each: as
   large as there is room. A layer too high for its units stands in a zigzag, if the layers are far enough
   apart. A unit is named if there is room for its name below it. */
export function layOut(sizes, width, height) {
  const apart = (width - 12) / sizes.length; // the middles of two layers, at least
  const most = Math.max(...sizes);
  const zigzag = height / most < LEAST + 2 && apart > 2 * LEAST + 26;
  const pitch = (zigzag ? 2 : 1) * (height / most);
  const across = zigzag ? (apart - 22) / 2 : Math.max(apart - 34, Math.min(LEAST, apart - 12));
  const tall = pitch - NAME - 2 >= LEAST ? pitch - NAME - 2 : pitch - 3;
  const side = clamp(Math.min(across, tall), 8, MOST);
  const aside = (n) => (zigzag && n * (LEAST + 2) > height ? side / 2 + 2 : 0);
  const [first, last] = [sizes[0], sizes.at(-1)].map(aside);
  const margin = Math.max(6, 20 - side / 2); // room for the names of the outer units
  const step = (width - 2 * margin - side - first - last) / (sizes.length - 1);
  const units = sizes.flatMap((n, layer) => {
    const named = height / n - side >= NAME;
    const zigzags = aside(n) > 0;
    const down = (row) =>
      zigzags
        ? side / 2 + (row * (height - side)) / (n - 1)
        : (height * (row + 0.5)) / n - (named ? NAME / 2 : 0);
    return Array.from({ length: n }, (_, row) => ({
      x: margin + side / 2 + first + layer * step + (row % 2 ? 1 : -1) * aside(n),
      y: down(row),
      ...{ layer, row, named },
    }));
  });
  return { units, side };
}

/* The two ends of a link, and the distance of the control points of its curve from them. */
export function linkCurve(from, to, side) {
  const [a, b] = [
    [from.x + side / 2, from.y],
    [to.x - side / 2, to.y],
  ];
  return { a, b, bend: (b[0] - a[0]) / 2 };
}

/* The place on a link at t, from 0 at its beginning to 1 at its end. */
export function along({ a, b, bend }, t) {
  const mix = (p, q, r, s) =>
    (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t * t * r + t ** 3 * s;
  return [mix(a[0], a[0] + bend, b[0] - bend, b[0]), mix(a[1], a[1], b[1], b[1])];
}

/* What is at a place: { unit }, or { unit, from } for a link, or null. */
export function thingAt({ units, side, curves }, [px, py]) {
  const off = (unit) => Math.max(Math.abs(unit.x - px), Math.abs(unit.y - py));
  const unit = units.findIndex((one) => off(one) < side / 2);
  if (unit >= 0) return { unit };
  let [best, least] = [null, 7];
  for (const { from, to, curve } of curves)
    for (let t = 0.05; t < 1; t += 0.05) {
      const [x, y] = along(curve, t);
      const distance = Math.hypot(x - px, y - py);
      if (distance < least) [best, least] = [{ unit: to, from }, distance];
    }
  return best;
}

export const isUnit = (thing) => thing != null && thing.from === undefined;
export const same = (a, b) => a === b || (a && b && a.unit === b.unit && a.from === b.from);
