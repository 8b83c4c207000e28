import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { showPopup as show } from "./show";

const field = () => screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Note on this call" });

describe("a note while the call goes on", () => {
  it("is kept with every key, from the first ring on", async () => {
    const { fake } = await show("ringing");
    const note = await field();
    await fireEvent.input(note, { target: { value: "c" } });
    await fireEvent.input(note, { target: { value: "calls about the invoice" } });
    await waitFor(() => expect(fake.pop.noted[0]?.draft.comment).toBe("calls about the invoice"));
    expect(fake.asked.some(({ name }) => name === "wrap_up_draft")).toBe(true);
  });

  it("grows with what is in it", async () => {
    await show("ringing");
    const note = await field();
    expect(note.rows).toBe(1);
    await fireEvent.input(note, { target: { value: "one\ntwo\nthree" } });
    await waitFor(() => expect(note.rows).toBe(3));
  });

  it("is not asked for of a call with a colleague, nor of one that is over", async () => {
    await show("colleague");
    expect(screen.queryByRole("textbox")).toBeNull();
    await show("missed");
    expect(screen.queryByRole("textbox")).toBeNull();
  });

  it("says so where it is on the screen only", async () => {
    const { fake } = await show("ringing");
    fake.failing.set("wrap_up_draft", { code: "not_saved", message: "The disk is full" });
    await fireEvent.input(await field(), { target: { value: "x" } });
    await screen.findByText("On the screen only: it could not be kept yet.");
  });
});
