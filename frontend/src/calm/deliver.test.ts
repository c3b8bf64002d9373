import { expect, test } from "vitest";
import type { Sent } from "./calls";
import { startDelivery, UNANSWERED_MS } from "./deliver";

/** A tablet whose time passes only when it is told to, and whose call is answered only when a test says so. */
function tablet(lost = false) {
  let now_ms = 0;
  let timers: { at_ms: number; act: () => void }[] = [];
  let answer: (sent: Sent) => void = () => undefined;
  const room = { rings: false, painted: [] as boolean[], lost };
  const delivery = startDelivery({
    isLost: () => room.lost,
    flush: () => new Promise<Sent>((resolve) => (answer = resolve)),
    ring: (on) => void (room.rings = on),
    paint: () => void room.painted.push(room.rings),
    after(ms, act) {
      const timer = { at_ms: now_ms + ms, act };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
  });
  return {
    room,
    delivery,
    pass(ms: number) {
      now_ms += ms;
      const due = timers.filter((one) => one.at_ms <= now_ms);
      timers = timers.filter((one) => one.at_ms > now_ms);
      for (const one of due) one.act();
    },
    async answers(sent: Sent) {
      answer(sent);
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

test("where it is known that nobody hears, a touch rings at once and the page says so at once", () => {
  const { room, delivery } = tablet(true);
  void delivery.deliver();
  expect(room).toMatchObject({ rings: true, painted: [true] });
});

test("where packets vanish unnoticed it rings once the call has gone unanswered too long, and no earlier", () => {
  const { room, delivery, pass } = tablet();
  void delivery.deliver();
  pass(UNANSWERED_MS - 1);
  expect(room.rings).toBe(false);
  pass(1);
  expect(room).toMatchObject({ rings: true, painted: [true] });
});

test("a call that is taken in time never rings here, not later either", async () => {
  const { room, delivery, pass, answers } = tablet();
  void delivery.deliver();
  pass(300);
  await answers("taken");
  pass(10 * UNANSWERED_MS);
  expect(room).toMatchObject({ rings: false, painted: [false] });
});

test("what rings stops as soon as the call is taken", async () => {
  for (const lost of [true, false]) {
    const { room, delivery, pass, answers } = tablet(lost);
    void delivery.deliver();
    pass(UNANSWERED_MS);
    expect(room.rings).toBe(true);
    await answers("taken");
    expect(room.rings).toBe(false);
    expect(room.painted.at(-1)).toBe(false);
  }
});

test("a try that fails at once rings at once", async () => {
  for (const sent of ["lost", "gone"] as const) {
    const { room, delivery, answers } = tablet();
    void delivery.deliver();
    await answers(sent);
    expect(room).toMatchObject({ rings: true });
    expect(room.painted.at(-1)).toBe(true);
  }
});

test("what was silenced stays silent when its call is lost after all; a new touch rings anew", async () => {
  const { room, delivery, pass, answers } = tablet(true);
  void delivery.deliver();
  delivery.silence();
  pass(UNANSWERED_MS);
  await answers("lost");
  expect(room.rings).toBe(false);
  void delivery.deliver();
  expect(room.rings).toBe(true);
});
