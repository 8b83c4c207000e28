import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

// Two pages, so that the popup never loads the main window's code.
// `--mode gallery` builds the same pages with the fake back end for looking at them in a browser; the app's own build has none of it.
export default defineConfig(({ mode }) => ({
  plugins: [svelte(), svelteTesting()],
  define: { __FAKE__: JSON.stringify(mode !== "production") },
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  preview: { host: "127.0.0.1" },
  build: {
    target: "safari16",
    outDir: mode === "gallery" ? "dist-gallery" : "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // What is bundled, with its terms: goes into the packages' notices.
    license: { fileName: "third-party.md" },
    rolldownOptions: { input: { main: "index.html", popup: "popup.html" } },
  },
  test: {
    environment: "jsdom",
    // Else one core is left idle, and half of a small machine waits.
    maxWorkers: "100%",
    // Only the sheet that tests read as it is: with every component's, jsdom computes each element's style from all of them, which takes most of the time.
    css: { include: [/theme\.css/] },
    include: ["tests/**/*.test.ts", "src/**/*.test.ts"],
    setupFiles: ["./tests/setup.ts"],
    // Looking for faults in a whole window takes long on a machine that builds something else meanwhile.
    testTimeout: 60_000,
    // A test that fails in another zone or language would fail on someone's machine.
    env: { TZ: "Europe/Budapest" },
  },
}));
