/* The units of a network, each with a map of its answers or with a number, and its weights as lines,
   which are wide where the weight is large. Python says which place of theta belongs to each link. */

import { canvasFor, forHands, picture } from "../canvas.js";
import { ARROWS, bytes, el, floats, integers, numberField, onKeys, write } from "../dom.js";
import { clamp, short, signed } from "../numbers.js";
import { along, isUnit, layOut, linkCurve, same, thingAt } from "./graph.js";

export function networkPanel(spec, stage) {
  const own = { spec, stage, now: null, weights: [], over: null, chosen: null };
  own.sheet = document.createElement("canvas");
  own.drawn = { units: [], side: 0, curves: [] };
  own.surface = canvasFor({ aspect: 1.3, ...spec }, stage, forHands(spec.title), (...sizes) => {
    if (own.now) paintNetwork(own, ...sizes);
  });
  mouseOnNetwork(own);
  const below = weightRow(own);
  keysOnNetwork(own);
  return {
    node: el("div", {}, own.surface.box, below),
    draw: (payload) => drawNetwork(own, payload),
  };
}

/* The row in which a weight is typed; until one is chosen it says how. */
function weightRow(own) {
  const { spec, stage } = own;
  const id = `${stage.id}-${spec.id}-weight`;
  own.field = numberField(stage, {}, { id, disabled: true }, (value) => {
    if (!own.chosen) return;
    const place = placeOf(own, own.chosen);
    stage.hand({ do: "weight", arguments: [place, value] }, `weight ${place}`);
  });
  own.hint = spec.key ? "" : "no weight chosen";
  own.label = el("label", { for: id }, own.hint);
  const key = spec.key ? lineKey() : null;
  return el("div", { class: "weight" }, key, own.label, own.field.node);
}

/* What the lines say. */
function lineKey() {
  const plus = el("span", { style: "--key: var(--nnlib-positive)" }, "plus");
  const minus = el("span", { style: "--key: var(--nnlib-negative)", class: "dashed" }, "minus");
  return el("p", { class: "keys quiet" }, plus, minus, "the thicker, the larger the weight");
}

function drawNetwork(own, payload) {
  const changed = own.now && String(own.now.sizes) !== String(payload.sizes);
  own.now = payload;
  own.weights = floats(payload.weights);
  own.codes = payload.maps && bytes(payload.maps);
  const [from, to, place] = ["from", "to", "place"].map((end) => integers(payload.links[end]));
  own.links = Array.from(from, (_, i) => ({ from: from[i], to: to[i], place: place[i] }));
  own.places = new Map(own.links.map((link) => [`${link.from}>${link.to}`, link.place]));
  // The number of the first unit of each layer.
  own.firsts = payload.sizes.map((_, layer) => payload.sizes.slice(0, layer).reduce((a, b) => a + b, 0));
  own.surface.canvas.setAttribute("aria-label", payload.words);
  if (changed) {
    pointAt(own, null);
    chooseWeight(own, null);
  }
  if (own.chosen && !own.stage.pending(`weight ${placeOf(own, own.chosen)}`))
    own.field.show(short(weightOf(own, own.chosen)));
  if (isUnit(own.over)) enlargeUnit(own);
  own.surface.draw();
}

const placeOf = (own, { unit, from }) => own.places.get(`${from}>${unit}`);
const weightOf = (own, thing) => own.weights[placeOf(own, thing)];

/* The layer of a unit, and its row in it. */
function seatOf({ firsts }, unit) {
  const layer = firsts.findLastIndex((first) => first <= unit);
  return [layer, unit - firsts[layer]];
}

function nameOf(own, unit) {
  const [layer, row] = seatOf(own, unit);
  return own.now.names[layer]?.[row] ?? `unit ${layer}.${row + 1}`;
}

const wordsOf = (own, { unit, from }) =>
  from < 0 ? `bias of ${nameOf(own, unit)}` : `weight from ${nameOf(own, from)} to ${nameOf(own, unit)}`;

