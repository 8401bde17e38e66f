import { useEffect, useRef } from 'react'
import { create } from 'zustand'
import { matchesStep } from './ui/keys.ts'

/**
 * The one registry of what a person can do from the keyboard. It feeds the palette (Mod+K), the shortcuts themselves
 * and the help sheet (?). A screen adds its own while it is on the screen.
 */
export interface AppCommand {
  id: string
  label: string
  /** Heading in the palette and the help sheet: `Go to`, `Tool`, `Run`, … */
  group: string
  /** `mod+S`, `F9`, `?`, or two keys in a row: `g c`. Keys that type something rest while somebody types. */
  keys?: string
  /** Further words that the palette finds it by. */
  keywords?: readonly string[]
  run(): void
}

interface Registry {
  commands: ReadonlyMap<string, AppCommand>
}

export const useCommandRegistry = create<Registry>(() => ({ commands: new Map() }))

/** Offers commands while the component is mounted. `run` may change from render to render. */
export function useAppCommands(commands: readonly AppCommand[]): void {
  const latest = useRef(commands)
  useEffect(() => void (latest.current = commands))
  const shape = JSON.stringify(commands)

  useEffect(() => {
    const offered = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find(({ id }) => id === command.id)?.run(),
    }))
    update((registered) => offered.forEach((command) => registered.set(command.id, command)))
    return () =>
      update((registered) => {
        for (const command of offered) {
          // Another screen may have taken the id over meanwhile.
          if (registered.get(command.id) === command) registered.delete(command.id)
        }
      })
  }, [shape])
}

function update(change: (registered: Map<string, AppCommand>) => void): void {
  useCommandRegistry.setState(({ commands }) => {
    const copy = new Map(commands)
    change(copy)
    return { commands: copy }
  })
}

const SEQUENCE_PAUSE_MS = 1200

/** Listens for every registered shortcut. Answers with a function that stops it. */
export function listenForShortcuts(target: Window): () => void {
  let firstKey: { step: string; at_ms: number } | null = null

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return
    const typing = isTyping(event.target)
    const pending = firstKey !== null && performance.now() - firstKey.at_ms < SEQUENCE_PAUSE_MS ? firstKey.step : null
    firstKey = null
    for (const command of useCommandRegistry.getState().commands.values()) {
      if (command.keys === undefined) continue
      if (!command.keys.includes('mod') && ((typing && !isFunctionKey(command.keys)) || isDialogOpen())) continue
      const [first = '', second] = command.keys.split(' ')
      if (second === undefined ? matchesStep(first, event) : pending === first && matchesStep(second, event)) {
        event.preventDefault()
        command.run()
        return
      }
      if (second !== undefined && matchesStep(first, event)) firstKey = { step: first, at_ms: performance.now() }
    }
  }
  target.addEventListener('keydown', onKeyDown)
  return () => target.removeEventListener('keydown', onKeyDown)
}

function isFunctionKey(keys: string): boolean {
  return /^F\d+$/.test(keys)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null
}
