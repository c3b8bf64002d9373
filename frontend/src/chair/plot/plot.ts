/**
 * The plots on the page: drawn again when something new is there or the axis was moved.
 *
 *   <div data-plot role="img" aria-label="…"></div>
 *   <button data-plot-in>+</button> <button data-plot-out>−</button> <button data-plot-whole>Whole</button>
 *
 * Wheel and pinch zoom, double tap shows the whole session and back; each has a button. The axis stays where it is
 * when a reading arrives or a what-if moves: only a person moves it, or a new end of the infusion.
 */

import type { Cuff, Curves, Rest, WhatIfCurve } from "./curves";
import { draw } from "./draw";
import { LEFT } from "./layout";
import type { Words } from "../words";

const LEAST_SPAN_S = 5 * 60;

interface Shown {
  start_s: number;
  end_s: number;
}

export interface Plot {
  setCurves(curves: Curves | Rest): void;
  setWhatIf(curve: WhatIfCurve | null): void;
  addReading(channel: string, t_s: number, value: number | null): void;
  addCuff(cuff: Cuff): void;
  tick(nowMs: number): void;
  curves(): Curves | null;
}

export function startPlot(root: ParentNode, says: Words): Plot | null {
  const place = root.querySelector<HTMLElement>("[data-plot]");
  if (place === null) return null;
  const whole = root.querySelector<HTMLElement>("[data-plot-whole]");
  let curves: Curves | null = null;
  let whatIf: WhatIfCurve | null = null;
  let chosen: Shown | null = null; // by a person; null follows the session
  let nowS = 0;
  let asked = false;

  const shown = (): Shown => chosen ?? { ...(curves as Curves).view };

  function redraw(): void {
    asked = false;
    if (curves === null || place === null) return;
    const { clientWidth: width, clientHeight: height } = place;
    if (width < 50 || height < 50) return;
    place.replaceChildren(draw({ curves, shown: shown(), now_s: nowS, whatIf, says }, { width, height }));
  }

  function ask(): void {
    if (asked) return;
    asked = true;
    requestAnimationFrame(redraw);
  }

  function move(next: Shown | null): void {
    if (curves === null) return;
    chosen = next;
    const isWhole = next !== null && next.start_s <= curves.whole.start_s && next.end_s >= curves.whole.end_s;
    whole?.setAttribute("aria-pressed", String(isWhole));
    if (whole) whole.textContent = (isWhole ? says["back"] : says["whole"]) ?? "";
    ask();
  }

  function zoom(factor: number, around?: number): void {
    if (curves === null) return;
    const { start_s, end_s } = shown();
    const most = curves.whole.end_s - curves.whole.start_s;
    const span = Math.min(most, Math.max(LEAST_SPAN_S, (end_s - start_s) * factor));
    const middle = around ?? Math.min(Math.max(nowS, start_s), end_s);
    const share = (middle - start_s) / (end_s - start_s);
    const start = Math.max(curves.whole.start_s, Math.min(curves.whole.end_s - span, middle - share * span));
    move({ start_s: start, end_s: start + span });
  }

  function toggleWhole(): void {
    if (curves === null) return;
    move(whole?.getAttribute("aria-pressed") === "true" ? null : { ...curves.whole });
  }

  function secondsAt(clientX: number): number {
    const box = (place as HTMLElement).getBoundingClientRect();
    const { start_s, end_s } = shown();
    return start_s + ((clientX - box.left - LEFT) / (box.width - LEFT - 4)) * (end_s - start_s);
  }

  root.querySelector("[data-plot-in]")?.addEventListener("click", () => zoom(0.6));
  root.querySelector("[data-plot-out]")?.addEventListener("click", () => zoom(1 / 0.6));
  whole?.addEventListener("click", toggleWhole);
  place.addEventListener("dblclick", toggleWhole);
  place.addEventListener(
    "wheel",
    (turn) => {
      turn.preventDefault(); // the page is as tall as the screen: a wheel over the plot means the plot
      zoom(turn.deltaY > 0 ? 1.18 : 1 / 1.18, secondsAt(turn.clientX));
    },
    { passive: false },
  );
  watchFingers(place, zoom, secondsAt, (deltaX) => {
    const { start_s, end_s } = shown();
    const by = (-deltaX / (place.clientWidth - LEFT)) * (end_s - start_s);
    if (chosen !== null) move({ start_s: start_s + by, end_s: end_s + by });
  });
  if ("ResizeObserver" in globalThis) new ResizeObserver(ask).observe(place);

  return {
    setCurves(next) {
      if (next.series !== null) curves = next;
      else if (curves !== null && curves.from_ms === next.from_ms) curves = { ...next, series: curves.series, gaps: curves.gaps, cuffs: curves.cuffs };
      else return; // another origin: what was measured has to be asked for again
      nowS = Math.max(nowS, next.now_s);
      ask();
    },
    setWhatIf(next) {
      whatIf = next;
      ask();
    },
    addReading(channel, t_s, value) {
      const series = curves?.series[channel];
      if (series === undefined) return;
      const last = series.t_s.at(-1) ?? -Infinity;
      if (t_s <= last) return; // the same reading again is not a new one (H23)
      series.t_s.push(t_s);
      series.v.push(value);
    },
    addCuff(cuff) {
      if (curves === null || cuff.t_s <= (curves.cuffs.at(-1)?.t_s ?? -Infinity)) return;
      curves = { ...curves, cuffs: [...curves.cuffs, cuff] };
    },
    tick(nowMs) {
      if (curves === null) return;
      nowS = (nowMs - curves.from_ms) / 1000;
      ask();
    },
    curves: () => curves,
  };
}

/** Two fingers zoom, one moves a zoomed plot sideways. */
function watchFingers(
  place: HTMLElement,
  zoom: (factor: number, around?: number) => void,
  secondsAt: (clientX: number) => number,
  pan: (deltaX: number) => void,
): void {
  const fingers = new Map<number, PointerEvent>();
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.abs(a.clientX - b.clientX) : 0;
  };
  place.addEventListener("pointerdown", (down) => fingers.set(down.pointerId, down));
  place.addEventListener("pointermove", (moved) => {
    const held = fingers.get(moved.pointerId);
    if (held === undefined) return;
    const before = spread();
    fingers.set(moved.pointerId, moved);
    if (fingers.size === 2) {
      const [a, b] = [...fingers.values()];
      if (a && b && before > 12 && spread() > 12) zoom(before / spread(), secondsAt((a.clientX + b.clientX) / 2));
    } else if (fingers.size === 1) {
      pan(moved.clientX - held.clientX);
    }
  });
  for (const over of ["pointerup", "pointercancel", "pointerleave"] as const) {
    place.addEventListener(over, (up) => fingers.delete(up.pointerId));
  }
}
