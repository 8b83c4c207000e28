import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { AdjustedRow, ImportProgress, Language, Refusal } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { speech } from "../../src/i18n/speech.svelte";
import { mountAgain, options, press, settled, showCustomers } from "./show";

const progress = (more: Partial<ImportProgress>): ImportProgress => ({
  state: "running",
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  refused: 0,
  total_bytes: 1000,
  done_bytes: 0,
  adjusted: 0,
  refused_rows: [],
  adjusted_rows: [],
  unclear: 0,
  unclear_rows: [],
  unread: 0,
  left_out: 0,
  joined: 0,
  report_path: null,
  message: null,
  ...more,
});

async function mapping() {
  const shown = await showCustomers();
  await press("Import…");
  await screen.findByText("customers.csv");
  return shown;
}

/** An import that is begun and whose progress the test tells. */
async function running() {
  const shown = await mapping();
  const { fake } = shown;
  const call = fake.call.bind(fake);
  fake.call = async (name, args) => {
    if (name !== "import_start") return call(name, args);
    fake.asked.push({ name, args } as (typeof fake.asked)[number]);
    return null as never;
  };
  await press(/^Import about/);
  await screen.findByRole("progressbar");
  return shown;
}

const becomes = (column: string) => screen.getByRole<HTMLSelectElement>("combobox", { name: `What “${column}” becomes` });

describe("the preview", () => {
  it("shows what was understood and what each column would become", async () => {
    await mapping();
    expect(becomes("Név").value).toBe("name");
    expect(becomes("Telefon").value).toBe("number");
    expect(becomes("Törzsszám").value).toBe("external_id");
  });

  it("starts with the columns as they were corrected", async () => {
    const { fake } = await mapping();
    await fireEvent.change(becomes("Telefon"), { target: { value: "mobile" } });
    await fireEvent.change(becomes("Törzsszám"), { target: { value: "field" } });
    const name = screen.getByRole<HTMLInputElement>("textbox", { name: /Name of the free field for “Törzsszám”/ });
    expect(name.value).toBe("Törzsszám");
    await fireEvent.input(name, { target: { value: "Customer key" } });
    await fireEvent.change(becomes("Cég"), { target: { value: "ignore" } });
    await press(/^Import about/);
    await waitFor(() =>
      expect(fake.argsOf("import_start")).toEqual([
        {
          file: "8d1f3c1e-0b52-4b39-a3a4-5a5a2e1d7c10",
          choices: {
            columns: ["name", "ignore", "mobile", { field: "Customer key" }],
            encoding: null,
            sheet: null,
            numbers_below: false,
            unclear: "ask",
          },
        },
      ]),
    );
  });

  it("says when nobody could be found again, and does not start", async () => {
    const { text } = await mapping();
    for (const column of ["Név", "Cég", "Telefon"]) await fireEvent.change(becomes(column), { target: { value: "ignore" } });
    expect(text()).toContain("Choose at least one column");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /^Import about/ }).disabled).toBe(true);
  });

  it("asks before customers come in without names", async () => {
    const { text } = await mapping();
    for (const column of ["Név", "Cég"]) await fireEvent.change(becomes(column), { target: { value: "ignore" } });
    expect(text()).toContain("the customers would come in without names");
    const start = screen.getByRole<HTMLButtonElement>("button", { name: /^Import about/ });
    expect(start.disabled).toBe(true);
    await fireEvent.click(screen.getByRole("checkbox", { name: "They are meant to come in without names" }));
    expect(start.disabled).toBe(false);
  });

  it("gives the numbers of a column a label of one's own", async () => {
    const { fake } = await mapping();
    await fireEvent.change(becomes("Telefon"), { target: { value: "labelled" } });
    await fireEvent.input(screen.getByRole("textbox", { name: "Label of the numbers in Telefon" }), { target: { value: "fax" } });
    await press(/^Import about/);
    await waitFor(() =>
      expect(fake.argsOf("import_start")[0]).toMatchObject({ choices: { columns: ["name", "company", { labelled: "fax" }, "external_id"] } }),
    );
  });

  it("says which value counts where two columns become the same", async () => {
    const { text } = await mapping();
    await fireEvent.change(becomes("Cég"), { target: { value: "name" } });
    expect(text()).toContain("Two columns become “Name”: where both have a value, the last one counts.");
  });

  it("says what is wrong with a file that cannot be read, and takes another", async () => {
    const { fake } = await showCustomers();
    fake.failing.set("import_preview", { code: "file", message: "customers.csv: you may not read it" });
    await press("Import…");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The file could not be read or written");
    expect(alert.textContent).toContain("you may not read it");
    fake.failing.clear();
    await fireEvent.click(screen.getAllByRole("button", { name: "Import…" })[1] ?? expect.fail("no button"));
    await screen.findByText("customers.csv");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("keeps the mapping when the import cannot start", async () => {
    const { fake } = await mapping();
    await fireEvent.change(becomes("Cég"), { target: { value: "notes" } });
    fake.failing.set("import_start", { code: "busy", message: "" });
    await press(/^Import about/);
    expect((await screen.findByRole("alert")).textContent).toContain("Something else is still running");
    expect(becomes("Cég").value).toBe("notes");
  });
});

