import { describe, expect, it } from 'vitest'
import { missingPackages, packageList, uncuratedPackages } from '../../src-main/domain/packages.ts'

/** SC-4 and VR-2: what a version says it needs, by any of its names, against what a runner has. */

/** As the image tells its libraries. */
const IMAGE =
  'pandas numpy openpyxl python-docx pypdf pillow jinja2 markdown pyyaml lxml pypandoc weasyprint pandoc'.split(' ')

describe('Packages that a runner lacks', () => {
  it.each([
    ['the name in pip', ['pandas', 'python-docx', 'pillow', 'PyYAML', 'Jinja2', 'weasyprint']],
    ['the name of the import', ['docx', 'PIL', 'yaml', 'jinja2', 'numpy']],
    ['Debian’s name', ['python3-docx', 'python3-pil', 'python3-yaml', 'python3-pandas', 'python3-numpy', 'pandoc']],
    ['any spelling', ['Python_Docx', 'python.docx', 'PANDAS', 'Python3_PIL']],
  ])('SC-4 none of the curated ones, by %s', (_, names) => {
    expect(missingPackages(names, IMAGE)).toEqual([])
    expect(uncuratedPackages(names)).toEqual([])
  })

  it('are named as they were written', () => {
    expect(missingPackages(['pandas', 'SciPy', 'beautifulsoup4'], IMAGE)).toEqual(['SciPy', 'beautifulsoup4'])
    expect(uncuratedPackages(['pandas', 'SciPy'])).toEqual(['SciPy'])
  })

  it('are all of them where there is the standard library only', () => {
    expect(missingPackages(['PIL', 'numpy'], [])).toEqual(['PIL', 'numpy'])
  })

  it('include a curated one that an image came without', () => {
    expect(missingPackages(['yaml', 'PIL'], ['pillow'])).toEqual(['yaml'])
  })

  it('exclude what an image holds beyond the curated ones', () => {
    const names = [...IMAGE, 'scipy', 'beautifulsoup4', 'bs4']
    expect(missingPackages(['SciPy', 'python3-scipy', 'bs4', 'BeautifulSoup4', 'torch'], names)).toEqual(['torch'])
  })

  it('no name is taken for one of an object’s own', () => {
    expect(missingPackages(['constructor', 'toString'], IMAGE)).toEqual(['constructor', 'toString'])
    expect(missingPackages(['x'], ['constructor'])).toEqual(['x'])
  })

  it('are named up to ten in a sentence', () => {
    expect(packageList(['a', 'b'])).toBe('a, b')
    expect(packageList(Array.from({ length: 12 }, (_, index) => `p${index}`))).toMatch(/^p0, .*p9 and 2 more$/)
  })
})
