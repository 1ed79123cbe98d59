/* The stage: it draws what Python sends and reports what a person does. It knows no mathematics.

   `scene` says what is where, `frame` what to show now (stage.py describes both). Every panel is a
   function (spec, stage) that returns { node, draw(payload) }. What is done goes back as a message
   { do, ... }. */

import { coverOf, guestIn } from "./around.js";
import { el, write } from "./dom.js";
import { mailbox } from "./mailbox.js";
import { paperSheet } from "./paper.js";
import { buildScene, showControls, showPanels } from "./scene.js";
import { followTheme } from "./theme.js";
import { memory, momentWords, reel, scrubber } from "./time.js";

const BUSY =
  "The kernel does not answer: another cell may be running, or it was restarted." +
  " If it was, run this cell again.";
const CUT = {
  connecting: "The connection to the kernel is lost. What you do until it is back is sent then.",
  disconnected: "The connection to the kernel is lost: load the page again.",
};
const ENDS = {
  restarting: "The kernel was restarted",
  autorestarting: "The kernel died, and a new one has started",
  dead: "The kernel has ended",
};
const LAST = ", and this picture is the last that it sent. Run the cell again to go on.";
const SPEAK = 2000; // milliseconds between two sentences to a screen reader during a play

export function render({ model, el: root }) {
  const stage = newStage(model);
  build(stage, root);
  const stops = [listen(stage), follow(stage)];
  show(stage, model.get("frame"));
  if (stage.live) model.send({ do: "hello", view: stage.id });
  else stage.body.classList.add("recorded");
  return () => {
    stage.cover(false);
    try {
      if (stage.live) model.send({ do: "bye", view: stage.id });
    } catch {} // the notebook is closed, and its connection too
    for (const stop of stops) stop();
    root.replaceChildren(); // ipywidgets keeps the element of a view that is gone, with all that is in it
  };
}

/* The stage as panels and controls see it. */
function newStage(model) {
  const id = `nnlib-${Math.random().toString(36).slice(2)}`; // a widget may be displayed twice on one page
  const seen = () => stage.mail.waiting && model.send({ do: "seen", frame: stage.confirmed, view: id });
  const stage = {
    ...{ id, model, live: !model.recorded, colour: null, frame: null, confirmed: 0, spoken: 0 },
    plight: "", // what is wrong with the kernel, whatever the frames say
    refused: "", // what the page itself did not take, until something else is done
    memory: memory(model.recorded),
    mail: mailbox((message) => post(stage, message), {
      nudge: seen,
      late: (late) => {
        stage.late.hidden = !late;
      },
      overdue: () => stage.trouble.hidden && complain(stage, BUSY),
    }),
    get waiting() {
      return stage.mail.waiting;
    },
    hand(message, kind) {
      if (!stage.live) return;
      if (kind !== "point") stage.refused = "";
      stage.mail.put(message, kind);
    },
    /* The newest message of a kind, if the frame that is shown was sent before it was read. */
    pending: (kind) => stage.mail.newest(kind, stage.frame.answers[id]),
    // To play or to pause is what the button says, also if it is pressed twice before the answer.
    press: (name, plays) => stage.hand(plays ? { do: name, on: !stage.frame.playing } : { do: name }),
    say: (words) => write(stage.announcer, words),
    refuse(words) {
      stage.refused = words;
      complain(stage, words);
    },
    redraw: () => stage.frame && show(stage, stage.frame),
    enlarge(panel, heat, words) {
      stage.panels[panel].enlarge(heat);
      write(stage.panels[panel].aside, words);
    },
  };
  return stage;
}

function post(stage, message) {
  stage.body.setAttribute("aria-busy", "true");
  stage.model.send({ ...message, view: stage.id });
}

function build(stage, root) {
  const { model } = stage;
  const resized = new Map();
  stage.sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) resized.get(target)?.();
  });
  stage.onResize = (node, draw) => {
    resized.set(node, draw);
    stage.sizes.observe(node);
  };
  stage.time = scrubber(stage, (place) => look(stage, place));
  stage.paper = paperSheet(stage);
  const nodes = { time: stage.time.node, paper: stage.paper.node };
  const { live, ...built } = buildScene(stage, model.get("scene"), nodes);
  Object.assign(stage, built, { announcer: live });
  const below = el("div", { class: "nnlib-below" });
  stage.cover = coverOf(stage.body);
  stage.guest = guestIn(below, model);
  root.classList.add("nnlib-widget");
  root.append(stage.body, below);
}