describe("how the file is taken", () => {
  async function mappingOf(previewed: Partial<Fake["previewed"]>) {
    const shown = await showCustomers({ prepare: (fake) => (fake.previewed = { ...fake.previewed, ...previewed }) });
    await press("Import…");
    await screen.findByText("customers.csv");
    return shown;
  }
  const choicesOf = (fake: Fake) => fake.argsOf("import_preview").map(({ choices }) => choices);

  it("says what to look at in words of its own, and nothing that the page says elsewhere", async () => {
    await mappingOf({
      remarks: [
        { code: "titles", rows: 2, first: "Customers 2026" },
        { code: "mixed", main: "UTF-8", other: "windows-1250" },
        { code: "left_out", headers: 0, totals: 3 },
        { code: "nameless" },
      ],
    });
    const list = screen.getByText("2 rows above the list are left out: “Customers 2026”.").closest("ul");
    expect(list?.children).toHaveLength(2);
    expect(list?.lastElementChild?.textContent).toContain("(windows-1250, not UTF-8)");
  });

  it("shows the words that decide where the letters are in doubt, and looks again with what is said", async () => {
    const readings = [
      { encoding: "windows-1250", words: ["Íńigo", "Peńón"] },
      { encoding: "windows-1252", words: ["Íñigo", "Peñón"] },
    ];
    const { fake, text } = await mappingOf({ doubt: { readings } });
    expect(text()).toContain("The letters may be others");
    expect(text()).toContain("Íñigo");
    await fireEvent.change(becomes("Cég"), { target: { value: "notes" } });
    await fireEvent.click(screen.getByRole("radio", { name: /windows-1252/ }));
    await waitFor(() => expect(choicesOf(fake).at(-1)).toMatchObject({ encoding: "windows-1252", sheet: null, numbers_below: false }));
    await waitFor(() => expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Letters" }).value).toBe("windows-1252"));
    expect(becomes("Cég").value, "what was corrected stays").toBe("notes");
    await press(/^Import about/);
    await waitFor(() => expect(fake.argsOf("import_start").at(-1)?.choices.encoding).toBe("windows-1252"));
  });

  it("takes any letters, where nothing is in doubt, too", async () => {
    const { fake } = await mappingOf({});
    expect(screen.queryByText("The letters may be others")).toBeNull();
    await fireEvent.change(screen.getByRole("combobox", { name: "Letters" }), { target: { value: "windows-1251" } });
    await waitFor(() => expect(choicesOf(fake).at(-1)?.encoding).toBe("windows-1251"));
  });

  it("takes another sheet, and has no letters to choose in a spreadsheet", async () => {
    const { fake } = await mappingOf({ format: "spreadsheet", sheets: ["Clients", "Old"], sheet: "Clients" });
    expect(screen.queryByRole("combobox", { name: "Letters" })).toBeNull();
    await fireEvent.change(screen.getByRole("combobox", { name: "Sheet" }), { target: { value: "Old" } });
    await waitFor(() => expect(choicesOf(fake).at(-1)?.sheet).toBe("Old"));
  });

  it("asks whether rows with only a number belong to the customer above, and says what is left out", async () => {
    const { fake, text } = await mappingOf({ numbers_below: 3, header_row: 4, rows_left_out: 2 });
    expect(text()).toContain("The names of the columns are in row 4.");
    expect(text()).toContain("2 rows are no customers");
    await fireEvent.click(screen.getByRole("checkbox", { name: /^3 rows with only a number/ }));
    await waitFor(() => expect(choicesOf(fake).at(-1)?.numbers_below).toBe(true));
  });

  it("shows what holds when the file cannot be looked into that way", async () => {
    const { fake } = await mappingOf({});
    fake.failing.set("import_preview", { code: "file", message: "customers.csv: gone" });
    await fireEvent.change(screen.getByRole("combobox", { name: "Letters" }), { target: { value: "KOI8-R" } });
    expect((await screen.findByRole("alert")).textContent).toContain("gone");
    expect(becomes("Név").value).toBe("name");
    fake.failing.clear();
    await press(/^Import about/);
    await waitFor(() => expect(fake.argsOf("import_start").at(-1)?.choices.encoding).toBeNull());
  });
});

describe("while it runs", () => {
  it("shows bar and counts, and cancels", async () => {
    const { fake, text } = await running();
    fake.emit("import_progress", progress({ read: 5000, created: 4800, refused: 3, done_bytes: 430 }));
    await waitFor(() => expect(text()).toContain("43% read"));
    expect(screen.getByRole<HTMLProgressElement>("progressbar").value).toBeCloseTo(0.43);
    expect(text()).toContain("4,800");
    await press("Stop the import");
    await waitFor(() => expect(fake.argsOf("import_cancel")).toHaveLength(1));
    expect(text()).toContain("Stopping…");
    fake.emit("import_progress", progress({ state: "cancelled", read: 5100 }));
    await waitFor(() => expect(text()).toContain("The import was stopped"));
    expect(text()).toContain("nothing is doubled");
  });

  it("goes on being told while another section is looked at", async () => {
    const { fake, leave } = await running();
    leave();
    fake.emit("import_progress", progress({ state: "done", read: 9, created: 9 }));
    const { text } = await mountAgain(fake);
    expect(text()).toContain("The import is done");
  });

  it("is seen in the list, with a way back to it", async () => {
    const { fake, text } = await running();
    fake.emit("import_progress", progress({ done_bytes: 100 }));
    await fireEvent.click(options()[0] ?? expect.fail("nobody"));
    await screen.findByRole("article", { name: "María López" });
    expect(text()).toContain("10% read");
    await press("Progress of the import");
    expect(screen.getByRole("progressbar")).toBeTruthy();
  });

  it("does not take a broken total for a number", async () => {
    const { fake, text } = await running();
    fake.emit("import_progress", progress({ total_bytes: 0, done_bytes: 100 }));
    await settled();
    expect(text()).toContain("0% read");
  });
});

it("lists every refused row with its reason and where the whole report is", async () => {
  const { fake, text } = await running();
  const refused_rows = Array.from({ length: 200 }, (_, n) => ({
    row: n + 2,
    reason: `reason ${n}`,
    why: { code: "columns" as const, found: n + 3, columns: 2 },
  }));
  fake.emit("import_progress", progress({ state: "done", read: 5000, refused: 1200, refused_rows, report_path: "/home/ana/refused.csv" }));
  await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(201));
  expect(text()).toContain("1,200 rows were not taken");
  expect(text()).toContain("/home/ana/refused.csv");
  expect(text()).toContain("The first 200; all are in the report.");
  await press("Save the report as…");
  await waitFor(() => expect(text()).toContain("The report is in /home/ana/Documents/import-report.csv"));
});

