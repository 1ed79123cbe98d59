/* A heat map with axes and points; with `hands`, points can be moved, added and deleted. */

import { drawAxes, scales } from "../axes.js";
import { canvasFor, forEyes, forHands, mark, picture, ring, within } from "../canvas.js";
import { css, toneOf } from "../colour.js";
import { ARROWS, bytes, el, floats, onKeys, onMove, onPress, onRelease, write } from "../dom.js";
import { rounded, short } from "../numbers.js";

const [MAP_LEFT, MAP_BOTTOM] = [46, 30];
const CATCH = 14; // pixels: a press that near is on a point

export function mapPanel(spec, stage) {
  const own = { spec, stage, now: null, zoom: null, chosen: -1, grabbed: -1, xs: [], ys: [] };
  own.sheet = document.createElement("canvas");
  const attributes = spec.hands ? forHands(spec.title) : forEyes;
  const surface = canvasFor(spec, stage, attributes, (...sizes) => own.now && paintMap(own, ...sizes));
  const legend = el("p", { class: "quiet legend" });
  if (spec.hands) {
    const hand = pointHands(own);
    mouseOnMap(own, surface, hand);
    keysOnMap(own, surface, hand);
  }
  return {
    node: el("div", {}, surface.box, legend),
    draw(payload) {
      own.now = payload;
      surface.canvas.setAttribute("aria-label", payload.words ?? spec.title);
      write(legend, payload.legend ?? "");
      surface.draw();
    },
    /* Show another heat map, { codes, side }, instead of its own; null shows its own again. */
    enlarge(heat) {
      own.zoom = heat;
      surface.draw();
    },
  };
}

function paintMap(own, ctx, width, height) {
  const { now, stage } = own;
  const { colour } = stage;
  const area = [MAP_LEFT, 1, width - MAP_LEFT - 2, height - MAP_BOTTOM - 2];
  const [x, y] = scales(now.window, area);
  Object.assign(own, { x, y });
  const heat = own.zoom ?? (now.heat && { codes: bytes(now.heat), side: now.side });
  ctx.fillStyle = colour.heat[1];
  ctx.fillRect(...area);
  if (heat) {
    ctx.imageSmoothingEnabled = !now.sharp;
    ctx.drawImage(picture(heat.codes, heat.side, heat.side, colour.heats, own.sheet), ...area);
  }
  drawAxes(ctx, colour, area, x, y, {
    ...{ across: x.ticks(4), down: y.ticks(4), under: 29, beside: 36 },
    ...{ xname: now.xlabel ?? "x1", yname: now.ylabel ?? "x2" },
  });
  within(ctx, area, () => {
    if (now.test) drawPoints(own, ctx, now.test, true);
    if (now.points) [own.xs, own.ys] = drawPoints(own, ctx, now.points, false);
    if (own.added?.n !== own.xs.length) own.added = null;
    const [px, py] = [own.xs[own.chosen], own.ys[own.chosen]];
    if (own.spec.hands && px !== undefined) ring(ctx, x.px(px), y.px(py), 13, colour.selected);
  });
}

/* Draw points, and return their places. */
function drawPoints({ now, x, y, stage: { colour } }, ctx, points, hollow) {
  const [xs, ys, codes] = [floats(points.x), floats(points.y), bytes(points.code)];
  const size = xs.length > 60 ? 4 : xs.length > 20 ? 5.5 : 7.5;
  codes.forEach((code, i) => {
    const up = code >= 128;
    const plain = up ? colour.positive_point : colour.negative_point;
    const tone = now.graded ? css(toneOf(colour.heats, code)) : plain;
    mark(ctx, x.px(xs[i]), y.px(ys[i]), size, { triangle: !up, hollow }, tone, colour.edge);
  });
  return [xs, ys];
}

