import { create } from 'zustand'

interface CatalogueSearch {
  text: string
  setText(text: string): void
}

/** Remembered while the window is open, so that coming back from a tool finds the same cards. */
export const useCatalogueSearch = create<CatalogueSearch>((set) => ({
  text: '',
  setText: (text) => set({ text }),
}))
