#!/usr/bin/env node
// Checks a Scriptorium evidence pack with nothing but Node:
//
//   node verify-evidence.mjs PACK [--root FINGERPRINT]
//
// Ends with 0 when everything in the pack holds together, else with 1 and the first thing that is wrong. A pack proves
// what it says to whoever knows the workspace's root from elsewhere: the fingerprint of the key that signed its first
// event, which the app shows under Keys. With --root it is compared; without, it is printed for you to compare.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pathToFileURL } from 'node:url'

const MAX_LINE_BYTES = 16 * 1024 * 1024
const MAX_KEPT_BYTES = 64 * 1024 * 1024
const PIECE_KEPT_BYTES = 200
const MAX_EVENTS = 10_000_000
const SIGNATURE = /^[A-Za-z0-9+/]{85}[AQgw]==$/
const HASH = /^[0-9a-f]{64}$/
/** The DER header of an Ed25519 public key (RFC 8410); the key's 32 bytes follow it. */
const KEY_HEADER = Buffer.from('302a300506032b6570032100', 'hex')

class Wrong extends Error {}
function must(holds, message) {
  if (!holds) throw new Wrong(message)
}
/** A pack's own words can't write lines of ours, nor give a terminal commands. */
const inLine = (text) =>
  text.slice(0, 1000).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (odd) => `\\u{${odd.codePointAt(0).toString(16)}}`)
const sha256 = (data) => createHash('sha256').update(data).digest('hex')

/** Canonical JSON (RFC 8785): keys in the order of their UTF-16 units, and all else as JSON.stringify writes it. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

/** Lines of the file, each ended by a line feed; anything after the last one is wrong. */
async function* linesOf(file) {
  let rest = Buffer.alloc(0)
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    let data = Buffer.concat([rest, piece])
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10)) {
      yield data.subarray(0, end)
      data = data.subarray(end + 1)
    }
    rest = data
    must(rest.length <= MAX_LINE_BYTES, 'A line is longer than any that a pack has.')
  }
  must(rest.length === 0, 'The file does not end with a line feed.')
}

function parse(bytes, number) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value = JSON.parse(text)
    if (value !== null && typeof value === 'object' && canonical(value) === text) return value
  } catch {}
  throw new Wrong(`Line ${number} is not canonical JSON.`)
}

/** What trips our own code up has another form than a pack. */
function read(what, work) {
  try {
    return work()
  } catch (error) {
    throw error instanceof Wrong ? error : new Wrong(`${what} is malformed.`)
  }
}

/** Throws `Wrong`, or answers with what was found. */
export async function verifyPack(file, root = null) {
  const pack = { header: null, head: null, content: null, hashes: [], events: [], advisories: [], keptBytes: 0 }
  for (const name of ['places', 'keys', 'parts']) pack[name] = new Map()
  const whole = createHash('sha256')
  let lines = 0
  let isEnded = false
  for await (const bytes of linesOf(file)) {
    must(!isEnded, 'Something stands behind the end.')
    const line = parse(bytes, lines + 1)
    if (line.end !== undefined) {
      isEnded = true
      const end = canonical({ end: { lines, sha256: whole.digest('hex') } })
      must(canonical(line) === end, 'The end does not fit what stands before it.')
      continue
    }
    whole.update(bytes).update('\n')
    lines += 1
    if (lines === 1) readHeader(pack, line, root)
    else read(`Line ${lines}`, () => readLine(pack, line, lines, bytes.length))
  }
  must(isEnded, 'The end is missing: the file was cut off.')
  must(pack.head !== null && pack.events.length > 0, 'There are no events.')
  return read('What the records say', () => conclude(pack))
}

function readHeader(pack, line, root) {
  must(line.format === 'scriptorium-evidence' && line.version === 1, 'This is not an evidence pack, or a later one.')
  must(root === null || line.root === root, `The pack's root is ${line.root}, not the one that you trust.`)
  pack.header = line
}

function readLine(pack, line, number, bytes) {
  if (line.event_hashes !== undefined) return readHashes(pack, line, number)
  // Of a piece only its hash is kept, of all else the whole.
  pack.keptBytes += line.data === undefined ? bytes : PIECE_KEPT_BYTES
  must(pack.keptBytes <= MAX_KEPT_BYTES, 'There are more records than any pack has.')
  if (line.data !== undefined) readPiece(pack, line)
  else if (line.head !== undefined) readHead(pack, line.head)
  else if (line.event !== undefined) readEvent(pack, line.order, line.event)
  else if (line.content !== undefined) readContent(pack, line)
  else if (line.advisory !== undefined) pack.advisories.push(line.advisory)
  else if (line.absent !== undefined) pack.parts.set(line.sha256, { absent: line.absent })
  else throw new Wrong(`Line ${number} is of no known kind.`)
}

