import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { forgetForms } from "../../src/main/drafts/forms.svelte";
import { faults, press, showMain } from "./show";

async function openNotes(id: string, prepare?: (fake: Fake) => void) {
  forgetForms();
  const shown = await showMain("none", prepare ? { prepare } : {});
  await fireEvent.click(document.querySelector(`[data-call="${id}"]`) ?? expect.fail(`no row ${id}`));
  const section = await screen.findByRole("region", { name: "Notes" });
  await waitFor(() => expect(shown.fake.asked.some(({ name }) => name === "notes")).toBe(true));
  return { ...shown, notes: within(section), section };
}

/** Somebody else did something to a note. */
const tell = (fake: Fake) => fake.showDesk({ call_notes: (fake.desk.call_notes ?? 0) + 1 });

const write = (text: string) => fireEvent.input(screen.getByLabelText("Text"), { target: { value: text } });

describe("a call's notes", () => {
  it("say what each is, whose, in which language, and what people did with it", async () => {
    const { section } = await openNotes("h1");
    await waitFor(() => expect(section.querySelectorAll("li")).toHaveLength(3));
    const [typed, summary, transcript] = [...section.querySelectorAll("li")].map((one) => one.textContent?.replace(/\s+/g, " ") ?? "");
    expect(typed).toMatch(/Note Ana Kiss · .* · while talking Invoice 2026-0317/);
    expect(summary).toMatch(/Summary whisper · English · .* · edited by Béla Nagy/);
    expect(summary).toContain("connected systems are told once somebody has read and approved it");
    expect(transcript).toMatch(/Transcript whisper · .*Spanish.* · approved by Ana Kiss/);
    expect(await faults()).toEqual([]);
  });

  it("are text and nothing else, with their lines", async () => {
    const { section } = await openNotes("h3");
    const text = await waitFor(() => section.querySelector(".text") ?? expect.fail("no text"));
    expect(text.textContent).toBe("Sent the slip.\n<b>Not</b> signed yet.\nשלום, התקבל");
    expect(text.querySelector("b")).toBeNull();
    expect(text.getAttribute("dir")).toBe("auto");
  });

  it("are folded where they are long, and shown whole", async () => {
    const { notes, text } = await openNotes("h1");
    const all = await notes.findByRole("button", { name: "Show all of it" });
    expect(text()).not.toContain("tenga buen día");
    await fireEvent.click(all);
    expect(text()).toContain("tenga buen día");
    await press("Show less");
    expect(text()).not.toContain("tenga buen día");
  });

  it("are approved in the version that was read", async () => {
    const { fake, notes } = await openNotes("h1");
    await fireEvent.click(await notes.findByRole("button", { name: "Approve" }));
    await waitFor(() => expect(notes.getAllByText(/approved by Ana Kiss/)).toHaveLength(2));
    expect(fake.argsOf("approve_note")).toEqual([{ callId: "h1", key: "sum-1", version: 2 }]);
    expect(notes.queryByRole("button", { name: /^Approv/ })).toBeNull();
  });

  it("are written after the call, once however often the answer is lost", async () => {
    const { fake, notes } = await openNotes("h2");
    await press("Add a note");
    fake.failing.set("add_note", { code: "offline", message: "No line" });
    await write("called back, all is well");
    await press("Save");
    await notes.findByText("It was not saved");
    expect(screen.getByLabelText<HTMLTextAreaElement>("Text").value).toBe("called back, all is well");
    fake.failing.clear();
    await press("Save");
    await notes.findByRole("button", { name: "Add a note" });
    expect(notes.getByText("called back, all is well")).toBeTruthy();
    const keys = fake.argsOf("add_note").map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(fake.forms.size).toBe(0);
  });

  it("keep what is typed where somebody was faster, and let the agent decide", async () => {
    const { fake, notes } = await openNotes("h1");
    await fireEvent.click(await notes.findByRole("button", { name: "Edit: Summary" }));
    await write("mine");
    fake.notes.change("h1", "sum-1", 2, () => ({ text: "of Béla", edited: { by: "Béla Nagy", at: Date.now() } }));
    await press("Save");
    await notes.findByText("Béla Nagy changed it meanwhile");
    expect(notes.getByText("of Béla")).toBeTruthy();
    expect(screen.getByLabelText<HTMLTextAreaElement>("Text").value).toBe("mine");
    await press("Save mine all the same");
    await waitFor(() => expect(fake.notes.list("h1").find(({ key }) => key === "sum-1")?.text).toBe("mine"));
    expect(fake.argsOf("edit_note").map(({ version }) => version)).toEqual([2, 3]);
    await waitFor(() => expect(notes.queryByLabelText("Text")).toBeNull());
  });

  it("say at once that another desk changed what is being edited", async () => {
    const { fake, notes } = await openNotes("h1");
    await fireEvent.click(await notes.findByRole("button", { name: "Edit: Summary" }));
    await write("mine");
    fake.notes.change("h1", "sum-1", 2, () => ({ text: "of Béla", edited: { by: "Béla Nagy", at: Date.now() } }));
    tell(fake);
    await notes.findByText("Béla Nagy changed it meanwhile");
    await press("Take theirs");
    expect(screen.getByLabelText<HTMLTextAreaElement>("Text").value).toBe("of Béla");
    fake.notes.remove("h1", "sum-1");
    await write("mine again");
    tell(fake);
    await notes.findByText(/It was deleted meanwhile/);
    expect(screen.getByLabelText<HTMLTextAreaElement>("Text").value).toBe("mine again");
  });

  it("are there again when the window was closed while one was typed", async () => {
    const first = await openNotes("h2");
    await press("Add a note");
    await write("half a sentence");
    await waitFor(() => expect(first.fake.forms.size).toBe(1));
    const kept = [...first.fake.forms.values()];
    document.body.innerHTML = "";
    const again = await openNotes("h3", (fake) => kept.forEach((form) => fake.forms.set(form.place, form)));
    await press(/^Open: /);
    await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>("Text").value).toBe("half a sentence"));
    await press("Save");
    await waitFor(() => expect(again.fake.notes.list("h2").map(({ text }) => text)).toEqual(["half a sentence"]));
  });

  it("are deleted by whoever wrote them, who is asked first", async () => {
    const { fake, notes } = await openNotes("h3");
    await fireEvent.click(await notes.findByRole("button", { name: "Delete" }));
    const question = within(await screen.findByRole("dialog"));
    await fireEvent.click(question.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(fake.notes.list("h3")).toEqual([]));
    await waitFor(() => expect(notes.queryByText(/Sent the slip/)).toBeNull());
  });

  it("are not asked for where the hub keeps none", async () => {
    forgetForms();
    const { fake } = await showMain("none", { prepare: (one) => (one.desk.call_notes = null) });
    await fireEvent.click(document.querySelector('[data-call="h1"]') ?? expect.fail("no row"));
    await screen.findByText("What happened");
    expect(fake.asked.some(({ name }) => name === "notes")).toBe(false);
    expect(screen.queryByRole("region", { name: "Notes" })).toBeNull();
  });
});
