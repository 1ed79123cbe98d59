/* Messages to Python: one at a time is on its way. Of those of a kind only the newest waits, unless one
   without a kind came between them.

   Jupyter's server uses Nagle's algorithm: it holds half of the answers back, for up to 40 ms, until
   the browser acknowledges an earlier message. Any message of the browser does that, so `nudge` is
   called to send one if there is no answer at once. `late` is called with true when an answer takes long
   enough to be noticed, and with false when they come in time again; `overdue` if there is none at all. */

const NUDGE = 6; // milliseconds
const LATE = 400;
const OVERDUE = 5000;

export function mailbox(send, { nudge, late, overdue }) {
  const queue = [];
  const last = new Map(); // the last message of each kind that was sent
  let sent = 0;
  let underway = null;
  let [slow, timers] = [false, []];
  function stop() {
    timers.forEach(clearTimeout);
    timers = [];
  }
  function tell(now) {
    if (slow !== now) late(now);
    slow = now;
  }
  function post(more) {
    stop();
    timers = [
      setTimeout(nudge, NUDGE),
      setTimeout(() => {
        underway.late = true;
        tell(true);
      }, LATE),
      setTimeout(overdue, OVERDUE),
    ];
    send({ ...underway.message, no: underway.no, ...more });
  }
  function next() {
    if (underway || !queue.length) return;
    underway = { ...queue.shift(), no: ++sent };
    if (underway.kind) last.set(underway.kind, underway);
    post();
  }
  return {
    /* A message without a kind never replaces another, and none is put before it. */
    put(message, kind) {
      const place = kind ? queue.findLastIndex((other) => !other.kind || other.kind === kind) : -1;
      if (queue[place]?.kind) queue[place] = { message, kind };
      else queue.push({ message, kind });
      next();
    },
    answered(no) {
      if (!underway || !(no >= underway.no)) return;
      const inTime = !underway.late;
      underway = null;
      stop();
      if (inTime || !queue.length) tell(false);
      next();
    },
    /* The newest message of a kind, if it is not among those answered, up to number `no`. */
    newest(kind, no) {
      const one = queue.findLast((other) => other.kind === kind) ?? last.get(kind);
      return one && !(one.no <= no) ? one.message : null;
    },
    /* The connection was lost and is back: the message or its answer may have been lost with it. */
    again: () => underway && post({ again: true }),
    get waiting() {
      return underway != null;
    },
    /* Nobody will answer any more. */
    close() {
      stop();
      tell(false);
      underway = null;
      queue.length = 0;
      last.clear();
    },
  };
}
