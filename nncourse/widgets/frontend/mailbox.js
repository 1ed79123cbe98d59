/* Messages to Python: one at a time is on its way, and of each kind only the newest one waits.

   Jupyter's server uses Nagle's algorithm: it holds half of the answers back, for up to 40 ms, until
   the browser acknowledges an earlier message. Any message of the browser does that, so `nudge` is
   called to send one if there is no answer at once. `overdue` is called if there is none for long. */

const NUDGE = 6; // milliseconds
const OVERDUE = 5000;

export function mailbox(send, { nudge, overdue }) {
  const queue = new Map();
  let sent = 0;
  let waiting = null;
  let timers = [];
  function stop() {
    timers.forEach(clearTimeout);
    timers = [];
  }
  function next() {
    if (waiting || !queue.size) return;
    const [kind, message] = queue.entries().next().value;
    queue.delete(kind);
    waiting = ++sent;
    stop();
    send({ ...message, no: sent });
    timers = [setTimeout(nudge, NUDGE), setTimeout(overdue, OVERDUE)];
  }
  return {
    /* A message without a kind never replaces another. */
    put(message, kind) {
      queue.set(kind || Symbol("alone"), message);
      next();
    },
    answered(no) {
      if (!waiting || !(no >= waiting)) return;
      waiting = null;
      stop();
      next();
    },
    get waiting() {
      return waiting != null;
    },
    stop,
  };
}
