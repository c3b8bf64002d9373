/** Carries a touch to the nurse, and rings in this room for as long as nobody is known to have it. */

import type { Sent } from "./calls";

/** So long a call may go unanswered before this room is rung (assumed: the chair's banner comes within a second). */
export const UNANSWERED_MS = 1_500;

export interface Way {
  /** The tablet itself says already that nobody hears it. */
  isLost(): boolean;
  flush(): Promise<Sent>;
  ring(on: boolean): void;
  paint(): void;
  /** Acts in so many milliseconds; what it answers calls that off. */
  after(ms: number, act: () => void): () => void;
}

export function startDelivery(of: Way) {
  let silenced = 0; // how often the sound was stopped: what somebody stopped does not begin again by itself

  return {
    async deliver(): Promise<void> {
      const before = silenced;
      const ring = () => {
        if (before !== silenced) return;
        of.ring(true); // nobody is known to be reached: this room is
        of.paint();
      };
      if (of.isLost()) ring();
      const callOff = of.after(UNANSWERED_MS, ring); // where packets vanish nothing fails, it only takes long
      const sent = await of.flush();
      callOff();
      if (sent === "taken") of.ring(false);
      else ring();
      of.paint();
    },
    silence(): void {
      silenced += 1;
      of.ring(false);
    },
  };
}
