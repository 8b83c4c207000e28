import { fireEvent, screen } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { showPopup } from "./show";

it("a call that rings or goes on is made private at once, and is not after all", async () => {
  const { fake, text } = await showPopup("ringing");
  // Its code comes after the card is painted.
  await fireEvent.click(await screen.findByRole("button", { name: "Make private" }, { timeout: 10_000 }));
  await fireEvent.click(await screen.findByRole("button", { name: "Not private after all" }));
  expect(await screen.findByRole("button", { name: "Make private" })).toBeTruthy();
  expect(fake.argsOf("set_private")).toEqual([
    { callId: "call-1", private: true },
    { callId: "call-1", private: false },
  ]);
  expect(text()).not.toContain("deleted for good");
});
