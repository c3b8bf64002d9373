/**
 * Slow images, almost black. Drawn small and seldom and let the browser enlarge them: a tablet stays cool for hours.
 * A cycle takes 60 to 90 seconds. With reduced motion one still picture is drawn and kept.
 */

export const FRAMES_PER_S = 12;
export const CYCLE_S = 75;
/** Nothing is ever brighter than this, of 255, in any channel: no glowing sun. */
export const BRIGHTEST = 74;
const WIDTH = 240;
const HEIGHT = 150;

type Draw = (to: CanvasRenderingContext2D, t_s: number) => void;

const turn = (t_s: number, cycles = 1, from = 0) => Math.sin(((t_s * cycles) / CYCLE_S) * 2 * Math.PI + from);

export function tint(red: number, green: number, blue: number, alpha: number): string {
  const cap = (value: number) => Math.max(0, Math.min(BRIGHTEST, Math.round(value)));
  return `rgba(${cap(red)},${cap(green)},${cap(blue)},${Math.max(0, Math.min(1, alpha)).toFixed(3)})`;
}

function glow(to: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  const fill = to.createRadialGradient(x, y, 0, x, y, radius);
  fill.addColorStop(0, colour);
  fill.addColorStop(1, "rgba(0,0,0,0)");
  to.fillStyle = fill;
  to.fillRect(0, 0, WIDTH, HEIGHT);
}

const night: Draw = (to, t_s) => {
  glow(to, WIDTH * (0.5 + 0.08 * turn(t_s)), HEIGHT * 0.36, 120, tint(26, 15, 11, 0.75 + 0.2 * turn(t_s, 1, 1)));
};

const water: Draw = (to, t_s) => {
  glow(to, WIDTH * 0.5, HEIGHT * 0.3, 140, tint(28, 20, 16, 0.9));
  to.lineWidth = 1;
  for (let ring = 0; ring < 6; ring += 1) {
    const age = (t_s / CYCLE_S + ring / 6) % 1;
    to.strokeStyle = tint(70, 56, 44, 0.7 * (1 - age) * Math.min(1, age * 8));
    to.beginPath();
    to.ellipse(WIDTH * 0.5, HEIGHT * 0.34, 6 + age * 130, 2 + age * 36, 0, 0, 2 * Math.PI);
    to.stroke();
  }
};

const drift: Draw = (to, t_s) => {
  glow(to, WIDTH * (0.3 + 0.2 * turn(t_s)), HEIGHT * (0.3 + 0.12 * turn(t_s, 1, 2)), 110, tint(48, 22, 20, 0.8));
  glow(to, WIDTH * (0.7 + 0.18 * turn(t_s, 1, 4)), HEIGHT * (0.4 + 0.15 * turn(t_s, 1, 1)), 100, tint(30, 20, 36, 0.75));
  glow(to, WIDTH * (0.5 + 0.25 * turn(t_s, 1, 3)), HEIGHT * (0.2 + 0.1 * turn(t_s, 1, 5)), 80, tint(52, 36, 18, 0.55));
};

const embers: Draw = (to, t_s) => {
  for (let i = 0; i < 22; i += 1) {
    const age = (t_s / CYCLE_S + i * 0.381966) % 1;
    const x = WIDTH * (((i * 0.618034) % 1) * 0.9 + 0.05) + 6 * turn(t_s, 2, i);
    const y = HEIGHT * (0.8 - age * 0.75);
    glow(to, x, y, 5 + (i % 4) * 2, tint(74, 34, 14, 0.75 * Math.sin(age * Math.PI)));
  }
};

export const IMAGES: Readonly<Record<string, Draw>> = { night, water, drift, embers };

export function drawImage(to: CanvasRenderingContext2D, which: string, t_s: number): void {
  to.globalCompositeOperation = "source-over";
  to.fillStyle = "#070504";
  to.fillRect(0, 0, WIDTH, HEIGHT);
  to.globalCompositeOperation = "lighten";
  (IMAGES[which] ?? night)(to, t_s);
}

export function startImage(canvas: HTMLCanvasElement, still: () => boolean) {
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const to = canvas.getContext("2d", { alpha: false });
  let which = "night";
  let last_ms = -Infinity;
  let drawn = "";
  let frames_count = 0;

  function frame(now_ms: number): void {
    requestAnimationFrame(frame);
    if (to === null || document.hidden) return;
    if (still()) {
      if (drawn !== which) drawImage(to, which, CYCLE_S * 0.4);
      drawn = which;
      return;
    }
    if (now_ms - last_ms < 1000 / FRAMES_PER_S - 4) return;
    last_ms = now_ms;
    drawn = "";
    frames_count += 1;
    canvas.dataset["frames"] = String(frames_count);
    drawImage(to, which, now_ms / 1000);
  }
  requestAnimationFrame(frame);

  return {
    show(image: string, brightness: number, over_s: number): void {
      which = image in IMAGES ? image : "night";
      canvas.dataset["image"] = which;
      canvas.style.transitionDuration = still() ? "0s" : `${over_s}s`;
      canvas.style.opacity = brightness.toFixed(2);
    },
  };
}
