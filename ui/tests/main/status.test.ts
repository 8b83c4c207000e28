import { screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { ConnectionState } from "../../src/ipc";
import { showMain } from "./show";

const withHub = async (state: ConnectionState) => {
  const { fake } = await showMain();
  fake.showDesk({ connections: [{ name: "hub", state }] });
};

it("says that no PBX is connected where the hub says so", async () => {
  await withHub({ kind: "ready", detail: "" });
  await waitFor(() => expect(screen.getByRole("button", { name: "No PBX connected" })).toBeTruthy());
});

it("says of a token that is not taken what to do, and not that there is no hub", async () => {
  await withHub({ kind: "trouble", code: "not_let_in", detail: "The hub does not take this desk's token." });
  expect(await screen.findByRole("button", { name: /Hub: The hub does not take this desk's token: ask whoever keeps the hub/ })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "No PBX connected" })).toBeNull();
});

it("does not say so while the hub is not there to say it", async () => {
  await withHub({ kind: "trouble", code: "no_hub", detail: "The hub is not there." });
  expect(await screen.findByRole("button", { name: /Hub: No connection to the hub/ })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "No PBX connected" })).toBeNull();
});
