/* Small pictures in a grid, each with a caption; with `hands`, one can be chosen. */

import { picture } from "../canvas.js";
import { bytes, el, rove, write } from "../dom.js";

export function imagesPanel(spec, stage) {
  let items = null;
  let across = 1;
  const role = spec.hands ? "listbox" : "list";
  const grid = el("div", { class: "images", role, "aria-label": spec.title });
  function build(n) {
    items = Array.from({ length: n }, () => {
      const [canvas, words] = [el("canvas", { "aria-hidden": "true" }), el("span")];
      const node = el("div", { class: "image", role: spec.hands ? "option" : "listitem" }, canvas, words);
      return { node, canvas, words };
    });
    const nodes = items.map((item) => item.node);
    grid.replaceChildren(...nodes);
    const choose = (i) => stage.hand({ do: "choose", arguments: [spec.id, i] });
    if (spec.hands) rove(nodes, () => across, choose);
  }
  return {
    node: grid,
    draw(payload) {
      const { n, height, width } = payload;
      across = payload.across;
      if (n !== items?.length) build(n);
      grid.style.setProperty("--across", across);
      const codes = bytes(payload.codes);
      const colours = payload.signed ? stage.colour.heats : stage.colour.inks;
      items.forEach(({ node, canvas, words }, i) => {
        const own = codes.subarray(i * height * width, (i + 1) * height * width);
        picture(own, width, height, colours, canvas);
        write(words, payload.captions?.[i] ?? "");
        node.setAttribute("aria-label", payload.labels[i]);
        if (spec.hands) node.setAttribute("aria-selected", String(i === payload.chosen));
      });
      if (!n) write(grid, payload.none ?? "");
    },
  };
}
