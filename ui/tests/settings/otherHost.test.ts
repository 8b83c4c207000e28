import { waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { field, press, showSettings, type } from "./show";

const SAVED = "https://pbx.example.com";
const prepare = (one: Fake) =>
  void one.settings.accounts.forEach((account) => {
    account.values = { ...account.values, api_url: `${SAVED}/api` };
    account.secrets = { password: "set", incoming_key: "set" };
  });

it("asks for the password again when the address leads to another host, and saves nothing without it", async () => {
  const { fake, text } = await showSettings("accounts", { prepare });
  await press("Change pbx");
  await type(field("API address"), "https://pbx.example.net/api");
  expect(field("Password").type).toBe("password");
  expect(text()).toContain("What was typed in for one address is not sent to another.");
  await press("Save and test");
  expect(field("Password").getAttribute("aria-invalid")).toBe("true");
  expect(text().split("What was typed in for one address")).toHaveLength(2);
  expect([fake.argsOf("save_account"), fake.argsOf("test_account")]).toEqual([[], []]);
  await type(field("Password"), "typed again");
  await press("Save");
  // The key that only pushes carry goes nowhere, and stays.
  await waitFor(() => expect(fake.argsOf("save_account")[0]?.account.secrets).toEqual({ password: "typed again" }));
});

it("asks for nothing when only the path is another, and again when the address is as it was", async () => {
  const { fake } = await showSettings("accounts", { prepare });
  await press("Change pbx");
  await type(field("API address"), "http://pbx.example.com/api");
  expect(field("Password").value).toBe("");
  await type(field("API address"), `${SAVED}/v2/api`);
  await press("Save");
  await waitFor(() => expect(fake.argsOf("save_account")[0]?.account.secrets).toEqual({}));
});

it("asks again where the hub says that the address is another one", async () => {
  const { fake, text } = await showSettings("accounts", { prepare });
  await press("Change pbx");
  fake.failing.set("save_account", { code: "secret_again", message: "The address was changed." });
  await press("Save");
  await waitFor(() => expect(text()).toContain("It was typed in for another address"));
  expect(field("Password").value).toBe("");
});

it("says of a saved account that its password was typed in for another address", async () => {
  const { text } = await showSettings("accounts", {
    prepare: (one) => void one.settings.accounts.forEach((account) => (account.secrets = { password: "other_host", incoming_key: "set" })),
  });
  expect(text()).toContain("It was typed in for another address");
  expect(text()).toContain("Type in again");
  await press("Change pbx");
  expect(field("Password").value).toBe("");
});
