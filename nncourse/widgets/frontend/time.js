/* Time: the frames of a run, those seen before and those still to be drawn. */

import { el, write } from "./dom.js";

const SPARE = 8; // frames kept beyond those that can be looked at

/* The frames seen of a run, by moment: these are drawn again without asking Python. */
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

/* Frames of a play, drawn when the browser draws, one at a time, for they arrive in bunches; and not
   at all in a page that nobody sees: then Python waits. `drawn` is told of each. */
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
      turn ||= requestAnimationFrame(roll);
    },
    cut: () => (frames.length = 0),
    stop: () => cancelAnimationFrame(turn),
  };
}

/* The slider through the moments of a run; `look` is told which moment to go to. */
export function scrubber(stage, look) {
  const range = el("input", {
    ...{ type: "range", class: "scrub", min: 0, max: 0, step: 1, "aria-label": "moment of the run" },
    oninput: () => look(Number(range.value)),
  });
  const moment = el("output", { class: "quiet" });
  return {
    node: el("div", { class: "time" }, range, moment),
    say: (words) => write(moment, words),
    show(frame) {
      range.max = frame.moments.length - 1;
      const place = frame.moments.findIndex((index) => index >= frame.at);
      if (document.activeElement !== range || !stage.waiting) range.value = place < 0 ? range.max : place;
      range.setAttribute("aria-valuetext", momentWords(frame));
      write(moment, momentWords(frame));
    },
  };
}
