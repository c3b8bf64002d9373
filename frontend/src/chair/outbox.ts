/**
 * What a person charted and the server has not yet confirmed. An entry has its id before its first try, so trying again
 * can never chart twice, and a reply that was lost reads "checking", never "failed" (H17, H18, H20).
 *
 * States: sending (first try), checking (a try had no answer: it may be saved), refused (the rules said no, in words),
 * signed-out (kept until somebody signs in). An entry leaves the box only when the server says that it is in the chart,
 * or when a person discards a refused one or makes another of it (`_again` names the one that it takes the place of).
 */

export interface Entry {
  readonly submission_id: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly words: string;
  readonly made_at_ms: number;
}

export interface Refusal {
  readonly code?: string;
  readonly fact: string;
  readonly limit: string;
  readonly way_forward: string;
  readonly field: string;
}

export type Waiting = "sending" | "checking" | "refused" | "signed-out";

export interface Kept {
  readonly entry: Entry;
  readonly state: Waiting;
  readonly tries: number;
  readonly refusals: readonly Refusal[];
}

export interface Charted {
  readonly entries: readonly { readonly sequence: number; readonly kind: string }[];
  readonly meanwhile?: readonly string[];
  readonly state?: unknown;
}

export type Reply =
  | { readonly kind: "charted"; readonly charted: Charted }
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[]; readonly state?: unknown }
  | { readonly kind: "signed-out" }
  | { readonly kind: "no-answer" };

export interface Store {
  load(): Promise<readonly Entry[]>;
  save(entries: readonly Entry[]): Promise<void>;
}

export interface OutboxOptions {
  readonly send: (entry: Entry) => Promise<Reply>;
  readonly onChange: (kept: readonly Kept[]) => void;
  readonly onCharted: (entry: Entry, charted: Charted) => void;
  readonly onRefused?: (entry: Entry, reply: Reply & { kind: "refused" }) => void;
  readonly store?: Store;
  readonly waitMs?: (tries: number) => number;
}

export interface Outbox {
  add(entry: Entry): void;
  tryNow(): void;
  discard(submissionId: string): void;
  restore(): Promise<void>;
  kept(): readonly Kept[];
}

const WAIT_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;

export function startOutbox(options: OutboxOptions): Outbox {
  const kept = new Map<string, Kept>();
  let busy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function changed(): void {
    const all = [...kept.values()];
    options.onChange(all);
    void options.store?.save(all.map((one) => one.entry));
  }

  function put(one: Kept): void {
    kept.set(one.entry.submission_id, one);
    changed();
  }

  /** In the order in which they were made: what happened first is charted first. */
  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    try {
      for (;;) {
        const next = [...kept.values()].find((one) => one.state === "sending" || one.state === "checking");
        if (next === undefined) return;
        const reply = await options.send(next.entry);
        const id = next.entry.submission_id;
        if (!kept.has(id)) continue;
        if (reply.kind === "charted") {
          kept.delete(id);
          changed();
          options.onCharted(next.entry, reply.charted);
        } else if (reply.kind === "refused") {
          put({ ...next, state: "refused", refusals: reply.refusals });
          options.onRefused?.(next.entry, reply);
        } else if (reply.kind === "signed-out") {
          for (const one of [...kept.values()]) if (one.state !== "refused") kept.set(one.entry.submission_id, { ...one, state: "signed-out" });
          changed();
          return;
        } else {
          put({ ...next, state: "checking", tries: next.tries + 1 });
          timer = setTimeout(() => void work(), (options.waitMs ?? wait)(next.tries));
          return;
        }
      }
    } finally {
      busy = false;
    }
  }

  return {
    add(entry) {
      if (kept.has(entry.submission_id)) return; // the same tap again
      const before = entry.fields["_again"] ?? "";
      if (kept.get(before)?.state === "refused") kept.delete(before);
      put({ entry, state: "sending", tries: 0, refusals: [] });
      void work();
    },
    tryNow() {
      for (const one of [...kept.values()]) {
        if (one.state === "signed-out") kept.set(one.entry.submission_id, { ...one, state: "checking" });
      }
      void work();
    },
    discard(submissionId) {
      if (kept.get(submissionId)?.state !== "refused") return; // what may be in the chart cannot be thrown away here
      kept.delete(submissionId);
      changed();
    },
    async restore() {
      for (const entry of (await options.store?.load()) ?? []) {
        if (!kept.has(entry.submission_id)) kept.set(entry.submission_id, { entry, state: "checking", tries: 1, refusals: [] });
      }
      if (kept.size > 0) changed();
      void work();
    },
    kept: () => [...kept.values()],
  };
}

function wait(tries: number): number {
  return WAIT_MS[Math.min(tries, WAIT_MS.length - 1)] as number;
}
