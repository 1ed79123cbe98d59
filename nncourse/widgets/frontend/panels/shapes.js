/* The shapes of a plane: each is a function (on, shape), `on` being { ctx, colour, area, x, y }. */

import { FONT, mark, ring, segment } from "../canvas.js";
import { bytes, floats } from "../dom.js";
import { clamp } from "../numbers.js";
import { haloText } from "./labels.js";

export function drawBars({ ctx, colour, x, y }, bars) {
  const [edges, heights] = [floats(bars.edges), floats(bars.y)];
  const floor = y.px(y.log ? y.low : Math.max(0, y.low));
  ctx.fillStyle = colour[bars.colour];
  heights.forEach((high, i) => {
    const [left, right] = [x.px(edges[i]), x.px(edges[i + 1])];
    ctx.fillRect(left, y.px(high), Math.max(1, right - left - 1), floor - y.px(high));
  });
}

/* The room between a lower and an upper line, pale, so that lines and other bands are seen on it. */
export function drawBand({ ctx, colour, x, y }, band) {
  const [xs, low, high] = [floats(band.x), floats(band.low), floats(band.high)];
  const there = [...xs.keys()].filter((i) => Number.isFinite(low[i]) && Number.isFinite(high[i]));
  ctx.fillStyle = colour[band.colour];
  ctx.globalAlpha = 0.18;
  ctx.beginPath();
  for (const i of there) ctx.lineTo(x.px(xs[i]), y.px(high[i]));
  for (const i of there.reverse()) ctx.lineTo(x.px(xs[i]), y.px(low[i]));
  ctx.fill();
  ctx.globalAlpha = 1;
}

/* A straight line at x or at y through the whole plot, with a text. */
export function drawRule(on, rule) {
  const { ctx, colour, x, y } = on;
  const [left, top, width, height] = on.area;
  const ink = colour[rule.colour ?? "quiet"];
  ctx.strokeStyle = ink;
  ctx.lineWidth = 1.3;
  ctx.setLineDash(rule.dash ?? [4, 3]);
  ctx.textAlign = "left";
  if (rule.x == null) {
    const at = y.px(rule.y);
    segment(ctx, left, at, left + width, at);
    // Where a run begins there is more to see than at its end, as a rule.
    if (!rule.begin) ctx.textAlign = "right";
    if (rule.text) haloText(on, rule.text, left + (rule.begin ? 5 : width - 5), at - 5, ink);
    return;
  }
  const at = x.px(rule.x);
  const late = at > left + width / 2;
  segment(ctx, at, top, at, top + height);
  if (late) ctx.textAlign = "right";
  if (rule.text) haloText(on, rule.text, at + (late ? -5 : 5), top + 13, ink);
}

/* A line, with gaps where numbers are missing; its places on the canvas. */
export function drawLine({ ctx, colour, area, x, y }, line) {
  const [xs, ys] = [floats(line.x), floats(line.y)];
  const [, top, , height] = area;
  ctx.strokeStyle = colour[line.colour];
  ctx.globalAlpha = line.pale ? 0.45 : 1;
  ctx.lineWidth = line.width ?? 2;
  ctx.setLineDash(line.dash ?? []);
  ctx.beginPath();
  const places = [];
  let up = true;
  xs.forEach((value, i) => {
    const missing = !Number.isFinite(ys[i]) || !Number.isFinite(value) || (y.log && ys[i] <= 0);
    if (!missing) {
      const place = [x.px(value), clamp(y.px(ys[i]), top - 3 * height, top + 4 * height)];
      if (up) ctx.moveTo(...place);
      else ctx.lineTo(...place);
      places.push(place);
    }
    up = missing;
  });
  ctx.stroke();
  return places;
}

export function drawArrow({ ctx, colour, x, y }, arrow) {
  const [a, b, c, d] = [x.px(arrow.x0), y.px(arrow.y0), x.px(arrow.x1), y.px(arrow.y1)];
  const turn = Math.atan2(d - b, c - a);
  ctx.strokeStyle = ctx.fillStyle = colour[arrow.colour];
  ctx.lineWidth = 2.5;
  segment(ctx, a, b, c, d);
  ctx.beginPath();
  ctx.moveTo(c, d);
  for (const side of [2.6, -2.6]) ctx.lineTo(c + 10 * Math.cos(turn + side), d + 10 * Math.sin(turn + side));
  ctx.fill();
}

/* Many points, each drawn as its figure, a number from 0 to 9, in the colour of that figure. */
export function drawFigures({ ctx, colour, x, y }, figures) {
  const [xs, ys, which] = [floats(figures.x), floats(figures.y), bytes(figures.which)];
  ctx.save();
  ctx.font = `bold ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  which.forEach((figure, i) => {
    ctx.fillStyle = colour.figures[figure];
    ctx.fillText(figure, x.px(xs[i]), y.px(ys[i]));
  });
  ctx.restore();
}

/* A dot; the one that is held has a ring. Its text comes later, in labels.js. */
export function drawDot({ ctx, colour, x, y }, dot, inHand) {
  const [px, py, size] = [x.px(dot.x), y.px(dot.y), dot.size ?? 6];
  const shape = { triangle: dot.mark === "triangle", hollow: dot.hollow };
  if (dot.mark !== "none") mark(ctx, px, py, size, shape, colour[dot.colour], colour.edge);
  if (inHand) ring(ctx, px, py, size + 6, colour.selected);
}
