import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { type ImportProgress, type LastImport, useBackend } from "../../src/ipc";
import { Fake } from "../../src/ipc/fake";
import { speech } from "../../src/i18n/speech.svelte";
import Import from "../../src/main/customers/import/Import.svelte";
import { forgetImport, importJob } from "../../src/main/customers/import/job.svelte";
import Main from "../../src/main/Main.svelte";

const progress: ImportProgress = {
  state: "running",
  read: 4210,
  created: 4200,
  updated: 0,
  unchanged: 0,
  refused: 10,
  total_bytes: 1000,
  done_bytes: 421,
  refused_rows: [],
  adjusted: 0,
  adjusted_rows: [],
  unclear: 0,
  unclear_rows: [],
  unread: 0,
  left_out: 0,
  joined: 0,
  report_path: null,
  message: null,
};
const last = (change: Partial<ImportProgress> = {}): LastImport => ({
  file: "/home/ana/people.csv",
  began: Date.now(),
  ended: null,
  progress: { ...progress, ...change },
});

async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done));
  await waitFor(() => undefined);
}

describe("quitting", () => {
  it.each([
    ["en", "An import is running", "4,210 of about 10,000 rows so far.", "Quit and stop it", "Keep going"],
    ["es", "Hay una importación en curso", "4210 de unas 10.000 filas hasta ahora.", "Salir y detenerla", "Seguir importando"],
    ["hu", "Importálás van folyamatban", "Eddig 4210 sor a körülbelül 10", "Kilépés és leállítás", "Importálás folytatása"],
  ] as const)("asks while an import runs, in %s", async (language, title, rows, stop, stay) => {
    const fake = new Fake("none", Date.now());
    Object.assign(fake.desk, { language });
    useBackend(fake);
    const { container } = render(Main);
    await settled();
    fake.emit("confirm_quit", { import: last(), not_kept: 0 });
    await screen.findByText(title);
    expect(container.ownerDocument.body.textContent?.replace(/\u00a0/g, " ")).toContain(rows);
    await fireEvent.click(screen.getByRole("button", { name: stay }));
    expect(screen.queryByText(title)).toBeNull();
    expect(fake.argsOf("quit")).toEqual([]);
    fake.emit("confirm_quit", { import: last(), not_kept: 0 });
    await fireEvent.click(await screen.findByRole("button", { name: stop }));
    expect(fake.argsOf("quit")).toEqual([{ sure: true }]);
    speech.use("en", "HU");
  });

  it("says what could not be kept", async () => {
    const fake = new Fake("none", Date.now());
    useBackend(fake);
    render(Main);
    await settled();
    fake.emit("confirm_quit", { import: null, not_kept: 2 });
    await screen.findByText(/2 forms are not saved/);
    // No word that may as well mean: go on quitting.
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Do not quit" }));
    await fireEvent.click(screen.getByRole("button", { name: "Quit and lose it" }));
    expect(fake.argsOf("quit")).toEqual([{ sure: true }]);
  });
});

describe("the last import", () => {
  async function look(lastImport: LastImport | null): Promise<HTMLElement> {
    const fake = new Fake("none", Date.now());
    fake.lastImport = lastImport;
    useBackend(fake);
    forgetImport();
    const job = importJob();
    const { container } = render(Import, { job, close: () => undefined });
    job.attend();
    await settled();
    return container;
  }

  it("is found afterwards with what was refused and where its report is", async () => {
    const page = await look(
      last({ state: "done", read: 10_000, report_path: "/data/refused-1.csv", refused_rows: [{ row: 17, reason: "…", why: { code: "nobody" } }] }),
    );
    for (const words of ["Last import", "people.csv", "10,000 rows were read", "/data/refused-1.csv", "17"]) expect(page.textContent).toContain(words);
  });

  it("that was cut off says how far it came", async () => {
    const page = await look(last({ state: "interrupted" }));
    for (const words of ["The import was cut off", "4,210", "nothing is doubled"]) expect(page.textContent).toContain(words);
  });

  it("that a window before this one began goes on on the screen, and is not said to be over", async () => {
    const page = await look(last());
    expect(page.textContent).toContain("people.csv");
    expect(page.querySelector("progress")).not.toBeNull();
    expect(page.textContent).not.toContain("Last import");
  });

  it("of nobody is not spoken of", async () => {
    expect((await look(null)).textContent).not.toContain("Last import");
  });
});
