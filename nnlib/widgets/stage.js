/* The stage: it draws what Python gives it and reports what hands do. It knows no mathematics.

   `scene` says what is where, `frame` what to show now (stage.py describes both). Every panel is a
   function (spec, stage) that gives { node, draw(payload, frame) }. Hands go back as messages
   { do, ... }, at most one on its way: what moves on meanwhile is sent when it is answered. */

// ---------------------------------------------------------------------------------- small things

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const bytes = (view) => (view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array());
const floats = (view) => new Float32Array(bytes(view).slice().buffer);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const minus = (text) => text.replace(/^-/, "−");
const signed = (value, digits = 2) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(digits);

/* A number as a person would type it: three digits, no rounding noise. */
const short = (value) => {
  const rounded = Number(Number(value).toPrecision(3));
  return rounded && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
};

/* A number field: Enter and leaving it both mean that it is typed. */
function typed(field, commit) {
  let sent = null;
  const done = () => {
    field.editing = false;
    if (field.value !== "" && field.value !== sent) commit(Number((sent = field.value)));
  };
  field.addEventListener("change", done);
  field.addEventListener("keydown", (event) => event.key === "Enter" && done());
  field.addEventListener("input", () => ((sent = null), (field.editing = true))); // hands off until it is done
  return field;
}

// ---------------------------------------------------------------------------------------- colour

function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

/* 256 colours for heat codes: 0 is -1 (orange), 128 is 0 (near white), 255 is 1 (blue). */
function heatColours([negative, zero, positive]) {
  const table = new Uint8ClampedArray(256 * 4);
  for (let code = 0; code < 256; code++) {
    const share = Math.min(1, Math.abs(code - 128) / 127);
    const end = rgb(code < 128 ? negative : positive);
    rgb(zero).forEach((from, i) => (table[4 * code + i] = from + share * (end[i] - from)));
    table[4 * code + 3] = 255;
  }
  return table;
}

/* Letters that can be read on a colour: 4.5 : 1 or better on any. */
function letters(rgb) {
  const light = rgb.map((v) => (v <= 10 ? v / 3295 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] < 0.179 ? "#fff" : "#000";
}

function inkColours([paper, ink]) {
  const table = new Uint8ClampedArray(256 * 4);
  for (let code = 0; code < 256; code++) {
    rgb(paper).forEach((from, i) => (table[4 * code + i] = from + (code / 255) * (rgb(ink)[i] - from)));
    table[4 * code + 3] = 255;
  }
  return table;
}

/* Codes (height x width) as a small canvas, to be drawn at any size. */
function picture(codes, width, height, colours, canvas = document.createElement("canvas")) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const table = new Uint32Array(colours.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[codes[i]];
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

function theme(palette, node) {
  // Not yet on the page when it is made: then the theme is that of the whole page.
  const light = (node.closest("[data-jp-theme-light]") ?? document.body).dataset.jpThemeLight;
  const dark = light ? light === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
  const colour = palette[dark ? "dark" : "light"];
  return { ...colour, dark, heats: heatColours(colour.heat), inks: inkColours(colour.ink) };
}

// -------------------------------------------------------------------------------------- controls

function slider(spec, stage) {
  const id = `${stage.id}-${spec.name}`;
  const turns = 1000;
  const there = (value) =>
    spec.log ? (turns * Math.log(value / spec.low)) / Math.log(spec.high / spec.low) : value;
  const back = (place) =>
    spec.log ? Number((spec.low * (spec.high / spec.low) ** (place / turns)).toPrecision(2)) : Number(place);
  const range = el("input", {
    type: "range", id, "data-name": spec.name,
    min: spec.log ? 0 : spec.low, max: spec.log ? turns : spec.high, step: spec.log ? 5 : spec.step,
    oninput: () => {
      const value = clamp(back(range.value), spec.low, spec.high);
      say(value);
      stage.hand({ do: "set", name: spec.name, value }, spec.name);
    },
  });
  const number = typed(el("input", {
    type: "number", "data-name": spec.name, "aria-label": `${spec.label}, typed`,
    min: spec.low, max: spec.high, step: spec.log ? "any" : spec.step,
    onblur: () => stage.redraw(),
  }), (value) => stage.hand({ do: "set", name: spec.name, value }, spec.name));
  function say(value) {
    range.setAttribute("aria-valuetext", short(value));
    // Not while it is typed; and what is the same is left alone, or a selection would be lost.
    if (!number.editing && number.value !== short(value)) number.value = short(value);
  }
  const node = el("div", { class: "control slider" }, el("label", { for: id }, spec.label), range, number);
  return {
    node,
    set(value) {
      // Where it reads as this value already it stays, or a key whose step is rounded away is lost.
      const reads = clamp(back(range.value), spec.low, spec.high) === value;
      if (!reads && (document.activeElement !== range || !stage.waiting)) range.value = there(value);
      say(value);
    },
    disable: (off) => ((range.disabled = off), (number.disabled = off)),
    reach: (high) => (spec.high = range.max = number.max = high),
  };
}

function choice(spec, stage) {
  const id = `${stage.id}-${spec.name}`;
  const select = el(
    "select", {
      id, "data-name": spec.name,
      onchange: () => stage.hand({ do: "set", name: spec.name, value: spec.keys[select.selectedIndex] }),
    },
    ...spec.options.map((words) => el("option", {}, words)),
  );
  return {
    node: el("div", { class: "control" }, el("label", { for: id }, spec.label), select),
    set: (value) => (select.selectedIndex = spec.keys.indexOf(value)),
    disable: (off) => (select.disabled = off),
  };
}

function check(spec, stage) {
  const box = el("input", {
    type: "checkbox", "data-name": spec.name,
    onchange: () => stage.hand({ do: "set", name: spec.name, value: box.checked }),
  });
  return {
    node: el("label", { class: "control check" }, box, spec.label),
    set: (value) => (box.checked = value),
    disable: (off) => (box.disabled = off),
  };
}

/* A choice by pictures: radio buttons whose labels are small heat maps. */
function cards(spec, stage) {
  const pictures = [];
  const boxes = spec.keys.map((key) =>
    el("input", {
      type: "radio", name: `${stage.id}-${spec.name}`, "data-name": spec.name, "data-value": key,
      onchange: () => stage.hand({ do: "set", name: spec.name, value: key }),
    }),
  );
  const labels = boxes.map((box, i) => {
    const codes = bytes(spec.pictures[i]);
    const side = Math.sqrt(codes.length);
    if (!side) return el("label", { class: "card" }, box, spec.options[i]);
    const canvas = el("canvas", { "aria-hidden": "true" });
    pictures.push(() => picture(codes, side, side, stage.colour.heats, canvas));
    return el("label", { class: "card" }, box, canvas, spec.options[i]);
  });
  return {
    node: el("fieldset", { class: "cards" }, el("legend", {}, spec.label), ...labels),
    set: (value) => boxes.forEach((box, i) => (box.checked = spec.keys[i] === value)),
    disable: (off) => boxes.forEach((box) => (box.disabled = off)),
    paint: () => pictures.forEach((paint) => paint()),
  };
}

function button(spec, stage) {
  const node = el(
    "button", {
      type: "button", class: spec.main ? "main" : "", "data-name": spec.name,
      onclick: () => stage.press(spec.name),
    },
    spec.label,
  );
  return { node, set: (value) => value && write(node, value), disable: (off) => (node.disabled = off) };
}

/* How far something has come: {share, text}, or in words alone. */
function progress(spec) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": spec.label });
  const words = el("span", { class: "quiet" });
  return {
    node: el("div", { class: "control far" }, bar, words),
    set: ({ share, text }) => ((bar.hidden = share == null), (bar.value = share ?? 0), write(words, text)),
    disable: () => {},
  };
}

const CONTROLS = { slider, choice, check, cards, button, progress };

// ---------------------------------------------------------------------------------------- panels

/* A canvas that keeps its sharpness: paint(ctx, width, height) is in CSS pixels. */
function canvasFor(spec, stage, attributes, paint) {
  const canvas = el("canvas", { "data-panel": spec.id, ...attributes });
  const box = el("div", { class: "canvas-box", style: `aspect-ratio: ${spec.aspect ?? 1}` }, canvas);
  function draw() {
    const { clientWidth: width, clientHeight: height } = box;
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    const ctx = canvas.getContext("2d");
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, width, height);
    paint(ctx, width, height);
  }
  stage.onResize(box, draw);
  const at = (event) => {
    const place = canvas.getBoundingClientRect();
    return [event.clientX - place.left, event.clientY - place.top];
  };
  return { canvas, box, draw, at };
}

const FONT = "12px system-ui, sans-serif";

