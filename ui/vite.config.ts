import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  // WebKitGTK 2.40 is the oldest web view that the packages ask for.
  // The large chunks are diagrams and formulas, read from the disk when a message has one.
  build: { target: "safari16", sourcemap: false, chunkSizeWarningLimit: 700 },
  resolve: mode === "test" ? { conditions: ["browser"] } : {},
  test: { environment: "jsdom", include: ["src/**/*.test.ts"] },
}));
