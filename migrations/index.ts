import type { Migration } from 'kysely/migration'
import * as foundation from './0001-foundation.ts'
import * as governance from './0002-governance.ts'
import * as evidence from './0003-evidence.ts'
import * as runSearch from './0004-run-search.ts'
import * as keptSize from './0005-kept-size.ts'
import * as cases from './0006-cases.ts'
import * as listOrders from './0007-list-orders.ts'

/** In order. A landed migration is never edited; what comes after it is a new one. */
export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-governance': governance,
  '0003-evidence': evidence,
  '0004-run-search': runSearch,
  '0005-kept-size': keptSize,
  '0006-cases': cases,
  '0007-list-orders': listOrders,
}
