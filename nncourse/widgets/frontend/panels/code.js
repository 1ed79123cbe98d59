/* Lines of a program: the present line is highlighted, later lines are grey. Or a difference: lines
   that are wrong, and those that would be right. */

import { el, rove } from "../dom.js";

const SIGNS = { right: "✓ ", wrong: "✗ ", same: "  " };

export function codePanel(spec, stage) {
  const list = el("ol", { class: "code", "aria-label": spec.title });
  let shape = "";
  function line({ text, kind }, i) {
    const own =
      spec.hands && kind !== "head"
        ? el("button", { type: "button", class: "line", "data-line": i }, text)
        : el("span", { class: "line" }, text);
    const sign = SIGNS[kind] && el("span", { class: "sign" }, SIGNS[kind]);
    return el("li", { class: kind ?? "" }, sign, own);
  }
  function build(lines) {
    list.replaceChildren(...lines.map(line));
    const own = [...list.querySelectorAll("button")];
    const choose = (k) => stage.hand({ do: "choose", arguments: [spec.id, Number(own[k].dataset.line)] });
    rove(own, () => 1, choose);
  }
  return {
    node: list,
    draw({ lines, now }) {
      const wanted = JSON.stringify(lines);
      if (wanted !== shape) {
        shape = wanted;
        build(lines);
      }
      [...list.children].forEach((node, i) => {
        node.classList.toggle("now", i === now);
        node.classList.toggle("later", now != null && i > now);
        if (i === now) node.setAttribute("aria-current", "step");
        else node.removeAttribute("aria-current");
      });
    },
  };
}
