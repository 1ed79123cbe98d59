/* Lines over a common axis, with their names above and a dot at the moment that is shown. With `hands`,
   a click chooses the nearest line that has a `choice`. */

import { axisNumber, drawAxes, drawGrid, scales } from "../axes.js";
import { canvasFor, disc, forEyes, segment } from "../canvas.js";
import { floats } from "../dom.js";
import { clamp } from "../numbers.js";

const CLOSE = 12; // pixels: a click that near chooses a line

export function curvesPanel(spec, stage) {
  const own = { spec, stage, now: null, drawn: [] };
  const surface = canvasFor({ aspect: 1.7, ...spec }, stage, forEyes, (...sizes) => {
    if (own.now) paintCurves(own, ...sizes);
  });
  if (spec.hands) {
    surface.canvas.style.cursor = "pointer";
    surface.canvas.addEventListener("click", (event) => {
      const choice = nearestLine(own.drawn, surface.at(event));
      if (choice != null) stage.hand({ do: "choose", arguments: [spec.id, choice] });
    });
  }
  return {
    node: surface.box,
    draw(payload) {
      own.now = payload;
      surface.canvas.setAttribute("aria-label", payload.words);
      surface.draw();
    },
  };
}

function paintCurves(own, ctx, width, height) {
  const { now, spec, stage } = own;
  const lines = now.lines.map((line) => ({ ...line, x: floats(line.x), y: floats(line.y) }));
  const top = 8 + 16 * (lines.length > 0);
  const area = [40, top, width - 58, height - top - 34];
  const [x, y] = scales(curvesWindow(now, lines), area);
  const [across, down] = [x.ticks(4), y.ticks(3)];
  drawGrid(ctx, stage.colour, area, x, y, { down, zeros: false });
  drawAxes(ctx, stage.colour, area, x, y, {
    ...{ across, down, under: 31, xname: `${spec.xlabel} · ${spec.ylabel}` },
    xtext: (value) => (Number.isInteger(value) ? value.toLocaleString("en") : ""),
    ytext: now.percent ? (value) => `${Math.round(100 * value)} %` : axisNumber,
  });
  own.drawn = [];
  let left = area[0]; // of the next name above
  for (const line of lines) {
    const places = Array.from(line.x, (value, i) => [x.px(value), y.px(y.held(line.y[i]))]);
    if (line.choice != null) own.drawn.push({ choice: line.choice, places });
    left = drawCurve(own, ctx, line, places, left);
  }
}

function curvesWindow(now, lines) {
  const right = now.right ?? Math.max(1, ...lines.map((line) => line.x.at(-1) ?? 0));
  const heights = lines.flatMap((line) => [...line.y]).filter(Number.isFinite);
  const high = now.high ?? Math.max(1e-9, ...heights) * 1.05;
  return [0, right, now.low ?? 0, high];
}

/* Where a line has come to a moment; its numbers have been rounded to float32. */
export function momentOf(numbers, moment) {
  const at = Math.fround(moment);
  return numbers.findIndex((value) => value >= at);
}

/* Draw a line, its dot, and its name at `left`; return where the next name begins. */
function drawCurve({ now, stage }, ctx, line, places, left) {
  ctx.strokeStyle = ctx.fillStyle = stage.colour[line.colour];
  ctx.setLineDash(line.dash ?? []);
  ctx.lineWidth = line.width ?? 2;
  ctx.beginPath();
  for (const place of places) ctx.lineTo(...place);
  ctx.stroke();
  if (line.name) segment(ctx, left, 10, left + 16, 10); // a sample of it, then its name
  ctx.setLineDash([]);
  const here = places[momentOf(line.x, now.at)];
  if (here && !line.past) disc(ctx, ...here, 4);
  if (!line.name) return left;
  ctx.textAlign = "left";
  ctx.fillText(line.name, left + 20, 14);
  return left + 32 + ctx.measureText(line.name).width;
}

/* The choice of the line nearest to a place, or null if none is nearer than `close` pixels. */
export function nearestLine(drawn, [px, py], close = CLOSE) {
  let [nearest, least] = [null, close];
  for (const { choice, places } of drawn)
    for (let i = 1; i < places.length; i++) {
      const [[x0, y0], [x1, y1]] = [places[i - 1], places[i]];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const t = clamp(((px - x0) * dx + (py - y0) * dy) / (dx * dx + dy * dy || 1), 0, 1);
      const distance = Math.hypot(x0 + t * dx - px, y0 + t * dy - py);
      if (distance < least) [nearest, least] = [choice, distance];
    }
  return nearest;
}
