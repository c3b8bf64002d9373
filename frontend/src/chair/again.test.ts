import { beforeEach, expect, test } from "vitest";
import { canOpen, forget, putBack, remembered } from "./again";
import { fieldsOf, startEntries } from "./entries";
import { startOutbox, type Entry, type Kept, type Refusal, type Reply } from "./outbox";
import { startPanels } from "./panels";
import { drawPending } from "./pending";

const PAGE = `<ul data-pending></ul>
  <section data-panel="medicine"><h2>Medicine given</h2>
    <form data-entry><input type="hidden" name="kind" value="emergency_declared"><button>Emergency</button></form>
    <form data-entry data-mine><input type="hidden" name="csrfmiddlewaretoken" value="secret">
      <input type="hidden" name="submission_id" value="id-1"><input type="hidden" name="kind" value="medicine_given">
      <input type="hidden" name="of_sequence" value="" data-of-sequence>
      <label><span>Medicine</span><input name="medicine"></label><label><span>Dose</span><input name="dose_text"></label>
      <fieldset><label><input type="radio" name="route" value="oral"></label><label><input type="radio" name="route" value="iv" checked></label></fieldset>
      <label><input type="checkbox" name="doubtful" value="true"></label>
      <select name="by"><option value=""></option><option value="7">Vance</option></select><button>Chart medicine</button>
    </form><a data-panel-close href="#main">Close</a></section>
  <section data-panel="site"><form data-entry><input type="hidden" name="kind" value="access_site_checked"><button name="finding" value="good">good</button></form></section>`;

const TYPED = { medicine: "ondansetron", dose_text: "400 g", route: "oral", doubtful: "true", by: "7", of_sequence: "12" };
const DOSE: Refusal = { fact: "400 g is not a dose of it.", limit: "8 mg", way_forward: "Type it again.", field: "dose_text" };

function form(): HTMLFormElement {
  return document.querySelector("[data-mine]") as HTMLFormElement;
}

function field(name: string): HTMLInputElement {
  return form().querySelector(`[name=${name}]`) as HTMLInputElement;
}

function refused(refusals: readonly Refusal[] = [DOSE], more: Record<string, string> = {}): Kept {
  const fields = { kind: "medicine_given", submission_id: "id-1", _panel: "medicine", ...TYPED, ...more };
  return { entry: { submission_id: "id-1", fields, words: "Medicine", made_at_ms: 0 }, state: "refused", tries: 0, refusals };
}

beforeEach(() => {
  document.body.innerHTML = PAGE;
});

test("what was refused is put back as it was typed, with the words beside the field that they name", () => {
  expect(putBack(document, refused())).toBe("medicine");
  const now = fieldsOf(form(), null);
  expect(now).toMatchObject(TYPED);
  expect(now["submission_id"]).toBe("id-1"); // the form's own number, not the refused entry's
  expect(field("dose_text").closest("label")?.querySelector("[data-says]")?.textContent).toBe("400 g is not a dose of it. 8 mg Type it again.");
  expect(field("dose_text").getAttribute("aria-invalid")).toBe("true");
  expect(document.querySelectorAll("[data-says]")).toHaveLength(1);
});

test("a choice has the words beside all of it, and what names no field of the form stands at its head", () => {
  const route = { ...DOSE, field: "route", fact: "Not that way." };
  const other = { ...DOSE, field: "kind", fact: "Not while infusing." };
  putBack(document, refused([route, other]));
  expect(form().querySelector("fieldset > [data-says]")?.textContent).toContain("Not that way.");
  expect(form().firstElementChild?.textContent).toContain("Not while infusing.");
});

test("nothing that was left open in the entry stays ticked from the page", () => {
  const { entry, ...kept } = refused();
  const { route: _route, doubtful: _doubtful, by: _by, ...fields } = entry.fields as Record<string, string>;
  putBack(document, { ...kept, entry: { ...entry, fields } });
  expect([...form().querySelectorAll<HTMLInputElement>("input:checked")]).toEqual([]);
  expect((form().querySelector("select") as HTMLSelectElement).value).toBe("");
});

test("where nothing was typed, or where it is not refused, nothing is offered", () => {
  const site = document.querySelector<HTMLFormElement>("[data-panel=site] form") as HTMLFormElement;
  const emergency = document.querySelector<HTMLFormElement>("[data-panel=medicine] form") as HTMLFormElement;
  expect(remembered(site)).toEqual({});
  expect(remembered(emergency)).toEqual({});
  expect(remembered(form())).toEqual({ _panel: "medicine" });
  expect(canOpen(refused())).toBe(true);
  expect(canOpen({ ...refused(), state: "checking" })).toBe(false);
  expect(putBack(document, refused([DOSE], { _panel: "gone" }))).toBeNull();
});

test("a panel that is left forgets what was put back, and the refusal still keeps it", () => {
  const panels = startPanels(document.body, forget);
  putBack(document, refused());
  panels.open("medicine");
  expect(document.activeElement).toBe(field("dose_text"));
  panels.open("site");
  expect(fieldsOf(form(), null)).toMatchObject({ medicine: "", dose_text: "", route: "iv" });
  expect(document.querySelector("[data-says], [aria-invalid]")).toBeNull();
  expect(remembered(form())).toEqual({ _panel: "medicine" });
});

test("a half-typed panel that nothing was put back into keeps what stands in it", () => {
  const panels = startPanels(document.body, forget);
  panels.open("medicine");
  field("medicine").value = "half";
  panels.close();
  expect(field("medicine").value).toBe("half");
});

test("refused, opened with one tap, put right and sent: it takes the refused one's place and is charted once", async () => {
  const pending = document.querySelector("[data-pending]") as HTMLElement;
  const sent: Entry[] = [];
  let answer: Reply = { kind: "refused", refusals: [DOSE] };
  const panels = startPanels(document.body, forget);
  const says = { open_again: "Open it again", drop: "Discard" };
  const outbox = startOutbox({
    send: async (entry) => (sent.push(entry), answer),
    onChange: (kept) =>
      drawPending(pending, kept, () => outbox, "UTC", says, (one) => {
        const name = putBack(document, one);
        if (name) panels.open(name);
      }),
    onCharted: () => undefined,
  });
  startEntries({
    root: document.body,
    now: () => 0,
    ticksMs: (() => { let at = 0; return () => (at += 10_000); })(),
    add: (entry) => outbox.add(entry),
    onSubmitted: (made) => {
      panels.close();
      made.reset();
    },
  });
  const submit = () => form().dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  panels.open("medicine");
  field("medicine").value = "ondansetron";
  field("dose_text").value = "400 g";
  submit();
  await new Promise((done) => setTimeout(done));
  expect(field("medicine").value).toBe("");
  const [open] = [...pending.querySelectorAll("button")];
  expect(open?.textContent).toBe("Open it again");
  open?.click();
  expect(panels.current()).toBe("medicine");
  expect(field("medicine").value).toBe("ondansetron");
  field("dose_text").value = "4 mg";
  answer = { kind: "charted", charted: { entries: [] } };
  submit();
  await new Promise((done) => setTimeout(done));
  expect(outbox.kept()).toEqual([]);
  expect(sent.map((entry) => entry.fields["dose_text"])).toEqual(["400 g", "4 mg"]);
  expect(new Set(sent.map((entry) => entry.submission_id)).size).toBe(2);
  expect(document.querySelector("[data-says]")).toBeNull();
});
