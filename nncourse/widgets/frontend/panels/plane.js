/* Lines, bars, dots and arrows in a window. With `hands`, dots that have a `hand` can be dragged, or
   moved by the arrow keys. */

import { drawAxes, drawGrid, scales } from "../axes.js";
import { canvasFor, forEyes, forHands, picture, within } from "../canvas.js";
import { ARROWS, bytes, el, onFocusChange, onKeys, onRelease } from "../dom.js";
import { clamp, rounded, short } from "../numbers.js";
import { drawArrow, drawBars, drawDot, drawLine, drawRule } from "./shapes.js";

const REACH = 22; // pixels: a press that near takes a dot

export function planePanel(spec, stage) {
  const own = { spec, stage, now: null, chosen: 0, grabbed: null, frozen: null, area: [0, 0, 1, 1] };
  own.sheet = document.createElement("canvas");
  own.held = () => own.now?.dots?.filter((dot) => dot.hand) ?? [];
  const attributes = spec.hands ? forHands(spec.title) : forEyes;
  own.surface = canvasFor({ aspect: 1.3, ...spec }, stage, attributes, (...sizes) => {
    if (own.now) paintPlane(own, ...sizes);
  });
  const names = el("p", { class: "keys quiet" });
  if (spec.hands) {
    mouseOnPlane(own);
    keysOnPlane(own);
  }
  return {
    node: el("div", {}, own.surface.box, names),
    draw(payload) {
      own.now = payload;
      own.chosen = clamp(own.chosen, 0, Math.max(0, own.held().length - 1));
      own.surface.canvas.setAttribute("aria-label", payload.words ?? spec.title);
      nameLines(names, payload, stage.colour);
      own.surface.draw();
    },
  };
}

/* The names of lines and bars, below the picture. */
function nameLines(node, { lines = [], bars = [] }, colour) {
  const named = [...lines, ...bars].filter((line) => line.name);
  const wanted = JSON.stringify(named.map((line) => [line.name, colour[line.colour], line.dash]));
  if (node.dataset.keys === wanted) return;
  node.dataset.keys = wanted;
  const keys = named.map((line) => {
    const kind = line.edges ? "bar" : line.dash ? "dashed" : "";
    return el("span", { style: `--key: ${colour[line.colour]}`, class: kind }, line.name);
  });
  node.replaceChildren(...keys);
}

/* The rectangle of the plot on its canvas; with `equal`, both axes have the same unit. */
function planeArea([x0, x1, y0, y1], width, height, equal) {
  const [left, top, w, h] = [50, 6, width - 62, height - 44];
  if (!equal) return [left, top, w, h];
  const unit = Math.min(w / (x1 - x0), h / (y1 - y0));
  const [across, down] = [unit * (x1 - x0), unit * (y1 - y0)];
  return [left + (w - across) / 2, top + (h - down) / 2, across, down];
}

function paintPlane(own, ctx, width, height) {
  const { now, stage } = own;
  const { colour } = stage;
  const window = own.grabbed && own.frozen ? own.frozen : now.window;
  const area = planeArea(window, width, height, own.spec.equal);
  const [x, y] = scales(window, area, now);
  Object.assign(own, { area, x, y });
  if (now.heat) {
    ctx.imageSmoothingEnabled = !now.sharp;
    ctx.drawImage(picture(bytes(now.heat), now.side, now.side, colour.heats, own.sheet), ...area);
  }
  const numbers = { across: x.ticks(5), down: y.ticks(4) };
  drawGrid(ctx, colour, area, x, y, now.heat ? {} : numbers);
  drawAxes(ctx, colour, area, x, y, {
    ...{ ...numbers, under: 33, beside: 39, xname: now.xlabel, yname: now.ylabel },
  });
  within(ctx, area, () => paintShapes(own, ctx));
}

function paintShapes(own, ctx) {
  const { now, area, x, y, stage, surface } = own;
  const { colour } = stage;
  const on = { ctx, colour, area, x, y };
  for (const bar of now.bars ?? []) drawBars(on, bar);
  for (const rule of now.rules ?? []) drawRule(on, rule);
  for (const line of now.lines ?? []) drawLine(on, line);
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
  for (const arrow of now.arrows ?? []) drawArrow(on, arrow);
  const used = own.grabbed || document.activeElement === surface.canvas;
  const hand = used ? own.held()[own.chosen]?.hand : null;
  for (const dot of now.dots ?? []) drawDot(on, dot, dot.hand && dot.hand === hand);
}

const dragDot = ({ spec, stage }, hand, x, y) =>
  stage.hand({ do: "drag", arguments: [spec.id, hand, rounded(x), rounded(y)] }, `drag ${hand}`);

function mouseOnPlane(own) {
  const { canvas, at, draw } = own.surface;
  const far = (dot, [px, py]) => Math.hypot(own.x.px(dot.x) - px, own.y.px(dot.y) - py);
  canvas.style.touchAction = "none";
  canvas.addEventListener("pointerdown", (event) => {
    if (!own.now || !own.stage.live) return;
    const distances = own.held().map((dot) => far(dot, at(event)));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest < 0 || distances[nearest] > REACH) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    own.chosen = nearest;
    own.grabbed = own.held()[nearest].hand;
    // During a drag the axes stay as they were at its start, even if the window changes.
    own.frozen = own.now.window;
    draw();
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!own.x) return;
    const place = at(event);
    if (!own.held().some((dot) => dot.hand === own.grabbed)) {
      canvas.style.cursor = own.held().some((dot) => far(dot, place) < REACH) ? "grab" : "";
      return;
    }
    const [left, top, width, height] = own.area;
    const [px, py] = [clamp(place[0], left, left + width), clamp(place[1], top, top + height)];
    dragDot(own, own.grabbed, own.x.value(px), own.y.value(py));
  });
  onRelease(canvas, () => {
    own.grabbed = null;
    draw();
  });
  onFocusChange(canvas, draw);
}

function keysOnPlane(own) {
  onKeys(own.surface.canvas, (key, event) => {
    if (!own.now || !own.stage.live) return false;
    const dots = own.held();
    if (key === "n" || key === "p") {
      own.chosen = (own.chosen + (key === "n" ? 1 : dots.length - 1)) % dots.length;
      const { hand, x, y } = dots[own.chosen];
      own.stage.say(`${hand} at ${short(x)}, ${short(y)}`);
      own.surface.draw();
    } else if (key in ARROWS && dots[own.chosen]) {
      const { hand, x, y } = dots[own.chosen];
      const [across, up] = ARROWS[key].map((way) => way * (event.shiftKey ? 0.1 : 0.02));
      const [sx, sy] = scales(own.now.window, own.area, own.now);
      dragDot(own, hand, sx.moved(x, across), sy.moved(y, up));
    } else return false;
  });
}
