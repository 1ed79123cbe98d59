/* Paper to draw on with a mouse, a finger or keys; Python gets the ink of every dot. */

import { canvasFor, forHands, picture } from "../canvas.js";
import { ARROWS, bytes, onFocusChange, onKeys, onRelease } from "../dom.js";
import { clamp } from "../numbers.js";

export function padPanel(spec, stage) {
  const { side } = spec;
  const own = { spec, stage, ink: new Uint8Array(side * side), last: null };
  Object.assign(own, { pen: [side >> 1, side >> 1], drawing: false, penDown: false });
  own.sheet = document.createElement("canvas");
  own.surface = canvasFor(spec, stage, forHands(spec.words), (...sizes) => paintPad(own, ...sizes));
  own.surface.box.classList.add("pad");
  mouseOnPad(own);
  keysOnPad(own);
  return {
    node: own.surface.box,
    draw(payload) {
      if (!own.drawing && !stage.waiting) own.ink = Uint8Array.from(bytes(payload.ink));
      own.surface.draw();
    },
  };
}

function paintPad({ spec: { side }, stage, ink, pen, penDown, surface, sheet }, ctx, width, height) {
  const codes = ink.map((dot) => 255 * dot);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(picture(codes, side, side, stage.colour.inks, sheet), 0, 0, width, height);
  if (document.activeElement !== surface.canvas) return;
  const [across, down] = [width / side, height / side]; // of a dot
  ctx.strokeStyle = stage.colour.selected;
  ctx.lineWidth = penDown ? 4 : 2;
  ctx.strokeRect((pen[0] - 1) * across, (pen[1] - 1) * down, 3 * across, 3 * down);
}

/* Ink all dots that the pen touches on its way from the last place to this one. */
function stroke(own, x, y) {
  const { spec, stage, ink } = own;
  const [x0, y0] = own.last ?? [x, y];
  const far = Math.max(1, Math.ceil(2 * Math.hypot(x - x0, y - y0)));
  for (let t = 1; t <= far; t++) {
    const [nx, ny] = [x0 + ((x - x0) * t) / far, y0 + ((y - y0) * t) / far];
    ink.forEach((_, i) => {
      const [column, row] = [i % spec.side, Math.floor(i / spec.side)];
      if (Math.hypot(column + 0.5 - nx, row + 0.5 - ny) < spec.nib) ink[i] = 1;
    });
  }
  own.last = [x, y];
  own.surface.draw();
  stage.hand({ do: "draw", arguments: [Array.from(ink).join("")] }, "draw");
}

function mouseOnPad(own) {
  const { canvas, at } = own.surface;
  const draw = (event) => stroke(own, ...at(event).map((v) => (v / canvas.clientWidth) * own.spec.side));
  canvas.style.touchAction = "none";
  canvas.addEventListener("pointerdown", (event) => {
    if (!own.stage.live) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    [own.drawing, own.last] = [true, null];
    draw(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => own.drawing && draw(event));
  onRelease(canvas, () => {
    own.drawing = false;
  });
}

function keysOnPad(own) {
  const { spec, stage, surface } = own;
  const inkHere = () => stroke(own, own.pen[0] + 0.5, own.pen[1] + 0.5);
  onFocusChange(surface.canvas, () => {
    own.penDown = false;
    surface.draw();
  });
  onKeys(surface.canvas, (key) => {
    if (key in ARROWS && stage.live) {
      const [across, up] = ARROWS[key];
      const [x, y] = own.pen;
      own.pen = [x + across, y - up].map((v) => clamp(v, 1, spec.side - 2));
      if (own.penDown) inkHere();
      else own.last = null;
    } else if (key === " ") {
      own.penDown = !own.penDown;
      own.last = null;
      stage.say(own.penDown ? "pen down" : "pen up");
      if (own.penDown) inkHere();
    } else if ((key === "Delete" || key === "Backspace") && spec.clears) stage.press(spec.clears);
    else return false;
    surface.draw();
  });
}
