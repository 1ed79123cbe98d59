/* A text of one or more lines. */

import { el, write } from "../dom.js";

export function textPanel(spec) {
  const node = el("p", { class: "text", style: spec.lines && `min-height: ${1.4 * spec.lines}em` });
  return { node, draw: (payload) => write(node, payload.text) };
}
