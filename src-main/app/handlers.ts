import type { Channel, Output, ParsedInput } from '../../src-preload/contract/contract.ts'
import type { Result } from '../domain/result.ts'
import { attachAdvisory, listAdvisories, reviewAdvisory } from './advisories.ts'
import { listAudit, verifyAudit } from './audit.ts'
import { createBackup, listBackups, restoreBackup } from './backups.ts'
import { listCases, removeCase, saveCase } from './cases.ts'
import { commentVersion, listComments } from './comments.ts'
import type { Context } from './context.ts'
import type { Session } from './core.ts'
import { examine } from './doctor.ts'
import { checkScript, keepUnsavedWork, openEditor } from './editor.ts'
import { exportAudit } from './export-audit.ts'
import { exportTool } from './export-tool.ts'
import type { Jobs } from './jobs.ts'
import {
  listDevices,
  listKeys,
  lockSession,
  protectKey,
  revokeDevice,
  revokeKey,
  rotateKey,
  touchSession,
  unlockSession,
} from './keys.ts'
import { addMember, listMembers, revokeMember, setMemberRole } from './members.ts'
import { decideNomination, listNominations, nominateMember } from './nominations.ts'
import { exportPack } from './packs.ts'
import { resumeWorkspace } from './resume.ts'
import { listDecisions, listReviews, publishVersion, requestChanges, rollBack } from './reviews.ts'
import { acceptImage, imageStatus } from './runner-image.ts'
import { runnersStatus } from './runs/choose-runner.ts'
import { compareRuns } from './runs/compare-runs.ts'
import { explainRun } from './runs/explain-run.ts'
import { listMissingPackages } from './runs/missing-packages.ts'
import { pruneRuns } from './runs/prune.ts'
import { getRun, listRuns, previewOutput, readArtifact } from './runs/read-runs.ts'
import { getRunNotes, patchRunMeta, pinRun } from './runs/run-notes.ts'
import type { Runs } from './runs/runs.ts'
import { verifyRuns } from './runs/verify-runs.ts'
import { seedBank } from './seed-bank.ts'
import { showStorage } from './storage.ts'
import { decideSuggestion, listSuggestions, submitSuggestion } from './suggestions.ts'
import { getToolSettings, setToolSettings } from './tool-settings.ts'
import {
  createTool,
  depublishTool,
  editTool,
  getCatalogueEntry,
  getTool,
  listCatalogue,
  listTools,
  publishTool,
  setMaintainers,
} from './tools.ts'
import { verifyExport } from './verify-export.ts'
import { getVersion, listVersions, saveVersion, submitVersion, versionDecision, withdrawVersion } from './versions.ts'
import { initWorkspace, listSettings, setSetting, systemStatus, useSession } from './workspace.ts'

/** What a channel does. Its use case asks the policy functions itself, since what may be done hangs on the subject. */
export type Handler<C extends Channel> = (
  context: Context,
  session: Session,
  input: ParsedInput<C>,
) => Result<Output<C>> | Promise<Result<Output<C>>>

export type Handlers = { [C in Channel]: Handler<C> }

/** Channel -> use case. A channel without one fails the type check. */
export function createHandlers(runs: Runs, jobs: Jobs): Handlers {
  return {
    'system.status': systemStatus,
    'system.doctor': examine,
    'system.storage': showStorage,
    'workspace.init': initWorkspace,
    'session.use': useSession,
    'session.unlock': unlockSession,
    'session.lock': lockSession,
    'session.touch': touchSession,
    'workspace.resume': resumeWorkspace,
    'keys.list': listKeys,
    'keys.protect': protectKey,
    'keys.rotate': rotateKey,
    'keys.revoke': revokeKey,
    'devices.list': listDevices,
    'devices.revoke': revokeDevice,
    'settings.list': listSettings,
    'settings.set': setSetting,
    'runners.status': runnersStatus,
    'runners.missing': listMissingPackages,
    'image.status': imageStatus,
    'image.accept': acceptImage,
    'image.build': jobs.imageBuild,
    'image.export': jobs.imageExport,
    'image.import': jobs.imageImport,
    'job.cancel': jobs.cancel,
    'members.list': listMembers,
    'members.add': addMember,
    'members.setRole': setMemberRole,
    'members.revoke': revokeMember,
    'members.nominate': nominateMember,
    'members.nominations': listNominations,
    'members.decideNomination': decideNomination,
    'suggestions.submit': submitSuggestion,
    'suggestions.list': listSuggestions,
    'suggestions.decide': decideSuggestion,
    'tools.list': listTools,
    'tools.get': getTool,
    'tools.create': createTool,
    'tools.edit': editTool,
    'tools.publish': publishTool,
    'tools.depublish': depublishTool,
    'tools.setMaintainers': setMaintainers,
    'catalogue.list': listCatalogue,
    'catalogue.get': getCatalogueEntry,
    'toolSettings.get': getToolSettings,
    'toolSettings.set': setToolSettings,
    'versions.save': saveVersion,
    'versions.list': listVersions,
    'versions.get': getVersion,
    'versions.comment': commentVersion,
    'versions.comments': listComments,
    'versions.decision': versionDecision,
    'versions.submit': submitVersion,
    'versions.withdraw': withdrawVersion,
    'versions.requestChanges': requestChanges,
    'versions.publish': publishVersion,
    'versions.rollback': rollBack,
    'versions.decisions': listDecisions,
    'reviews.list': listReviews,
    'editor.open': openEditor,
    'editor.keep': keepUnsavedWork,
    'editor.check': checkScript,
    'cases.list': listCases,
    'cases.save': (context, session, input) => saveCase(context, session, input, runs),
    'cases.remove': removeCase,
    'uploads.begin': runs.uploads.begin,
    'uploads.append': runs.uploads.append,
    'uploads.discard': runs.uploads.discard,
    'runs.sandbox': runs.sandbox,
    'runs.tool': runs.tool,
    'runs.wait': runs.wait,
    'runs.explain': explainRun,
    'runs.notes': getRunNotes,
    'runs.pin': pinRun,
    'runs.patchMeta': patchRunMeta,
    'runs.diff': compareRuns,
    'runs.verify': (context, session, input) =>
      jobs.follow(context, session, input.job_id, (report, signal) =>
        verifyRuns(context, session, input, report, signal),
      ),
    'runs.reverify': runs.reverify,
    'packs.export': exportPack,
    'runs.prune': pruneRuns,
    'advisories.attach': attachAdvisory,
    'advisories.list': listAdvisories,
    'advisories.review': reviewAdvisory,
    'runs.get': getRun,
    'runs.list': listRuns,
    'runs.cancel': runs.cancel,
    'runs.preview': previewOutput,
    'runs.artifact': readArtifact,
    'audit.list': listAudit,
    'audit.verify': verifyAudit,
    'audit.export': exportAudit,
    'audit.verifyFile': verifyExport,
    'backups.create': createBackup,
    'backups.list': listBackups,
    'backups.restore': restoreBackup,
    'bank.seed': seedBank,
    'tools.export': exportTool,
  }
}
