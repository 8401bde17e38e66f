/** The items of one page share most of what they refer to, so each is looked up once. Not for longer than an answer. */
export function once<T>(find: (id: string) => T): (id: string) => T {
  const found = new Map<string, T>()
  return (id) => {
    const known = found.get(id)
    if (known !== undefined) return known
    const value = find(id)
    found.set(id, value)
    return value
  }
}