it.each([
  [
    "en",
    [
      "It has 3 columns, not 2",
      "Number 2: It looks like a payment card number.",
      "Label of number 1: there are 50 characters, at most 40 are kept.",
      "“Region”: there are 5,000 characters",
    ],
  ],
  ["es", ["Tiene 3 columnas y no 2", "Número 2: Parece el número de una tarjeta", "Etiqueta del número 1: hay 50 caracteres", "«Region»"]],
  ["hu", ["3 oszlopa van, nem 2", "2. szám: Bankkártyaszámnak látszik.", "A(z) 1. szám címkéje: 50 karakter", "„Region”"]],
] as [Language, string[]][])("says in %s why rows were not taken; what has no words yet in the hub's own sentence", async (language, said) => {
  const { fake, text } = await running();
  speech.use(language, "HU");
  const why: Refusal[] = [
    { code: "columns", found: 3, columns: 2 },
    { code: "number", place: 2, why: { code: "card_number" } },
    { code: "too_long", part: { kind: "label", place: 1 }, found: 50, most: 40 },
    { code: "too_long", part: { kind: "field", name: "Region" }, found: 5000, most: 4000 },
    { code: "quite_new" } as unknown as Refusal,
  ];
  const refused_rows = why.map((one, n) => ({ row: n + 2, reason: `sentence ${n}`, why: one }));
  fake.emit("import_progress", progress({ state: "done", read: 10, refused: why.length, refused_rows }));
  await waitFor(() => expect(text()).toContain("sentence 4"));
  for (const words of said) expect(text()).toContain(words.replace("5,000", "5000"));
  expect(text()).not.toContain("sentence 0");
});

