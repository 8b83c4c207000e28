import { screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { ProfileReview } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { acme } from "../../src/ipc/fake/settings";
import { forgetPutOff } from "../../src/main/settings/putOff.svelte";
import { press, settled, showSettings } from "./show";

const waiting = (...more: Partial<ProfileReview>[]) => ({
  prepare: (fake: Fake) => void (fake.settings.descriptions = (more.length > 0 ? more : [{}]).map((one) => ({ ...acme, ...one }))),
});
const panel = () => screen.getByRole("region", { name: /must be looked at first: Acme/ });
const said = () => (panel().textContent ?? "").replace(/\s+/g, " ");

describe("a description somebody put into the folder", () => {
  beforeEach(forgetPutOff);

  it("is shown with its servers, the secrets that go there, and the file", async () => {
    await showSettings("accounts", waiting());
    const rows = within(panel())
      .getAllByRole("row")
      .map((row) => (row.textContent ?? "").replace(/\s+/g, " ").trim());
    expect(rows).toHaveLength(4);
    expect(
      within(panel())
        .getAllByRole("columnheader")
        .map((one) => one.textContent),
    ).toEqual(["What it does", "Where to", "With which secrets"]);
    expect(rows[1]).toMatch(/^Starts calls.*To the address you set in “Address of the API”.*POST.*API token · as the sign-in$/);
    expect(rows[2]).toMatch(/^Tests the sign-in.*https:\/\/api\.acme\.example.*GET.*API token · as a parameter, as the sign-in$/);
    expect(rows[3]).toMatch(/^Reads calls.*Nothing is sent.*Push key · proves what comes in$/);
    expect(said()).toContain(acme.file);
    expect(said()).not.toContain("takes the place");
  });

  it("says what is grave: a built-in one's place, a computed server, pushes without proof", async () => {
    const requests = acme.requests.map((request) => ({
      ...request,
      reaches: [{ kind: "computed" as const, written: "https://{{ tenant }}.example" }],
      secrets: [],
    }));
    await showSettings("accounts", waiting({ id: "vipex", replaces: true, push_unproved: true, standing: "changed", accounts: ["pbx"], requests }));
    for (const words of [
      "takes the place of the built-in description “vipex”",
      "Computed, cannot be told: https://{{ tenant }}.example",
      "Sends no secret",
      "without any proof",
      "was changed since",
      "Used by pbx",
    ]) {
      expect(said()).toContain(words);
    }
  });

  it("is used as it was looked at, and only then offered for an account", async () => {
    const { fake } = await showSettings("accounts", waiting());
    await press("Use it");
    await waitFor(() => expect(fake.argsOf("use_description")).toEqual([{ id: "acme", sha256: acme.sha256 }]));
    await settled();
    expect(screen.queryByRole("region", { name: /must be looked at first/ })).toBeNull();
    expect(fake.settings.profiles.map(({ id }) => id)).toContain("acme");
  });

  it("that was changed meanwhile is said, and shown as it is now", async () => {
    const { fake } = await showSettings("accounts", waiting());
    fake.settings = { ...fake.settings, descriptions: [{ ...acme, sha256: "00", file: "/other/acme.toml" }] };
    await press("Use it");
    await waitFor(() => expect(said()).toContain("/other/acme.toml"));
    expect(said()).toContain("The file was changed meanwhile");
    expect(fake.settings.profiles.map(({ id }) => id)).not.toContain("acme");
  });

  it("can wait, until it is another", async () => {
    const shown = await showSettings("accounts", waiting());
    await press("Not now");
    expect(screen.queryByRole("region", { name: /must be looked at first/ })).toBeNull();
    expect(shown.fake.argsOf("use_description")).toEqual([]);
    shown.leave();
    await showSettings("accounts", waiting({ sha256: "11" }));
    expect(panel()).toBeTruthy();
  });

  it.each(["es", "hu"] as const)("speaks %s", async (language) => {
    await showSettings("accounts", { language, ...waiting({ replaces: true, push_unproved: true }) });
    const text = (document.body.textContent ?? "").replace(/\s+/g, " ");
    for (const english of ["must be looked at", "Starts calls", "Sends", "as the sign-in", "Not now"]) expect(text).not.toContain(english);
  });
});
