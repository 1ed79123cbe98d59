/* Numbers from -1 to 1 as bars, each with its name and a text. */

import { el, write } from "../dom.js";
import { clamp } from "../numbers.js";

export function barsPanel(spec) {
  const list = el("ol", { class: "bars", "aria-label": spec.title });
  let rows = [];
  function row() {
    const [word, bar, share] = ["name", "bar", "share"].map((part) => el("span", { class: part }));
    const node = el("li", {}, word, el("span", { class: "track" }, bar), share);
    return { word, bar, share, node };
  }
  return {
    node: list,
    draw({ names, values, texts, best }) {
      if (rows.length !== names.length) {
        rows = names.map(row);
        list.replaceChildren(...rows.map(({ node }) => node));
      }
      rows.forEach(({ node, word, bar, share }, i) => {
        write(word, names[i]);
        bar.style.width = `${100 * clamp(Math.abs(values[i]), 0, 1)}%`;
        bar.classList.toggle("minus", values[i] < 0);
        node.classList.toggle("best", i === best);
        write(share, texts[i]);
      });
    },
  };
}