it.each([
  [
    "en",
    [
      "Changed to fit 2",
      "2 rows were taken",
      "neither yes nor no.",
      "It is kept in the free field “VIP”.",
      "Number 1: It looks like a payment card number.",
      "It was left out.",
      "all of it is in the free field “+36 30 555 0113”",
      "/home/ana/report.csv",
    ],
  ],
  ["es", ["Ajustadas 2", "2 filas se aceptaron", "Se guardó en el campo libre «VIP».", "Se omitió.", "en el campo libre «+36 30 555 0113»"]],
  ["hu", ["Módosítva 2", "2 sor bekerült", "A(z) „VIP” szabad mezőbe került.", "Kimaradt.", "a(z) „+36 30 555 0113” szabad mezőben van"]],
] as [Language, string[]][])("says in %s what could not be kept of rows that were taken", async (language, said) => {
  const { fake, text } = await running();
  speech.use(language, "HU");
  const adjusted_rows: AdjustedRow[] = [
    {
      row: 3,
      reason: "…",
      adjustments: [
        { why: { code: "vip" }, became: { code: "field", name: "VIP" } },
        { why: { code: "number", place: 1, why: { code: "card_number" } }, became: { code: "left_out" } },
      ],
    },
    {
      row: 4,
      reason: "…",
      adjustments: [{ why: { code: "too_long", part: { kind: "label", place: 1 }, found: 47, most: 40 }, became: { code: "cut", field: "+36 30 555 0113" } }],
    },
  ];
  fake.emit("import_progress", progress({ state: "done", read: 2, created: 2, adjusted: 2, adjusted_rows, report_path: "/home/ana/report.csv" }));
  await waitFor(() => expect(screen.getAllByRole("row")).toHaveLength(4));
  for (const words of said) expect(text()).toContain(words);
});

describe("rows that may be customers there are", () => {
  const open = {
    unclear: 2,
    unclear_rows: [
      { row: 3, name: "Anna Minta", customer: "Anna Minta, Minta Kft.", why: "same_name" as const, reason: "…" },
      { row: 7, name: "B. Proba", customer: "Bela Proba", why: "same_number" as const, reason: "…" },
    ],
  };

  it.each([
    ["en", ["2 rows may be customers you have", "Anna Minta, Minta Kft.", "Called the same", "The same number"]],
    ["es", ["2 filas pueden ser clientes", "Se llama igual", "El mismo número"]],
    ["hu", ["2 sor lehet meglévő ügyfél", "Ugyanúgy hívják", "Ugyanaz a szám"]],
  ] as [Language, string[]][])("are told in %s", async (language, said) => {
    const { fake, text } = await running();
    speech.use(language, "HU");
    fake.emit("import_progress", progress({ state: "done", read: 9, created: 7, ...open }));
    await waitFor(() => expect(text()).toContain("B. Proba"));
    for (const words of said) expect(text()).toContain(words);
  });

  it("are asked for once, and the file is read again with the answer", async () => {
    const { fake, text } = await running();
    fake.emit("import_progress", progress({ state: "done", read: 9, created: 7, ...open }));
    await screen.findByRole("button", { name: "They are the same" });
    await press("They are others");
    await waitFor(() => expect(fake.argsOf("import_settle")).toEqual([{ unclear: "another" }]));
    fake.emit("import_progress", progress({ state: "done", read: 9, created: 2, unchanged: 7 }));
    await waitFor(() => expect(text()).toContain("The import is done"));
    expect(screen.queryByRole("button", { name: "They are the same" })).toBeNull();
  });

  it("stay as they were told where the file cannot be read again", async () => {
    const { fake, text } = await running();
    fake.emit("import_progress", progress({ state: "done", read: 9, created: 7, ...open }));
    await screen.findByRole("button", { name: "They are the same" });
    const call = fake.call.bind(fake);
    fake.call = async (name, args) => {
      if (name === "import_settle") throw { code: "file", message: "choose it again" };
      return call(name, args);
    };
    await press("They are the same");
    expect((await screen.findByRole("alert")).textContent).toContain("choose it again");
    expect(text()).toContain("2 rows may be customers you have");
  });
});

