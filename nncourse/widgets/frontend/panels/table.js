/* A small table: in each row a dot (full, hollow or none), a name and texts. */

import { el } from "../dom.js";

export function tablePanel(spec) {
  const node = el("table", { class: "marks", "aria-label": spec.title });
  let shape = "";
  const head = (text) => (text ? el("th", { scope: "col" }, text) : el("td"));
  const row = ({ mark, name, texts }) =>
    el(
      "tr",
      { class: mark },
      el("th", { scope: "row" }, el("span", { class: "mark", "aria-hidden": "true" }), name),
      ...texts.map((text) => el("td", {}, text)),
    );
  return {
    node,
    draw({ heads, rows }) {
      const wanted = JSON.stringify([heads, rows]);
      if (wanted === shape) return;
      shape = wanted;
      node.replaceChildren(el("tbody", {}, el("tr", {}, ...heads.map(head)), ...rows.map(row)));
    },
  };
}
