const NAMES: Record<string, string> = {
  'wasm+node-permission': 'WebAssembly in a process without permissions',
}

/** How a runner keeps scripts apart from the machine, in words where it is a code. */
export function isolationText(isolation: string): string {
  return NAMES[isolation] ?? isolation
}
