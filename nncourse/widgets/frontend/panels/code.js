/* Lines of a program: the present line is highlighted, later lines are grey. Or a difference: lines
   that are wrong, and those that would be right. */

import { el, rove } from "../dom.js";

const SIGNS = { right: "✓ ", wrong: "✗ ", same: "  " };

/* A line of code in pieces that stay whole where the line is too long for its room: it is broken before
   an operator outside of all brackets, before a method, and after a comma. */
export function piecesOf(text) {
  const pieces = [""];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const rest = text.slice(i);
    const operator = depth === 0 && text.slice(0, i).includes("=") && /^[-+*/] /.test(rest);
    const method = /^\.[a-z]+\(/.test(rest) && /[)\d]$/.test(pieces.at(-1));
    if (operator || method || /, $/.test(pieces.at(-1))) pieces.push("");
    if (rest[0] === "(") depth += 1;
    if (rest[0] === ")") depth -= 1;
    pieces[pieces.length - 1] += rest[0];
  }
  return pieces;
}

export function codePanel(spec, stage) {
  const list = el("ol", { class: "code", "aria-label": spec.title });
  let shape = "";
  function line({ text, kind }, i) {
    const inside = piecesOf(text).map((piece) => el("span", {}, piece));
    const own =
      spec.hands && kind !== "head"
        ? el("button", { type: "button", class: "line", "data-line": i }, ...inside)
        : el("span", { class: "line" }, ...inside);
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
