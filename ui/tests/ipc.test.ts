import { afterEach, expect, it, vi } from "vitest";

type Sent = { index: number; message?: { event: string; payload: unknown }; end?: true };

/** What the shell puts into a window, as far as events go. */
function shell() {
  let send: (sent: Sent) => void = () => expect.fail("nobody listens");
  const asked: unknown[] = [];
  vi.stubGlobal("__TAURI_INTERNALS__", {
    transformCallback: (heard: (sent: Sent) => void) => {
      send = heard;
      return 7;
    },
    invoke: (command: string, args: unknown) => {
      asked.push([command, args]);
      return Promise.resolve(null);
    },
  });
  return { asked, send: (sent: Sent) => send(sent) };
}

afterEach(() => vi.unstubAllGlobals());

it("hears what this window is told, in order, over one channel of its own", async () => {
  const { asked, send } = shell();
  vi.resetModules();
  const { tauri } = await import("../src/ipc/tauri");
  const heard: unknown[] = [];
  const stop = await tauri.listen("notice", (notice) => heard.push(notice));
  await tauri.listen("navigate", (to) => heard.push(to));
  expect(asked).toEqual([["hear", { to: "__CHANNEL__:7" }]]);
  send({ index: 1, message: { event: "navigate", payload: "second" } });
  expect(heard).toEqual([]);
  send({ index: 0, message: { event: "notice", payload: "first" } });
  send({ index: 2, message: { event: "desk", payload: "nobody listens" } });
  stop();
  send({ index: 3, message: { event: "notice", payload: "not any more" } });
  send({ index: 4, end: true });
  expect(heard).toEqual(["first", "second"]);
});
