import assert from "node:assert/strict";
import test from "node:test";
import { mailbox } from "../../nncourse/widgets/frontend/mailbox.js";

/* A mailbox, and what it has sent and called. */
function posted() {
  const seen = { sent: [], nudges: 0, late: [], overdue: 0 };
  const box = mailbox((message) => seen.sent.push(message), {
    nudge: () => seen.nudges++,
    late: (late) => seen.late.push(late),
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
  box.close();
});

test("only the newest message of a kind waits, and none overtakes one without a kind", () => {
  const { box, seen } = posted();
  box.put({ do: "play" });
  for (const value of [1, 2, 3]) {
    box.put({ do: "set", value }, "rate");
    box.put({ do: "look", value }, "look");
  }
  box.put({ do: "step" });
  for (const value of [4, 5]) box.put({ do: "set", value }, "rate");
  for (const no of [1, 2, 3, 4, 5]) box.answered(no);
  assert.deepEqual(
    seen.sent.map(({ do: what, value }) => [what, value]),
    [
      ["play", undefined],
      ["set", 3],
      ["look", 3],
      ["step", undefined],
      ["set", 5],
    ],
  );
  assert.ok(!box.waiting);
  box.close();
});

test("the newest message of a kind is known until what is shown answers it", () => {
  const { box } = posted();
  assert.equal(box.newest("rate", undefined), null);
  box.put({ do: "set", value: 1 }, "rate");
  assert.equal(box.newest("rate", undefined).value, 1);
  box.put({ do: "set", value: 2 }, "rate");
  box.answered(1);
  assert.equal(box.newest("rate", 1).value, 2);
  box.answered(2);
  assert.equal(box.newest("rate", 1).value, 2); // a frame from before, that is drawn late
  assert.equal(box.newest("rate", 2), null);
  assert.equal(box.newest("other", 0), null);
});

test("what may have been lost is sent again, with the same number, until it is answered", () => {
  const { box, seen } = posted();
  box.again();
  box.put({ do: "step" });
  box.put({ do: "reset" });
  box.again();
  box.again();
  box.answered(1);
  box.again();
  assert.deepEqual(seen.sent, [
    { do: "step", no: 1 },
    { do: "step", no: 1, again: true },
    { do: "step", no: 1, again: true },
    { do: "reset", no: 2 },
    { do: "reset", no: 2, again: true },
  ]);
  box.close();
  box.again();
  assert.equal(seen.sent.length, 5);
});

test("a wait is said once it is long, and steadily where each answer is late", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { box, seen } = posted();
  for (let no = 1; no <= 3; no++) {
    box.put({ do: "a" });
    t.mock.timers.tick(399);
    box.answered(no);
  }
  assert.deepEqual(seen.late, []);
  for (let i = 0; i < 3; i++) box.put({ do: "a" });
  for (let no = 4; no <= 6; no++) {
    t.mock.timers.tick(600);
    assert.deepEqual(seen.late, [true]);
    box.answered(no);
  }
  assert.deepEqual(seen.late, [true, false]);
  for (let i = 0; i < 3; i++) box.put({ do: "a" });
  t.mock.timers.tick(600);
  box.answered(7);
  t.mock.timers.tick(10);
  box.answered(8);
  assert.deepEqual(seen.late, [true, false, true, false]); // quick again, though one more waits
  box.close();
});

test("messages without a kind are all sent", () => {
  const { box, seen } = posted();
  for (let i = 0; i < 3; i++) box.put({ do: "step" }, false);
  for (const no of [1, 2, 3]) box.answered(no);
  assert.equal(seen.sent.length, 3);
  box.close();
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
  box.close();
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
  box.close();
  t.mock.timers.tick(60_000);
  assert.deepEqual([seen.nudges, seen.overdue], [2, 1]);
});
