import { z } from 'zod'
import { inputSchemaSchema, plainFieldsSchema } from '../../src-main/domain/field.ts'
import { idSchema } from '../../src-main/domain/identifier.ts'
import { packagesSchema } from '../../src-main/domain/version.ts'
import { slugSchema, summarySchema, tagsSchema, titleSchema } from '../../src-main/domain/tool.ts'
import { command, query } from './channel.ts'
import { pageInput, pageOf } from './paging.ts'
import { toolView } from './views.ts'

/** A tool is named by its id or its slug; the two can't be confused, since a slug starts with a letter and has no UUID's form. */
export const toolReference = z.string().min(1).max(128)

const catalogueItem = z.object({
  id: idSchema,
  slug: z.string(),
  title: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  version_number: z.int(),
  published_at: z.string().nullable(),
})
export type CatalogueItem = z.infer<typeof catalogueItem>

/** What a form needs, and nothing of the code. */
const catalogueEntry = catalogueItem.extend({
  version_id: idSchema,
  input_schema: inputSchemaSchema.nullable(),
  settings_schema: plainFieldsSchema.nullable(),
  usage_instructions: z.string().nullable(),
  /** What it says it needs beside Python; `runners.missing` tells which of it a runner lacks. */
  packages: packagesSchema,
})
export type CatalogueEntry = z.infer<typeof catalogueEntry>

const text = z.string().trim().max(200).default('')

export const toolChannels = {
  'tools.list': query(
    'Tools that the caller looks after or may see the source of, by title; `mine` narrows to those they maintain',
    z.strictObject({
      ...pageInput,
      text,
      mine: z.boolean().default(false),
      published: z.boolean().nullable().default(null),
    }),
    pageOf(toolView),
  ),
  'tools.get': query('One tool', z.strictObject({ tool: toolReference }), toolView),
  'tools.create': command(
    'Makes an unpublished tool without versions; its maker becomes its maintainer',
    z.strictObject({
      slug: slugSchema,
      title: titleSchema,
      summary: summarySchema.default(''),
      tags: tagsSchema.default([]),
    }),
    toolView,
  ),
  'tools.edit': command(
    'Changes title, summary or tags',
    z.strictObject({
      tool: toolReference,
      title: titleSchema.optional(),
      summary: summarySchema.optional(),
      tags: tagsSchema.optional(),
      /** What the editor was looking at; another means that somebody else edited meanwhile. Null takes what is there. */
      expected_metadata_event_id: idSchema.nullable().default(null),
    }),
    toolView,
  ),
  'tools.publish': command(
    'Shows a tool with an active version in the catalogue (TL-1)',
    z.strictObject({ tool: toolReference }),
    toolView,
  ),
  'tools.depublish': command(
    'Hides a tool; versions and runs stay (TL-2)',
    z.strictObject({ tool: toolReference }),
    toolView,
  ),
  'tools.setMaintainers': command(
    'Adds and removes maintainers',
    z.strictObject({
      tool: toolReference,
      add: z.array(idSchema).max(100).default([]),
      remove: z.array(idSchema).max(100).default([]),
    }),
    toolView,
  ),
  'catalogue.list': query(
    'Published tools that can be run, by title',
    z.strictObject({ ...pageInput, text }),
    pageOf(catalogueItem),
  ),
  'catalogue.get': query(
    'What is needed to run a published tool: its form, never its code',
    z.strictObject({ tool: toolReference }),
    catalogueEntry,
  ),
  'toolSettings.get': query(
    "The caller's own settings of a tool, kept on this device only (SC-5)",
    z.strictObject({ tool: toolReference }),
    z.object({
      values: z.record(z.string(), z.json()),
      /** Names of secrets that are set; their values are never shown again. */ secrets_set: z.array(z.string()),
    }),
  ),
  'toolSettings.set': command(
    "Changes the caller's own settings of a tool",
    z.strictObject({ tool: toolReference, values: z.record(z.string(), z.json()) }),
    z.object({ values: z.record(z.string(), z.json()), secrets_set: z.array(z.string()) }),
  ),
} as const
