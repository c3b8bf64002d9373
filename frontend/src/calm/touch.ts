/** One touch of the call area: the call is on its way before anything waits for the sound. */

export interface Touched {
  /** Wakes the sound; a browser may let it hang, or refuse it. */
  wake(): Promise<void>;
  isRinging(): boolean;
  /** Stops the ringing, also what would still begin of a call that is on its way. */
  silence(): void;
  /** Takes down a new call. */
  call(): void;
  paint(): void;
  deliver(): Promise<void>;
}

export function touched(of: Touched): void {
  void of.wake().catch(() => undefined); // without sound the call is sent all the same
  if (of.isRinging()) {
    of.silence(); // heard: the call itself still waits and is sent
    of.paint();
    return;
  }
  of.call();
  of.paint();
  void of.deliver();
}
