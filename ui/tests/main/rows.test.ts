import { expect, it } from "vitest";
import type { Call } from "../../src/ipc";
import { popCall } from "../../src/ipc/fake/build";
import { shownName } from "../../src/lib/callState";
import { sayLength, throughOf, wayOf, whoOf } from "../../src/main/calls/rows";

/** Monday, 3 November 2025, 14:05 in Budapest. */
const NOW = Date.UTC(2025, 10, 3, 13, 5);

it("shows no name of a caller who withholds the number", () => {
  const hidden: Call["ani"] = { kind: "hidden" };
  const { call } = popCall(NOW, { course: { party_name: "María López" } });
  expect(shownName(call)).toBe("María López");
  expect(shownName({ ...call, ani: hidden })).toBe("");
});

it("lists a call by the name the network shows, with its queue, and a colleague's as internal", () => {
  const listed = (one: ReturnType<typeof popCall>) => ({ ...one, customer_name: null, customer_id: null, outcome: null });
  const queued = listed(popCall(NOW, { course: { queue: "Support", party_name: "Molnár Ágnes" } }));
  expect([whoOf(queued), wayOf(queued.call), throughOf(queued)]).toEqual(["Molnár Ágnes", "Incoming", "Sales (HU) · Support"]);
  const inside = (display: string) => ({ kind: "internal" as const, display, country: null, e164: null, extension: null });
  const internal = listed(popCall(NOW, { number: inside("102"), called: inside("101"), course: { party_name: "Béla" } }));
  expect([whoOf(internal), wayOf(internal.call), throughOf(internal)]).toEqual(["Béla", "Internal call", ""]);
});

it("counts no talk of a call that the agent gave up before the customer answered", () => {
  const { call } = popCall(NOW, { outbound: true, state: { kind: "ended" }, rang: 15, over: 2, course: { not_reached: true } });
  expect(sayLength(call)).toBe("rang 0:13");
});

it("makes up no talk time of a call whose end nobody told", () => {
  const leg = { extension: "101", rang_at: NOW - 900_000, answered_at: NOW - 890_000, held: false, ended_at: NOW, passed_by: null };
  const legs = [{ ...leg, end: "not_reported" as const }];
  const lost = popCall(NOW, { state: { kind: "outcome_not_reported" }, rang: 900, spoke: 890, over: 2, course: { legs } }).call;
  expect(sayLength(lost)).toBe("");
  // Another agent's part of it ended as was told.
  const ended = popCall(NOW, { state: { kind: "ended" }, rang: 900, spoke: 890, over: 2, course: { legs } }).call;
  expect(sayLength(ended)).toBe("");
  const ring = popCall(NOW, { state: { kind: "outcome_not_reported" }, rang: 190, over: 2 }).call;
  expect(sayLength(ring)).toBe("");
});

it("counts the talk of a call that an older version wrote by its moments", () => {
  const { call } = popCall(NOW, { state: { kind: "ended" }, rang: 90, spoke: 80, over: 2 });
  const old: Call = { ...call };
  delete old.course;
  expect(sayLength(old)).toBe("1:18");
});
