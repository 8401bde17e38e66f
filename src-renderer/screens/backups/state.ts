import { create } from 'zustand'
import type { Restored } from './restore-dialog.tsx'

/** A restore that waits for the app's next start; the window is told once, and remembers it until then. */
export const useRestored = create<{ restored: Restored | null }>(() => ({ restored: null }))
