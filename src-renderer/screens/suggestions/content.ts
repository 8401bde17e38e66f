import type { SuggestionContent } from '../../../src-main/domain/suggestion.ts'

export const NO_CONTENT: SuggestionContent = { title: '', description: '', professions: [], categories: [] }

/** The content as the form takes it, without what stands beside it. */
export function contentOf({ title, description, professions, categories }: SuggestionContent): SuggestionContent {
  return { title, description, professions, categories }
}

export function isSameContent(a: SuggestionContent, b: SuggestionContent): boolean {
  return JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b))
}
