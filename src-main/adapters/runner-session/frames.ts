/**
 * Protocol version 1 between the app and a runner's harness, over any pair of byte streams: a container's attached
 * stream or a child process's pipes (RN-1).
 *
 * A frame is one ASCII byte that names its type, four bytes of big-endian unsigned payload length, and the payload.
 * Both sides read it incrementally; neither trusts the other to keep its frames small, so the length is checked before
 * anything is allocated for it.
 */

export const PROTOCOL_VERSION = 1
export const FRAME_HEADER_BYTES = 5
export const MAX_FRAME_PAYLOAD_BYTES = 1024 * 1024

/** Host to runner: `J` job header, `F` input bytes, `G` go. */
export const HOST_FRAME_TYPES = 'JFG'
/**
 * Runner to host: `H` hello, `S` started, `O` stdout, `E` stderr, `X` exit, `r` result header, `R` result bytes,
 * `a` artifact header, `A` artifact bytes, `n` notes, `Z` end.
 */
export const RUNNER_FRAME_TYPES = 'HSOEXrRaAnZ'
/** Those that carry bulk, whose bytes mean the same however they are cut. */
export const BULK_FRAME_TYPES = 'OERA'

export interface Frame {
  type: string
  payload: Uint8Array
}

export interface DecodedFrames {
  /** What was complete, in order, up to the problem if there is one. */
  frames: Frame[]
  /** The protocol violation that ends this stream, or null. Nothing is decoded after it. */
  problem: string | null
}

export interface FrameDecoder {
  push(chunk: Uint8Array): DecodedFrames
  /** Whether the bytes so far end inside a frame: such a stream was cut off. */
  isInsideFrame(): boolean
}

/** Below this a piece is copied, so that whoever keeps a few bytes doesn't pin the whole chunk that they came in. */
const SHARED_PIECE_MIN_BYTES = 4096

/**
 * Builds a decoder for the frame types in `allowedTypes`. Iterative, and linear in the bytes however they are cut.
 * Frames of the types in `pieceTypes` come in as many pieces as the stream was cut into, sharing memory with it, so
 * that bulk is passed on and not gathered; all others come whole.
 */
export function createFrameDecoder(allowedTypes: string, pieceTypes = ''): FrameDecoder {
  const header = new Uint8Array(FRAME_HEADER_BYTES)
  let headerBytes = 0
  let missingBytes = 0
  let whole: Uint8Array | null = null
  let problem: string | null = null

  function push(chunk: Uint8Array): DecodedFrames {
    const frames: Frame[] = []
    let offset = 0
    while (problem === null && offset < chunk.length) {
      if (headerBytes < FRAME_HEADER_BYTES) {
        const taken = Math.min(FRAME_HEADER_BYTES - headerBytes, chunk.length - offset)
        header.set(chunk.subarray(offset, offset + taken), headerBytes)
        headerBytes += taken
        offset += taken
        if (headerBytes < FRAME_HEADER_BYTES) break
        problem = headerProblem(header, allowedTypes)
        if (problem !== null) break
        missingBytes = payloadLength(header)
        const comesWhole = missingBytes === 0 || !pieceTypes.includes(typeOf(header))
        whole = comesWhole ? new Uint8Array(missingBytes) : null
      } else {
        const taken = Math.min(missingBytes, chunk.length - offset)
        const piece = chunk.subarray(offset, offset + taken)
        if (whole !== null) whole.set(piece, whole.length - missingBytes)
        else frames.push({ type: typeOf(header), payload: taken < SHARED_PIECE_MIN_BYTES ? piece.slice() : piece })
        missingBytes -= taken
        offset += taken
      }
      if (missingBytes > 0) continue
      if (whole !== null) frames.push({ type: typeOf(header), payload: whole })
      whole = null
      headerBytes = 0
    }
    return { frames, problem }
  }

  return { push, isInsideFrame: () => headerBytes > 0 }
}

function typeOf(header: Uint8Array): string {
  return String.fromCharCode(header[0]!)
}

function payloadLength(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset, FRAME_HEADER_BYTES).getUint32(1)
}

function headerProblem(header: Uint8Array, allowedTypes: string): string | null {
  const length = payloadLength(header)
  if (!allowedTypes.includes(typeOf(header))) return `unknown frame type 0x${header[0]!.toString(16)}`
  if (length > MAX_FRAME_PAYLOAD_BYTES) return `frame of ${length} bytes, over the limit of ${MAX_FRAME_PAYLOAD_BYTES}`
  return null
}

/** One frame. A payload over the limit is a bug of the caller, which cuts with `encodeFrames`. */
export function encodeFrame(type: string, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  if (payload.length > MAX_FRAME_PAYLOAD_BYTES) throw new Error(`frame of ${payload.length} bytes is too large`)
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length)
  bytes[0] = type.charCodeAt(0)
  new DataView(bytes.buffer).setUint32(1, payload.length)
  bytes.set(payload, FRAME_HEADER_BYTES)
  return bytes
}

/** As many frames of one type as `bytes` needs, made one at a time so that no second copy of all of it exists. */
export function* encodeFrames(type: string, bytes: Uint8Array, chunkBytes = 256 * 1024): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    yield encodeFrame(type, bytes.subarray(offset, offset + chunkBytes))
  }
}
