// @vitest-environment node
import { beforeAll, expect, it, vi } from "vitest";
import { type Rolldown, build } from "vite";

let chunks: Rolldown.OutputChunk[] = [];

beforeAll(async () => {
  // As it is shipped: a test's own environment would add all of Svelte's warnings for developers.
  vi.stubEnv("NODE_ENV", "production");
  const built = await build({ mode: "production", logLevel: "silent", build: { write: false } });
  const outputs = Array.isArray(built) ? built : [built];
  chunks = outputs.flatMap((one) => ("output" in one ? one.output : [])).filter((file) => file.type === "chunk");
  vi.unstubAllEnvs();
}, 60_000);

/** A page's own chunk and everything it loads with it. */
function loadedBy(page: string): Rolldown.OutputChunk[] {
  const loaded = new Set<Rolldown.OutputChunk>();
  const load = (chunk: Rolldown.OutputChunk | undefined) => {
    if (!chunk || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(chunks.find(({ fileName }) => fileName === name));
  };
  load(chunks.find(({ isEntry, facadeModuleId }) => isEntry && facadeModuleId?.endsWith(page)));
  return [...loaded];
}

const modules = (of: Rolldown.OutputChunk[]) => of.flatMap(({ moduleIds }) => moduleIds);

it("the app's own build has nothing of the fake", () => {
  expect(modules(chunks).filter((id) => id.includes("/ipc/fake"))).toEqual([]);
});

it("the popup loads none of the main window's code", () => {
  const popup = modules(loadedBy("popup.html"));
  expect(popup.some((id) => id.includes("/src/popup/Popup.svelte"))).toBe(true);
  expect(popup.filter((id) => id.includes("/src/main/") || id.includes("/i18n/main/"))).toEqual([]);
});

it("the popup loads the wrap-up's code after that of the cards", () => {
  expect(modules(loadedBy("popup.html")).filter((id) => id.endsWith("/wrapup/WrapUp.svelte"))).toEqual([]);
  expect(modules(chunks).some((id) => id.endsWith("/wrapup/WrapUp.svelte"))).toBe(true);
});

// Svelte's own code is shared by both pages: what only the main window needs of it is loaded here too.
it("the popup's code stays under 150 kB", () => {
  const bytes = loadedBy("popup.html").reduce((sum, { code }) => sum + code.length, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(150_000);
});
