/* What a notebook and a page of its own ask of the front end. */

import { render } from "./render.js";

/* A page without a kernel: the same stage, playing back what was recorded. */
export function playback({ scene, frames }, root) {
  const frame = frames.at(-1);
  const model = { recorded: frames, get: (name) => ({ scene, frame })[name], on() {}, off() {}, send() {} };
  return render({ model, el: root });
}

export default { render };