function mark(ctx, x, y, size, { triangle, hollow }, colour, edge) {
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

/* A heat map with axes and points on it; where the scene says `hands`, the points can be moved. */
function map(spec, stage) {
  let now = null, chosen = -1, grabbed = -1, zoom = null;
  const still = document.createElement("canvas");
  const [left, bottom] = [46, 30];
  const surface = canvasFor(spec, stage, spec.hands
    ? { tabindex: 0, role: "application", "aria-label": spec.title } : { role: "img" }, paint);
  const { canvas, at } = surface;
  const legend = el("p", { class: "quiet legend" });
  let x2px, y2px, px2x, px2y, xs = [], ys = [];

  function paint(ctx, width, height) {
    if (!now) return;
    const { colour } = stage;
    const [x0, x1, y0, y1] = now.window;
    const [w, h] = [width - left - 2, height - bottom - 2];
    x2px = (x) => left + ((x - x0) / (x1 - x0)) * w;
    y2px = (y) => 1 + (1 - (y - y0) / (y1 - y0)) * h;
    px2x = (px) => x0 + ((px - left) / w) * (x1 - x0);
    px2y = (py) => y0 + (1 - (py - 1) / h) * (y1 - y0);
    const heat = zoom ?? (now.heat && { codes: bytes(now.heat), side: now.side });
    ctx.fillStyle = colour.heat[1];
    ctx.fillRect(left, 1, w, h);
    if (heat) {
      ctx.imageSmoothingEnabled = !now.sharp;
      ctx.drawImage(picture(heat.codes, heat.side, heat.side, colour.heats, still), left, 1, w, h);
    }
    ctx.font = FONT;
    ctx.fillStyle = colour.quiet;
    ctx.textAlign = "center";
    for (const x of ticks(x0, x1, 4)) ctx.fillText(minus(short(x)), x2px(x), height - 16);
    ctx.fillText(now.xlabel ?? "x1", left + w / 2, height - 2);
    ctx.textAlign = "right";
    for (const y of ticks(y0, y1, 4)) ctx.fillText(minus(short(y)), left - 4, y2px(y) + 4);
    ctx.save();
    ctx.translate(10, 1 + h / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.textAlign = "center";
    ctx.fillText(now.ylabel ?? "x2", 0, 0);
    ctx.restore();
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, 1, w, h);
    ctx.clip();
    for (const [points, hollow] of [[now.test, true], [now.points, false]]) {
      if (!points) continue;
      const [px, py, codes] = [floats(points.x), floats(points.y), bytes(points.code)];
      const size = px.length > 60 ? 4 : px.length > 20 ? 5.5 : 7.5;
      for (let i = 0; i < px.length; i++) {
        const up = codes[i] >= 128;
        const tone = now.graded ? shade(codes[i]) : up ? colour.point : colour.pointless;
        mark(ctx, x2px(px[i]), y2px(py[i]), size, { triangle: !up, hollow }, tone, colour.edge);
      }
      if (!hollow) [xs, ys] = [px, py];
    }
    if (spec.hands && chosen >= 0 && chosen < xs.length) {
      ctx.strokeStyle = colour.selected;
      ctx.lineWidth = 3;
      ctx.beginPath();
      ctx.arc(x2px(xs[chosen]), y2px(ys[chosen]), 13, 0, 2 * Math.PI);
      ctx.stroke();
    }
    ctx.restore();
    function shade(code) {
      const t = colour.heats;
      return `rgb(${t[4 * code]} ${t[4 * code + 1]} ${t[4 * code + 2]})`;
    }
  }

  const nearest = ([px, py]) => {
    let best = -1, least = 14;
    for (let i = 0; i < xs.length; i++) {
      const distance = Math.hypot(x2px(xs[i]) - px, y2px(ys[i]) - py);
      if (distance < least) [best, least] = [i, distance];
    }
    return best;
  };
  const point = (act, ...rest) => stage.hand({ do: act, arguments: rest }, act === "move" && `move${rest[0]}`);
  const place = (px, py) => [px2x(px), px2y(py)].map((v) => Number(v.toPrecision(4)));
  const told = () => chosen >= 0 && chosen < xs.length
    && stage.say(`point ${chosen + 1} of ${xs.length}, at ${short(xs[chosen])}, ${short(ys[chosen])}`);

  if (spec.hands) {
    canvas.style.touchAction = "none";
    canvas.addEventListener("pointerdown", (event) => {
      if (!now || !stage.live) return;
      const [px, py] = at(event);
      if (px < left || py > canvas.clientHeight - bottom) return;
      canvas.focus({ preventScroll: true });
      chosen = grabbed = nearest([px, py]);
      if (chosen >= 0) canvas.setPointerCapture(event.pointerId);
      else {
        chosen = xs.length;
        point("add", ...place(px, py));
      }
      surface.draw();
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (grabbed >= 0) point("move", grabbed, ...place(...at(event)));
    });
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => ((grabbed = -1), told()));
    canvas.addEventListener("dblclick", () => chosen >= 0 && chosen < xs.length && point("recolour", chosen));
    canvas.addEventListener("keydown", (event) => {
      if (!now || !stage.live || event.ctrlKey || event.metaKey || event.altKey) return;
      const [x0, x1, y0, y1] = now.window;
      const reach = (event.shiftKey ? 0.1 : 0.02) * (x1 - x0);
      const far = { ArrowLeft: [-reach, 0], ArrowRight: [reach, 0], ArrowUp: [0, reach], ArrowDown: [0, -reach] };
      const some = chosen >= 0 && chosen < xs.length;
      if (event.key in far && xs.length) {
        if (!some) chosen = 0;
        const [dx, dy] = far[event.key];
        point("move", chosen, ...[clamp(xs[chosen] + dx, x0, x1), clamp(ys[chosen] + dy, y0, y1)]
          .map((v) => Number(v.toPrecision(4))));
      } else if (event.key === "n" || event.key === "p") {
        const back = event.key === "p";
        chosen = some ? (chosen + (back ? xs.length - 1 : 1)) % xs.length : back ? xs.length - 1 : 0;
        told();
      } else if (event.key === "a" || event.key === "Insert") {
        point("add", Number(((x0 + x1) / 2).toPrecision(4)), Number(((y0 + y1) / 2).toPrecision(4)));
        chosen = xs.length;
      } else if ((event.key === "Delete" || event.key === "Backspace") && some) {
        point("delete", chosen);
        chosen = Math.min(chosen, xs.length - 2);
      } else if ((event.key === "c" || event.key === " ") && some) point("recolour", chosen);
      else return;
      event.preventDefault();
      event.stopPropagation();
      surface.draw();
    });
  }
  if (spec.id === "output") stage.zoom = (heat) => ((zoom = heat), surface.draw());
  return {
    node: el("div", {}, surface.box, legend),
    draw(payload) {
      now = payload;
      canvas.setAttribute("aria-label", payload.words ?? spec.title);
      write(legend, payload.legend ?? "");
      surface.draw();
    },
  };
}

/* Round numbers between two ends, about so many. */
function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const list = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) list.push(Number((k * step).toPrecision(6)));
  return list;
}

/* Lines over a common axis, each with its name above; the moment looked at is a dot on each. With
   `hands`, a click chooses the nearest of those that have a `choice`. */
function curves(spec, stage) {
  let now = null, drawn = [];
  const surface = canvasFor({ aspect: 1.7, ...spec }, stage, { role: "img" }, (ctx, width, height) => {
    if (!now) return;
    const { colour } = stage;
    const lines = now.lines.map((line) => ({ ...line, x: floats(line.x), y: floats(line.y) }));
    const [left, right, top, bottom] = [40, 18, 8 + 16 * (lines.length > 0), 34];
    const [w, h] = [width - left - right, height - top - bottom];
    const x1 = now.right ?? Math.max(1, ...lines.map((line) => line.x.at(-1) ?? 0));
    const all = lines.flatMap((line) => [...line.y]).filter(Number.isFinite);
    const y0 = now.low ?? 0;
    const y1 = now.high ?? Math.max(1e-9, ...all) * 1.05;
    const px = (x) => left + (x / x1) * w;
    const py = (y) => top + (1 - (clamp(y, y0, y1) - y0) / (y1 - y0)) * h;
    ctx.font = FONT;
    ctx.lineWidth = 1;
    for (const y of ticks(y0, y1, 3)) {
      ctx.strokeStyle = colour.grid;
      ctx.beginPath();
      ctx.moveTo(left, py(y));
      ctx.lineTo(width - right, py(y));
      ctx.stroke();
      ctx.fillStyle = colour.quiet;
      ctx.textAlign = "right";
      ctx.fillText(now.percent ? `${Math.round(100 * y)} %` : short(y), left - 5, py(y) + 4);
    }
    ctx.textAlign = "center";
    for (const x of ticks(0, x1, 4)) ctx.fillText(Number.isInteger(x) ? x.toLocaleString("en") : "", px(x), height - 18);
    ctx.fillText(`${spec.xlabel} · ${spec.ylabel}`, left + w / 2, height - 3);
    ctx.textAlign = "left";
    let names = left;
    drawn = [];
    for (const line of lines) {
      ctx.strokeStyle = colour[line.colour];
      ctx.fillStyle = colour[line.colour];
      ctx.setLineDash(line.dash ?? []);
      ctx.lineWidth = line.width ?? 2;
      const places = Array.from(line.x, (x, i) => [px(x), py(line.y[i])]);
      if (line.choice != null) drawn.push({ choice: line.choice, places });
      ctx.beginPath();
      places.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
      ctx.stroke();
      if (line.name) {
        ctx.beginPath(); // its piece of line, then its name
        ctx.moveTo(names, 10);
        ctx.lineTo(names + 16, 10);
        ctx.stroke();
      }
      ctx.setLineDash([]);
      const i = line.x.findIndex((x) => x >= now.at);
      if (i >= 0 && !line.past) {
        ctx.beginPath();
        ctx.arc(px(line.x[i]), py(line.y[i]), 4, 0, 2 * Math.PI);
        ctx.fill();
      }
      if (!line.name) continue;
      ctx.fillText(line.name, names + 20, 14);
      names += 32 + ctx.measureText(line.name).width;
    }
  });
  if (spec.hands) {
    surface.canvas.style.cursor = "pointer";
    surface.canvas.addEventListener("click", (event) => {
      const [x, y] = surface.at(event);
      let nearest = null, least = 12;
      for (const { choice, places } of drawn) for (let i = 1; i < places.length; i++) {
        const [[x0, y0], [x1, y1]] = [places[i - 1], places[i]];
        const [dx, dy] = [x1 - x0, y1 - y0];
        const t = clamp(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1), 0, 1);
        const distance = Math.hypot(x0 + t * dx - x, y0 + t * dy - y);
        if (distance < least) [nearest, least] = [choice, distance];
      }
      if (nearest != null) stage.hand({ do: "choose", arguments: [spec.id, nearest] });
    });
  }
  return {
    node: surface.box,
    draw(payload) {
      now = payload;
      surface.canvas.setAttribute("aria-label", payload.words);
      surface.draw();
    },
  };
}

