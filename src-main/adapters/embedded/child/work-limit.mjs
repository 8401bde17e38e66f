/**
 * Bounds the in-memory file system (RN-3: `/work` and `/tmp` have a size and a number of files). It lives outside of
 * the WebAssembly memory, so that memory's limit doesn't hold here. A script that reaches the JavaScript side can undo
 * this; the limits on the process then remain.
 */

const ENOSPC = 51
const MAX_NODES = 16_384

/**
 * @param {any} fileSystem Emscripten's FS @param {number} maxBytes
 */
export function limitFileSystem(fileSystem, maxBytes) {
  const memory = fileSystem.filesystems.MEMFS
  const { createNode, expandFileStorage, resizeFileStorage } = memory
  const { dir, file } = memory.ops_table
  const { write } = file.stream
  const { unlink, rmdir, rename } = dir.node
  let heldBytes = 0
  let nodes = 0

  const noSpace = () => new fileSystem.ErrnoError(ENOSPC)
  /** Runs `change` if what the file may take at most still fits, and counts what it then really takes. */
  const counted = (/** @type {any} */ node, /** @type {number} */ wanted, /** @type {() => any} */ change) => {
    const before = node.contents.length
    if (wanted > before && heldBytes + wanted - before > maxBytes) throw noSpace()
    try {
      return change()
    } finally {
      heldBytes += node.contents.length - before
    }
  }
  /** An unlinked file that is still open keeps its bytes; they stay counted, as nothing tells when it is closed. */
  const forget = (/** @type {any} */ node) => {
    nodes -= 1
    const isOpen = fileSystem.streams.some((/** @type {any} */ stream) => stream?.node === node)
    if (fileSystem.isFile(node.mode) && !isOpen) heldBytes -= node.contents.length
  }
  const childOf = (/** @type {any} */ parent, /** @type {string} */ name) => parent.contents[name]

  memory.createNode = (/** @type {any[]} */ ...values) => {
    if (nodes >= MAX_NODES) throw noSpace()
    nodes += 1
    return createNode(...values)
  }
  memory.expandFileStorage = (/** @type {any} */ node, /** @type {number} */ capacity) => {
    // The original grows by leaps; near the limit the leap is what doesn't fit.
    const leap = Math.max(capacity, 256, Math.ceil(node.contents.length * (node.contents.length < 1048576 ? 2 : 1.125)))
    if (heldBytes + leap - node.contents.length <= maxBytes) expandFileStorage(node, capacity)
    else if (capacity > node.contents.length) {
      const grown = new Uint8Array(capacity)
      grown.set(node.contents.subarray(0, node.usedBytes))
      node.contents = grown
    }
  }
  memory.resizeFileStorage = (/** @type {any} */ node, /** @type {number} */ size) =>
    counted(node, size, () => resizeFileStorage(node, size))
  file.stream.write = (/** @type {any[]} */ ...values) => {
    const [stream, , , length, position] = values
    return counted(stream.node, position + length, () => write(...values))
  }
  dir.node.unlink = (/** @type {any} */ parent, /** @type {string} */ name) => {
    const node = childOf(parent, name)
    unlink(parent, name)
    if (node !== undefined) forget(node)
  }
  dir.node.rmdir = (/** @type {any} */ parent, /** @type {string} */ name) => {
    rmdir(parent, name)
    nodes -= 1
  }
  dir.node.rename = (/** @type {any} */ node, /** @type {any} */ folder, /** @type {string} */ name) => {
    const replaced = childOf(folder, name)
    rename(node, folder, name)
    if (replaced !== undefined && replaced !== node) forget(replaced)
  }
}
