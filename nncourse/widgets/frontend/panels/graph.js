/* The layout of a drawn network. Units are counted from the first input on; a link goes from one unit
   to another, or is the bias of one (from -1). */

import { clamp } from "../numbers.js";

/* The units of layers of these sizes on a canvas, [{ x, y, layer, row }], and the side of each. */
export function layOut(sizes, width, height) {
  const side = clamp(Math.min(height / Math.max(...sizes) - 18, width / sizes.length - 34), 12, 56);
  const units = sizes.flatMap((n, layer) =>
    Array.from({ length: n }, (_, row) => ({
      x: 6 + side / 2 + (layer * (width - side - 12)) / (sizes.length - 1),
      y: (height * (row + 0.5)) / n - 5,
      ...{ layer, row },
    })),
  );
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
