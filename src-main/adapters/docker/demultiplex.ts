/**
 * Docker's attach stream without a terminal carries stdout and stderr in frames: one byte of stream number, three
 * zeros, four bytes of big-endian length, then the bytes.
 *
 * Our own and iterative: docker-modem's calls itself for every frame, which overflows the stack on some thousands of
 * tiny ones in one read, and copies the rest of its buffer each time.
 */

const HEADER_BYTES = 8
export const STDOUT_STREAM = 1
export const STDERR_STREAM = 2

export interface DemultiplexedPart {
  stream: number
  /** A piece of a frame; a long frame comes in several. Shares memory with the chunk that was pushed. */
  bytes: Uint8Array
}

export interface Demultiplexer {
  /** The parts that `chunk` holds, in order; a problem when the engine doesn't speak this format, and then for good. */
  push(chunk: Uint8Array): { parts: DemultiplexedPart[]; problem: string | null }
}

export function createDemultiplexer(): Demultiplexer {
  const header = new Uint8Array(HEADER_BYTES)
  let headerBytes = 0
  let stream = 0
  let missingBytes = 0
  let problem: string | null = null

  function push(chunk: Uint8Array): { parts: DemultiplexedPart[]; problem: string | null } {
    const parts: DemultiplexedPart[] = []
    let offset = 0
    while (problem === null && offset < chunk.length) {
      if (missingBytes > 0) {
        const taken = Math.min(missingBytes, chunk.length - offset)
        parts.push({ stream, bytes: chunk.subarray(offset, offset + taken) })
        missingBytes -= taken
        offset += taken
        continue
      }
      const taken = Math.min(HEADER_BYTES - headerBytes, chunk.length - offset)
      header.set(chunk.subarray(offset, offset + taken), headerBytes)
      headerBytes += taken
      offset += taken
      if (headerBytes < HEADER_BYTES) break
      headerBytes = 0
      stream = header[0]!
      missingBytes = new DataView(header.buffer).getUint32(4)
      const isKnown = stream === STDOUT_STREAM || stream === STDERR_STREAM
      if (!isKnown || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) {
        problem = 'the engine sent a stream of another format'
      }
    }
    return { parts, problem }
  }

  return { push }
}

/**
 * The stdout of an attached container as bytes. What comes on stderr goes to `onStderr`, so that nothing stays unread
 * and blocks the container. Ends when the stream ends, errors or isn't of the format.
 */
export async function* readStdout(
  chunks: AsyncIterable<Uint8Array>,
  onStderr: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  const demultiplexer = createDemultiplexer()
  for await (const chunk of chunks) {
    const { parts, problem } = demultiplexer.push(chunk)
    for (const part of parts) {
      if (part.stream === STDOUT_STREAM) yield part.bytes
      else onStderr(part.bytes)
    }
    if (problem !== null) return
  }
}
