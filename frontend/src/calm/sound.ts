/**
 * Calm sound, made here: rain, sea, a low tone, slow chords, or the clinic's own recording. Everything goes through one
 * gain that is never above LOUDEST and then under a cap of the same height, so no mixture is loud. Nothing here is an alarm (H37).
 *
 * The local bell is another way out: it rings only when the patient touched and no network took the call to the nurse. It
 * is loud for the room, under the same cap where the nurse charted that the patient wears earphones, and rises where
 * nobody asked.
 */

import { bellPeak, capCurve, type Earphones, masterGain } from "./fade";

export const RECIPES = ["rain", "sea", "drone", "chords"] as const;

/** Four slow chords, Hz: open fifths and added seconds around A, each held half a minute and more. */
export const CHORDS: readonly (readonly number[])[] = [
  [110, 164.81, 220, 246.94],
  [98, 146.83, 220, 293.66],
  [87.31, 130.81, 196, 261.63],
  [98, 146.83, 196, 246.94],
];
export const CHORD_S = 36;

interface Voice {
  stop(over_s: number): void;
}

/** Noise that falls by 3 dB an octave (Kellet's filter), which is softer than white and less dull than brown. */
export function pinkNoise(samples: Float32Array, random: () => number): void {
  let [a, b, c] = [0, 0, 0];
  for (let i = 0; i < samples.length; i += 1) {
    const white = random() * 2 - 1;
    a = 0.99765 * a + white * 0.099046;
    b = 0.963 * b + white * 0.2965164;
    c = 0.57 * c + white * 1.0526913;
    samples[i] = Math.max(-1, Math.min(1, (a + b + c + white * 0.1848) * 0.18));
  }
}

