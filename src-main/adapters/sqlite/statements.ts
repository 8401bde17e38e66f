import type Database from 'better-sqlite3'
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  ValueNode,
  type Compilable,
  type InferResult,
  type LimitNode,
} from 'kysely'
import type { Schema } from './schema.ts'

/**
 * Typed queries, run at once. kysely builds and types them; better-sqlite3 runs them in the same tick, so that a
 * transaction is one synchronous piece and nothing else of this process can come in between.
 */
export interface Statements {
  readonly build: Kysely<Schema>
  all<Q extends Compilable<unknown>>(query: Q): InferResult<Q>
  first<Q extends Compilable<unknown>>(query: Q): InferResult<Q>[number] | undefined
  /** Answers with the number of rows changed. */
  run(query: Compilable<unknown>): number
  /**
   * For what runs on every save: builds the query once, with stand-ins for its values, and from then on only binds.
   * Building costs several times what SQLite needs for a look-up by key.
   */
  template<V extends object, Q extends Compilable<unknown>>(make: (values: V) => Q): Template<V, Q>
}

export interface Template<V extends object, Q extends Compilable<unknown>> {
  first(values: V): InferResult<Q>[number] | undefined
  all(values: V): InferResult<Q>
  /** As `all`, each row as the array of its values in the order of the selection: for reading very many. */
  arrays(values: V): unknown[][]
  run(values: V): void
}

/** Prepared statements kept at most; the app has far fewer different queries. */
const MAX_PREPARED = 500

/**
 * Writes how many rows are wanted into the text. SQLite looks at that number for its plan, and where it is bound makes
 * the plan anew for every call: six times as long as finding a row by its key.
 */
class StatementCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    const { limit } = node
    if (ValueNode.is(limit) && Number.isSafeInteger(limit.value)) this.append(`limit ${String(limit.value)}`)
    else super.visitLimit(node)
  }
}

export function createStatements(database: Database.Database): Statements {
  const build = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new StatementCompiler(),
    },
  })
  const prepared = new Map<string, Database.Statement>()

  const prepare = (text: string): Database.Statement => {
    const known = prepared.get(text)
    if (known !== undefined) return known
    if (prepared.size >= MAX_PREPARED) prepared.clear()
    const statement = database.prepare(text)
    prepared.set(text, statement)
    return statement
  }

  function template<V extends object, Q extends Compilable<unknown>>(make: (values: V) => Q): Template<V, Q> {
    let built: { statement: Database.Statement; bind: (values: V) => unknown[] } | null = null
    let inArrays: Database.Statement | null = null
    const build = (): NonNullable<typeof built> => {
      // A stand-in knows its name, so that it is recognised among the parameters of the built query.
      const standIns = new Proxy({}, { get: (_, name) => ({ standInFor: name }) })
      const { sql, parameters } = make(standIns as V).compile()
      const names = parameters.map((parameter) => (parameter as { standInFor?: keyof V } | null)?.standInFor)
      return {
        statement: prepare(sql),
        bind: (values) => names.map((name, index) => (name === undefined ? parameters[index] : values[name])),
      }
    }
    const get = (): NonNullable<typeof built> => (built ??= build())
    return {
      first: (values) => get().statement.get(...get().bind(values)) as never,
      all: (values) => get().statement.all(...get().bind(values)) as never,
      arrays: (values) => {
        const { statement, bind } = get()
        // One of its own: the other may be shared, and its form is a property of the statement.
        inArrays ??= database.prepare(statement.source).raw(true)
        return inArrays.all(...bind(values)) as unknown[][]
      },
      run: (values) => void get().statement.run(...get().bind(values)),
    }
  }

  return {
    build,
    template,
    all(query) {
      const { sql, parameters } = query.compile()
      return prepare(sql).all(...parameters) as never
    },
    first(query) {
      const { sql, parameters } = query.compile()
      return prepare(sql).get(...parameters) as never
    },
    run(query) {
      const { sql, parameters } = query.compile()
      return prepare(sql).run(...parameters).changes
    },
  }
}
