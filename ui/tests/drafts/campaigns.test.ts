import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { useBackend } from "../../src/ipc";
import { Fake } from "../../src/ipc/fake";
import { forgetCampaigns } from "../../src/main/campaigns/session.svelte";
import Campaigns from "../../src/main/campaigns/Campaigns.svelte";
import { press, settled, type } from "../outbox/show";
import { forgetForms } from "../../src/main/drafts/forms.svelte";

/** The section in a window of its own: what another window typed it knows from the shell only. */
async function windowOf(fake: Fake) {
  forgetCampaigns();
  forgetForms();
  useBackend(fake);
  const shown = render(Campaigns, { props: { desk: fake.desk, target: null, navigate: () => undefined } });
  await settled();
  return shown;
}

async function show(): Promise<{ fake: Fake; unmount: () => void }> {
  const fake = new Fake("none", Date.now());
  fake.withCampaigns();
  return { fake, ...(await windowOf(fake)) };
}

describe("what is typed about a record", () => {
  it("is listed when the window is opened again, and opens with its record", async () => {
    const { fake, unmount } = await show();
    const query = screen.getByRole<HTMLInputElement>("textbox", { name: "Number or customer" });
    await type(query, "+36 30 123 4567");
    await fireEvent.submit(query.form as HTMLFormElement);
    await settled();
    const rows = [...document.querySelectorAll<HTMLElement>("[data-record]")];
    if (!document.querySelector("article")) await fireEvent.click(rows[0] ?? expect.fail("no record"));
    await settled();
    const comment = [...document.querySelectorAll("textarea")].at(0) ?? expect.fail("no comment");
    await type(comment, "wants a quote");
    await settled();
    expect(fake.forms.size).toBe(1);
    unmount();
    await windowOf(fake);
    expect(document.querySelector("article")).toBeNull();
    await press(/^Open: /);
    await waitFor(() => expect(document.querySelector("textarea")?.value).toBe("wants a quote"));
    expect(document.body.textContent).toContain("Not saved yet: from today");
    await press("Discard");
    const buttons = screen.getAllByRole("button", { name: "Discard" });
    await fireEvent.click(buttons.at(-1) ?? expect.fail("nothing is asked"));
    await settled();
    expect(document.querySelector("textarea")?.value).toBe("");
    expect(fake.forms.size).toBe(0);
  });

  it("adding somebody goes on where it was", async () => {
    const { fake, unmount } = await show();
    await press("Add to a campaign");
    const [name] = screen.getAllByRole("textbox");
    await type(name ?? expect.fail("no field"), "Szűcs Árpád");
    await settled();
    unmount();
    await windowOf(fake);
    await press("Open: Szűcs Árpád");
    await settled();
    expect(screen.getAllByRole<HTMLInputElement>("textbox")[0]?.value).toBe("Szűcs Árpád");
  });
});
