import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { comment, settled, showWrapUp, wrapUpOf } from "./show";

const key = (name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key: name, ...more });
const checked = () =>
  screen
    .getAllByRole("radio")
    .filter((one) => one.getAttribute("aria-checked") === "true")
    .map((one) => one.textContent?.replace(/\d/, "").trim());

it("is completed with two keys", async () => {
  const { fake, page } = await showWrapUp("wrap_up", { keyboard: true });
  await key("5");
  await key("Enter", { ctrlKey: true });
  await waitFor(() => expect(fake.argsOf("wrap_up_finish")).toHaveLength(1));
  expect(fake.argsOf("wrap_up_draft").at(-1)?.draft.code).toBe("50");
  await waitFor(() => expect(page.querySelector("main")).toBeNull());
});

it("is completed by keyboard alone where a second code and a comment are wanted", async () => {
  const shown = await showWrapUp("wrap_up", { keyboard: true });
  await key("3");
  await waitFor(() => expect(screen.getByRole("radio", { name: "Túl drága" })).toBe(document.activeElement));
  await key("2");
  expect(checked()).toEqual(["Ya tiene proveedor"]);
  comment().focus();
  await fireEvent.input(comment(), { target: { value: "until 2027" } });
  await key("Enter", { ctrlKey: true });
  await waitFor(() => expect(shown.fake.pop.wrap_ups).toEqual([]));
  expect(shown.fake.argsOf("wrap_up_draft").at(-1)?.draft).toMatchObject({ code: "30", second_code: "32", comment: "until 2027" });
});

it("goes back to the first codes with Backspace", async () => {
  await showWrapUp("wrap_up", { keyboard: true });
  await key("3");
  await screen.findByRole("radio", { name: "Túl drága" });
  await key("Backspace");
  await waitFor(() => expect(checked()).toEqual(["Nem érdekli"]));
  await waitFor(() => expect(document.activeElement?.textContent).toContain("Nem érdekli"));
});

it("takes digits and letters in a text for text", async () => {
  const { fake } = await showWrapUp("wrap_up", { keyboard: true });
  comment().focus();
  await key("1");
  await key("ArrowDown");
  await key("x");
  await settled();
  expect(fake.argsOf("wrap_up_draft")).toEqual([]);
  expect(document.activeElement).toBe(comment());
  await key("Escape");
  expect(fake.argsOf("popup_action")).toEqual([{ action: "give_back_keyboard" }]);
});

it("finds a code by letters, whatever their accents, and takes it with Enter", async () => {
  const shown = await showWrapUp("wrap_up", { keyboard: true });
  await key("d");
  const field = await screen.findByRole("searchbox");
  await waitFor(() => expect(document.activeElement).toBe(field));
  await fireEvent.input(field, { target: { value: "DRAGA" } });
  expect(screen.getAllByRole("radio").map((one) => one.textContent?.trim())).toEqual(["Nem érdekli › Túl drága"]);
  await key("Enter");
  await waitFor(() => expect(wrapUpOf(shown).draft).toMatchObject({ code: "30", second_code: "31" }));
});

it("leaves the search with Escape, and the keyboard stays", async () => {
  const { fake } = await showWrapUp("wrap_up", { keyboard: true });
  await key("z");
  await screen.findByText("No code says that.");
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("searchbox")));
  await key("Escape");
  await waitFor(() => expect(screen.getAllByRole("radio")).toHaveLength(6));
  expect(fake.argsOf("popup_action")).toEqual([]);
});

it("takes no key that was meant for another window", async () => {
  const { fake } = await showWrapUp("wrap_up");
  await key("1");
  await key("Enter", { ctrlKey: true });
  await settled();
  expect(fake.argsOf("wrap_up_draft")).toEqual([]);
  expect(fake.argsOf("wrap_up_finish")).toEqual([]);
});

it("asks for the keyboard when a text is clicked, and it arrives there", async () => {
  const { fake } = await showWrapUp("wrap_up");
  await fireEvent.pointerDown(comment());
  await waitFor(() => expect(fake.argsOf("popup_keyboard")).toHaveLength(1));
  await waitFor(() => expect(document.activeElement).toBe(comment()));
  await fireEvent.pointerDown(comment());
  expect(fake.argsOf("popup_keyboard")).toHaveLength(1);
});

it("asks for no keyboard when a button is clicked", async () => {
  const { fake } = await showWrapUp("wrap_up");
  await fireEvent.pointerDown(screen.getByRole("button", { name: "Later" }));
  await fireEvent.pointerDown(screen.getAllByRole("radio")[0] as HTMLElement);
  expect(fake.argsOf("popup_keyboard")).toEqual([]);
});

it("puts the keyboard on the first code, and after a save that did not work on what is missing", async () => {
  await showWrapUp("wrap_up", { keyboard: true });
  await waitFor(() => expect(document.activeElement?.textContent).toContain("Érdeklődik"));
  await key("2");
  await key("Enter", { ctrlKey: true });
  await screen.findByText("This code needs a comment.");
  await waitFor(() => expect(document.activeElement).toBe(comment()));
});

it("follows with the keyboard when the call in front becomes a wrap-up", async () => {
  const shown = await showWrapUp("wrap_up", { keyboard: true });
  const { fake } = shown;
  const { wrap_ups } = fake.pop;
  fake.showPop({ wrap_ups: [] });
  await waitFor(() => expect(screen.queryByRole("radiogroup")).toBeNull());
  fake.showPop({ wrap_ups });
  await screen.findByRole("radiogroup");
  await waitFor(() => expect(document.activeElement?.textContent).toContain("Érdeklődik"));
});

it("asks with the keyboard on the answer that does no harm", async () => {
  await showWrapUp("wrap_up_not_saved", { keyboard: true });
  await fireEvent.click(screen.getByRole("button", { name: "Skip" }));
  await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Go on"));
  await fireEvent.click(screen.getByRole("button", { name: "Go on" }));
  await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Save"));
});
