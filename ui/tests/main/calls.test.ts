import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { CallEvent, CallState } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { history, manyDays } from "../../src/ipc/fake/history";
import { box, key, press, showMain } from "./show";

const row = (id: string) => document.querySelector<HTMLElement>(`[data-call="${id}"]`) ?? expect.fail(`no row ${id}`);
const ids = () => [...document.querySelectorAll<HTMLElement>("li.row [data-call]")].map((one) => one.dataset.call);
// By its place: finding a button by name among a hundred rows takes the test environment seconds.
const earlier = () => fireEvent.click(document.querySelector(".end button") ?? expect.fail("no button for earlier calls"));

describe("the list", () => {
  it("has today first, under day headings, each call once", async () => {
    await showMain();
    const days = screen.getAllByRole("heading", { level: 2 }).map(({ textContent }) => textContent ?? "");
    expect(days[0]).toMatch(/^Today|^Yesterday/);
    expect(ids()).toEqual(["h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8"]);
  });

  it("says of every call who, which way, on which line, when, how long and how it ended", async () => {
    await showMain();
    const said = row("h1").textContent?.replace(/\s+/g, " ");
    for (const word of ["María López", "+36 30 123 4567", "Incoming", "Sales (HU)", "Ended", "5:12"]) expect(said).toContain(word);
    expect(row("h1").querySelector("time")?.textContent).toMatch(/^\d{2}:\d{2}$/);
    expect(row("h2").textContent).toContain("rang 0:06");
    expect(row("h3").textContent).toContain("Outgoing");
    expect(row("h3").textContent).toContain("Promise of payment");
    expect(row("h4").textContent).toContain("The customer's line is busy");
    expect(row("h6").textContent).toContain("Hidden number");
  });

  it("says of a call for a telephone that is no agent's whose it was not", async () => {
    await showMain("none", {
      prepare: ({ rows }) => {
        const [first] = rows;
        if (first) Object.assign(first.call, { agents: [], extension: "205" });
      },
    });
    expect(row("h1").textContent).toContain("for 205: no agent here has this extension");
    expect(row("h2").textContent).not.toContain("no agent here");
  });

  it("says what became of the agent's own part, and not only of the call", async () => {
    const part = (kind: "declined" | "not_reached") => ({ legs: [], not_reached: kind === "not_reached", part: { kind } });
    await showMain("none", {
      prepare: (one) => {
        const rows = history(one.now);
        const course = { h1: part("not_reached"), h5: part("declined") } as Record<string, ReturnType<typeof part>>;
        one.rows = rows.map((row) => ({ ...row, call: { ...row.call, ...(course[row.call.id] && { course: course[row.call.id] }) } }));
      },
    });
    expect(row("h1").textContent).toContain("Not reached: you hung up");
    expect(row("h5").textContent).toContain("Declined");
  });

  it("shows the missed ones, and all of them again", async () => {
    const { fake } = await showMain();
    await press("Missed");
    await waitFor(() => expect(ids()).toEqual(["h2", "h7"]));
    expect(fake.argsOf("calls").at(-1)?.filter).toEqual({ missed: true, mine: false, live: false });
    expect(screen.getByRole("button", { name: "Missed" }).getAttribute("aria-pressed")).toBe("true");
    await press("All");
    await waitFor(() => expect(ids()).toHaveLength(8));
    await press("Mine");
    await waitFor(() => expect(fake.argsOf("calls").at(-1)?.filter).toEqual({ missed: false, mine: true, live: false }));
  });

  it("loads page after page without a gap or a double, until the end", async () => {
    const { fake } = await showMain("none", { prepare: (one) => (one.rows = manyDays(one.now)) });
    expect(ids()).toHaveLength(50);
    await earlier();
    await waitFor(() => expect(ids()).toHaveLength(100));
    await earlier();
    await waitFor(() => expect(ids()).toHaveLength(150));
    await earlier();
    await waitFor(() => expect(ids()).toHaveLength(160));
    expect(ids()).toEqual(fake.rows.map(({ call }) => call.id));
    expect(document.querySelector(".end")?.textContent).toContain("These are all calls.");
    expect(document.querySelector(".end button")).toBeNull();
    expect(fake.argsOf("calls").map(({ before }) => before)).toEqual([null, "h2-6", "h4-12", "h6-18"]);
  });

  it("asks once for a page: its numbers come with it", async () => {
    const { fake } = await showMain("none", { prepare: (one) => (one.rows = manyDays(one.now)) });
    expect(row("h2-0").textContent).toContain("+34 911 23 45 67");
    await fireEvent.click(row("h1-0"));
    expect(await screen.findByText("What happened")).toBeTruthy();
    expect(fake.argsOf("calls")).toHaveLength(1);
    expect(fake.argsOf("read_number")).toEqual([]);
  });

  it("puts a new call on top and keeps what was paged to", async () => {
    const { fake } = await showMain("none", { prepare: (one) => (one.rows = manyDays(one.now)) });
    await earlier();
    await waitFor(() => expect(ids()).toHaveLength(100));
    const first = fake.rows[0] ?? expect.fail("no rows");
    fake.rows = [{ ...first, call: { ...first.call, id: "news" } }, ...fake.rows];
    fake.showDesk({ missed: 3 });
    await waitFor(() => expect(ids()[0]).toBe("news"));
    expect(ids()).toHaveLength(101);
    expect(new Set(ids()).size).toBe(101);
  });

  it("says when the list cannot be had, and tries again", async () => {
    const { fake } = await showMain("none", { prepare: (one) => one.failing.set("calls", { code: "offline", message: "" }) });
    expect(screen.getByRole("alert").textContent).toContain("The calls cannot be shown");
    fake.failing.clear();
    await press("Try again");
    await waitFor(() => expect(ids()).toHaveLength(8));
  });

  it.each([
    ["no calls at all", "All", "No calls yet", "Dial a number"],
    ["no missed ones", "Missed", "No missed calls", "Show all calls"],
    ["none of one's own", "Mine", "You have no calls yet", "Dial a number"],
  ])("with %s it says what to do next", async (_, filter, title, next) => {
    await showMain("none", { prepare: (one) => (one.rows = []) });
    await press(filter);
    expect(await screen.findByRole("heading", { name: title })).toBeTruthy();
    expect(screen.getByRole("button", { name: next })).toBeTruthy();
  });

  it("without a PBX it leads to connecting one", async () => {
    const ours = (one: Fake) => Object.assign(one, { rows: [], desk: { ...one.desk, connections: one.desk.connections.filter(({ name }) => name !== "pbx") } });
    await showMain("none", { prepare: ours });
    await press("Connect your PBX");
    expect(screen.getByRole("button", { name: "Settings" }).getAttribute("aria-current")).toBe("page");
  });

  it("the empty list leads to the box", async () => {
    await showMain("none", { prepare: (one) => (one.rows = []) });
    await press("Dial a number");
    expect(document.activeElement).toBe(box());
  });
});

