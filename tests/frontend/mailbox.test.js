import assert from "node:assert/strict";
import test from "node:test";
import { mailbox } from "../../nncourse/widgets/frontend/mailbox.js";

/* A mailbox, and what it has sent and called. */
function posted() {
  const seen = { sent: [], nudges: 0, overdue: 0 };
  const box = mailbox((message) => seen.sent.push(message), {
    nudge: () => seen.nudges++,
    overdue: () => seen.overdue++,
  });
  return { box, seen };
}

test("the first message goes at once, the next when it is answered", () => {
  const { box, seen } = posted();
  box.put({ do: "step" });
  box.put({ do: "reset" });
  assert.deepEqual(seen.sent, [{ do: "step", no: 1 }]);
  assert.ok(box.waiting);
  box.answered(1);
  assert.deepEqual(seen.sent.at(-1), { do: "reset", no: 2 });
  box.answered(2);
  assert.ok(!box.waiting);
  box.stop();
});

test("only the newest message of a kind waits, at the place of the first", () => {
  const { box, seen } = posted();
  box.put({ do: "play" });
  for (const value of [1, 2, 3]) box.put({ do: "set", value }, "rate");
  box.put({ do: "step" });
  box.put({ do: "set", value: 4 }, "rate");
  for (const no of [1, 2, 3]) box.answered(no);
  assert.deepEqual(
    seen.sent.map(({ do: what, value }) => [what, value]),
    [
      ["play", undefined],
      ["set", 4],
      ["step", undefined],
    ],
  );
  box.stop();
});

test("messages without a kind are all sent", () => {
  const { box, seen } = posted();
  for (let i = 0; i < 3; i++) box.put({ do: "step" }, false);
  for (const no of [1, 2, 3]) box.answered(no);
  assert.equal(seen.sent.length, 3);
  box.stop();
});

test("an answer to an earlier message, or to none, sends nothing", () => {
  const { box, seen } = posted();
  box.answered(undefined);
  box.put({ do: "a" });
  box.answered(1);
  box.put({ do: "b" });
  box.put({ do: "c" });
  box.answered(1);
  box.answered(undefined);
  assert.equal(seen.sent.length, 2);
  assert.ok(box.waiting);
  box.stop();
});

test("without an answer it nudges, then reports that it is overdue", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { box, seen } = posted();
  box.put({ do: "a" });
  t.mock.timers.tick(6);
  assert.deepEqual([seen.nudges, seen.overdue], [1, 0]);
  box.answered(1);
  t.mock.timers.tick(60_000);
  assert.deepEqual([seen.nudges, seen.overdue], [1, 0]);
  box.put({ do: "b" });
  t.mock.timers.tick(5000);
  assert.deepEqual([seen.nudges, seen.overdue], [2, 1]);
  box.put({ do: "c" });
  box.stop();
  t.mock.timers.tick(60_000);
  assert.deepEqual([seen.nudges, seen.overdue], [2, 1]);
});
