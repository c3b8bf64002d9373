/** What the plots draw, as `curves.json` sends it. Seconds count from `from_ms`. */

export interface Span {
  readonly start_s: number;
  readonly end_s: number;
}

/** A value of null is a moment without a reading: the line breaks there. */
export interface Series {
  readonly t_s: number[];
  readonly v: (number | null)[];
}

export interface Gap extends Span {
  readonly channel: string;
  readonly why_text: string;
  readonly open?: boolean; // there has been no value since
}

export interface Cuff {
  readonly t_s: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly by_hand: boolean;
  readonly doubtful: boolean;
}

export interface Predicted {
  readonly t_s: readonly number[];
  readonly low: readonly number[];
  readonly mid: readonly number[];
  readonly high: readonly number[];
  readonly plasma: readonly number[];
  readonly has_band: boolean;
  readonly peak_text: string;
}

export interface RateSpan extends Span {
  readonly rate_ml_per_h: number;
  readonly ahead: boolean;
}

export interface AlarmMark {
  readonly t_s: number;
  readonly priority: string;
  readonly acknowledged: boolean;
  readonly technical: boolean;
  readonly words: string;
}

export interface Limit {
  readonly strip: string;
  readonly value: number;
  readonly words: string;
}

export interface Curves {
  readonly from_ms: number;
  readonly view: Span;
  readonly whole: Span;
  readonly now_s: number;
  readonly zone: string;
  readonly infusion: Span | null;
  readonly series: Readonly<Record<string, Series>>;
  readonly gaps: readonly Gap[];
  readonly cuffs: readonly Cuff[];
  readonly cuffs_by_hand: readonly Cuff[];
  readonly cuffs_planned: readonly number[];
  readonly limits: readonly Limit[];
  readonly alarms: readonly AlarmMark[];
  readonly marks: readonly { readonly t_s: number; readonly words: string }[];
  readonly rates: readonly RateSpan[];
  readonly observe_until_s: number | null;
  readonly observe_text: string;
  readonly dissociation: { readonly low: number; readonly mid: number; readonly high: number; readonly words: string };
  readonly predicted: Predicted | null;
  readonly predicted_note: string;
}

/** The curves without what was measured: the page has that, and adds to it by the stream. */
export type Rest = Omit<Curves, "series"> & { readonly series: null };

export interface WhatIfCurve {
  readonly rate_text: string;
  readonly t_s: readonly number[];
  readonly low: readonly number[];
  readonly mid: readonly number[];
  readonly high: readonly number[];
  readonly has_band: boolean;
  readonly peak_text: string;
  readonly rate_ml_per_h: number;
  readonly ends_s: number | null;
}