describe("missed calls", () => {
  it("are seen once the agent looks at the list", async () => {
    const { fake } = await showMain();
    fake.showDesk({ missed: 3 });
    await fireEvent.focus(window);
    await waitFor(() => expect(fake.argsOf("missed_seen").length).toBeGreaterThan(0));
  });

  it("stay counted while the window is not the one in use, and while another section is open", async () => {
    const { fake } = await showMain();
    await fireEvent.blur(window);
    const seen = fake.argsOf("missed_seen").length;
    fake.showDesk({ missed: 3 });
    expect(await screen.findByText("3 missed calls not seen yet")).toBeTruthy();
    await press(/^Settings/);
    await fireEvent.focus(window);
    expect(fake.argsOf("missed_seen")).toHaveLength(seen);
    expect(screen.getByRole("button", { name: /Calls.*3 missed calls not seen yet/ })).toBeTruthy();
  });
});

describe("calls that go on", () => {
  it("stand on top with their state and a running clock, and not twice", async () => {
    await showMain("two_calls", {
      prepare: (one) =>
        (one.rows = [
          ...one.desk.calls.map(({ call, number, line_number }) => ({ call, number, line_number, customer_name: null, customer_id: null, outcome: null })),
          ...one.rows,
        ]),
    });
    const now = screen.getByRole("region", { name: "Now" });
    const [newest, older] = within(now).getAllByRole("listitem");
    expect(newest?.textContent).toContain("Ringing");
    expect(newest?.textContent).toContain("+34 911 23 45 67");
    expect(older?.textContent).toContain("María López");
    expect(within(older as HTMLElement).getByRole("timer").textContent).toBe("1:24");
    expect(ids()).not.toContain("call-1");
  });

  it("say what to do where the state needs it", async () => {
    const { text } = await showMain("out_unknown");
    expect(text()).toContain("look at your phone before you dial again");
  });

  it("open with their story so far, without a button to dial again", async () => {
    await showMain("agent_ringing");
    await fireEvent.click(row("call-1"));
    const detail = await screen.findByRole("complementary", { name: "Call" });
    await waitFor(() => expect(detail.textContent).toContain("Still going on"));
    expect(within(detail).queryByRole("button", { name: /call/i, hidden: false })).toBeNull();
    expect(within(detail).getByRole("button", { name: "Open customer" })).toBeTruthy();
  });
});

