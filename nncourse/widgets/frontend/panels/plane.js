/* Lines, bars, dots and arrows in a window. With `hands`, dots that have a `hand` can be dragged, or
   moved by the arrow keys, and a press on a line with a `hand` brings the dot there. A click on a dot
   with a `choice` chooses it; with `anywhere`, a press anywhere brings the dot of that hand there. */

import { axisNumber, drawAxes, drawGrid, scale, scales } from "../axes.js";
import { canvasFor, forEyes, forHands, picture, within } from "../canvas.js";
import { ARROWS, bytes, el, onFocusChange, onKeys, onMove, onPress, onRelease } from "../dom.js";
import { clamp, rounded, short } from "../numbers.js";
import { nearestLine } from "./curves.js";
import { drawTexts, inkIn } from "./labels.js";
import { drawArrow, drawBand, drawBars, drawDot, drawFigures, drawLine, drawRule } from "./shapes.js";

const REACH = 22; // pixels: a press that near takes a dot
const ON_LINE = 16; // pixels: a press that near is on a line
const LEFT = 50; // pixels for the numbers and the name of the vertical axis, if that is enough

export function planePanel(spec, stage) {
  const own = { spec, stage, now: null, chosen: 0, grabbed: null, frozen: null, area: [0, 0, 1, 1] };
  Object.assign(own, { sides: [], tracks: [] }); // of the texts; of the lines with a hand
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
  choiceOnPlane(own);
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

/* The rectangle of the plot on its canvas; with `equal`, both axes have the same unit, with
   `bare` there are none and it takes all the room. */
function planeArea([x0, x1, y0, y1], left, width, height, { equal, bare }) {
  if (bare) return [0, 0, width, height];
  const [top, w, h] = [6, width - left - 12, height - 44];
  if (!equal) return [left, top, w, h];
  const unit = Math.min(w / (x1 - x0), h / (y1 - y0));
  const [across, down] = [unit * (x1 - x0), unit * (y1 - y0)];
  return [left + (w - across) / 2, top + (h - down) / 2, across, down];
}

/* Where the plot begins: right of the longest number beside it, in steps, so that it rarely moves. */
function plotLeft(ctx, [, , y0, y1], { logy }) {
  const numbers = scale([y0, y1], [0, 1], logy).ticks(4);
  const longest = Math.max(...numbers.map((value) => ctx.measureText(axisNumber(value, logy)).width));
  return Math.max(LEFT, 10 * Math.ceil((longest + 23) / 10));
}

function paintPlane(own, ctx, width, height) {
  const { now, stage } = own;
  const { colour } = stage;
  const window = own.grabbed && own.frozen ? own.frozen : now.window;
  const left = plotLeft(ctx, window, now);
  const area = planeArea(window, left, width, height, own.spec);
  const [x, y] = scales(window, area, now);
  Object.assign(own, { area, x, y });
  if (now.heat) {
    ctx.imageSmoothingEnabled = !now.sharp;
    ctx.drawImage(picture(bytes(now.heat), now.side, now.side, colour.heats, own.sheet), ...area);
  }
  const numbers = { across: x.ticks(5), down: y.ticks(4) };
  if (!own.spec.bare) {
    drawGrid(ctx, colour, area, x, y, now.heat ? {} : numbers);
    drawAxes(ctx, colour, area, x, y, {
      ...{ ...numbers, under: 33, beside: left - 11, xname: now.xlabel, yname: now.ylabel },
    });
  }
  within(ctx, area, () => paintShapes(own, ctx));
}

function paintShapes(own, ctx) {
  const { now, area, x, y, stage, surface } = own;
  const { colour } = stage;
  const on = { ctx, colour, area, x, y };
  for (const bar of now.bars ?? []) drawBars(on, bar);
  for (const band of now.bands ?? []) drawBand(on, band);
  for (const rule of now.rules ?? []) drawRule(on, rule);
  const ink = inkIn(area);
  own.tracks = [];
  for (const line of now.lines ?? []) {
    const places = drawLine(on, line);
    ink.line(places);
    if (line.hand) own.tracks.push({ choice: line.hand, places });
  }
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
  if (now.figures) drawFigures(on, now.figures);
  for (const arrow of now.arrows ?? []) drawArrow(on, arrow);
  const byKey = document.activeElement === surface.canvas && !surface.canvas.classList.contains("by-mouse");
  const hand = own.grabbed || byKey ? own.held()[own.chosen]?.hand : null;
  const dots = now.dots ?? [];
  for (const dot of dots) drawDot(on, dot, dot.hand && dot.hand === hand);
  drawTexts(on, dots, ink, own.sides);
}

const kindOfDrag = (spec, hand) => `drag ${spec.id} ${hand}`;
const dragDot = ({ spec, stage }, hand, x, y) =>
  stage.hand({ do: "drag", arguments: [spec.id, hand, rounded(x), rounded(y)] }, kindOfDrag(spec, hand));

/* Drag the dot that is held to a place on the canvas, at most to an edge of the plot. */
function dragTo(own, place) {
  const [left, top, width, height] = own.area;
  const [px, py] = [clamp(place[0], left, left + width), clamp(place[1], top, top + height)];
  dragDot(own, own.grabbed, own.x.value(px), own.y.value(py));
}

const farFrom = ({ x, y }, dot, [px, py]) => Math.hypot(x.px(dot.x) - px, y.px(dot.y) - py);

/* The nearest of some dots that is not further away than `reach`, or -1. */
function nearestDot(own, dots, place, reach) {
  const distances = dots.map((dot) => farFrom(own, dot, place));
  const nearest = distances.indexOf(Math.min(...distances));
  return distances[nearest] <= reach ? nearest : -1;
}

function mouseOnPlane(own) {
  const { canvas, at, draw } = own.surface;
  const dotAt = (place) => nearestDot(own, own.held(), place, REACH);
  const trackAt = (place) => nearestLine(own.tracks, place, ON_LINE);
  canvas.style.touchAction = "none";
  onPress(canvas, (event) => {
    if (!own.now || !own.stage.live) return;
    const place = at(event);
    const near = dotAt(place);
    const hand = own.held()[near]?.hand ?? trackAt(place) ?? own.spec.anywhere;
    if (hand == null) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    own.grabbed = hand;
    own.chosen = own.held().findIndex((dot) => dot.hand === hand);
    // During a drag the axes stay as they were at its start, even if the window changes.
    own.frozen = own.now.window;
    if (near < 0) dragTo(own, place);
    draw();
    event.preventDefault();
  });
  onMove(canvas, (event) => {
    if (!own.x) return;
    const place = at(event);
    if (own.held().some((dot) => dot.hand === own.grabbed)) return dragTo(own, place);
    canvas.style.cursor =
      dotAt(place) >= 0 ? "grab" : (trackAt(place) ?? own.spec.anywhere) != null ? "pointer" : "";
  });
  onRelease(canvas, () => {
    own.grabbed = null;
    draw();
  });
  onFocusChange(canvas, draw);
}

function choiceOnPlane(own) {
  const { canvas, at } = own.surface;
  const choiceAt = (event) => {
    const dots = own.now?.dots?.filter((dot) => dot.choice != null) ?? [];
    return own.x && dots[nearestDot(own, dots, at(event), ON_LINE)]?.choice;
  };
  canvas.addEventListener("click", (event) => {
    const choice = choiceAt(event);
    if (choice != null) own.stage.hand({ do: "choose", arguments: [own.spec.id, choice] });
  });
  if (!own.spec.hands)
    canvas.addEventListener("pointermove", (event) => {
      canvas.style.cursor = choiceAt(event) != null ? "pointer" : "";
    });
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
      const { hand, ...dot } = dots[own.chosen];
      const [, , x, y] = own.stage.pending(kindOfDrag(own.spec, hand))?.arguments ?? [0, 0, dot.x, dot.y];
      const [across, up] = ARROWS[key].map((way) => way * (event.shiftKey ? 0.1 : 0.02));
      const [sx, sy] = scales(own.now.window, own.area, own.now);
      dragDot(own, hand, sx.moved(x, across), sy.moved(y, up));
    } else return false;
  });
}
