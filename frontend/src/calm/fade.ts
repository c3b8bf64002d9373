/** How loud and how bright the tablet is, by where the visit stands. Plain values: no audio, no canvas, no clock. */

export type Phase = "arrived" | "preparing" | "infusing" | "paused" | "stopped" | "observing" | "ready_to_leave" | "over" | string;

/** Nothing is ever louder than this share of what the tablet can do, whatever is mixed: calm, and safe on earphones. */
export const LOUDEST = 0.22;

export interface Target {
  readonly loudness: number; // 0 to 1, of LOUDEST
  readonly brightness: number; // 0 to 1, of the chosen light
  readonly over_s: number; // how long the way there takes
}

export function target(phase: Phase): Target {
  switch (phase) {
    case "infusing":
      return { loudness: 1, brightness: 1, over_s: 45 };
    case "paused":
      return { loudness: 0.7, brightness: 1, over_s: 20 };
    case "stopped":
    case "observing":
      return { loudness: 0.45, brightness: 0.7, over_s: 240 };
    case "ready_to_leave":
      return { loudness: 0.15, brightness: 0.4, over_s: 120 };
    case "over":
      return { loudness: 0, brightness: 0, over_s: 8 };
    default:
      return { loudness: 0.5, brightness: 0.8, over_s: 12 };
  }
}

/** What the master gain is set to; never above LOUDEST, never below 0, whatever comes in. */
export function masterGain(loudness: number): number {
  return Number.isFinite(loudness) ? LOUDEST * Math.min(1, Math.max(0, loudness)) : 0;
}

const UNTOUCHED = 0.75 * LOUDEST;

/** What comes out for a wave of this height: itself while it is calm, and never more than LOUDEST however it is mixed. */
export function underTheCap(wave: number): number {
  const height = Math.abs(wave);
  if (height <= UNTOUCHED) return wave;
  const room = LOUDEST - UNTOUCHED;
  return Math.sign(wave) * (UNTOUCHED + room * Math.tanh((height - UNTOUCHED) / room));
}

/**
 * The cap as a shaper takes it: so many heights from -1 to 1. (A compressor is no cap: a browser's own raises what comes
 * out again, and lets a steady 0.22 through as 0.27.)
 */
export function capCurve(points = 8193): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: points }, (_, i) => underTheCap((2 * i) / (points - 1) - 1));
}

/** As the nurse charted it: whether the patient wears earphones. */
export type Earphones = "on" | "off" | "not_asked";

const IN_EARS = 0.8 * LOUDEST;
const IN_THE_ROOM = 0.7;
const RISES_BY = 1.5;

/**
 * The height of one stroke of the bell, of what the tablet can do: heard across a room where it sounds into the room. In
 * earphones it is in the patient's ears alone, and stays under LOUDEST, where one stroke runs into the next as well (H37).
 * Where nobody asked it may be either: it begins as for ears and is loud for the room within four strokes, ten seconds,
 * in which earphones are taken off.
 */
export function bellPeak(worn: Earphones, stroke = 0): number {
  if (worn === "on") return IN_EARS;
  return worn === "off" ? IN_THE_ROOM : Math.min(IN_THE_ROOM, IN_EARS * RISES_BY ** stroke);
}

const LIGHTS: Readonly<Record<string, number>> = { dark: 0.4, dim: 0.7, soft: 1 };

export function brightness(light: string, phase: Phase): number {
  return (LIGHTS[light] ?? LIGHTS["dark"] ?? 0) * target(phase).brightness;
}