/* Units with what they answer over the plane, and every weight as a line as wide as it is large. */
function network(spec, stage) {
  let now = null, weights = [], codes = null, units = [], edges = [];
  let halfSide = 0, over = null, chosen = null; // {layer, unit, from}: from < 0 is the unit's bias
  const still = document.createElement("canvas");
  const number = typed(el("input", { type: "number", step: "any", id: `${stage.id}-weight`, disabled: true }),
    (value) => chosen && stage.hand({ do: "weight", arguments: [index(chosen), value] }));
  const name = el("label", { for: `${stage.id}-weight` }, "no weight chosen");
  const surface = canvasFor({ aspect: 1.3, ...spec }, stage, { tabindex: 0, role: "application", "aria-label": spec.title }, paint);
  const { canvas, at } = surface;

  /* Where theta holds this weight or bias: W (n_in, n_out) row by row, then b, layer by layer. */
  function index({ layer, unit, from }) {
    let start = 0;
    for (let l = 1; l < layer; l++) start += (now.sizes[l - 1] + 1) * now.sizes[l];
    return start + (from < 0 ? now.sizes[layer - 1] : from) * now.sizes[layer] + unit;
  }
  const called = (layer, unit) => now.names[layer]?.[unit] ?? `unit ${layer}.${unit + 1}`;
  const words = ({ layer, unit, from }) =>
    from < 0 ? `bias of ${called(layer, unit)}` : `weight from ${called(layer - 1, from)} to ${called(layer, unit)}`;

  function paint(ctx, width, height) {
    if (!now) return;
    const { colour } = stage;
    const layers = now.sizes.length;
    const widest = Math.max(...now.sizes);
    const side = clamp(Math.min(height / widest - 18, width / layers - 34), 12, 56);
    halfSide = side / 2;
    const top = Math.max(...weights.map(Math.abs), 1);
    units = now.sizes.map((n, l) => Array.from({ length: n }, (_, j) => ({
      x: 6 + side / 2 + (l * (width - side - 12)) / (layers - 1),
      y: (height * (j + 0.5)) / n - 5, layer: l, unit: j,
    })));
    edges = [];
    let start = 0;
    for (let l = 1; l < layers; l++) {
      const [m, n] = [now.sizes[l - 1], now.sizes[l]];
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) {
        const [a, b, w] = [units[l - 1][i], units[l][j], weights[start + i * n + j]];
        edges.push({ layer: l, unit: j, from: i, w, a: [a.x + side / 2, a.y], b: [b.x - side / 2, b.y] });
      }
      start += (m + 1) * n;
    }
    for (const edge of edges) {
      const bright = now.lit?.edges.includes(index(edge)) || same(edge, chosen) || same(edge, over) || (over?.from === undefined && over?.layer === edge.layer && over?.unit === edge.unit);
      ctx.strokeStyle = same(edge, chosen) ? colour.selected : edge.w < 0 ? colour.negative : colour.positive;
      ctx.globalAlpha = bright ? 1 : now.lit?.edges.length ? 0.4 : 0.75;
      ctx.lineWidth = 0.4 + (bright ? 1 : 0) + 6 * Math.min(1, Math.abs(edge.w) / top);
      ctx.setLineDash(edge.w < 0 ? [7, 3] : []);
      trace(ctx, edge);
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    ctx.font = FONT;
    ctx.textAlign = "center";
    // All units on one sheet: it is handed over once, not once for every unit.
    const sheet = now.maps && picture(codes, now.side, codes.length / now.side, colour.heats, still);
    let k = 0;
    for (const unit of units.flat()) {
      const [x, y] = [unit.x - side / 2, unit.y - side / 2];
      ctx.imageSmoothingEnabled = true;
      if (sheet) ctx.drawImage(sheet, 0, now.side * k, now.side, now.side, x, y, side, side);
      else {
        ctx.fillStyle = now.lit?.units.includes(k) ? colour.lit : colour.surface;
        ctx.fillRect(x, y, side, side);
        ctx.fillStyle = colour.text;
        ctx.fillText(now.texts[k], unit.x, unit.y + 4);
      }
      k++;
      const here = (thing) => thing && thing.layer === unit.layer && thing.unit === unit.unit;
      ctx.strokeStyle = here(over) && over.from === undefined || here(chosen) ? colour.selected : colour.frame;
      ctx.lineWidth = here(over) && over.from === undefined || here(chosen) ? 3 : 1;
      ctx.strokeRect(x, y, side, side);
      ctx.fillStyle = colour.quiet;
      if (side > 24) ctx.fillText(now.names[unit.layer]?.[unit.unit] ?? `${unit.layer}.${unit.unit + 1}`, unit.x, y + side + 12);
    }
    const tip = over?.from !== undefined ? over : null;
    if (tip) {
      const edge = edges.find((e) => same(e, tip));
      if (!edge) return;
      const text = `w = ${signed(edge.w)}`;
      const [x, y] = middle(edge);
      const w = ctx.measureText(text).width + 14;
      ctx.fillStyle = colour.text;
      ctx.fillRect(x - w / 2, y - 11, w, 22);
      ctx.fillStyle = colour.surface;
      ctx.fillText(text, x, y + 4);
    }
  }
  const same = (a, b) => a && b && a.layer === b.layer && a.unit === b.unit && a.from === b.from;
  const trace = (ctx, { a, b }) => {
    const half = (b[0] - a[0]) / 2;
    ctx.beginPath();
    ctx.moveTo(...a);
    ctx.bezierCurveTo(a[0] + half, a[1], b[0] - half, b[1], ...b);
  };
  const along = ({ a, b }, t) => { // the same curve, at t
    const half = (b[0] - a[0]) / 2;
    const mix = (p, q, r, s) => (1 - t) ** 3 * p + 3 * (1 - t) ** 2 * t * q + 3 * (1 - t) * t * t * r + t ** 3 * s;
    return [mix(a[0], a[0] + half, b[0] - half, b[0]), mix(a[1], a[1], b[1], b[1])];
  };
  const middle = (edge) => along(edge, 0.5);

  function find([px, py]) {
    for (const unit of units.flat()) {
      const reach = Math.abs(unit.x - px) < 28 && Math.abs(unit.y - py) < 28;
      if (reach && Math.max(Math.abs(unit.x - px), Math.abs(unit.y - py)) < halfSide) return { layer: unit.layer, unit: unit.unit };
    }
    let best = null, least = 7;
    for (const edge of edges) for (let t = 0.05; t < 1; t += 0.05) {
      const [x, y] = along(edge, t);
      const distance = Math.hypot(x - px, y - py);
      if (distance < least) [best, least] = [edge, distance];
    }
    return best && { layer: best.layer, unit: best.unit, from: best.from };
  }

  function enlarge(thing) {
    if (same(thing, over) && thing?.from === over?.from) return;
    over = thing;
    const unit = thing && thing.from === undefined;
    if (spec.points && thing) stage.hand({ do: "point", arguments: unit ? [spec.id, "unit", thing.layer, thing.unit] : [spec.id, "weight", index(thing)] }, "point");
    else if (spec.points) stage.hand({ do: "point", arguments: [] }, "point");
    if (unit && now.maps) {
      const k = now.sizes.slice(0, thing.layer).reduce((a, b) => a + b, 0) + thing.unit;
      const size = now.side * now.side;
      stage.zoom?.({ codes: codes.subarray(k * size, (k + 1) * size), side: now.side });
    } else stage.zoom?.(null);
    stage.aside("output", unit ? called(thing.layer, thing.unit) : "");
    surface.draw();
  }
  function choose(thing, typed = false) {
    chosen = thing;
    const usable = chosen && stage.live;
    number.disabled = !usable;
    write(name, chosen ? words(chosen) : "no weight chosen");
    number.value = chosen ? short(weights[index(chosen)]) : "";
    if (usable && typed) number.focus(), number.select();
    if (chosen) stage.say(`${words(chosen)}: ${short(weights[index(chosen)])}`);
    surface.draw();
  }
  canvas.addEventListener("pointermove", (event) => now && enlarge(find(at(event))));
  canvas.addEventListener("pointerleave", () => now && enlarge(null));
  canvas.addEventListener("click", (event) => {
    const thing = now && find(at(event));
    if (!thing || (thing.layer === 0 && thing.from === undefined)) return choose(null);
    choose(thing.from === undefined ? { ...thing, from: -1 } : thing, true);
  });
  canvas.addEventListener("blur", () => now && enlarge(null));
  canvas.addEventListener("keydown", (event) => {
    if (!now || event.ctrlKey || event.metaKey || event.altKey) return;
    let { layer, unit, from } = chosen ?? { layer: 1, unit: 0, from: -1 };
    if (event.key === "ArrowRight") layer = Math.min(layer + 1, now.sizes.length - 1);
    else if (event.key === "ArrowLeft") layer = Math.max(layer - 1, 1);
    else if (event.key === "ArrowDown") unit += 1;
    else if (event.key === "ArrowUp") unit -= 1;
    else if (event.key === "n") from += 1;
    else if (event.key === "p") from -= 1;
    else if (event.key === "Enter" && chosen) number.focus();
    else if (event.key === "Escape") return enlarge(null), choose(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") return;
    unit = clamp(unit, 0, now.sizes[layer] - 1);
    from = clamp(from, -1, now.sizes[layer - 1] - 1);
    choose({ layer, unit, from });
    enlarge({ layer, unit });
  });
  number.addEventListener("keydown", (event) => event.key === "Escape" && canvas.focus());
  return {
    node: el("div", {}, surface.box, el("div", { class: "control weight" }, name, number)),
    draw(payload) {
      const changed = now && String(now.sizes) !== String(payload.sizes);
      now = payload;
      weights = floats(payload.weights);
      codes = payload.maps && bytes(payload.maps);
      canvas.setAttribute("aria-label", payload.words);
      if (changed) enlarge(null), choose(null);
      if (chosen && !number.editing) number.value = short(weights[index(chosen)]);
      if (over && over.from === undefined) {
        const thing = over;
        over = null;
        enlarge(thing);
      }
      surface.draw();
    },
  };
}

/* One stop for the Tab key, arrow keys within: for grids of things to choose. */
function rove(cells, columns, choose, follow = false) {
  cells.forEach((cell, i) => {
    cell.tabIndex = i ? -1 : 0;
    cell.addEventListener("focus", () => cells.forEach((other) => (other.tabIndex = other === cell ? 0 : -1)));
    cell.addEventListener("click", () => choose(i));
    cell.addEventListener("keydown", (event) => {
      const far = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() }[event.key];
      if (event.key === "Enter" || event.key === " ") choose(i);
      else if (far && cells[i + far]) {
        cells[i + far].focus();
        if (follow) choose(i + far); // where one goes is what one has chosen
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  });
}

/* Numbers that look like a matrix: heat behind them, rows and columns named, cells to choose. */
function matrix(spec, stage) {
  let shape = "", cells = [], sides = [];
  const table = el("table", { class: "matrix", role: "grid", "aria-label": spec.title });
  function build(payload) {
    const head = el("tr", {}, el("td"), ...payload.columns.map((name) => el("th", { scope: "col" }, name)),
      payload.side && el("th", { scope: "col", class: "quiet" }, payload.side));
    const rows = payload.rows.map((row) => {
      const own = payload.columns.map((column) =>
        el("td", { role: "gridcell", "data-cell": `${row},${column}` }, el("span"), payload.below && el("small")));
      const side = payload.side && el("td", { class: "quiet side" });
      cells.push(...own);
      sides.push(side);
      return el("tr", {}, el("th", { scope: "row" }, row), ...own, side);
    });
    table.replaceChildren(
      el("caption", {}, el("span", {}, payload.across), el("span", {}, payload.down)),
      el("thead", {}, head), el("tbody", {}, ...rows));
    rove(cells, () => payload.columns.length, (i) => {
      const [row, column] = [Math.floor(i / payload.columns.length), i % payload.columns.length];
      stage.hand({ do: "choose", arguments: [spec.id, row, column] }, spec.follow && spec.id);
    }, spec.follow);
  }
  return {
    node: el("div", { class: "scroll" }, table),
    draw(payload) {
      const wanted = `${payload.rows}/${payload.columns}`;
      if (wanted !== shape) {
        [shape, cells, sides] = [wanted, [], []];
        build(payload);
      }
      const { colour } = stage;
      const heat = bytes(payload.heat);
      cells.forEach((cell, i) => {
        const [r, g, b] = colour.heats.subarray(4 * heat[i], 4 * heat[i] + 3);
        cell.style.background = heat[i] === 128 ? "" : `rgb(${r} ${g} ${b})`;
        cell.style.color = heat[i] === 128 ? "" : letters([r, g, b]);
        write(cell.firstChild, payload.texts[i]);
        if (payload.below) write(cell.lastChild, payload.below[i]);
        cell.setAttribute("aria-label", payload.labels[i]);
        cell.setAttribute("aria-selected", String(i === payload.chosen));
      });
      // Tab comes to the chosen cell; within the table, the focus is where it is.
      if (cells[payload.chosen] && !table.contains(document.activeElement))
        cells.forEach((cell, i) => (cell.tabIndex = i === payload.chosen ? 0 : -1));
      sides.forEach((side, i) => side && write(side, payload.sides[i]));
    },
  };
}

/* Small pictures in a grid, each with its words; with `hands`, one can be chosen. */
function images(spec, stage) {
  let count = -1, items = [];
  const grid = el("div", { class: "images", ...(spec.hands ? { role: "listbox" } : { role: "list" }), "aria-label": spec.title });
  return {
    node: grid,
    draw(payload) {
      const { n, height, width } = payload;
      if (n !== count) {
        count = n;
        items = Array.from({ length: n }, () => {
          const canvas = el("canvas", { "aria-hidden": "true" });
          const words = el("span", {});
          return { node: el("div", { class: "image", role: spec.hands ? "option" : "listitem" }, canvas, words), canvas, words };
        });
        grid.replaceChildren(...items.map((item) => item.node));
        if (spec.hands) rove(items.map((item) => item.node), () => payload.across, (i) => stage.hand({ do: "choose", arguments: [spec.id, i] }));
      }
      grid.style.setProperty("--across", payload.across);
      const codes = bytes(payload.codes);
      items.forEach(({ node, canvas, words }, i) => {
        const own = codes.subarray(i * height * width, (i + 1) * height * width);
        picture(own, width, height, payload.signed ? stage.colour.heats : stage.colour.inks, canvas);
        write(words, payload.captions?.[i] ?? "");
        node.setAttribute("aria-label", payload.labels[i]);
        if (spec.hands) node.setAttribute("aria-selected", String(i === payload.chosen));
      });
      if (!n) write(grid, payload.none ?? "");
    },
  };
}

/* Shares of one, as bars with their numbers. */
function bars(spec) {
  const list = el("ol", { class: "bars", "aria-label": spec.title });
  let rows = [];
  return {
    node: list,
    draw(payload) {
      if (rows.length !== payload.names.length) {
        rows = payload.names.map(() => {
          const [word, bar, share] = ["name", "bar", "share"].map((part) => el("span", { class: part }));
          return { word, bar, share, node: el("li", {}, word, el("span", { class: "track" }, bar), share) };
        });
        list.replaceChildren(...rows.map((row) => row.node));
      }
      rows.forEach(({ node, word, bar, share }, i) => {
        write(word, payload.names[i]);
        bar.style.width = `${100 * clamp(Math.abs(payload.values[i]), 0, 1)}%`;
        bar.classList.toggle("minus", payload.values[i] < 0);
        node.classList.toggle("best", i === payload.best);
        write(share, payload.texts[i]);
      });
    },
  };
}

/* Paper to draw on with a mouse, a finger or keys; Python is told the ink, dot by dot. */
function pad(spec, stage) {
  const side = spec.side;
  let ink = new Uint8Array(side * side), pen = [side >> 1, side >> 1], down = false, keys = false, last = null;
  const still = document.createElement("canvas");
  const surface = canvasFor(spec, stage, { tabindex: 0, role: "application", "aria-label": spec.words }, (ctx, width, height) => {
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(picture(ink.map((dot) => 255 * dot), side, side, stage.colour.inks, still), 0, 0, width, height);
    if (document.activeElement === canvas) {
      ctx.strokeStyle = stage.colour.selected;
      ctx.lineWidth = keys ? 4 : 2;
      ctx.strokeRect((pen[0] - 1) * (width / side), (pen[1] - 1) * (height / side), 3 * (width / side), 3 * (height / side));
    }
  });
  const { canvas, at } = surface;
  function dab(x, y) {
    for (let j = 0; j < side; j++) for (let i = 0; i < side; i++)
      if (Math.hypot(i + 0.5 - x, j + 0.5 - y) < spec.nib) ink[j * side + i] = 1;
  }
  function stroke(x, y) {
    const [x0, y0] = last ?? [x, y];
    const far = Math.max(1, Math.ceil(2 * Math.hypot(x - x0, y - y0)));
    for (let t = 1; t <= far; t++) dab(x0 + ((x - x0) * t) / far, y0 + ((y - y0) * t) / far);
    last = [x, y];
    surface.draw();
    stage.hand({ do: "draw", arguments: [Array.from(ink).join("")] }, "draw");
  }
  const place = (event) => at(event).map((v) => (v / canvas.clientWidth) * side);
  canvas.style.touchAction = "none";
  canvas.addEventListener("pointerdown", (event) => {
    if (!stage.live) return;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    [down, last] = [true, null];
    stroke(...place(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => down && stroke(...place(event)));
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (down = false));
  for (const turn of ["focus", "blur"]) canvas.addEventListener(turn, () => ((keys = false), surface.draw()));
  canvas.addEventListener("keydown", (event) => {
    const far = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (far && stage.live) {
      pen = pen.map((p, i) => clamp(p + far[i], 1, side - 2));
      if (keys) stroke(pen[0] + 0.5, pen[1] + 0.5);
      else last = null;
    } else if (event.key === " ") {
      keys = !keys;
      last = null;
      stage.say(keys ? "pen down" : "pen up");
      if (keys) stroke(pen[0] + 0.5, pen[1] + 0.5);
    } else if (event.key === "Delete" || event.key === "Backspace") stage.press("clear");
    else return;
    event.preventDefault();
    event.stopPropagation();
    surface.draw();
  });
  return {
    node: surface.box,
    draw(payload) {
      if (!down && !stage.waiting) ink = Uint8Array.from(bytes(payload.ink));
      surface.draw();
    },
  };
}

function text() {
  const node = el("p", { class: "text" });
  return { node, draw: (payload) => write(node, payload.text) };
}

/* Lines, bars, dots and arrows in a window. With `hands`, the dots that have a hand can be dragged,
   or moved by the arrow keys. */
function plane(spec, stage) {
  let now = null, chosen = 0, grabbed = null, frozen = null;
  const surface = canvasFor({ aspect: 1.3, ...spec }, stage,
    spec.hands ? { tabindex: 0, role: "application", "aria-label": spec.title } : { role: "img" }, paint);
  const { canvas, at } = surface;
  const keys = el("p", { class: "keys quiet" });
  const still = document.createElement("canvas");
  const share = (v, low, high, log) => (log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low));
  const value = (s, low, high, log) => (log ? low * (high / low) ** s : low + s * (high - low));
  let px, py, x, y, area = [0, 0, 1, 1];
  const held = () => now?.dots?.filter((dot) => dot.hand) ?? [];

  function paint(ctx, width, height) {
    if (!now) return;
    const { colour } = stage;
    const [x0, x1, y0, y1] = grabbed && frozen ? frozen : now.window;
    let [left, top, w, h] = [50, 6, width - 62, height - 44];
    if (spec.equal) {
      const unit = Math.min(w / (x1 - x0), h / (y1 - y0));
      [left, top] = [left + (w - unit * (x1 - x0)) / 2, top + (h - unit * (y1 - y0)) / 2];
      [w, h] = [unit * (x1 - x0), unit * (y1 - y0)];
    }
    area = [left, top, w, h];
    px = (v) => left + w * share(v, x0, x1, now.logx);
    py = (v) => top + h * (1 - share(v, y0, y1, now.logy));
    x = (p) => value((p - left) / w, x0, x1, now.logx);
    y = (p) => value(1 - (p - top) / h, y0, y1, now.logy);
    if (now.heat) {
      ctx.imageSmoothingEnabled = !now.sharp;
      ctx.drawImage(picture(bytes(now.heat), now.side, now.side, colour.heats, still), left, top, w, h);
    }
    ctx.font = FONT;
    ctx.lineWidth = 1;
    const [across, down] = [now.logx ? decades(x0, x1) : ticks(x0, x1, 5), now.logy ? decades(y0, y1) : ticks(y0, y1, 4)];
    ctx.strokeStyle = colour.grid;
    for (const v of now.heat ? [] : across) segment(ctx, px(v), top, px(v), top + h);
    for (const v of now.heat ? [] : down) segment(ctx, left, py(v), left + w, py(v));
    ctx.strokeStyle = colour.frame;
    if (!now.logx && x0 < 0 && x1 > 0) segment(ctx, px(0), top, px(0), top + h);
    if (!now.logy && y0 < 0 && y1 > 0) segment(ctx, left, py(0), left + w, py(0));
    ctx.fillStyle = colour.quiet;
    ctx.textAlign = "center";
    for (const v of across) ctx.fillText(number(v, now.logx), px(v), top + h + 15);
    ctx.fillText(now.xlabel ?? "", left + w / 2, top + h + 33);
    ctx.textAlign = "right";
    for (const v of down) ctx.fillText(number(v, now.logy), left - 4, py(v) + 4);
    ctx.save();
    ctx.translate(left - 39, top + h / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.textAlign = "center";
    ctx.fillText(now.ylabel ?? "", 0, 0);
    ctx.restore();
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, w, h);
    ctx.clip();
    for (const { edges, y: tops, colour: name } of now.bars ?? []) {
      const [sides, heights] = [floats(edges), floats(tops)];
      ctx.fillStyle = colour[name];
      heights.forEach((high, i) => ctx.fillRect(px(sides[i]), py(high), Math.max(1, px(sides[i + 1]) - px(sides[i]) - 1), py(now.logy ? y0 : Math.max(0, y0)) - py(high)));
    }
    for (const rule of now.rules ?? []) {
      ctx.strokeStyle = ctx.fillStyle = colour[rule.colour ?? "quiet"];
      ctx.lineWidth = 1.3;
      ctx.setLineDash(rule.dash ?? [4, 3]);
      if (rule.x != null) segment(ctx, px(rule.x), top, px(rule.x), top + h);
      else segment(ctx, left, py(rule.y), left + w, py(rule.y));
      const late = rule.x != null && px(rule.x) > left + w / 2;
      ctx.textAlign = late ? "right" : "left";
      if (rule.text) rule.x != null ? ctx.fillText(rule.text, px(rule.x) + (late ? -5 : 5), top + 13) : ctx.fillText(rule.text, left + 5, py(rule.y) - 5);
    }
    for (const line of now.lines ?? []) {
      const [xs, ys] = [floats(line.x), floats(line.y)];
      ctx.strokeStyle = colour[line.colour];
      ctx.globalAlpha = line.pale ? 0.45 : 1;
      ctx.lineWidth = line.width ?? 2;
      ctx.setLineDash(line.dash ?? []);
      ctx.beginPath();
      let up = true; // a gap, where a number is missing
      xs.forEach((v, i) => {
        if (!Number.isFinite(ys[i]) || !Number.isFinite(v) || (now.logy && ys[i] <= 0)) return (up = true);
        ctx[up ? "moveTo" : "lineTo"](px(v), clamp(py(ys[i]), top - 3 * h, top + 4 * h));
        up = false;
      });
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    for (const arrow of now.arrows ?? []) {
      const [a, b, c, d] = [px(arrow.x0), py(arrow.y0), px(arrow.x1), py(arrow.y1)];
      const turn = Math.atan2(d - b, c - a);
      ctx.strokeStyle = ctx.fillStyle = colour[arrow.colour];
      ctx.lineWidth = 2.5;
      segment(ctx, a, b, c, d);
      ctx.beginPath();
      for (const far of [0, 2.6, -2.6]) ctx.lineTo(c + (far ? 10 : 0) * Math.cos(turn + far), d + (far ? 10 : 0) * Math.sin(turn + far));
      ctx.fill();
    }
    for (const dot of now.dots ?? []) {
      const [a, b] = [px(dot.x), py(dot.y)];
      const own = dot.hand && dot.hand === held()[chosen]?.hand;
      if (dot.mark !== "none") mark(ctx, a, b, dot.size ?? 6, { triangle: dot.mark === "triangle", hollow: dot.hollow }, colour[dot.colour], colour.edge);
      if (own && (document.activeElement === canvas || grabbed)) {
        ctx.strokeStyle = colour.selected;
        ctx.lineWidth = 3;
        ctx.beginPath();
        ctx.arc(a, b, (dot.size ?? 6) + 6, 0, 2 * Math.PI);
        ctx.stroke();
      }
      if (!dot.text) continue;
      const room = a + 12 + ctx.measureText(dot.text).width > left + w;
      ctx.textAlign = dot.mark === "none" ? "center" : room ? "right" : "left";
      const [tx, ty] = [a + (dot.mark === "none" ? 0 : room ? -11 : 11), clamp(b - 8, top + 12, top + h - 4)];
      ctx.lineWidth = 3;
      ctx.strokeStyle = colour.surface; // a rim, so that it can be read on a line
      ctx.strokeText(dot.text, tx, ty);
      ctx.fillStyle = colour.text;
      ctx.fillText(dot.text, tx, ty);
    }
    ctx.restore();
  }
  const number = (v, log) => (log && (v < 0.01 || v > 999) ? `1e${Math.round(Math.log10(v))}` : minus(short(v))).replace("e-", "e−");
  const segment = (ctx, ...[a, b, c, d]) => (ctx.beginPath(), ctx.moveTo(a, b), ctx.lineTo(c, d), ctx.stroke());
  const drag = (dot, ...to) => stage.hand({ do: "drag", arguments: [spec.id, dot.hand, ...to.map((v) => Number(v.toPrecision(4)))] }, `drag ${dot.hand}`);

  if (spec.hands) {
    canvas.style.touchAction = "none";
    canvas.addEventListener("pointerdown", (event) => {
      if (!now || !stage.live) return;
      const [a, b] = at(event);
      const far = held().map((dot) => Math.hypot(px(dot.x) - a, py(dot.y) - b));
      const nearest = far.indexOf(Math.min(...far));
      if (nearest < 0 || far[nearest] > 22) return;
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      // What is dragged is held against the axes that it was taken from, whatever they do meanwhile.
      [chosen, grabbed, frozen] = [nearest, held()[nearest].hand, now.window];
      surface.draw();
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      const dot = grabbed && held().find((one) => one.hand === grabbed);
      if (!dot) return (canvas.style.cursor = held().some((one) => Math.hypot(px?.(one.x) - at(event)[0], py?.(one.y) - at(event)[1]) < 22) ? "grab" : "");
      const [a, b] = at(event);
      drag(dot, x(clamp(a, area[0], area[0] + area[2])), y(clamp(b, area[1], area[1] + area[3])));
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => ((grabbed = null), surface.draw()));
    for (const turn of ["focus", "blur"]) canvas.addEventListener(turn, () => surface.draw());
    canvas.addEventListener("keydown", (event) => {
      if (!now || !stage.live || event.ctrlKey || event.metaKey || event.altKey) return;
      const list = held(), dot = list[chosen];
      const far = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (event.key === "n" || event.key === "p") {
        chosen = (chosen + (event.key === "n" ? 1 : list.length - 1)) % list.length;
        stage.say(`${list[chosen].hand} at ${short(list[chosen].x)}, ${short(list[chosen].y)}`);
        surface.draw();
      } else if (far && dot) {
        const reach = event.shiftKey ? 0.1 : 0.02;
        const to = (v, low, high, log, way) => (way ? value(clamp(share(v, low, high, log) + way * reach, 0, 1), low, high, log) : v);
        const [x0, x1, y0, y1] = now.window;
        drag(dot, to(dot.x, x0, x1, now.logx, far[0]), to(dot.y, y0, y1, now.logy, far[1]));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  return {
    node: el("div", {}, surface.box, keys),
    draw(payload) {
      now = payload;
      chosen = clamp(chosen, 0, Math.max(0, held().length - 1));
      canvas.setAttribute("aria-label", payload.words ?? spec.title);
      const named = [...(payload.lines ?? []), ...(payload.bars ?? [])].filter((line) => line.name);
      const wanted = JSON.stringify(named.map(({ name, colour, dash }) => [name, stage.colour[colour], dash]));
      if (keys.dataset.keys !== wanted) {
        keys.dataset.keys = wanted;
        keys.replaceChildren(...named.map((line) => el("span", { style: `--key: ${stage.colour[line.colour]}`, class: line.edges ? "bar" : line.dash ? "dashed" : "" }, line.name)));
      }
      surface.draw();
    },
  };
}

const decades = (low, high) => {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.ceil((to - from + 1) / 6);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => 10 ** (from + i * every));
};

/* Arrays as they stand in a formula, with their shapes. Where an array has values, its numbers can
   be dragged, typed, or changed by the arrow keys; with `points`, Python is told which one is
   looked at, and says which others light up. */
function arrays(spec, stage) {
  let shape = "", places = [];
  const node = el("div", { class: "arrays" });
  const change = (part, i, value) => stage.hand({ do: "change", arguments: [part.name, i, value] }, `change ${part.name} ${i}`);
  const point = (...what) => spec.points && stage.hand({ do: "point", arguments: what }, "point");
  if (spec.points) node.addEventListener("pointerleave", () => node.contains(document.activeElement) || point());

  function build(part) {
    const place = { part, cells: [] };
    const round = (value) => Number((Math.round(value / place.part.step) * place.part.step).toFixed(6));
    const able = () => stage.live && place.part.values;
    place.cells = part.texts.map((_, i) => {
      const cell = el("span", { class: "number", "data-cell": `${part.name},${i}`, tabindex: part.values || spec.points ? (i ? -1 : 0) : null,
        role: part.values ? "spinbutton" : spec.points ? "button" : null });
      let from = null;
      cell.addEventListener("focus", () => (place.cells.forEach((other) => (other.tabIndex = other === cell ? 0 : -1)), point(part.name, i)));
      cell.addEventListener("pointerenter", (event) => event.buttons || point(part.name, i));
      cell.addEventListener("pointerdown", (event) => {
        if (!able() || cell.firstElementChild) return;
        cell.focus({ preventScroll: true });
        cell.setPointerCapture(event.pointerId);
        from = [event.clientX, place.part.values[i]];
        event.preventDefault();
      });
      cell.addEventListener("pointermove", (event) => from && change(part, i, round(from[1] + Math.round((event.clientX - from[0]) / 4) * place.part.step)));
      for (const end of ["pointerup", "pointercancel"]) cell.addEventListener(end, () => (from = null));
      cell.addEventListener("dblclick", () => able() && edit(cell, i));
      cell.addEventListener("keydown", (event) => {
        if (event.target !== cell || event.ctrlKey || event.metaKey || event.altKey) return;
        const [side, up] = [{ ArrowLeft: -1, ArrowRight: 1 }[event.key], { ArrowUp: 1, ArrowDown: -1 }[event.key]];
        if (side) place.cells[i + side]?.focus();
        else if (up && able()) change(part, i, round(place.part.values[i] + up * place.part.step * (event.shiftKey ? 10 : 1)));
        else if (event.key === "Enter" && able()) edit(cell, i);
        else if (/^[\d.-]$/.test(event.key) && able()) return event.stopPropagation(), edit(cell, i, ""); // it goes into the field
        else return;
        event.preventDefault();
        event.stopPropagation();
      });
      return cell;
    });
    function edit(cell, i, first) {
      const field = el("input", { type: "number", step: "any", "aria-label": cell.getAttribute("aria-label") });
      field.value = first ?? String(place.part.values[i]);
      const done = (keep) => {
        if (!field.isConnected) return;
        const value = field.value;
        cell.replaceChildren(place.part.texts[i]);
        cell.focus();
        if (keep && value !== "") change(part, i, Number(value));
      };
      field.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter" || event.key === "Escape") done(event.key === "Enter");
      });
      field.addEventListener("blur", () => done(true));
      cell.replaceChildren(field);
      field.focus();
      if (first == null) field.select();
    }
    places.push(place);
    const grid = el("div", { class: "numbers", style: `grid-template-columns: repeat(${part.columns}, auto)` }, ...place.cells);
    place.head = el("span", { class: "quiet" });
    return (place.node = el("div", { class: "array", role: "group", "data-array": part.name }, el("p", {}, el("b", {}, part.name), " ", place.head), grid));
  }
  return {
    node,
    draw(payload) {
      const parts = payload.rows.flat().filter((part) => typeof part !== "string");
      const wanted = JSON.stringify(payload.rows.map((row) => row.map((part) => part.texts ? [part.name, part.columns, part.texts.length, !part.values] : part)));
      if (wanted !== shape) {
        [shape, places] = [wanted, []];
        node.replaceChildren(...payload.rows.map((row) => el("div", { class: "formula" },
          ...row.map((part) => (part.texts ? build(part) : el("span", { class: "operator" }, part))))));
      }
      parts.forEach((part, k) => {
        const place = places[k];
        place.part = part;
        write(place.head, part.shape);
        place.node.setAttribute("aria-label", `${part.name}, ${part.shape}`);
        place.node.classList.toggle("current", Boolean(part.current));
        const lit = new Set(part.lit ?? []);
        place.cells.forEach((cell, i) => {
          const called = `${part.name}, row ${Math.floor(i / part.columns) + 1}, column ${(i % part.columns) + 1}`;
          if (!cell.firstElementChild) write(cell, part.texts[i]);
          cell.classList.toggle("lit", lit.has(i));
          cell.classList.toggle("made", i === part.made);
          if (!cell.hasAttribute("role")) return;
          cell.setAttribute("aria-label", part.values ? called : `${called}: ${part.texts[i]}`);
          if (!part.values) return;
          cell.setAttribute("aria-valuenow", part.values[i]);
          cell.setAttribute("aria-valuetext", part.texts[i]);
        });
      });
    },
  };
}

/* Lines of a program: the one that runs now is lit, those to come are quiet; or what was taken out
   of them and what was put in. */
function code(spec, stage) {
  const list = el("ol", { class: "code", "aria-label": spec.title });
  let shape = "", lines = [];
  return {
    node: list,
    draw(payload) {
      const wanted = JSON.stringify(payload.lines);
      if (wanted !== shape) {
        shape = wanted;
        lines = payload.lines.map(({ text: words, kind }, i) => {
          const own = spec.hands && kind !== "head"
            ? el("button", { type: "button", class: "line", "data-line": i }, words)
            : el("span", { class: "line" }, words);
          const sign = { plus: "+ ", minus: "− ", same: "  " }[kind];
          return el("li", { class: kind ?? "" }, sign && el("span", { class: "sign" }, sign), own);
        });
        list.replaceChildren(...lines);
        const own = [...list.querySelectorAll("button")];
        rove(own, () => 1, (k) => stage.hand({ do: "choose", arguments: [spec.id, Number(own[k].dataset.line)] }));
      }
      lines.forEach((line, i) => {
        line.classList.toggle("now", i === payload.now);
        line.classList.toggle("later", payload.now != null && i > payload.now);
        if (i === payload.now) line.setAttribute("aria-current", "step");
        else line.removeAttribute("aria-current");
      });
    },
  };
}

/* A question: choices or a number, then Check, or a way not to answer; and what came of it. */
function ask(spec, stage) {
  let shape = "", boxes = [], field = null, check = null, skip = null;
  const question = el("p", { class: "question", id: `${stage.id}-${spec.id}` });
  const answers = el("div", { class: "row answers", role: "group", "aria-labelledby": question.id });
  const verdict = el("p", { class: "verdict", role: "status" });
  const node = el("form", { class: "ask", onsubmit: (event) => (event.preventDefault(), guess()) }, question, answers, verdict);
  function guess() {
    const given = field ? (field.value === "" ? null : Number(field.value)) : boxes.findIndex((box) => box.checked);
    if (given != null && given !== -1) stage.hand({ do: "guess", arguments: [given] });
    else stage.say("choose an answer first");
  }
  function build({ choices, check: words, skip: other }) {
    field = choices ? null : el("input", { type: "number", step: "any", "aria-labelledby": question.id,
      onkeydown: (event) => event.key === "Enter" && (event.preventDefault(), guess()) });
    boxes = (choices ?? []).map(() => el("input", { type: "radio", name: `${stage.id}-${spec.id}-answer` }));
    check = el("button", { type: "submit", "data-name": "guess" }, words);
    skip = el("button", { type: "button", "data-name": "skip", onclick: () => stage.hand({ do: "skip" }) }, other);
    answers.replaceChildren(...boxes.map((box, i) => el("label", { class: "answer" }, box, choices[i], el("span", { class: "tick" }))),
      ...(field ? [field] : []), el("span", { class: "row" }, check, skip)); // the two stay together
  }
  return {
    node,
    draw(payload) {
      write(question, payload.question);
      const wanted = JSON.stringify([payload.choices, payload.no]);
      const over = payload.given != null || payload.skipped;
      const stood = node.closest(".nnlib-stage"), focused = stood?.contains(document.activeElement), here = node.contains(document.activeElement);
      if (wanted !== shape) {
        shape = wanted;
        build(payload);
        // Whoever wants to be asked can type at once.
        if (payload.focus && focused && !over) field?.focus({ preventScroll: true });
      }
      boxes.forEach((box, i) => {
        if (payload.given != null) box.checked = i === payload.given;
        write(box.parentNode.lastChild, over && i === payload.answer ? " ✓" : over && i === payload.given ? " ✗" : "");
        box.parentNode.classList.toggle("right", over && i === payload.answer);
      });
      for (const box of [...boxes, field].filter(Boolean)) box.disabled = over || !stage.live;
      check.hidden = skip.hidden = over || !stage.live;
      if (here && over) stood.querySelector("button.main:enabled")?.focus({ preventScroll: true }); // and goes on from there
      node.classList.toggle("right", payload.right === true);
      node.classList.toggle("wrong", payload.right === false);
      write(verdict, payload.verdict ?? "");
    },
  };
}

const PANELS = { map, curves, network, matrix, images, bars, pad, text, plane, arrays, code, ask };

// ------------------------------------------------------------------------------------- the stage

const BUSY = "The kernel does not answer: another cell may be running, or it was restarted. If it was, run this cell again.";
const GONE = "The kernel was restarted, and this picture is the last that it sent. Run the cell again to go on.";

function render({ model, el: root }) {
  const scene = model.get("scene");
  const stage = {
    id: `nnlib-${Math.random().toString(36).slice(2)}`, // two copies on one page must differ
    live: !model.recorded,
    waiting: null, // the message that Python has not answered yet
    colour: null,
  };
  const [queue, seen, controls, panels, sections, notes, asides] = [new Map(), new Map(), {}, {}, {}, {}, {}];
  let sent = 0, told = 0, drawn = 0, frame = null, run = null, timer = 0, nudge = 0, spoken = 0, resize = new Map();

  // Hands: one message at a time, the newest of each kind
  stage.hand = (message, kind) => {
    if (!stage.live) return;
    queue.set(kind || `${sent}/${queue.size}/${Math.random()}`, message);
    next();
  };
  stage.press = (name) => stage.hand({ do: name });
  function next() {
    if (stage.waiting || !queue.size) return;
    const [kind, message] = queue.entries().next().value;
    queue.delete(kind);
    stage.waiting = ++sent;
    body.setAttribute("aria-busy", "true");
    clearTimeout(timer);
    timer = setTimeout(() => trouble.hidden && complain(BUSY), 5000);
    model.send({ ...message, no: sent, view: stage.id });
    // Jupyter's server leaves Nagle's algorithm on: half of the answers would lie there up to 40 ms,
    // until the browser acknowledges a message before them. Anything that it sends does that.
    clearTimeout(nudge);
    nudge = setTimeout(() => stage.waiting && model.send({ do: "seen", frame: told, view: stage.id }), 6);
  }
  stage.say = (words) => write(live, words);
  stage.aside = (id, words) => asides[id] && write(asides[id], words);
  stage.redraw = () => frame && show(frame);
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => resize.get(entry.target)?.()));
  stage.onResize = (node, draw) => (resize.set(node, draw), watch.observe(node));

  // What it is made of
  const make = (spec) => {
    const control = CONTROLS[spec.kind](spec, stage);
    controls[spec.name] = control;
    return control.node;
  };
  const build = (spec) => {
    panels[spec.id] = PANELS[spec.kind](spec, stage);
    notes[spec.id] = el("span", { class: "note" }, spec.note ?? "");
    asides[spec.id] = el("span", { class: "aside" });
    sections[spec.id] = el("section", { "data-panel": spec.id, "aria-label": spec.title, style: `--share: ${spec.share ?? 1}; --narrow: ${spec.narrow ?? spec.share ?? 1}; min-height: ${spec.least ?? 0}px` },
      el("h4", {}, spec.title, notes[spec.id], asides[spec.id]), panels[spec.id].node,
      spec.controls?.length && el("div", { class: "row" }, ...spec.controls.map(make)),
      spec.help && el("p", { class: "quiet help" }, spec.help));
    return sections[spec.id];
  };
  const more = scene.more.length
    && el("details", { class: "more" }, el("summary", {}, "more"),
      el("div", { class: "groups" }, ...scene.more.map(([title, list]) =>
        el("fieldset", {}, el("legend", {}, title), ...list.map(make)))));
  const columns = scene.columns.map(([wide, list]) => (
    { wide, list, node: el("div", { class: "column" }, ...list.map(build)) }));
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const status = el("p", { class: "status", "data-role": "status" });
  const live = el("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const scrub = el("input", {
    type: "range", class: "scrub", min: 0, max: 0, step: 1, "aria-label": "moment of the run",
    oninput: () => look(Number(scrub.value)),
  });
  const moment = el("output", { class: "quiet" });
  const paper = el("div", { class: "paper", hidden: true });
  const exits = scene.exits.map(([name, label]) => make({ kind: "button", name, label }));
  const body = el("div", { class: "nnlib-stage", "data-stage": scene.name, role: "group", "aria-label": scene.title,
    // Or JupyterLab takes arrow keys and letters for itself; it looks at what has the focus.
    onfocusin: (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true") },
    el("div", { class: "row first" }, ...scene.first.map(make), more || null), trouble,
    el("div", { class: "columns" }, ...columns.map((column) => column.node)),
    scene.scrub ? el("div", { class: "time" }, scrub, moment) : null,
    el("div", { class: "bottom" }, status, el("div", { class: "exits" }, ...exits)), live, paper);
  const under = el("div", { class: "nnlib-below" });
  root.append(body, under);

  // Time: a moment that has been seen is drawn from memory, another is asked for
  function look(place) {
    const index = frame.moments[place];
    const known = seen.get(index);
    if (known) paintPanels(known);
    stage.hand({ do: "look", arguments: [index] }, "look");
    if (!stage.live && known) frame = { ...known, moments: frame.moments };
    write(moment, when(known, index));
  }
  const when = (shown, index = shown.at) => shown?.when ?? `step ${index.toLocaleString("en")}`;

  function complain(words) {
    trouble.hidden = !words;
    write(trouble, words);
  }

  function paintPanels(shown) {
    for (const [id, payload] of Object.entries(shown.panels)) {
      sections[id].hidden = !payload || shown.hidden.includes(id);
      if (sections[id].hidden) continue;
      if (payload.note != null) write(notes[id], payload.note);
      panels[id].draw(payload, shown);
    }
    write(status, shown.status);
    const open = columns.filter(({ node, list }) => !(node.hidden = list.every(({ id }) => sections[id].hidden)));
    body.style.setProperty("--widths", open.map(({ wide }) => `minmax(0, ${wide}fr)`).join(" "));
  }

  function show(shown) {
    frame = shown;
    if (shown.run !== run) {
      run = shown.run;
      seen.clear();
    }
    seen.set(shown.at, shown);
    const kept = new Set(shown.moments);
    if (seen.size > kept.size + 8) for (const index of seen.keys()) if (!kept.has(index)) seen.delete(index);
    for (const [name, control] of Object.entries(controls)) {
      if (shown.highs && name in shown.highs) control.reach(shown.highs[name]);
      if (name in shown.values) control.set(shown.values[name]);
      control.disable(!stage.live || name in shown.off);
      control.node.title = shown.off[name] ?? "";
      control.node.hidden = shown.hidden.includes(name);
    }
    controls.play?.set(shown.playing ? "❚❚ Pause" : (shown.values.play ?? "▶ Play"));
    scrub.max = shown.moments.length - 1;
    const place = shown.moments.findIndex((index) => index >= shown.at);
    if (document.activeElement !== scrub || !stage.waiting) scrub.value = place < 0 ? scrub.max : place;
    scrub.setAttribute("aria-valuetext", when(shown));
    write(moment, when(shown));
    paintPanels(shown);
    complain(shown.trouble);
    // A screen reader is told at rest, and every two seconds of play.
    if (!shown.playing || Date.now() - spoken > 2000) {
      spoken = Date.now();
      stage.say(shown.trouble ? "" : shown.status);
    }
    spread(shown.paper);
    cover();
    if (!stage.waiting) body.setAttribute("aria-busy", "false");
  }

  /* Copy as Python, recipes: text to take along, or to bring. */
  function spread(page) {
    if (JSON.stringify(page) === paper.dataset.page) return;
    paper.dataset.page = JSON.stringify(page);
    paper.hidden = !page;
    if (!page) return;
    const area = el("textarea", { id: `${stage.id}-paper`, rows: Math.min(16, page.text.split("\n").length + 1), spellcheck: "false", readonly: !page.open });
    area.value = page.text;
    const copied = el("span", { class: "quiet", role: "status" });
    const copy = async () => {
      area.select();
      // No clipboard where a page is served without https: then the text is selected to be copied.
      const done = await navigator.clipboard?.writeText(area.value).then(() => true, () => false);
      write(copied, done ? "copied" : "selected: press Ctrl+C");
    };
    paper.replaceChildren(
      el("label", { for: area.id }, page.title), area,
      el("div", { class: "row" }, el("button", { type: "button", "data-name": "copy", onclick: copy }, "Copy"),
        page.open && el("button", { type: "button", "data-name": "open", onclick: () => stage.hand({ do: "open", arguments: [area.value] }) }, page.open),
        el("button", { type: "button", "data-name": "close", onclick: () => stage.hand({ do: "close" }) }, "Close"), copied));
    area.focus();
    area.select();
  }

  // What Python says
  const reel = []; // frames of a play that are not drawn yet
  function heard() {
    const shown = model.get("frame");
    if (stage.waiting && shown.answers[stage.id] >= stage.waiting) {
      stage.waiting = null;
      clearTimeout(timer);
      next();
    }
    if (!shown.playing) {
      reel.length = 0;
      return draw(shown);
    }
    reel.push(shown);
    drawn ||= requestAnimationFrame(roll);
  }
  // Played when the browser draws, one frame at a time, for they arrive in bunches; and not at all in
  // a page that nobody sees: then Python waits.
  function roll() {
    drawn = reel.length > 1 ? requestAnimationFrame(roll) : 0;
    const shown = reel.shift();
    if (!shown) return;
    draw(shown);
    if (shown.no < told + 2) return; // every second one: messages wait for one another on the way
    told = shown.no;
    model.send({ do: "seen", frame: told, view: stage.id });
  }
  function draw(shown) {
    try {
      show(shown);
    } catch (error) { // said here, in front of the person, and on the console, for the tests
      complain(`This picture could not be drawn: ${error.message}`);
      throw error;
    }
  }
  const kernel = model.widget_manager?.kernel;
  function gone(_, now) {
    if (!/restarting|dead|terminating/.test(now)) return;
    stage.live = false;
    clearTimeout(timer);
    stage.redraw();
    complain(GONE);
  }

  /* What follows in the notebook, the next output and the text below it, can be covered: there is
     an answer in it, and a question here. Once found, cells stay found, be they scrolled away. */
  let followers = [];
  function cover(on = frame?.covers && stage.live) {
    let cell = followers.length || !on ? null : body.closest(".jp-Cell")?.nextElementSibling;
    while (cell && !cell.classList.contains("jp-CodeCell")) cell = cell.nextElementSibling;
    if (cell) followers = [cell, cell.nextElementSibling].filter((one, i) => !i || one?.classList.contains("jp-MarkdownCell"));
    for (const one of followers) one.classList.toggle("nnlib-covered", Boolean(on));
  }

  /* What Python has opened on a stage of its own: shown below this one. */
  let guest = null;
  async function receive() {
    const name = model.get("below"), view = guest;
    guest = null;
    view?.remove();
    if (!name) return;
    const child = await model.widget_manager.get_model(name.replace("IPY_MODEL_", ""));
    const made = await model.widget_manager.create_view(child);
    if (model.get("below") !== name) return made.remove();
    guest = made;
    under.replaceChildren(made.el);
  }

  // Colours follow the theme of the page
  function dress() {
    const was = stage.colour?.dark;
    stage.colour = theme(scene.palette, body);
    body.classList.toggle("dark", stage.colour.dark);
    for (const name of ["positive", "negative", "negative_text", "test", "selected", "lit"])
      body.style.setProperty(`--nnlib-${name.replace("_", "-")}`, stage.colour[name]);
    if (was !== stage.colour.dark) {
      for (const control of Object.values(controls)) control.paint?.();
      requestAnimationFrame(stage.redraw); // while the theme changes, nothing has a size
    }
  }
  const themes = new MutationObserver(dress);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", dress);
  dress();
  model.on("change:frame", heard);
  model.on("change:below", receive);
  if (stage.live) receive();
  if (model.get("frame").covers) stage.onResize(body, () => cover()); // on the page by then, and its cell with it
  kernel?.statusChanged.connect(gone);
  for (const known of model.recorded ?? []) seen.set(known.at, known);
  run = model.get("frame").run;
  show(model.get("frame"));
  if (stage.live) model.send({ do: "hello", view: stage.id });
  else body.classList.add("recorded");
  return () => {
    cancelAnimationFrame(drawn);
    cover(false);
    try {
      model.send({ do: "bye", view: stage.id });
    } catch {} // the notebook was closed, and its connection with it
    model.off("change:frame", heard);
    model.off("change:below", receive);
    guest?.remove();
    kernel?.statusChanged.disconnect(gone);
    clearTimeout(timer);
    clearTimeout(nudge);
    watch.disconnect();
    themes.disconnect();
    scheme.removeEventListener("change", dress);
  };
}

/* A page without a kernel: the same stage, playing back what was recorded. */
export function playback({ scene, frames }, root) {
  const frame = frames.at(-1);
  const model = { recorded: frames, get: (name) => ({ scene, frame })[name], on() {}, off() {}, send() {} };
  return render({ model, el: root });
}

export default { render };