/* Messages about points. */
function pointHands(own) {
  const { stage } = own;
  const send = (act, ...rest) => stage.hand({ do: act, arguments: rest }, act === "move" && `move${rest[0]}`);
  const some = () => own.chosen >= 0 && own.chosen < own.xs.length;
  const sayChosen = () => {
    const [px, py] = [own.xs[own.chosen], own.ys[own.chosen]];
    if (some()) stage.say(`point ${own.chosen + 1} of ${own.xs.length}, at ${short(px)}, ${short(py)}`);
  };
  return { send, some, sayChosen };
}

function nearestPoint({ xs, ys, x, y }, [px, py]) {
  let [best, least] = [-1, CATCH];
  xs.forEach((value, i) => {
    const distance = Math.hypot(x.px(value) - px, y.px(ys[i]) - py);
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function mouseOnMap(own, { canvas, at, draw }, hand) {
  const { stage } = own;
  // Rounding may lead out of the window, where Python takes no point.
  const place = ([px, py]) => [own.x.held(rounded(own.x.value(px))), own.y.held(rounded(own.y.value(py)))];
  canvas.style.touchAction = "none";
  onPress(canvas, (event) => {
    if (!own.now || !stage.live) return;
    const here = at(event);
    if (here[0] < MAP_LEFT || here[1] > canvas.clientHeight - MAP_BOTTOM) return;
    canvas.focus({ preventScroll: true });
    own.chosen = own.grabbed = nearestPoint(own, here);
    if (own.chosen >= 0) canvas.setPointerCapture(event.pointerId);
    else addPoint(own, hand, here, place(here));
    draw();
    event.preventDefault();
  });
  onMove(canvas, (event) => {
    if (own.grabbed >= 0) hand.send("move", own.grabbed, ...place(at(event)));
  });
  onRelease(canvas, () => {
    own.grabbed = -1;
    hand.sayChosen();
  });
  canvas.addEventListener("dblclick", () => hand.some() && hand.send("recolour", own.chosen));
}

/* Add a point, unless this is the second press on one that Python has not shown yet. */
function addPoint(own, hand, [px, py], place) {
  const { added, xs } = own;
  own.chosen = xs.length;
  if (added?.n === xs.length && Math.hypot(px - added.px, py - added.py) < CATCH) return;
  own.added = { px, py, n: xs.length };
  hand.send("add", ...place);
}

function keysOnMap(own, { canvas, draw }, hand) {
  onKeys(canvas, (key, event) => {
    const n = own.xs.length;
    if (!own.now || !own.stage.live) return false;
    if (key in ARROWS && n) movePoint(own, hand, ARROWS[key], event.shiftKey ? 0.1 : 0.02);
    else if (key === "n" || key === "p") {
      const from = hand.some() ? own.chosen : key === "n" ? -1 : n;
      own.chosen = (from + (key === "n" ? 1 : -1) + n) % n;
      hand.sayChosen();
    } else if (key === "a" || key === "Insert") {
      const { x, y } = own;
      hand.send("add", rounded((x.low + x.high) / 2), rounded((y.low + y.high) / 2));
      own.chosen = n;
    } else if ((key === "Delete" || key === "Backspace") && hand.some()) {
      hand.send("delete", own.chosen);
      own.chosen = Math.min(own.chosen, n - 2);
    } else if ((key === "c" || key === " ") && hand.some()) hand.send("recolour", own.chosen);
    else return false;
    draw();
  });
}

/* Move the chosen point by a share of the map's width. */
function movePoint(own, hand, [across, up], share) {
  const { x, y, xs, ys, stage } = own;
  const reach = share * (x.high - x.low);
  if (!hand.some()) own.chosen = 0;
  const here = [own.chosen, xs[own.chosen], ys[own.chosen]];
  const [, fromX, fromY] = stage.pending(`move${own.chosen}`)?.arguments ?? here;
  const [px, py] = [rounded(fromX + across * reach), rounded(fromY + up * reach)];
  hand.send("move", own.chosen, x.held(px), y.held(py));
}