export function startSounds(make: () => AudioContext = () => new AudioContext()) {
  let context: AudioContext | null = null;
  let master: GainNode | null = null;
  let voice: Voice | null = null;
  let playing = "none";
  let worn: Earphones = "not_asked";
  let bell: ReturnType<typeof setInterval> | undefined;

  function noise(of: AudioContext): AudioBufferSourceNode {
    const buffer = of.createBuffer(1, of.sampleRate * 8, of.sampleRate);
    pinkNoise(buffer.getChannelData(0), Math.random);
    const source = of.createBufferSource();
    source.buffer = buffer;
    source.loop = true;
    return source;
  }

  function fadedIn(of: AudioContext, into: AudioNode, nodes: AudioScheduledSourceNode[], gain: GainNode, level: number): Voice {
    gain.gain.setValueAtTime(0, of.currentTime);
    gain.gain.linearRampToValueAtTime(level, of.currentTime + 6);
    gain.connect(into);
    for (const node of nodes) node.start();
    return {
      stop(over_s) {
        gain.gain.cancelScheduledValues(of.currentTime);
        gain.gain.setTargetAtTime(0, of.currentTime, over_s / 3);
        for (const node of nodes) node.stop(of.currentTime + over_s);
      },
    };
  }

  function rain(of: AudioContext, into: AudioNode, slow: boolean): Voice {
    const source = noise(of);
    const filter = of.createBiquadFilter();
    filter.type = slow ? "lowpass" : "bandpass";
    filter.frequency.value = slow ? 480 : 1400;
    filter.Q.value = slow ? 0.3 : 0.35;
    const swell = of.createOscillator();
    swell.frequency.value = slow ? 1 / 11 : 1 / 23;
    const depth = of.createGain();
    depth.gain.value = slow ? 260 : 300;
    swell.connect(depth).connect(filter.frequency);
    const gain = of.createGain();
    source.connect(filter).connect(gain);
    return fadedIn(of, into, [source, swell], gain, slow ? 1 : 0.9);
  }

  function tones(of: AudioContext, into: AudioNode, hertz: readonly number[], level: number): Voice {
    const gain = of.createGain();
    const filter = of.createBiquadFilter();
    filter.type = "lowpass";
    filter.frequency.value = 620;
    filter.connect(gain);
    const nodes = hertz.flatMap((tone, i) =>
      [-1.5, 1.5].map((cents) => {
        const one = of.createOscillator();
        one.type = i % 2 ? "sine" : "triangle";
        one.frequency.value = tone;
        one.detune.value = cents * (i + 1);
        const own = of.createGain();
        own.gain.value = 0.5 / hertz.length / (1 + i * 0.35);
        one.connect(own).connect(filter);
        return one;
      }),
    );
    return fadedIn(of, into, nodes, gain, level);
  }

  function chords(of: AudioContext, into: AudioNode): Voice {
    let at = 0;
    let now = tones(of, into, CHORDS[0] as readonly number[], 1);
    const next = setInterval(() => {
      at = (at + 1) % CHORDS.length;
      now.stop(14);
      now = tones(of, into, CHORDS[at] as readonly number[], 1);
    }, CHORD_S * 1000);
    return {
      stop(over_s) {
        clearInterval(next);
        now.stop(over_s);
      },
    };
  }

  function recorded(of: AudioContext, into: AudioNode, address: string): Voice {
    const element = new Audio(address);
    element.loop = true;
    const gain = of.createGain();
    of.createMediaElementSource(element).connect(gain);
    gain.connect(into);
    void element.play().catch(() => undefined); // without it there is silence, which is calm too
    return {
      stop(over_s) {
        gain.gain.setTargetAtTime(0, of.currentTime, over_s / 3);
        setTimeout(() => element.pause(), over_s * 1000);
      },
    };
  }

  return {
    /** Call from a touch: a browser stays silent until then. */
    async wake(): Promise<void> {
      context ??= make();
      if (master === null) {
        master = context.createGain();
        master.gain.value = 0;
        const cap = context.createWaveShaper();
        cap.curve = capCurve();
        master.connect(cap).connect(context.destination);
      }
      // not only "suspended": an iPad says "interrupted" after a call or a voice assistant, and stays silent until asked
      if (context.state !== "running" && context.state !== "closed") await context.resume();
    },
    play(sound: string, recording: string): void {
      const wanted = sound === "file" ? `file ${recording}` : sound;
      if (context === null || master === null || wanted === playing) return;
      voice?.stop(8);
      voice = null;
      playing = wanted;
      if (sound === "rain" || sound === "sea") voice = rain(context, master, sound === "sea");
      else if (sound === "drone") voice = tones(context, master, [55, 82.41, 110], 1);
      else if (sound === "chords") voice = chords(context, master);
      else if (sound === "file" && recording) voice = recorded(context, master, `/me/calm/recording/${recording}/`);
    },
    loudness(wanted: number, over_s: number): void {
      if (context === null || master === null) return;
      master.gain.cancelScheduledValues(context.currentTime);
      master.gain.setTargetAtTime(masterGain(wanted), context.currentTime, over_s / 3);
    },
    /** Whether the sound goes to the patient's ears alone; also of a bell that rings already. */
    earphones(said: Earphones): void {
      worn = said;
    },
    /** Rings, into the room clearly louder than the calm, until it is told to stop. */
    ring(on: boolean): void {
      if (on && bell !== undefined) return; // it rings already: no second stroke across the first
      clearInterval(bell);
      bell = undefined;
      if (!on || context === null) return;
      const of = context;
      let stroke = 0;
      const strike = () => {
        for (const [i, hertz] of [988, 784].entries()) {
          const tone = of.createOscillator();
          const gain = of.createGain();
          const at = of.currentTime + 0.02 + i * 0.4;
          tone.frequency.value = hertz;
          gain.gain.setValueAtTime(0, at);
          gain.gain.linearRampToValueAtTime(bellPeak(worn, stroke), at + 0.02);
          gain.gain.exponentialRampToValueAtTime(0.001, at + 1.1);
          tone.connect(gain).connect(of.destination);
          tone.start(at);
          tone.stop(at + 1.2);
        }
        stroke += 1;
      };
      strike();
      bell = setInterval(strike, 2_500);
    },
    isRinging: () => bell !== undefined,
    playing: () => playing,
  };
}
