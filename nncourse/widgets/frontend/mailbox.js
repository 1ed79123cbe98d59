/* Messages to Python: one on its way at a time, and of each kind only the newest waits.

   Jupyter's server leaves Nagle's algorithm on: half of the answers would lie there up to 40 ms,
   until the browser acknowledges a message before them. Anything that it sends does that: `nudge`
   is asked to, if there is no answer at once. `overdue` is told when there is none for long. */

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
    /* A message without a kind waits beside all others. */
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