/* Ask Python for a moment; one that is in memory is drawn at once. */
function look(stage, place) {
  const { moments } = stage.frame;
  const index = moments[place];
  const known = stage.memory.at(index);
  if (known && !stage.live) return show(stage, stopped({ ...known, moments, paper: stage.frame.paper }));
  if (known) showPanels(stage, known);
  stage.hand({ do: "look", arguments: [index] }, "look");
  stage.time.say(momentWords(known, index));
}

const whatIsWrong = ({ plight, refused, frame }) => plight || refused || frame.trouble;

function complain(stage, words) {
  stage.trouble.hidden = !words;
  write(stage.trouble, words);
}

function show(stage, frame) {
  stage.frame = frame;
  stage.memory.keep(frame);
  showControls(stage, frame, stage.live);
  stage.time.show(frame);
  showPanels(stage, frame);
  complain(stage, whatIsWrong(stage));
  // A screen reader gets every sentence at rest, and one every SPEAK milliseconds during a play.
  if (!frame.playing || Date.now() - stage.spoken > SPEAK) {
    stage.spoken = Date.now();
    stage.say(stage.plight || frame.trouble ? "" : frame.status);
  }
  stage.paper.show(frame.paper);
  stage.cover(frame.covers && stage.live);
  if (!stage.waiting) stage.body.setAttribute("aria-busy", "false");
}

/* Listen to Python; the returned function stops that. */
function listen(stage) {
  const { model, guest } = stage;
  const draw = (frame) => drawOrSay(stage, frame);
  const played = reel(draw, (frame) => {
    if (frame.no < stage.confirmed + 2) return; // every second one: messages delay each other
    stage.confirmed = frame.no;
    model.send({ do: "seen", frame: frame.no, view: stage.id });
  });
  function heard() {
    const frame = model.get("frame");
    stage.mail.answered(frame.answers[stage.id]);
    if (frame.playing) return played.add(frame);
    played.cut();
    draw(frame);
  }
  const unwatch = watchKernel(stage, () => {
    played.cut();
    stage.frame = stopped(model.get("frame"));
  });
  model.on("change:frame", heard);
  model.on("change:below", guest.receive);
  if (stage.live) guest.receive();
  return () => {
    model.off("change:frame", heard);
    model.off("change:below", guest.receive);
    unwatch();
    guest.leave();
    played.stop();
    stage.mail.close();
  };
}

/* Say when the kernel is gone, or the connection to it; `end` is called when it is gone for good. The
   returned function stops that. */
function watchKernel(stage, end) {
  const { model } = stage;
  const kernel = model.widget_manager?.kernel;
  function status(_, now) {
    if (model.recorded || !(now in ENDS)) return;
    stage.plight = ENDS[now] + LAST; // for a kernel that died, "restarting" comes first
    if (stage.live) {
      stage.live = false;
      stage.mail.close();
      end();
    }
    stage.redraw();
  }
  function connection(kernel, now) {
    if (kernel.isDisposed) return status(null, "dead");
    const plight = CUT[now] ?? "";
    if (!stage.live || stage.plight === plight) return;
    stage.plight = plight;
    complain(stage, whatIsWrong(stage));
    if (plight) return;
    model.send({ do: "hello", view: stage.id });
    stage.mail.again();
  }
  kernel?.statusChanged.connect(status);
  kernel?.connectionStatusChanged.connect(connection);
  return () => {
    kernel?.statusChanged.disconnect(status);
    kernel?.connectionStatusChanged.disconnect(connection);
  };
}

/* A frame whose kernel is gone: it does not play, and no button offers to pause. */
const stopped = (frame) => ({ ...frame, playing: false, values: { ...frame.values, ...frame.rest } });

function drawOrSay(stage, frame) {
  try {
    show(stage, frame);
  } catch (error) {
    // Shown here for the person, and thrown, so that the tests find it on the console.
    complain(stage, `This picture could not be drawn: ${error.message}`);
    throw error;
  }
}

/* Follow the theme of the page and the sizes of its nodes; the returned function stops that. */
function follow(stage) {
  const undress = followTheme(stage, stage.body, stage.model.get("scene").palette, () => {
    for (const control of Object.values(stage.controls)) control.paint?.();
    requestAnimationFrame(stage.redraw); // during the change of theme nodes have no size
  });
  // Covering needs the cell around the stage, which is known once the stage has a size.
  const cover = () => stage.cover(stage.frame.covers && stage.live);
  if (stage.model.get("frame").covers) stage.onResize(stage.body, cover);
  return () => {
    undress();
    stage.sizes.disconnect();
  };
}
