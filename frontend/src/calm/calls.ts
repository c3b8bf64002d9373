/**
 * The calls of this tablet: a number made before the first try, kept until the server has it, sent again until then.
 *
 * How long a call waited is counted by a clock that only counts, and by the wall's where the page was reloaded meanwhile.
 */

export interface Call {
  readonly call_id: string;
  readonly touched_ms: number;
}

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export type Sent = "taken" | "gone" | "lost";

export interface Calls {
  touch(): Call;
  waiting(): readonly Call[];
  /** Sends what waits, the oldest first. Answers what came of it: lost as soon as one is. */
  flush(): Promise<Sent>;
  forget(): void;
}

export const KEY = "dripstand-calm-calls";

function read(store: Store): Call[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter((one): one is Call => typeof one?.call_id === "string" && typeof one?.touched_ms === "number");
  } catch (fault) {
    if (fault instanceof SyntaxError || fault instanceof DOMException) return [];
    throw fault;
  }
}

export function startCalls(options: {
  readonly store: Store;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly send: (call_id: string, waited_s: number) => Promise<Sent>;
}): Calls {
  let kept = read(options.store);
  let running: Promise<Sent> | null = null;

  function keep(): void {
    try {
      if (kept.length) options.store.setItem(KEY, JSON.stringify(kept));
      else options.store.removeItem(KEY);
    } catch (fault) {
      if (!(fault instanceof DOMException)) throw fault; // a full store: the call is still in memory and still sent
    }
  }

  async function run(): Promise<Sent> {
    while (kept.length) {
      const call = kept[0] as Call;
      const sent = await options.send(call.call_id, Math.max(0, (options.nowMs() - call.touched_ms) / 1000));
      if (sent === "lost") return "lost";
      kept = kept.filter((one) => one.call_id !== call.call_id);
      keep();
      if (sent === "gone") return "gone";
    }
    return "taken";
  }

  return {
    touch() {
      const call = { call_id: options.newId(), touched_ms: options.nowMs() };
      kept = [...kept, call];
      keep();
      return call;
    },
    waiting: () => kept,
    flush() {
      running ??= run().finally(() => {
        running = null;
      });
      return running;
    },
    forget() {
      kept = [];
      keep();
    },
  };
}