function paintNetwork(own, ctx, width, height) {
  const { units, side } = layOut(own.now.sizes, width, height);
  const curves = own.links
    .filter(({ from }) => from >= 0)
    .map((link) => ({ ...link, curve: linkCurve(units[link.from], units[link.to], side) }));
  own.drawn = { units, side, curves };
  const top = Math.max(1, ...own.weights.map(Math.abs));
  for (const link of curves) drawLink(own, ctx, link, top);
  ctx.globalAlpha = 1;
  ctx.setLineDash([]);
  ctx.textAlign = "center";
  drawUnits(own, ctx);
  if (own.over && !isUnit(own.over)) drawTip(own, ctx);
}

function drawLink(own, ctx, { from, to, place, curve }, top) {
  const { now, over, chosen, stage } = own;
  const [{ colour }, w, self] = [stage, own.weights[place], { unit: to, from }];
  const bright =
    now.lit?.edges.includes(place) ||
    [chosen, over].some((thing) => same(self, thing)) ||
    (isUnit(over) && over.unit === to);
  const tone = w < 0 ? colour.negative : colour.positive;
  ctx.strokeStyle = same(self, chosen) ? colour.selected : tone;
  ctx.globalAlpha = bright ? 1 : now.lit?.edges.length ? 0.4 : 0.75;
  ctx.lineWidth = 0.4 + (bright ? 1 : 0) + 6 * Math.min(1, Math.abs(w) / top);
  ctx.setLineDash(w < 0 ? [7, 3] : []);
  const { a, b, bend } = curve;
  ctx.beginPath();
  ctx.moveTo(...a);
  ctx.bezierCurveTo(a[0] + bend, a[1], b[0] - bend, b[1], ...b);
  ctx.stroke();
}

function drawUnits(own, ctx) {
  const { now, over, chosen, codes } = own;
  const { colour } = own.stage;
  const { units, side } = own.drawn;
  // The maps of all units on one canvas: one transfer to the graphics card instead of many.
  const sheet = now.maps && picture(codes, now.side, codes.length / now.side, colour.heats, own.sheet);
  ctx.imageSmoothingEnabled = true;
  units.forEach((unit, k) => {
    const [x, y] = [unit.x - side / 2, unit.y - side / 2];
    if (sheet) ctx.drawImage(sheet, 0, now.side * k, now.side, now.side, x, y, side, side);
    else {
      ctx.fillStyle = now.lit?.units.includes(k) ? colour.lit : colour.surface;
      ctx.fillRect(x, y, side, side);
      ctx.fillStyle = colour.text;
      ctx.fillText(now.texts[k], unit.x, unit.y + 4);
    }
    const marked = (isUnit(over) && over.unit === k) || chosen?.unit === k;
    ctx.strokeStyle = marked ? colour.selected : colour.frame;
    ctx.lineWidth = marked ? 3 : 1;
    ctx.strokeRect(x, y, side, side);
    ctx.fillStyle = colour.quiet;
    const name = now.names[unit.layer]?.[unit.row] ?? `${unit.layer}.${unit.row + 1}`;
    if (unit.named) ctx.fillText(name, nameAt(own, ctx, name, unit.x), y + side + 12);
  });
  const { spec, stage } = own;
  const marks = spec.marks && !stage.frame.hidden.includes(spec.marks) ? now.axes : [];
  marks.forEach((unit, i) => {
    drawBadge(own, ctx, units[unit], i ? "↑" : "→");
  });
}

/* Where the middle of a unit's name is: below the unit, and not beyond an edge of the drawing. */
function nameAt({ surface }, ctx, name, x) {
  const half = ctx.measureText(name).width / 2 + 1;
  return clamp(x, half, surface.box.clientWidth - half);
}

/* A sign in the upper right corner of a unit, which is an axis of another panel. */
function drawBadge({ stage: { colour }, drawn: { side } }, ctx, { x, y }, sign) {
  const [left, top] = [x + side / 2 - 12, y - side / 2 - 2];
  ctx.fillStyle = colour.text;
  ctx.fillRect(left, top, 14, 14);
  ctx.fillStyle = colour.surface;
  ctx.fillText(sign, left + 7, top + 11);
}

