import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { scenarios } from "../../../src/ipc/fake/scenarios";
import { comment, settled, showDraft, showWrapUp, wrapUpOf } from "./show";

const type = (value: string) => fireEvent.input(comment(), { target: { value } });
const save = () => fireEvent.click(screen.getByRole("button", { name: "Save" }));

it("sends the draft at the first letter, and while that is under way only the newest of the others", async () => {
  const shown = await showWrapUp("wrap_up");
  const answer = shown.fake.hold("wrap_up_draft");
  for (const text of ["W", "Wa", "Wan", "Want", "Wants"]) await type(text);
  await settled();
  const sent = () => shown.fake.argsOf("wrap_up_draft").map(({ draft }) => draft.comment);
  expect(sent()).toEqual(["W"]);
  answer();
  await waitFor(() => expect(sent()).toEqual(["W", "Wants"]));
  await waitFor(() => expect(wrapUpOf(shown).draft.comment).toBe("Wants"));
});

it("numbers every draft higher than the one before", async () => {
  const shown = await showWrapUp("wrap_up_not_saved");
  await type("a");
  await settled();
  await type("ab");
  await settled();
  expect(shown.fake.argsOf("wrap_up_draft").map(({ draft }) => draft.revision)).toEqual([4, 5]);
});

it("never overwrites what was typed with a view that is older", async () => {
  const shown = await showWrapUp("wrap_up");
  const old = structuredClone(wrapUpOf(shown));
  await type("Wants an offer");
  await settled();
  shown.fake.showPop({ wrap_ups: [old] });
  await settled();
  expect(comment().value).toBe("Wants an offer");
});

it("keeps what is still under way while a view of another window's words comes, and sends it again as the newer", async () => {
  const shown = await showWrapUp("wrap_up");
  const answer = shown.fake.hold("wrap_up_draft");
  await type("mine");
  showDraft(shown, { comment: "theirs", revision: 7 });
  await settled();
  expect(comment().value).toBe("mine");
  answer();
  await waitFor(() => expect(wrapUpOf(shown).draft).toMatchObject({ comment: "mine", revision: 8 }));
  expect(screen.queryByRole("alert")).toBeNull();
});

it("shows what was typed in another window where nothing is under way here", async () => {
  const shown = await showWrapUp("wrap_up");
  showDraft(shown, { comment: "theirs", revision: 7 });
  await waitFor(() => expect(comment().value).toBe("theirs"));
  await type("theirs and mine");
  await waitFor(() => expect(wrapUpOf(shown).draft).toMatchObject({ comment: "theirs and mine", revision: 8 }));
});

it("saves only once the last letter has arrived", async () => {
  const { fake } = await showWrapUp("wrap_up");
  await fireEvent.click(screen.getByRole("radio", { name: "Wrong number" }));
  await settled();
  const answer = fake.hold("wrap_up_draft");
  await type("last words");
  await save();
  await settled();
  expect(fake.argsOf("wrap_up_finish")).toEqual([]);
  answer();
  await waitFor(() => expect(fake.argsOf("wrap_up_finish")).toEqual([{ callId: "call-1" }]));
  expect(fake.argsOf("wrap_up_draft").at(-1)?.draft).toMatchObject({ code: "50", comment: "last words" });
  await waitFor(() => expect(fake.pop.wrap_ups).toEqual([]));
});

it("does not save words that were not taken, says so, and sends them again when asked", async () => {
  const shown = await showWrapUp("wrap_up");
  const { fake } = shown;
  fake.failing.set("wrap_up_draft", { code: "offline", message: "" });
  await type("precious");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("What you type is on the screen only");
  await save();
  await settled();
  expect(fake.argsOf("wrap_up_finish")).toEqual([]);
  expect(comment().value).toBe("precious");
  fake.failing.delete("wrap_up_draft");
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(wrapUpOf(shown).draft.comment).toBe("precious"));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

it("says that a comment is larger than can be kept", async () => {
  await showWrapUp("wrap_up");
  await type("x".repeat((1 << 20) + 1));
  expect((await screen.findByRole("alert")).textContent).toContain("larger than can be kept");
  expect(comment().value).toHaveLength((1 << 20) + 1);
});

it("keeps the draft while another call rings, comes to the front and goes again", async () => {
  const shown = await showWrapUp("wrap_up");
  const { fake } = shown;
  await type("half a sentence");
  await settled();
  const ringing = structuredClone(scenarios["unknown_caller"]?.(Date.now()) ?? []);
  for (const { call } of ringing) call.id = "call-2";
  fake.showPop({ calls: [...fake.pop.calls, ...ringing], selected: "call-2" });
  await waitFor(() =>
    expect(screen.getAllByRole("tab").map((row) => row.textContent)).toEqual([expect.stringContaining("Wrap-up"), expect.stringContaining("Ringing")]),
  );
  expect(screen.queryByRole("radiogroup")).toBeNull();
  fake.showPop({ selected: "call-1" });
  await screen.findByRole("radiogroup");
  expect(comment().value).toBe("half a sentence");
});

it("keeps words that were not taken while the card is out of sight", async () => {
  const { fake } = await showWrapUp("wrap_up");
  fake.failing.set("wrap_up_draft", { code: "offline", message: "" });
  await type("precious");
  await screen.findByRole("alert");
  const { calls, wrap_ups } = fake.pop;
  fake.showPop({ calls: [], wrap_ups: [], selected: null });
  await waitFor(() => expect(screen.queryByRole("radiogroup")).toBeNull());
  fake.showPop({ calls, wrap_ups, selected: "call-1" });
  await screen.findByRole("radiogroup");
  expect(comment().value).toBe("precious");
});
