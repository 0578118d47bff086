import path from 'node:path';
import babel from '@rolldown/plugin-babel';
import react, { reactCompilerPreset } from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pages } from './apps/server/pages.ts';

const root = import.meta.dirname;

/** All pages in one build, so that they share what they have in common. */
export default defineConfig({
  root,
  base: '/',
  plugins: [react(), babel({ presets: [reactCompilerPreset()] })],
  build: {
    outDir: path.join(root, 'dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    // The pages' content security policy takes fonts and pictures from the server alone, not from inside a style sheet.
    assetsInlineLimit: 0,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: Object.fromEntries(pages.map(({ name, file }) => [name, path.join(root, file)])),
    },
    chunkSizeWarningLimit: 1_200,
  },
});
