import { defineConfig } from 'electron-vite'
import path from 'node:path'
import react from '@vitejs/plugin-react'

export default defineConfig({
  main: {
    build: {
      target: 'node24',
      lib: { entry: { main: 'src-main/main.ts', serve: 'src-main/serve.ts', cli: 'src-main/cli.ts' }, formats: ['es'] },
      rollupOptions: {
        external: ['better-sqlite3', 'dockerode', 'electron', 'pyodide', '@astral-sh/ruff-wasm-nodejs'],
      },
      outDir: 'out/main',
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: 'src-preload/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
      outDir: 'out/preload',
    },
  },
  renderer: {
    root: 'src-renderer',
    base: './',
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      minify: true,
      target: 'chrome140',
      rollupOptions: { input: { index: path.resolve('src-renderer/index.html') } },
      outDir: 'out/renderer',
    },
  },
})