describe("one call", () => {
  it("says how it was coded, with every word the agent wrote", async () => {
    const { page } = await showMain();
    await fireEvent.click(row("h3"));
    await waitFor(() => expect(page.textContent).toContain("Promise of payment · This week"));
    expect(page.textContent).toContain("Pays on Friday.\nAsk for the transfer slip.");
    expect(page.textContent).toContain("Call back");
  });

  const steps: [event: CallEvent, said: string][] = [
    [{ kind: "agent_ringing" }, "The agent's phone rings"],
    [{ kind: "agent_answered" }, "The agent picked up"],
    [{ kind: "customer_ringing" }, "The customer's phone rings"],
    [{ kind: "connected" }, "Connected"],
    [{ kind: "answered_elsewhere" }, "Answered elsewhere"],
    [{ kind: "ended" }, "Ended"],
    [{ kind: "missed" }, "Missed"],
    [{ kind: "timed_out" }, "The PBX did not answer in time"],
    [{ kind: "expired" }, "Nothing more was heard"],
    [{ kind: "failed", leg: "agent", why: { code: "no_answer" } }, "You did not pick up"],
    [{ kind: "failed", leg: "customer", why: { code: "refused", detail: "cause <21>" } }, "The PBX says: cause <21>"],
  ];

  it.each(steps)("tells the step %j in words", async (event, said) => {
    const { fake } = await showMain();
    const call = fake.rows.find(({ call: { id } }) => id === "h3") ?? expect.fail("no call");
    const heard = fake.call.bind(fake);
    Object.assign(fake, {
      call: (name: "call", args: never) =>
        name === "call" ? Promise.resolve({ row: call, steps: [{ at: call.call.started_at + 65_000, event }], moments: [], missing: [] }) : heard(name, args),
    });
    await fireEvent.click(row("h3"));
    const detail = await screen.findByRole("complementary");
    await waitFor(() => expect(detail.textContent?.replace(/\s+/g, " ")).toContain(said));
    expect(detail.textContent).toContain("+1:05");
    expect(within(detail).getByText(/the PBX was asked to start the call/)).toBeTruthy();
  });

  it("begins with the ring and its line, in the order things happened", async () => {
    await showMain();
    await fireEvent.click(row("h1"));
    await waitFor(() => expect(screen.getByText("Call came in on Sales (HU)")).toBeTruthy());
    const told = within(screen.getByRole("complementary"))
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent ?? "");
    const words = ["Call came in", "Connected", "Ended", "A recording came"];
    expect(told.map((line) => words.find((word) => line.includes(word)))).toEqual(words);
  });

  it("opens its customer, or creates one for the number", async () => {
    const { fake } = await showMain();
    await fireEvent.click(row("h1"));
    await fireEvent.click(await screen.findByRole("button", { name: "Open customer" }));
    await waitFor(() => expect(fake.argsOf("customer")).toContainEqual({ id: "c1" }));
    await press(/^Calls/);
    await waitFor(() => expect(ids()).toHaveLength(8));
    await fireEvent.click(row("h2"));
    await fireEvent.click(await screen.findByRole("button", { name: "Create customer" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Customers" }).getAttribute("aria-current")).toBe("page"));
  });

  it("closes by Escape and gives the keyboard back to its row", async () => {
    await showMain();
    row("h3").focus();
    await fireEvent.click(row("h3"));
    const title = within(await screen.findByRole("complementary")).getByRole("heading", { name: "Call" });
    expect(document.activeElement).toBe(title);
    await key("Escape");
    await waitFor(() => expect(screen.queryByRole("complementary")).toBeNull());
    expect(document.activeElement).toBe(row("h3"));
  });

  it.each([
    ["en", "Talked, as the PBX counts 1 min 5 secs"],
    ["es", "Conversación, según la centralita 1 min 5 s"],
    ["hu", "Beszélgetés az alközpont szerint 1 p 5 mp"],
  ] as const)("says in %s how long the PBX counts, and names what else it sent as it does", async (language, said) => {
    await showMain("none", {
      language,
      prepare: ({ rows }) => {
        const [first] = rows;
        if (first) first.call.extra = { talk_seconds: "65", wrapup_kind: "7" };
      },
    });
    await fireEvent.click(row("h1"));
    const detail = await screen.findByRole("complementary");
    await waitFor(() => expect(detail.textContent?.replace(/\s+/g, " ")).toContain(said));
    expect(detail.textContent).toContain("wrapup_kind");
    expect(detail.textContent).not.toContain("talk_seconds");
  });

  it("says when it is no longer there", async () => {
    const { fake } = await showMain();
    fake.rows = [];
    await fireEvent.click(row("h3"));
    expect(await screen.findByText("This call is no longer there")).toBeTruthy();
  });

  it("is opened from elsewhere by its id", async () => {
    const { fake } = await showMain();
    fake.emit("navigate", { section: "calls", customer_id: null, prefill_number: null, call_id: "h4" });
    const detail = await screen.findByRole("complementary");
    await waitFor(() => expect(detail.textContent).toContain("Emma Clarke"));
  });
});

describe("calling back", () => {
  it("dials the number once for a double click, without asking again", async () => {
    const { fake } = await showMain();
    const button = screen.getByRole("button", { name: "Call back: Andrés Restrepo" });
    await Promise.all([fireEvent.click(button), fireEvent.click(button)]);
    await screen.findByText("Calling +57 310 555 0187");
    await fireEvent.click(button);
    expect(fake.argsOf("dial")).toEqual([{ text: "+573105550187", confirmed: true, told: false }]);
  });

  it("says why it was not dialled", async () => {
    const { fake } = await showMain();
    fake.failing.set("dial", { code: "no_extension", message: "" });
    await press("Call back: Andrés Restrepo");
    expect((await screen.findByRole("alert")).textContent).toContain("You have no extension");
  });

  it("is not offered where there is no number", async () => {
    await showMain();
    expect(row("h6").closest("li")?.querySelectorAll("button")).toHaveLength(1);
  });
});

it("the arrows go from row to row, and Tab comes to one of them", async () => {
  await showMain();
  row("h1").focus();
  await key("ArrowDown");
  expect(document.activeElement).toBe(row("h2"));
  await key("End");
  expect(document.activeElement).toBe(row("h8"));
  await key("ArrowUp");
  expect(document.activeElement).toBe(row("h7"));
  await waitFor(() => expect([...document.querySelectorAll("li.row [data-call]")].filter((one) => (one as HTMLElement).tabIndex === 0)).toEqual([row("h7")]));
});

it("every outcome has a word in the list", async () => {
  const states: CallState[] = [
    { kind: "ended" },
    { kind: "missed" },
    { kind: "answered_elsewhere" },
    { kind: "outcome_not_reported" },
    { kind: "failed", leg: "agent", why: { code: "busy" } },
  ];
  await showMain("none", {
    prepare: (one) => {
      const first = history(one.now)[0] ?? expect.fail("no rows");
      one.rows = states.map((state, i) => ({ ...first, call: { ...first.call, id: `s${i}`, state } }));
    },
  });
  const said = ["Ended", "Missed", "Answered elsewhere", "Outcome not reported", "Your phone is busy"];
  said.forEach((word, i) => expect(row(`s${i}`).textContent).toContain(word));
});
