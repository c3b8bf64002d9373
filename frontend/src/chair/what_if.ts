/**
 * What another rate would do, before anything does. It asks, it never charts: a read-only address, a dotted line, and
 * the words "what if, nothing is charted" beside it (H25). Buttons, a field and the slider say the same number.
 *
 *   <div data-what-if> <button data-what-if-less>−</button> <input data-what-if-number> <button data-what-if-more>+</button>
 *     <input type="range" data-what-if-range> <p data-what-if-result></p> </div>
 */

import type { WhatIfCurve } from "./plot/curves";
import { fillIn, type Words } from "./words";

export interface Range {
  readonly low_ml_per_h: string;
  readonly high_ml_per_h: string;
  readonly step_ml_per_h: string;
  readonly running_ml_per_h: string;
  readonly low_text: string;
  readonly high_text: string;
}

export interface Answer {
  readonly rate_ml_per_h: number;
  readonly ends_text: string;
  readonly more_text: string;
  readonly running_peak_text: string;
  readonly curve: WhatIfCurve | null;
  readonly note: string;
}

export interface WhatIf {
  setRange(range: Range | null): void;
  /** The rate that is thought about, in tenths of the pump; null while it is the running one. */
  rate(): string | null;
  endsText(): string;
  reset(): void;
}

interface Options {
  readonly ask: (rate: string) => Promise<Answer>;
  readonly onCurve: (curve: WhatIfCurve | null) => void;
  readonly onRate: (rate: string | null) => void;
  readonly says: Words;
  readonly waitMs?: number;
}

const BUTTON_STEPS = 10; // one press of a button is ten steps of the pump: 1 mL/h

export function startWhatIf(root: ParentNode, options: Options): WhatIf | null {
  const block = root.querySelector<HTMLElement>("[data-what-if]");
  const field = block?.querySelector<HTMLInputElement>("[data-what-if-number]");
  const slider = block?.querySelector<HTMLInputElement>("[data-what-if-range]");
  const result = block?.querySelector<HTMLElement>("[data-what-if-result]");
  const mark = block?.querySelector<SVGGElement>("[data-what-if-mark]");
  if (!block || !field || !slider || !result || !mark) return null;
  const still = result.textContent ?? "";
  const { says } = options;
  let range: Range | null = null;
  let rate: string | null = null;
  let ends = "";
  let asking = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const decimals = () => (range?.step_ml_per_h.split(".")[1] ?? "").length;
  const written = (value: number) => value.toFixed(decimals());
  const running = () => written(Number(range?.running_ml_per_h ?? 0));

  function showRunning(): void {
    rate = null;
    ends = "";
    asking += 1;
    clearTimeout(timer);
    field!.value = running();
    field!.removeAttribute("aria-invalid");
    slider!.value = running();
    slider!.setAttribute("aria-valuetext", running());
    result!.textContent = still;
    options.onCurve(null);
    options.onRate(null);
  }

  function propose(value: number, typed = false): void {
    if (range === null) return;
    const [low, high] = [Number(range.low_ml_per_h), Number(range.high_ml_per_h)];
    if (!typed) value = Math.min(high, Math.max(low, value));
    if (value < low || value > high) {
      refuse(fillIn(says["what_if_outside"], { low: range.low_text, high: written(high) }));
      return;
    }
    const text = written(value);
    field!.removeAttribute("aria-invalid");
    if (!typed) field!.value = text;
    slider!.value = text;
    slider!.setAttribute("aria-valuetext", text);
    if (text === running()) {
      showRunning();
      return;
    }
    rate = text;
    options.onRate(rate);
    clearTimeout(timer);
    timer = setTimeout(() => void look(text), options.waitMs ?? 120);
  }

  function refuse(why: string): void {
    field!.setAttribute("aria-invalid", "true");
    rate = null;
    asking += 1;
    clearTimeout(timer);
    result!.textContent = why;
    options.onCurve(null);
    options.onRate(null);
  }

  async function look(asked: string): Promise<void> {
    const mine = (asking += 1);
    let answer: Answer;
    try {
      answer = await options.ask(asked);
    } catch (fault) {
      if (!(fault instanceof Error)) throw fault;
      if (mine === asking) result!.textContent = says["what_if_failed"] ?? "";
      return;
    }
    if (mine !== asking || rate !== asked) return; // a newer rate is being thought about
    ends = answer.ends_text;
    const peak = answer.curve
      ? `${says["effect_site"] ?? ""} ${answer.curve.peak_text}`
      : answer.note;
    result!.replaceChildren(strong(answer.ends_text), `, ${answer.more_text}`, document.createElement("br"), peak);
    options.onCurve(answer.curve);
  }

  const step = (by: number) => {
    if (range === null) return;
    const now = Number(rate ?? running());
    const size = Number(range.step_ml_per_h) * BUTTON_STEPS;
    propose(by > 0 ? Math.floor(now / size + 1e-9) * size + size : Math.ceil(now / size - 1e-9) * size - size);
  };
  block.querySelector("[data-what-if-less]")?.addEventListener("click", () => step(-1));
  block.querySelector("[data-what-if-more]")?.addEventListener("click", () => step(1));
  slider.addEventListener("input", () => propose(Number(slider.value)));
  field.addEventListener("input", () => {
    const value = typedRate(field.value);
    if (value === null) refuse(says["what_if_unreadable"] ?? "");
    else propose(value, true);
  });
  field.addEventListener("keydown", (press) => {
    if (press.key === "Enter") press.preventDefault();
    if (press.key === "Escape") showRunning();
  });

  return {
    setRange(next) {
      const same = JSON.stringify(next) === JSON.stringify(range);
      range = next;
      if (next === null || same) return;
      slider.min = next.low_ml_per_h;
      slider.max = next.high_ml_per_h;
      slider.step = next.step_ml_per_h;
      setText(block, "[data-what-if-low]", next.low_text);
      setText(block, "[data-what-if-high]", next.high_text);
      drawMark(mark, next);
      showRunning();
    },
    rate: () => rate,
    endsText: () => ends,
    reset: showRunning,
  };
}

/** A rate as people type it: one point or comma; anything else is not a rate, and is not guessed at. */
export function typedRate(text: string): number | null {
  const trimmed = text.trim();
  return /^\d{1,4}([.,]\d{1,2})?$/.test(trimmed) ? Number(trimmed.replace(",", ".")) : null;
}

function strong(text: string): HTMLElement {
  const made = document.createElement("strong");
  made.textContent = text;
  return made;
}

function setText(root: ParentNode, selector: string, text: string): void {
  const element = root.querySelector(selector);
  if (element) element.textContent = text;
}

/** A mark at the running rate: a triangle under the track. */
function drawMark(place: SVGGElement, range: Range): void {
  const [low, high, now] = [Number(range.low_ml_per_h), Number(range.high_ml_per_h), Number(range.running_ml_per_h)];
  const share = high > low ? Math.min(1, Math.max(0, (now - low) / (high - low))) : 0;
  const box = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  box.setAttribute("x", `${(share * 100).toFixed(2)}%`);
  box.setAttribute("overflow", "visible");
  const dot = document.createElementNS("http://www.w3.org/2000/svg", "path");
  dot.setAttribute("d", "M0 28l6 11h-12ZM-5 22a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z");
  dot.setAttribute("class", "running");
  box.append(dot);
  place.replaceChildren(box);
}
