/** One line of a table of measurements. */
export interface Figure {
  name: string
  unit: 'ms' | 'runs/s' | 'events/s' | 'MB/s' | 'MiB' | 'kB'
  median: number
  /** Between the first and the third quartile. */
  spread: number
  /** What the ratio is to; null for a figure that stands for itself. */
  comparedWith: string | null
  /** This median by the other's; for a figure that stands for itself, by its bound. */
  ratio: number | null
  /** Null: shown for information. */
  wantedRatio: number | null
  isHigherBetter: boolean
  holds: boolean | null
}

export interface Sample {
  median: number
  spread: number
}

export function summarise(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
  return { median: at(0.5), spread: at(0.75) - at(0.25) }
}

export interface Comparison {
  with: string
  median: number
  wantedRatio: number | null
}

/** A figure for each comparison, or one without any. */
export function figures(
  name: string,
  unit: Figure['unit'],
  sample: Sample,
  comparisons: Comparison[] = [],
  isHigherBetter = false,
): Figure[] {
  const plain = { name, unit, ...sample, isHigherBetter }
  if (comparisons.length === 0) return [{ ...plain, comparedWith: null, ratio: null, wantedRatio: null, holds: null }]
  return comparisons.map(({ with: comparedWith, median, wantedRatio }) => {
    const ratio = sample.median / median
    const holds = wantedRatio === null ? null : isHigherBetter ? ratio >= wantedRatio : ratio <= wantedRatio
    return { ...plain, comparedWith, ratio, wantedRatio, holds }
  })
}

export async function timedMs(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now()
  await work()
  return performance.now() - beganAt
}
