import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { showPopup } from "./show";

const button = (name: string) => screen.getByRole("button", { name });

it("says what is only a guess, and holds, mutes and hangs up", async () => {
  const { fake, text } = await showPopup("controlled");
  expect(text()).toContain("Probably not muted");
  await fireEvent.click(button("Hold"));
  await screen.findByRole("button", { name: "Resume" });
  await fireEvent.click(button("Mute"));
  await screen.findByRole("button", { name: "Unmute" });
  expect(text()).not.toContain("Probably");
  await fireEvent.click(button("Hang up"));
  await waitFor(() => expect(text()).toContain("Ended"));
  expect(screen.queryByRole("button", { name: "Hold" })).toBeNull();
  expect(fake.argsOf("control").map(({ act }) => act.kind)).toEqual(["hold", "mute", "hang_up"]);
});

it("sends tones and transfers, and asks for the keyboard before anybody types", async () => {
  const { fake } = await showPopup("controlled");
  await fireEvent.click(button("More"));
  const field = screen.getByLabelText("Number or tones");
  await fireEvent.pointerDown(field);
  await waitFor(() => expect(fake.argsOf("popup_keyboard")).toHaveLength(1));
  await fireEvent.input(field, { target: { value: "12#" } });
  await fireEvent.click(button("Send tones"));
  await waitFor(() => expect(fake.argsOf("control")).toEqual([{ callId: "call-1", act: { kind: "tones", tones: "12#" } }]));
  await fireEvent.input(field, { target: { value: "+36 30 123" } });
  expect(button("Send tones")).toHaveProperty("disabled", true);
  await fireEvent.click(button("Transfer"));
  await waitFor(() => expect(fake.argsOf("control")).toContainEqual({ callId: "call-1", act: { kind: "transfer", to: "+36 30 123" } }));
});

it("says what the telephone system said", async () => {
  const { fake } = await showPopup("controlled");
  fake.failing.set("control", { code: "phone_unknown", message: "no answer" });
  await fireEvent.click(button("Hold"));
  expect((await screen.findByRole("alert")).textContent).toContain("look at your phone");
});

it("is not there where nothing can be done", async () => {
  await showPopup("out_connected");
  expect(screen.queryByRole("button", { name: "Hang up" })).toBeNull();
});

it("offers only what this telephone system takes", async () => {
  await showPopup("only_hang_up");
  expect(button("Hang up")).toBeTruthy();
  for (const name of ["Hold", "Mute", "More"]) expect(screen.queryByRole("button", { name })).toBeNull();
  expect(document.body.textContent).not.toContain("Probably");
});

it("pauses the recording of a call that is recorded, and says so while it is paused", async () => {
  const { fake, text } = await showPopup("recorded");
  await fireEvent.click(await screen.findByRole("button", { name: "Pause recording" }));
  await screen.findByRole("button", { name: "Resume recording" });
  expect(text()).toContain("Recording paused");
  await fireEvent.click(button("Resume recording"));
  await screen.findByRole("button", { name: "Pause recording" });
  expect(text()).not.toContain("Recording paused");
  expect(fake.argsOf("control").map(({ act }) => act.kind)).toEqual(["pause_recording", "resume_recording"]);
  await fireEvent.click(button("Pause recording"));
  await screen.findByRole("button", { name: "Resume recording" });
  await fireEvent.click(button("Hang up"));
  await waitFor(() => expect(text()).toContain("Ended"));
  expect(text()).not.toContain("Recording paused");
});

it("pauses nothing where nothing is recorded", async () => {
  await showPopup("only_hang_up");
  expect(screen.queryByRole("button", { name: "Pause recording" })).toBeNull();
});
