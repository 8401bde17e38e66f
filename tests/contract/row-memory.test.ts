import { expect, test } from 'vitest'
import { failed, failure, success } from '../../src-main/domain/result.ts'
import { openWorkspace, rawDatabase, storeOver } from '../support/core.ts'

/** What a transaction remembers of the tables is never older than what was put, nor outlives it. */

async function openTwice() {
  const { root, dataDir } = await openWorkspace()
  const { id } = await root.must('tools.create', { slug: 'seen', title: 'First' })
  const { store } = storeOver(rawDatabase(dataDir))
  const other = rawDatabase(dataDir)
  const titleNow = (): string | undefined => store.state.tool(id)?.title
  const retitle = (title: string): void => {
    const tool = store.state.tool(id)
    if (tool !== null) store.put({ table: 'tools', row: { ...tool, title } })
  }
  return { store, other, titleNow, retitle }
}

test('TR-3 a look-up sees what the same transaction put before', async () => {
  const { store, titleNow, retitle } = await openTwice()
  store.transaction(() => {
    expect(titleNow()).toBe('First')
    retitle('Second')
    expect([titleNow(), store.state.toolBySlug('seen')?.title]).toEqual(['Second', 'Second'])
    return success(null)
  })
  expect(titleNow()).toBe('Second')
})

test('ER-3 a refused transaction leaves nothing behind, in memory neither', async () => {
  const { store, titleNow, retitle } = await openTwice()
  store.transaction(() => {
    retitle('Refused')
    expect(titleNow()).toBe('Refused')
    return failed(failure('CONFLICT', 'moved', 'Moved.'))
  })
  expect(titleNow()).toBe('First')
  expect(store.transaction(() => titleNow())).toBe('First')
})

test('RN-12 what another process wrote between two transactions is seen', async () => {
  const { store, other, titleNow } = await openTwice()
  expect(store.transaction(() => titleNow())).toBe('First')
  other.prepare(`UPDATE tools SET title = 'Theirs'`).run()
  expect(titleNow()).toBe('Theirs')
  expect(store.transaction(() => titleNow())).toBe('Theirs')
})
