/** Speaking instead of typing: the recording goes into the form's own file field, and to the clinic's server with it. */

const LONGEST_MS = 15 * 60_000;

function start(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-record]");
  const words = form.querySelector<HTMLElement>("[data-record-words]");
  const field = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!button || !words || !field || typeof MediaRecorder === "undefined" || !navigator.mediaDevices) return;
  button.hidden = false;
  let recorder: MediaRecorder | null = null;

  button.addEventListener("click", () => void (recorder ? recorder.stop() : record()));

  /** "Keep it" while somebody speaks: the recording ends, and is kept with the rest. */
  function keepWhatIsSaid(event: SubmitEvent): void {
    const running = recorder;
    if (running === null || running.state === "inactive") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const by = event.submitter instanceof HTMLElement ? event.submitter : null;
    running.addEventListener("stop", () => form.requestSubmit(by), { once: true });
    running.stop();
  }

  async function record(): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (fault) {
      if (!(fault instanceof DOMException)) throw fault;
      words!.textContent = form.dataset["saysNone"] ?? "";
      return;
    }
    const pieces: Blob[] = [];
    const now = new MediaRecorder(stream, { audioBitsPerSecond: 32_000 });
    recorder = now;
    button!.textContent = form.dataset["saysStop"] ?? "";
    words!.textContent = "";
    now.addEventListener("dataavailable", (event) => pieces.push(event.data));
    now.addEventListener("stop", () => {
      recorder = null;
      form.removeEventListener("submit", keepWhatIsSaid);
      for (const track of stream.getTracks()) track.stop();
      const held = new DataTransfer();
      held.items.add(new File(pieces, "journal", { type: now.mimeType }));
      field!.files = held.files;
      button!.textContent = form.dataset["saysRecord"] ?? "";
      words!.textContent = form.dataset["saysKept"] ?? "";
    });
    form.addEventListener("submit", keepWhatIsSaid);
    now.start(1_000);
    setTimeout(() => now.state === "recording" && now.stop(), LONGEST_MS);
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-journal]")) start(form);
