import { fireEvent, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { FailReason, Language } from "../../src/ipc";
import { popCall } from "../../src/ipc/fake/build";
import { legRows } from "../../src/ipc/fake/legs";
import { lengthOf } from "../../src/lib/callState";
import { sayLength } from "../../src/main/calls/rows";
import { faults, showMain } from "./show";

const NOW = Date.UTC(2025, 10, 3, 13, 5);

const open = async (id: string, language: Language = "en") => {
  const shown = await showMain("none", { language, prepare: (fake) => (fake.rows = legRows(fake.now)) });
  await fireEvent.click(document.querySelector(`[data-call="${id}"]`) ?? expect.fail(`no row ${id}`));
  await waitFor(() => expect(document.querySelector("dl")).not.toBeNull());
  return shown;
};

describe("a call with three phones in it", () => {
  it.each<[Language, string[]]>([
    [
      "en",
      [
        "Ana Kiss (101)",
        "Not answered · rang 20 sec",
        "talked 1 min 4 sec",
        "Passed on by Béla Kovács (102) · talked 42 sec",
        "Ringing · Béla Kovács (102)",
        "Connected · Csilla Nagy (103)",
      ],
    ],
    ["es", ["Ana Kiss (101)", "No contestada · sonó 20", "conversación: 1 min 4", "Pasada por Béla Kovács (102)"]],
    ["hu", ["Ana Kiss (101)", "Nem vették fel · csörgött: 20", "beszélgetés: 1 p 4 mp", "Átadta: Béla Kovács (102)"]],
  ])("says who rang, who talked, and for how long, in %s", async (language, words) => {
    const { text } = await open("l1", language);
    for (const one of words) expect(text()).toContain(one);
  });

  it("does not tell of a phone that rang that the customer was not called", async () => {
    const { text } = await open("l1");
    expect(text()).toContain("Not answered · Ana Kiss (101)");
    expect(text()).not.toContain("The customer was not called");
    expect(text()).not.toContain("The customer's phone rings");
  });

  it("has no fault for axe", async () => {
    await open("l1");
    expect(await faults()).toEqual([]);
  });
});

it("names the phone of somebody who is no agent by its extension", async () => {
  const legs = legRows(NOW)[0]?.call.course?.legs.map(({ agent, ...leg }) => (agent === "Csilla Nagy" ? leg : { ...leg, agent: agent ?? "" })) ?? [];
  const { text } = await showMain("none", {
    prepare: (fake) => {
      const [row] = legRows(fake.now);
      if (row?.call.course) row.call.course.legs = legs;
      fake.rows = row ? [row] : [];
    },
  });
  await fireEvent.click(document.querySelector('[data-call="l1"]') ?? expect.fail("no row"));
  await waitFor(() => expect(text()).toContain("Extension 103"));
});

describe("how long a call took", () => {
  const lost = { course: { part: { kind: "end_not_reported" as const } }, state: { kind: "outcome_not_reported" as const }, rang: 900, spoke: 890, over: 2 };

  it("is ringing and no talk where the customer was not reached, also where the own phone was picked up", () => {
    const { call } = popCall(NOW, { outbound: true, state: { kind: "ended" }, rang: 15, spoke: 12, over: 2, course: { not_reached: true } });
    expect([lengthOf(call)?.kind, sayLength(call)]).toEqual(["rang", "rang 0:13"]);
  });

  it("is not known where its end was not told, and is not the time after which it was given up", () => {
    const { call } = popCall(NOW, lost);
    expect([lengthOf(call), sayLength(call)]).toEqual([{ kind: "unknown" }, ""]);
    const told = popCall(NOW, { ...lost, course: { ...lost.course, talk_seconds: 30 } }).call;
    expect(sayLength(told)).toBe("0:30");
  });

  it("is not said where no phone rang", () => {
    const failed = (why: FailReason) => popCall(NOW, { outbound: true, state: { kind: "failed", leg: "agent", why }, rang: 15, over: 1 }).call;
    expect(sayLength(failed({ code: "other", reason: "not_reachable", detail: "" }))).toBe("");
    expect(sayLength(failed({ code: "no_answer" }))).toBe("rang 0:14");
    const { call } = popCall(NOW, { state: { kind: "answered_elsewhere" }, rang: 3, over: 2, course: { part: { kind: "busy" } } });
    expect(sayLength(call)).toBe("");
  });

  it.each<[Language, string]>([
    ["en", "Talkednot known: the PBX never said when it ended"],
    ["es", "no se sabe: la centralita no dijo cuándo terminó"],
    ["hu", "nem ismert: az alközpont nem jelezte a végét"],
  ])("is said to be unknown in the call's detail, in %s", async (language, words) => {
    const { text } = await open("l9", language);
    expect(text().replace(/Talked\s+/, "Talked")).toContain(words);
  });
});
