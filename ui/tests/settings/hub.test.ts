import { waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { faults, field, press, settled, showSettings, type } from "./show";

const HUB = "wss://hub.example.com/v1/desk";
const set = (one: Fake) => void (one.settings.hub = { url: HUB, token: "set" });

it.each<[Language, string[]]>([
  ["en", ["Team's hub", "The hub runs inside this app.", "Address of the hub"]],
  ["es", ["Servicio central del equipo", "funciona dentro de esta aplicación", "Dirección del servicio central"]],
  ["hu", ["A csapat központja", "A központ ebben az alkalmazásban fut.", "A központ címe"]],
])("says where the hub is, in %s, and has no fault for axe", async (language, words) => {
  const shown = await showSettings("hub", { language });
  for (const one of words) expect(shown.text()).toContain(one);
  expect(await faults(shown.page)).toEqual([]);
});

it("saves address and token, shows the token never again, and says whether the hub answers", async () => {
  const shown = await showSettings("hub");
  const { fake, text } = shown;
  await type(field("Address of the hub"), ` ${HUB} `);
  await press("Save");
  expect(field("Your token").getAttribute("aria-invalid")).toBe("true");
  expect(fake.argsOf("save_shared_hub")).toEqual([]);
  await type(field("Your token"), "rc_secret");
  expect(field("Your token").type).toBe("password");
  await press("Save");
  await waitFor(() => expect(fake.argsOf("save_shared_hub")).toEqual([{ hub: { url: HUB, token: "rc_secret" } }]));
  await waitFor(() => expect(text()).toContain(`The hub is at ${HUB}`));
  expect(document.querySelector("input[type=password]")).toBeNull();
  expect(document.body.innerHTML).not.toContain("rc_secret");
  await press("Test");
  await waitFor(() => expect(text()).toContain("It lets Ana Kiss in."));
  expect(await faults(shown.page)).toEqual([]);
});

it("keeps nothing of the token on the disk while it is typed", async () => {
  const { fake } = await showSettings("hub");
  await type(field("Address of the hub"), HUB);
  await type(field("Your token"), "rc_secret");
  await waitFor(() => expect(fake.argsOf("form_typed").length).toBeGreaterThan(0));
  expect(JSON.stringify(fake.argsOf("form_typed"))).toContain("hub.example.com");
  expect(JSON.stringify(fake.argsOf("form_typed"))).not.toContain("rc_secret");
});

it("asks for the token again when the address leads to another host, and not for another path", async () => {
  const { fake, text } = await showSettings("hub", { prepare: set });
  await type(field("Address of the hub"), `${HUB}/2`);
  expect(document.querySelector("input[type=password]")).toBeNull();
  await type(field("Address of the hub"), "wss://hub.example.net/v1/desk");
  expect(text()).toContain("What was typed in for one address is not sent to another.");
  await press("Save");
  expect(fake.argsOf("save_shared_hub")).toEqual([]);
  await type(field("Your token"), "typed again");
  await press("Save");
  await waitFor(() => expect(fake.argsOf("save_shared_hub")[0]?.hub.token).toBe("typed again"));
});

it("refuses an address that is not encrypted, and goes back to the hub inside with an empty one", async () => {
  const { fake, text } = await showSettings("hub", { prepare: set });
  await type(field("Address of the hub"), "ws://hub.example.com/v1/desk");
  await press("Save");
  expect(text()).toContain("It begins with wss://");
  await type(field("Address of the hub"), "");
  await press("Save");
  await waitFor(() => expect(fake.argsOf("save_shared_hub")).toEqual([{ hub: { url: "", token: null } }]));
  await settled();
  expect(text()).toContain("The hub runs inside this app.");
});

it("says what was not saved", async () => {
  const { fake, text } = await showSettings("hub", { prepare: set });
  await press("Replace: Your token");
  await type(field("Your token"), "another");
  fake.failing.set("save_shared_hub", { code: "keyring_locked", message: "The keyring is locked." });
  await press("Save");
  await waitFor(() => expect(text()).toContain("Not saved. What you typed is still here."));
});
