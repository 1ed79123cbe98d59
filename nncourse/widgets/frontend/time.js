/* The frames of a run: those drawn before, and those still to be drawn. */

import { el, write } from "./dom.js";

const SPARE = 8; // frames kept in addition to those that can be looked at
const QUEUED = 16; // frames still to be drawn

/* The frames that have arrived, by moment: they can be drawn again without Python. */
export function memory(frames = []) {
  const seen = new Map();
  let generation = frames.at(-1)?.generation;
  for (const frame of frames) seen.set(frame.at, frame);
  return {
    at: (index) => seen.get(index),
    keep(frame) {
      if (frame.generation !== generation) seen.clear();
      generation = frame.generation;
      seen.set(frame.at, frame);
      const kept = new Set(frame.moments);
      if (seen.size <= kept.size + SPARE) return;
      for (const index of seen.keys()) if (!kept.has(index)) seen.delete(index);
    },
  };
}

/* A moment in words. */
export const momentWords = (frame, index = frame.at) => frame?.when ?? `step ${index.toLocaleString("en")}`;

/* The frames of a play, which arrive in groups: one is drawn each time the browser draws. On a hidden
   page none is drawn, and Python waits, unless another page shows the same play: then the oldest are
   left out. `drawn` is called for each. */
export function reel(draw, drawn) {
  const frames = [];
  let turn = 0;
  function roll() {
    turn = frames.length > 1 ? requestAnimationFrame(roll) : 0;
    const frame = frames.shift();
    if (!frame) return;
    draw(frame);
    drawn(frame);
  }
  return {
    add(frame) {
      frames.push(frame);
      if (frames.length > QUEUED) frames.shift();
      turn ||= requestAnimationFrame(roll);
    },
    cut: () => (frames.length = 0),
    stop: () => cancelAnimationFrame(turn),
  };
}

/* The slider through the moments of a run; `look` is called with the place of the chosen one. */
export function scrubber(stage, look) {
  const range = el("input", {
    ...{ type: "range", class: "scrub", min: 0, max: 0, step: 1, "aria-label": "moment of the run" },
    oninput: () => look(Number(range.value)),
  });
  // The sentence of state is spoken at times; this would be at every frame.
  const moment = el("output", { class: "quiet", "aria-live": "off" });
  function say(words) {
    range.setAttribute("aria-valuetext", words);
    write(moment, words);
  }
  return {
    node: el("div", { class: "time" }, range, moment),
    say,
    show(frame) {
      range.max = frame.moments.length - 1;
      const place = frame.moments.findIndex((index) => index >= frame.at);
      if (document.activeElement !== range || !stage.waiting) range.value = place < 0 ? range.max : place;
      say(momentWords(frame));
    },
  };
}
