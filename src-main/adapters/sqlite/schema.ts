import type { Generated } from 'kysely'

/** The tables of `migrations/` as kysely sees them. JSON is text and booleans are 0 or 1, as SQLite keeps them. */

interface EventsTable {
  id: string
  workspace_id: string
  key_id: string
  key_seq: number
  prev_hash: string | null
  at: string
  type: string
  body: string
  seen_order: number
  seen_head_hash: string | null
  hash: string
  signature: string
  tool_id: Generated<string | null>
}

export interface Schema {
  events: EventsTable
  order_entries: { order_number: number; event_id: string; head_hash: string; outcome: string; failure: string | null }
  workspace: { id: string; name: string; genesis_hash: string; created_at: string; sequencer_device_id: string }
  devices: { id: string; name: string; status: string; admitted_at: string }
  members: {
    id: string
    name: string
    name_key: string
    role: string
    highest_role: string
    status: string
    created_at: string
    created_by: string | null
  }
  keys: {
    key_id: string
    public_key: string
    kind: string
    member_id: string | null
    device_id: string
    status: string
    is_unclaimed: number
    admitted_at: string
    revoked_at: string | null
  }
  nominations: {
    id: string
    member_id: string
    role: string
    status: string
    reason: string
    nominated_by: string
    nominated_at: string
    decided_by: string | null
    decided_at: string | null
    decision_reason: string | null
  }
  suggestions: {
    id: string
    title: string
    description: string
    professions: string
    categories: string
    status: string
    submitted_by: string
    submitted_at: string
    decided_by: string | null
    decided_at: string | null
    rationale: string | null
    modified: string | null
    tool_id: string | null
  }
  comments: {
    id: string
    tool_id: string
    version_id: string
    line: number | null
    text: string
    by: string
    at: string
  }
  settings: { key: string; value: string; updated_by: string; updated_at: string }
  tools: {
    id: string
    slug: string
    title: string
    summary: string
    tags: string
    is_published: number
    active_version_id: string | null
    suggestion_id: string | null
    created_by: string
    created_at: string
    updated_at: string
    last_version_number: number
    metadata_event_id: string
  }
  tool_maintainers: { tool_id: string; member_id: string; is_current: number }
  version_contents: {
    manifest_hash: string
    entrypoint: string
    source_code: string
    input_schema: string | null
    settings_schema: string | null
    usage_instructions: string | null
    runtime: string | null
  }
  versions: {
    id: string
    tool_id: string
    version_number: number | null
    state: string
    line_id: string
    is_head: number
    entrypoint: string
    content_hash: string
    manifest_hash: string
    derived_from_version_id: string | null
    created_by: string
    created_at: string
    change_summary: string | null
    submitted_for_review_by: string | null
    submitted_for_review_at: string | null
    review_note: string | null
    reviewed_by: string | null
    reviewed_at: string | null
    published_by: string | null
    published_at: string | null
    was_active: number
  }
  decisions: {
    id: string
    tool_id: string
    version_id: string
    verdict: string
    by: string
    at: string
    message: string | null
    resulting_version_id: string | null
  }
  runs: {
    id: string
    tool_id: string
    version_id: string
    context: string
    requested_by: string
    status: string
    started_at: string
    risk_level: string | null
    record: string
  }
  run_notes: {
    run_id: string
    explanation_status: string
    explanation_error: string | null
    is_pinned: number
    meta: string
    meta_event_id: string | null
  }
  advisories: {
    id: string
    run_id: string
    kind: string
    text: string
    request_id: string | null
    engine_id: string | null
    engine_version: number | null
    created_by: string | null
    created_at: string
    override_scope: string | null
    reviewed: number
    approved_for_workflow: number
    reviewed_by: string | null
    reviewed_at: string | null
    review_notes: string | null
  }
  live_runs: {
    id: string
    owner: string
    requested_by: string
    started_at: string
    phase: string
    cancel_requested: Generated<number>
    record: string
  }
  local_state: { name: string; value: string }
  private_keys: { key_id: string; member_id: string | null; protection: string; sealed: string }
  unsaved_work: { member_id: string; tool_id: string; work: string }
  tool_settings: { member_id: string; tool_id: string; values: string }
  cases: {
    id: string
    member_id: string
    tool_id: string
    name: string
    name_key: string
    values: string
    created_at: string
    last_used_at: string
  }
  case_files: { case_id: string; position: number; name: string; sha256: string; bytes: number }
  contents: { sha256: string; body: Uint8Array }
  attachments: {
    run_id: string
    kind: string
    name: string
    sha256: string
    bytes: number
    mime: string
    created_at: string
    /** Since when the content is no longer kept; null while it is. */
    released_at: string | null
    /** What holds it, kept up to date by triggers: pinned, cited or under way; else the context of its run. */
    kept_as: Generated<'held' | 'sandbox' | 'production'>
  }
  kept_contents: { sha256: string; bytes: number; keepers: number; holders: number; last_kept_at: string }
  audit_entries: {
    order_number: number
    type: string
    tool_id: string | null
    key_id: string
    at: string
    /** Of all entries up to this one: where a clock was set back, later than this one's own. */
    latest_at: string
  }
  kept_totals: { files: number; bytes: number; held_bytes: number }
}
