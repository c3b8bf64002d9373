import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

// One entry a folder of src/ that has a main.ts; `shared` is on every page.
const folders = readdirSync(source("."), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const entries = Object.fromEntries(
  folders.map(({ name }) => [name, source(`${name}/main.ts`)] as const).filter(([, path]) => existsSync(path)),
);

export default defineConfig({
  base: "/static/dist/",
  build: {
    outDir: "../src/dripstand/server/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0, // data: addresses are refused by the content policy
    modulePreload: { polyfill: false },
    target: "es2022",
    rollupOptions: { input: entries },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    passWithNoTests: false,
  },
});