function readHashes(pack, { from_order, event_hashes }, number) {
  must(from_order === pack.hashes.length + 1, `Line ${number}: the order has a gap.`)
  must(event_hashes.length <= MAX_EVENTS - pack.hashes.length, 'There are more events than any pack has.')
  for (const hash of event_hashes) {
    must(HASH.test(hash), `Line ${number}: the order holds what is no hash.`)
    pack.hashes.push(hash)
  }
}

/** The order is a chain of its own: each head hash covers the one before. */
function readHead(pack, { order, head_hash }) {
  must(pack.head === null && order === pack.hashes.length, 'The head is not where the order ends.')
  const link = (previous, hash, index) => sha256(`scriptorium order v1\n${previous}\n${index + 1}\n${hash}`)
  const head = pack.hashes.reduce(link, 'genesis')
  must(head === head_hash, 'The order does not lead to the head hash.')
  pack.places = new Map(pack.hashes.map((hash, index) => [hash, index + 1]))
  pack.head = { order, head_hash }
}

function readEvent(pack, order, event) {
  const { hash, signature, ...unsigned } = event
  const name = `Event ${order} (${event.type})`
  must(pack.head !== null && order > (pack.events.at(-1)?.order ?? 0), `${name} is out of order.`)
  must(sha256(canonical(unsigned)) === hash, `${name} is not what its hash says.`)
  must(pack.hashes[order - 1] === hash, `${name} does not stand there in the order.`)
  must(event.workspace_id === pack.header.workspace_id, `${name} belongs to another workspace.`)
  if (order === 1) {
    const isRoots = event.type === 'workspace.created' && event.key_id === pack.header.root
    must(isRoots, 'The first event is not signed by the root.')
    admit(pack, event.body.keys)
  }
  const key = pack.keys.get(event.key_id)
  must(key !== undefined, `${name} is signed by a key that was not admitted before it.`)
  const signed = [Buffer.from(`scriptorium event v1\n${hash}`), key.publicKey, Buffer.from(signature, 'base64')]
  must(SIGNATURE.test(signature) && verify(null, ...signed), `${name}: the signature is wrong.`)
  must((event.key_seq === 1) === (event.prev_hash === null), `${name}: its key's chain has no beginning.`)
  const follows = key.last === null || event.key_seq > key.last.key_seq + 1 || event.prev_hash === key.last.hash
  must(follows && (key.last === null || event.key_seq > key.last.key_seq), `${name}: its key's chain is broken.`)
  const isAfter = event.prev_hash === null || (pack.places.get(event.prev_hash) ?? order) < order
  must(isAfter, `${name}: what its key signed before is not in the order before it.`)
  key.last = { key_seq: event.key_seq, hash }
  pack.events.push({ order, ...event })
  if (event.type === 'member.added' && event.body.key !== null) admit(pack, [event.body.key])
  if (event.type === 'key.rotated') admit(pack, [event.body.new_key])
}

function admit(pack, keys) {
  for (const { key_id, public_key, kind, member_id } of keys) {
    must(sha256(public_key) === key_id, `The key ${key_id} is not what its fingerprint says.`)
    const key = Buffer.concat([KEY_HEADER, Buffer.from(public_key, 'base64')])
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' })
    pack.keys.set(key_id, { publicKey, kind, memberId: member_id, last: null })
  }
}

function readContent(pack, { manifest_hash, content }) {
  const names = ['entrypoint', 'input_schema', 'runtime', 'settings_schema', 'source_code', 'usage_instructions']
  must(pack.content === null && canonical(Object.keys(content).sort()) === canonical(names), 'The script is malformed.')
  must(sha256(canonical(content)) === manifest_hash, 'The script is not what its hash says.')
  pack.content = { manifest_hash, ...content }
}

function readPiece(pack, { sha256: hash, bytes, offset, names, data }) {
  const part = pack.parts.get(hash) ?? { absent: null, bytes, next: 0, hash: createHash('sha256') }
  const piece = Buffer.from(data, 'base64')
  const isNext = part.absent === null && part.next === offset && part.bytes === bytes
  must(isNext && piece.toString('base64') === data, `A piece of ${names[0]} is out of place.`)
  part.hash.update(piece)
  part.next += piece.length
  if (part.next === bytes) must(part.hash.digest('hex') === hash, `${names[0]} is not what its hash says.`)
  pack.parts.set(hash, part)
}

