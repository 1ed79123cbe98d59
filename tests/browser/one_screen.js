/* For test_one_screen.py: what a person could not see, or not read, on a stage. */

/* Keep the box of each text that is written on a canvas. */
function listen() {
  const canvas = CanvasRenderingContext2D.prototype;
  if (canvas.heard) return;
  canvas.heard = true;
  const { fillText, clearRect } = canvas;
  canvas.clearRect = function (...box) {
    this.canvas.texts = [];
    return clearRect.apply(this, box);
  };
  canvas.fillText = function (text, x, y, ...rest) {
    const [m, turn] = [this.measureText(text), this.getTransform()];
    const corners = [
      [-m.actualBoundingBoxLeft, -m.actualBoundingBoxAscent],
      [m.actualBoundingBoxRight, m.actualBoundingBoxDescent],
    ].map(([across, down]) => turn.transformPoint({ x: x + across, y: y + down }));
    const ends = (way) => corners.map((corner) => corner[way] / devicePixelRatio).sort((a, b) => a - b);
    const [[left, right], [top, bottom]] = [ends("x"), ends("y")];
    this.canvas.texts ??= [];
    // Points that are drawn as bold figures lie where they lie, also one on the other.
    const point = /^\d$/.test(text) && this.font.startsWith("bold");
    if (!point) this.canvas.texts.push({ text, left, right, top, bottom });
    return fillText.call(this, text, x, y, ...rest);
  };
}

const box = (node) => node.getBoundingClientRect();
const words = (node) => (node.tagName === "INPUT" ? node.value : node.textContent).trim().slice(0, 60);

/* The faults of a stage that should be at most `most` pixels high, each [kind, what]. */
function faultsOf(node, most) {
  const seen = [...node.querySelectorAll("*")].filter(
    (one) =>
      one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen") && box(one).width > 2,
  );
  const here = (selector) => seen.filter((one) => one.matches(selector));
  const high = Math.round(box(node).height);
  const found = high > most ? [["height", high]] : [];
  found.push(
    ...outOfOrder(here),
    ...tooMany(here),
    ...tooWide(seen),
    ...cutOff(here),
    ...covered(here, seen),
  );
  return found.map(([kind, what]) => [kind, String(what)]);
}

function outOfOrder(here) {
  const order = [".status", ".first", ".panels", ".bottom"].flatMap((one) => here(one).slice(0, 1));
  return order
    .slice(1)
    .flatMap((one, i) => (box(one).top < box(order[i]).bottom - 1 ? [["order", one.className]] : []));
}

function tooMany(here) {
  const row = here(".first > *");
  const below = here("section .control, section .cards, section > .row > button");
  const outer = below.filter((one) => !below.some((other) => other !== one && other.contains(one)));
  const controls = [...row.filter((one) => !one.matches(".more, .far")), ...outer];
  const primary = here("button.main");
  return [
    ...(controls.length > 5 ? [["controls", controls.length]] : []),
    ...(primary.length > 1 ? [["primary", primary.map(words)]] : []),
    ...(row.some((one) => box(one).top >= box(row[0]).bottom) ? [["row", row.map(words).join(" | ")]] : []),
  ];
}

function tooWide(seen) {
  const sentence = seen.filter((one) => one.matches(".status") && one.scrollHeight > one.clientHeight + 1);
  const wide = seen.filter(
    (one) =>
      !["SELECT", "CANVAS"].includes(one.tagName) &&
      words(one) &&
      one.clientWidth > 1 &&
      one.scrollWidth > one.clientWidth + 1,
  );
  return [
    ...sentence.map((one) => ["sentence", words(one)]),
    ...wide.map((one) => ["wide", `${one.className} ${words(one)}`]),
  ];
}

const outside = (a, b) =>
  a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1;

/* Texts that reach over the edge of the canvas or the drawing that they are on. */
function cutOff(here) {
  const canvases = here("canvas").flatMap((one) =>
    (one.texts ?? [])
      .filter((text) => outside(text, { left: 0, top: 0, right: box(one).width, bottom: box(one).height }))
      .map(({ text }) => ["cut", text]),
  );
  const drawn = here("svg text").filter((one) => outside(box(one), box(one.ownerSVGElement)));
  return [...canvases, ...drawn.map((one) => ["cut", words(one)])];
}

/* Texts that lie over each other. */
function covered(here, seen) {
  const texts = [...seen.flatMap(written), ...here("canvas").flatMap(painted)];
  const over = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  return texts.flatMap((a, i) =>
    texts
      .slice(i + 1)
      .filter((b) => over(a, b))
      .map((b) => ["overlap", `${a.text} / ${b.text}`]),
  );
}

/* The texts of an element, line by line, without the space between lines. */
function written(node) {
  const own = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  return own.flatMap((child) => {
    const range = document.createRange();
    range.selectNodeContents(child);
    return [...range.getClientRects()].map(({ left, right, top, bottom }) => ({
      ...{ text: child.data.trim().slice(0, 40), left, right, top: top + 3, bottom: bottom - 3 },
    }));
  });
}

function painted(canvas) {
  const at = box(canvas);
  return (canvas.texts ?? []).map(({ text, left, right, top, bottom }) => ({
    ...{ text, left: at.left + left, right: at.left + right, top: at.top + top, bottom: at.top + bottom },
  }));
}

window.oneScreen = { listen, faultsOf };
