/* Scales from numbers to pixels, and axes. */

import { segment } from "./canvas.js";
import { clamp, minus, plain } from "./numbers.js";

/* Round numbers between two ends; `about` is how many there should be. */
export function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const list = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++)
    list.push(Number((k * step).toPrecision(6)));
  return list;
}

/* Powers of ten between two ends, at most six. */
export function decades(low, high) {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.ceil((to - from + 1) / 6);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => 10 ** (from + i * every));
}

/* The numbers from low to high as pixels from one end to the other, with `log` logarithmically. */
export function scale([low, high], [from, to], log = false) {
  const share = (value) =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const at = (part) => (log ? low * (high / low) ** part : low + part * (high - low));
  return {
    low,
    high,
    log,
    px: (value) => from + share(value) * (to - from),
    value: (px) => at((px - from) / (to - from)),
    ticks: (about) => (log ? decades(low, high) : ticks(low, high, about)),
    // A number moved by a share of the whole length, at most to an end.
    moved: (value, by) => (by ? at(clamp(share(value) + by, 0, 1)) : value),
    held: (value) => clamp(value, low, high),
  };
}

/* The two scales of a rectangle [left, top, width, height]; y goes up. */
export function scales([x0, x1, y0, y1], [left, top, width, height], { logx, logy } = {}) {
  return [scale([x0, x1], [left, left + width], logx), scale([y0, y1], [top + height, top], logy)];
}

/* A number beside an axis, with all the digits that `ticks` has left it. */
export function axisNumber(value, log = false) {
  const power = log && (value < 0.01 || value > 999);
  const words = power ? `1e${Math.round(Math.log10(value))}` : minus(plain(value));
  return words.replace("e-", "e−");
}

/* Lines through a plot at these numbers, and a stronger one at 0 if 0 is between the ends. */
export function drawGrid(ctx, colour, area, x, y, { across = [], down = [], zeros = true }) {
  const [left, top, width, height] = area;
  const upright = (value) => segment(ctx, x.px(value), top, x.px(value), top + height);
  const level = (value) => segment(ctx, left, y.px(value), left + width, y.px(value));
  ctx.lineWidth = 1;
  ctx.strokeStyle = colour.grid;
  across.forEach(upright);
  down.forEach(level);
  if (!zeros) return;
  ctx.strokeStyle = colour.frame;
  if (!x.log && x.low < 0 && x.high > 0) upright(0);
  if (!y.log && y.low < 0 && y.high > 0) level(0);
}

/* The numbers and names of the axes; the names are `under` and `beside` the plot, in pixels. */
export function drawAxes(ctx, colour, area, x, y, names) {
  const { across, down, xname = "", yname = "", under, beside, xtext, ytext } = names;
  const [left, top, width, height] = area;
  ctx.fillStyle = colour.quiet;
  ctx.textAlign = "center";
  for (const value of across)
    ctx.fillText((xtext ?? axisNumber)(value, x.log), x.px(value), top + height + 15);
  ctx.fillText(xname, left + width / 2, top + height + under);
  ctx.textAlign = "right";
  for (const value of down) ctx.fillText((ytext ?? axisNumber)(value, y.log), left - 4, y.px(value) + 4);
  if (!yname) return;
  ctx.save();
  ctx.translate(left - beside, top + height / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.textAlign = "center";
  ctx.fillText(yname, 0, 0);
  ctx.restore();
}