function conclude(pack) {
  const { subject } = pack.header
  const recorded = pack.events.filter(({ type }) => type === 'run.recorded')
  const runs = recorded.map(({ body, key_id }) => [body.run, key_id])
  must(pack.content !== null, 'The script is missing.')
  if (subject.kind === 'run') must(runs.length === 1 && runs[0][0].id === subject.id, "The run's record is missing.")
  else must(namesScript(pack, subject.id), 'The version is missing, or has another script.')
  const found = { present: [], absent: [] }
  for (const [run, keyId] of runs) {
    checkSigner(run, pack.keys.get(keyId))
    must(run.manifest_hash === pack.content.manifest_hash, 'The script is not the one that ran.')
    for (const [name, hash] of partsOf(run)) {
      const part = pack.parts.get(hash)
      must(part !== undefined, `The pack says nothing about ${name}, which a record names.`)
      must(part.absent !== null || part.next === part.bytes, `${name} is cut off.`)
      if (part.absent === null) found.present.push(`${run.id}/${name}`)
      else found.absent.push(`${run.id}/${name} (${part.absent})`)
    }
  }
  for (const advisory of pack.advisories) checkAdvisory(pack.events, advisory)
  const { root } = pack.header
  return { subject, root, head: pack.head, events: pack.events.length, runs: runs.map(([run]) => run), ...found }
}

/** By whichever step the version came to be, or was reviewed. */
function namesScript({ events, content }, id) {
  const about = events.map(({ body }) => body).filter((body) => [body.version_id, body.new_version_id].includes(id))
  return about.some((body) => (body.manifest_hash ?? body.based_on.manifest_hash) === content.manifest_hash)
}

/** What a record names by its hash. */
function partsOf({ inputs, artifacts, stdout, stderr, result_sha256: result }) {
  const logs = [stdout, stderr].map((log, index) => [`log/${['stdout', 'stderr'][index]}`, log.kept_sha256])
  const read = inputs.map((file) => [`input/${file.name}`, file.sha256])
  const written = artifacts.map((file) => [`artifact/${file.path}`, file.sha256])
  return [...logs, ['result', result], ...read, ...written].filter(([, hash]) => hash !== null)
}

/** A run is recorded by who asked for it; or, when the app ended in its middle, by the device. */
function checkSigner(run, key) {
  const isOwn = key.kind === 'member' && key.memberId === run.requested_by
  must(isOwn || (key.kind === 'system' && run.reason === 'interrupted'), `Run ${run.id} was recorded by somebody else.`)
}

/** What stands beside a run is as its events say, word by word. */
function checkAdvisory(events, advisory) {
  const name = `Advisory ${advisory.id}`
  const made = events.find(({ body }) => body.advisory_id === advisory.id && body.run_id === advisory.run_id)
  must(made !== undefined, `${name} has no event.`)
  const isExplained = made.type === 'run.explained'
  const isSame = isExplained ? sha256(advisory.text) === made.body.text_sha256 : advisory.text === made.body.text
  const kind = isExplained ? 'explanation' : made.body.kind
  must(isSame && advisory.kind === kind, `${name} is not what was ${isExplained ? 'explained' : 'attached'}.`)
  const review = events.findLast(({ type, body }) => type === 'advisory.reviewed' && body.advisory_id === advisory.id)
  const approved = review === undefined ? isExplained && made.body.approved_by !== null : review.body.is_approved
  must(advisory.approved_for_workflow === approved, `${name} was not reviewed like that.`)
  if (review !== undefined) must(advisory.review_notes === review.body.notes, `${name} was reviewed in other words.`)
}

async function main([file, option, root]) {
  if (file === undefined || (option !== undefined && (option !== '--root' || !HASH.test(root ?? '')))) {
    console.error('usage: verify-evidence.mjs PACK [--root FINGERPRINT]')
    return 2
  }
  const say = (text) => console.log(inLine(text))
  try {
    const found = await verifyPack(file, root ?? null)
    const { kind, id } = found.subject
    say(`${kind} ${id}: everything holds together, ${found.events} events up to number ${found.head.order}`)
    for (const run of found.runs) {
      say(`run ${run.id}: ${run.status}, ${run.decision?.risk_level}, image ${run.runner?.image_id ?? 'none'}`)
    }
    for (const name of found.present) say(`held: ${name}`)
    for (const name of found.absent) say(`named only: ${name}`)
    say(`root: ${found.root} ${root === undefined ? '(compare this with what the workspace shows)' : ''}`)
    return 0
  } catch (error) {
    console.error(inLine(error instanceof Wrong ? error.message : `It could not be read: ${error.message}`))
    return 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main(process.argv.slice(2))
