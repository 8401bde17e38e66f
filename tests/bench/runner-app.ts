import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Core, Session } from '../../src-main/app/core.ts'
import { openCore } from '../../src-main/compose.ts'
import type { Channel, Input, Output } from '../../src-preload/contract/contract.ts'

/** The real app over a data folder of its own, asked through its only door as a window would. */
export interface BenchApp {
  workspaceId: string
  /** Any channel; throws when it is refused. */
  call<C extends Channel>(channel: C, input: Input<C>): Promise<Output<C>>
  /** Saves a script as a tool of its own and answers with the version to run. */
  addTool(slug: string, script: string): Promise<string>
  /** Hands over the input; done before a run, as people choose files before they press the button. */
  upload(bytes: Uint8Array): Promise<string>
  /** From the wish to the recorded outcome. */
  run(version: string, uploads: string[]): Promise<Output<'runs.wait'>>
  /** Answers as soon as the run has begun. */
  begin(version: string): Promise<string>
  cancel(runId: string): Promise<void>
  /** Why a run could not begin. */
  refusalOf(version: string): Promise<string>
  close(): Promise<void>
}

/** As a window it keeps containers waiting; else each run starts one. */
export async function openBenchApp(asWindow: boolean): Promise<BenchApp> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'))
  const opened = await openCore({ dataDir: path.join(folder, 'data'), asWindow, preview: null })
  if (!opened.ok) throw new Error(opened.failure.message)
  const core = opened.value
  const session = sessionOf(core)
  const ask = async <C extends Channel>(channel: C, input: Input<C>) => core.dispatch(session, channel, input)
  const must = async <C extends Channel>(channel: C, input: Input<C>): Promise<Output<C>> => {
    const answer = await ask(channel, input)
    if (!answer.ok) throw new Error(`${channel}: ${JSON.stringify(answer.error)}`)
    return answer.data as unknown as Output<C>
  }
  if (!asWindow) await must('workspace.init', { name: 'Bench', member: 'Bench' })
  const { workspace } = await must('system.status', {})
  const start = (version: string, uploads: string[]) => ({ version, uploads, runner: 'docker' as const })
  return {
    workspaceId: workspace?.id ?? '',
    call: must,
    async addTool(slug, script) {
      const tool = await must('tools.create', { slug, title: slug })
      const saved = await must('versions.save', {
        tool: tool.id,
        source_code: script,
        expected_parent_version_id: null,
      })
      return saved.id
    },
    async upload(bytes) {
      const { id } = await must('uploads.begin', { name: 'data.csv', bytes: bytes.length })
      await must('uploads.append', { id, offset: 0, data: Buffer.from(bytes).toString('base64') })
      return id
    },
    async run(version, uploads) {
      const begun = await must('runs.sandbox', start(version, uploads))
      return must('runs.wait', { run: begun.id })
    },
    begin: async (version) => (await must('runs.sandbox', start(version, []))).id,
    async cancel(runId) {
      await must('runs.cancel', { run: runId })
      await must('runs.wait', { run: runId })
    },
    async refusalOf(version) {
      const answer = await ask('runs.sandbox', start(version, []))
      return answer.ok ? '' : answer.error.reason
    },
    async close() {
      await core.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function sessionOf(core: Core): Session {
  const session = core.openSession({ shell: 'cli' })
  if (!session.ok) throw new Error(session.failure.message)
  return session.value
}