/* The value of the weight under the mouse, on its line. */
function drawTip(own, ctx) {
  const { colour } = own.stage;
  const link = own.drawn.curves.find(({ from, to }) => same({ unit: to, from }, own.over));
  if (!link) return;
  const text = `w = ${signed(own.weights[link.place])}`;
  const [x, y] = along(link.curve, 0.5);
  const width = ctx.measureText(text).width + 14;
  const [left, top] = [clamp(x - width / 2, 0, own.surface.box.clientWidth - width), Math.max(0, y - 11)];
  ctx.fillStyle = colour.text;
  ctx.fillRect(left, top, width, 22);
  ctx.fillStyle = colour.surface;
  ctx.fillText(text, left + width / 2, top + 15);
}

/* Highlight a unit or a link; with `points`, send Python a message about it. */
function pointAt(own, thing) {
  const { spec, stage } = own;
  if (same(thing, own.over)) return;
  own.over = thing;
  if (spec.points) {
    const what =
      thing && (isUnit(thing) ? ["unit", ...seatOf(own, thing.unit)] : ["weight", placeOf(own, thing)]);
    stage.hand({ do: "point", arguments: what ? [spec.id, ...what] : [] }, "point");
  }
  enlargeUnit(own);
  own.surface.draw();
}

/* Show the map of the unit under the mouse large, on the panel that the scene names in `enlarges`. */
function enlargeUnit(own) {
  const { spec, stage, over } = own;
  if (!spec.enlarges) return;
  if (!isUnit(over)) return stage.enlarge(spec.enlarges, null, "");
  const { side } = own.now;
  const codes = own.codes.subarray(over.unit * side * side, (over.unit + 1) * side * side);
  stage.enlarge(spec.enlarges, { codes, side }, nameOf(own, over.unit));
}

function chooseWeight(own, thing, typing = false) {
  const { stage, field } = own;
  own.chosen = thing;
  field.node.disabled = !(thing && stage.live);
  write(own.label, thing ? wordsOf(own, thing) : own.hint);
  field.leave();
  field.show(thing ? short(weightOf(own, thing)) : "");
  if (typing && !field.node.disabled) {
    field.node.focus();
    field.node.select();
  }
  if (thing) stage.say(`${wordsOf(own, thing)}: ${short(weightOf(own, thing))}`);
  own.surface.draw();
}

function mouseOnNetwork(own) {
  const { canvas, at } = own.surface;
  canvas.addEventListener("pointermove", (event) => own.now && pointAt(own, thingAt(own.drawn, at(event))));
  for (const end of ["pointerleave", "blur"])
    canvas.addEventListener(end, () => own.now && pointAt(own, null));
  canvas.addEventListener("click", (event) => {
    const thing = own.now && thingAt(own.drawn, at(event));
    const input = isUnit(thing) && thing.unit < own.now.sizes[0];
    if (!thing || input) chooseWeight(own, null);
    else chooseWeight(own, { unit: thing.unit, from: thing.from ?? -1 }, true);
  });
}

function keysOnNetwork(own) {
  const { canvas } = own.surface;
  onKeys(canvas, (key) => {
    if (!own.now) return false;
    if (key === "Escape") {
      pointAt(own, null);
      chooseWeight(own, null);
    } else if (key === "Enter" && own.chosen) own.field.node.focus();
    else if (key in ARROWS) walk(own, ...ARROWS[key], 0);
    else if (key === "n" || key === "p") walk(own, 0, 0, key === "n" ? 1 : -1);
    else return false;
  });
  own.field.node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    own.field.node.value = ""; // what was typed so far is not sent
    canvas.focus();
    if (own.chosen) own.field.show(short(weightOf(own, own.chosen)));
  });
}

/* Go to another layer, unit, or link into this unit; its bias comes before the links. */
function walk(own, across, up, links) {
  const { sizes } = own.now;
  const here = own.chosen ?? { unit: sizes[0], from: -1 };
  const [layer0, row0] = seatOf(own, here.unit);
  const link0 = here.from < 0 ? -1 : seatOf(own, here.from)[1];
  const layer = clamp(layer0 + across, 1, sizes.length - 1);
  const unit = own.firsts[layer] + clamp(row0 - up, 0, sizes[layer] - 1);
  const link = clamp(link0 + links, -1, sizes[layer - 1] - 1);
  chooseWeight(own, { unit, from: link < 0 ? -1 : own.firsts[layer - 1] + link });
  pointAt(own, { unit });
}
