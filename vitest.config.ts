import { defineConfig } from 'vitest/config'

const MAX_WORKERS = 2

/** One project for each room of tests/. Rooms of one order share the workers, later orders wait for earlier ones. */
const rooms = [
  { name: 'domain', order: 0, workers: MAX_WORKERS },
  { name: 'tidy', order: 0, workers: MAX_WORKERS },
  { name: 'contract', order: 1, workers: MAX_WORKERS },
  { name: 'boundary', order: 1, workers: MAX_WORKERS },
  // What kills processes and what drives a browser measures time as well: each has the machine to itself.
  { name: 'faults', order: 2, workers: 1 },
  { name: 'attacks', order: 2, workers: 1 },
  { name: 'e2e', order: 3, workers: 1 },
]

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: rooms.map(({ name, order, workers }) => ({
      test: {
        name,
        include: [`tests/${name}/**/*.test.{ts,tsx}`],
        maxWorkers: workers,
        sequence: { groupOrder: order },
        testTimeout: 30_000,
        hookTimeout: 60_000,
      },
    })),
  },
})