it("says how many numbers cannot be read, and which", async () => {
  const { fake, text } = await running();
  const adjusted_rows: AdjustedRow[] = [
    {
      row: 3,
      reason: "…",
      adjustments: [{ why: { code: "number", place: 1, why: { code: "too_short" } }, became: { code: "as_written", written: "3,63056E+10" } }],
    },
  ];
  fake.emit("import_progress", progress({ state: "done", read: 2, created: 2, adjusted: 1, adjusted_rows, unread: 1 }));
  await waitFor(() => expect(text()).toContain("1 number is kept as it stands in the file, but cannot be read"));
  expect(text()).toContain("“3,63056E+10” cannot be read as a number, and is kept as it stands there.");
});

describe("undoing the last import", () => {
  const done = { id: 7, file: "customers.csv", at: 1_700_000_000_000, created: 1201, updated: 3, undoable: "yes" as const };

  async function asked(kind: "yes" | "too_much" = "yes") {
    const shown = await showCustomers({ prepare: (fake) => (fake.doneImports = [{ ...done, undoable: kind }]) });
    await press("Import…");
    await screen.findByText("customers.csv");
    shown.fake.emit("import_progress", progress({ state: "done", read: 9, created: 9 }));
    await waitFor(() => expect(shown.text()).toContain("The import is done"));
    await settled();
    return shown;
  }

  it("asks first, and says how many", async () => {
    const { fake, text } = await asked();
    await press("Undo this import…");
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("Customers it made: 1,201");
    expect(fake.argsOf("import_undo")).toEqual([]);
    await press("Undo the import");
    await waitFor(() => expect(text()).toContain("The import was undone"));
    expect(fake.argsOf("import_undo")).toEqual([{ id: 7 }]);
    expect(text()).toContain("Removed: 1,201. As before: 3.");
    await waitFor(() => expect(screen.queryByRole("button", { name: "Undo this import…" })).toBeNull());
  });

  it("names who stays, and why", async () => {
    const { fake, text } = await asked();
    const call = fake.call.bind(fake);
    const kept_customers = [
      { id: "a-1", name: "María López", why: "changed" as const },
      { id: "a-2", name: "Kiss Anna", why: "in_use" as const },
    ];
    fake.call = async (name, args) => (name === "import_undo" ? ({ removed: 5, restored: 0, kept: 2, kept_customers } as never) : call(name, args));
    await press("Undo this import…");
    await press("Undo the import");
    await waitFor(() => expect(text()).toContain("2 customers stay:"));
    expect(text()).toContain("María López: changed since");
    expect(text()).toContain("Kiss Anna: has calls");
  });

  it("says when it cannot be undone", async () => {
    const { text } = await asked("too_much");
    expect(text()).toContain("changed too many customers to be undone");
    expect(screen.queryByRole("button", { name: "Undo this import…" })).toBeNull();
  });

  it("does nothing when it is kept", async () => {
    const { fake } = await asked();
    await press("Undo this import…");
    await press("Keep it");
    await settled();
    expect(fake.argsOf("import_undo")).toEqual([]);
  });
});

it("says why an import failed", async () => {
  const { fake } = await running();
  fake.emit("import_progress", progress({ state: "failed", message: "the disk is full" }));
  expect((await screen.findByRole("alert")).textContent).toContain("the disk is full");
});

it("exports to where the shell was told, and says where that is", async () => {
  const { fake, text } = await showCustomers();
  await press("Export…");
  await press("vCard file");
  await waitFor(() => expect(text()).toContain("All customers are in /home/ana/customers.vcf"));
  expect(fake.argsOf("export_customers")).toEqual([{ format: "vcard" }]);
});
