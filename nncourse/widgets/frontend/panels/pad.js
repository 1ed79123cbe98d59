/* Paper to draw on with a mouse, a finger or keys; Python gets the strokes when the pen is lifted. */

import { canvasFor, disc, forHands, ring } from "../canvas.js";
import { css, toneOf } from "../colour.js";
import { ARROWS, floats, onFocusChange, onKeys, onMove, onPress, onRelease } from "../dom.js";
import { clamp } from "../numbers.js";

const NEAR = 0.004; // of the paper: a point that is nearer to the last one adds nothing

export function padPanel(spec, stage) {
  const own = { spec, stage, strokes: [], drawing: false };
  Object.assign(own, { pen: [0.5, 0.5], penDown: false, byKeys: false });
  own.surface = canvasFor(spec, stage, forHands(spec.words), (...sizes) => paintPad(own, ...sizes));
  own.surface.box.classList.add("pad");
  own.surface.box.style.maxWidth = `${spec.most}px`; // paper is square
  mouseOnPad(own);
  keysOnPad(own);
  return {
    node: own.surface.box,
    draw(payload) {
      if (!own.drawing && !stage.pending("draw")) own.strokes = payload.strokes.map(points);
      own.surface.draw();
    },
  };
}

/* The points [x, y] of a stroke that Python sends as x, y, x, y ... */
function points(view) {
  const numbers = floats(view);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
}

function paintPad({ spec, stage, strokes, pen, penDown, byKeys }, ctx, width) {
  const [paper, ink] = [0, 255].map((code) => css(toneOf(stage.colour.inks, code)));
  ctx.fillStyle = paper; // as light as the pictures of digits, in the dark theme too
  ctx.fillRect(0, 0, width, width);
  Object.assign(ctx, { lineWidth: spec.pen * width, lineCap: "round", lineJoin: "round" });
  ctx.strokeStyle = ctx.fillStyle = ink;
  for (const stroke of strokes) {
    const places = stroke.map((point) => point.map((share) => share * width));
    if (places.length === 1) disc(ctx, ...places[0], (spec.pen * width) / 2);
    ctx.beginPath();
    for (const place of places) ctx.lineTo(...place);
    ctx.stroke();
  }
  if (!byKeys) return;
  const [x, y] = pen.map((share) => share * width);
  ring(ctx, x, y, (spec.pen * width) / 2 + 3, ink);
  if (penDown) disc(ctx, x, y, 4);
}

/* The pen goes on to a point of the paper. */
function goOn(own, point, anew) {
  const place = point.map((share) => clamp(Math.round(1000 * share) / 1000, 0, 1));
  const stroke = own.strokes.at(-1);
  if (anew || !stroke) own.strokes.push([place]);
  else if (Math.hypot(place[0] - stroke.at(-1)[0], place[1] - stroke.at(-1)[1]) > NEAR) stroke.push(place);
  own.surface.draw();
}

const send = (own) => own.stage.hand({ do: "draw", arguments: [own.strokes] }, "draw");

function mouseOnPad(own) {
  const { canvas, at } = own.surface;
  const draw = (event, anew) =>
    goOn(
      own,
      at(event).map((v) => v / canvas.clientWidth),
      anew,
    );
  canvas.style.touchAction = "none";
  onPress(canvas, (event) => {
    if (!own.stage.live) return;
    Object.assign(own, { drawing: true, byKeys: false });
    canvas.setPointerCapture(event.pointerId);
    draw(event, true);
  });
  onMove(canvas, (event) => own.drawing && draw(event));
  onRelease(canvas, () => {
    if (!own.drawing) return;
    own.drawing = false;
    send(own);
  });
}

/* The pen is seen as a ring while keys move it; with the mouse, the pointer is the pen. */
function keysOnPad(own) {
  const { spec, stage, surface } = own;
  onFocusChange(surface.canvas, () => {
    Object.assign(own, { penDown: false, byKeys: surface.canvas.matches(":focus-visible") && !own.drawing });
    surface.draw();
  });
  onKeys(surface.canvas, (key, event) => {
    if (!stage.live) return false;
    if (key in ARROWS) {
      const [across, up] = ARROWS[key];
      own.pen = own.pen.map((share, i) => clamp(share + [across, -up][i] / spec.side, 0, 1));
      if (own.penDown) goOn(own, own.pen);
    } else if (key === " ") {
      if (event.repeat) return; // it is held down
      own.penDown = !own.penDown;
      stage.say(own.penDown ? "pen down" : "pen up");
      if (own.penDown) goOn(own, own.pen, true);
    } else if ((key === "Delete" || key === "Backspace") && spec.clears) stage.press(spec.clears);
    else return false;
    own.byKeys = true;
    // The first dot as well, or the next frame of a play would remove it.
    if (own.penDown && (key in ARROWS || key === " ")) send(own);
    surface.draw();
  });
}
