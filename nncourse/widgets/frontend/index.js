/* What a notebook, or an exported page, uses of the front end. */

import { render } from "./render.js";

/* On a page without a kernel: the same stage, showing recorded frames. */
export function playback({ scene, frames }, root) {
  const frame = frames.at(-1);
  const model = { recorded: frames, get: (name) => ({ scene, frame })[name], on() {}, off() {}, send() {} };
  return render({ model, el: root });
}

export default { render };
