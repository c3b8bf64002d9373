/**
 * Reads a server-sent event stream from bytes. Ours and not the browser's EventSource, which hides the status of a
 * refusal (signed out, not allowed) and cannot be ended at once.
 */

export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Takes text as it arrives, in pieces of any size, and gives the events that are complete. */
export function eventReader(): (piece: string) => StreamEvent[] {
  let kept = "";
  return (piece) => {
    kept += piece;
    const events: StreamEvent[] = [];
    for (let end = kept.indexOf("\n\n"); end >= 0; end = kept.indexOf("\n\n")) {
      const block = kept.slice(0, end);
      kept = kept.slice(end + 2);
      let event = "message";
      let id = "";
      const data: string[] = [];
      for (const line of block.split("\n")) {
        if (line.startsWith("event: ")) event = line.slice(7);
        else if (line.startsWith("data: ")) data.push(line.slice(6));
        else if (line.startsWith("id: ")) id = line.slice(4);
      }
      if (data.length > 0) events.push({ event, data: data.join("\n"), id });
    }
    return events;
  };
}
