/* The canvas that a panel draws on, and simple shapes. */

import { el } from "./dom.js";

export const FONT = "12px system-ui, sans-serif";

/* Codes (height x width) as a canvas of one pixel each, which is drawn at any size. */
export function picture(codes, width, height, colours, canvas = document.createElement("canvas")) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const table = new Uint32Array(colours.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[codes[i]];
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

/* What a canvas is for a screen reader: something to use, or a picture. */
export const forHands = (label) => ({ tabindex: 0, role: "application", "aria-label": label });
export const forEyes = { role: "img" };

/* A canvas that is sharp on any screen: `paint(ctx, width, height)` draws in CSS pixels. */
export function canvasFor(spec, stage, attributes, paint) {
  const canvas = el("canvas", { "data-panel": spec.id, ...attributes });
  const [wide, middle = wide, narrow = middle] = [spec.most ?? 9999].flat().map((most) => `${most}px`);
  const most = `--most-wide: ${wide}; --most-middle: ${middle}; --most-narrow: ${narrow}`;
  const style = `aspect-ratio: ${spec.aspect ?? 1}; ${most}`;
  const box = el("div", { class: "canvas-box", style }, canvas);
  function draw() {
    const { clientWidth: width, clientHeight: height } = box;
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== across || canvas.height !== down)
      Object.assign(canvas, { width: across, height: down });
    const ctx = canvas.getContext("2d");
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.font = FONT;
    paint(ctx, width, height);
  }
  stage.onResize(box, draw);
  // The ring of the keyboard focus is for the keyboard: not where a mouse has put the focus.
  canvas.addEventListener("pointerdown", () => canvas.classList.add("by-mouse"));
  for (const turn of ["keydown", "blur"])
    canvas.addEventListener(turn, () => canvas.classList.remove("by-mouse"));
  const at = (event) => {
    const place = canvas.getBoundingClientRect();
    return [event.clientX - place.left, event.clientY - place.top];
  };
  return { canvas, box, draw, at };
}

/* A point: a circle or a triangle, filled or hollow. */
export function mark(ctx, x, y, size, { triangle, hollow }, colour, edge) {
  ctx.beginPath();
  if (triangle) {
    ctx.moveTo(x, y - size * 1.15);
    ctx.lineTo(x + size * 1.05, y + size * 0.8);
    ctx.lineTo(x - size * 1.05, y + size * 0.8);
    ctx.closePath();
  } else ctx.arc(x, y, size, 0, 2 * Math.PI);
  ctx.lineWidth = hollow ? 1.8 : 1.2;
  ctx.fillStyle = colour;
  ctx.strokeStyle = hollow ? colour : edge;
  if (!hollow) ctx.fill();
  ctx.stroke();
}

export function ring(ctx, x, y, radius, colour) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 3;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.stroke();
}

export function disc(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

export function segment(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

/* Draw, clipped to a rectangle. */
export function within(ctx, [left, top, width, height], draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  draw();
  ctx.restore();
}
