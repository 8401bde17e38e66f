import { languages } from 'monaco-editor/editor'

/**
 * Colours for JSON. Monaco's own JSON support brings a second language server and worker; what is wrong with a form is
 * said by our own schemas, so colours are all that is needed.
 */
export const JSON_LANGUAGE = 'scriptorium-json'

export function registerJsonLanguage(): void {
  languages.register({ id: JSON_LANGUAGE })
  languages.setLanguageConfiguration(JSON_LANGUAGE, {
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"', notIn: ['string'] },
    ],
  })
  languages.setMonarchTokensProvider(JSON_LANGUAGE, {
    tokenizer: {
      root: [
        [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'string.key'],
        [/"(?:[^"\\]|\\.)*"/, 'string'],
        [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number'],
        [/\b(?:true|false|null)\b/, 'keyword'],
        [/[{}[\]]/, '@brackets'],
      ],
    },
  })
}
