import { mkdir, readFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { example, several } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { folderFiles } from '../deployment/folder-files.ts'
import { packageSpec } from '../deployment/package-spec.ts'
import { settingProblems } from '../deployment/settings.ts'
import type { Answers } from '../deployment/wrangler-toml.ts'
import { wrongUsage } from '../failures.ts'
import { checkFree, isSystemError, writePublic } from '../files.ts'
import { ask, canAsk, tell } from '../terminal.ts'

export function init(): CommandUnknownOpts {
  return new Command('init')
    .description('make the folder of an edge of your own: settings, production and staging, scripts')
    .argument(
      '<folder>',
      'a new folder, or one that has none of the files; its name is the name of the Worker',
    )
    .option('--instance <name>', 'the Biuwer instance: acme for https://acme.biuwer.com, or an https origin')
    .option('--origins <origins>', 'the origins of the pages that will show dashboards', several)
    .option('--domain <name>', 'a custom domain for the edge, on the site of your pages')
    .option('--no-domain', 'no custom domain: the edge is at workers.dev')
    .option('--force', 'overwrite files that are there and differ')
    .addHelpText(
      'after',
      `
What is not given is asked for. Run again with the same answers, it changes nothing.
${example(
  'init my-edge',
  'init my-edge --instance acme --origins https://app.example.com --domain embed.example.com',
)}`,
    )
    .action(async (path, { instance, origins, domain, force = false }, command) => {
      const { out } = contextOf(command)
      if (path === '') throw wrongUsage('The name of the folder is empty. The present folder is a dot.')
      const folder = resolve(path)
      const answers: Answers = {
        name: workerName(basename(folder)),
        instance: await answer(QUESTIONS.instance, instance),
        origins: (await answer(QUESTIONS.origins, origins?.join(' '))).split(/\s+/).join(' '),
        domain: (await answer(QUESTIONS.domain, domain === false ? '' : domain)) || null,
      }
      if (answers.domain !== null && answers.origins.split(' ').includes(`https://${answers.domain}`))
        throw wrongUsage('The edge needs another origin than the pages that show dashboards.')
      const written = await write(folder, folderFiles(answers, packageSpec()), force)
      out.object({ folder, written })
      if (written.length === 0) out.note('Every file is there already, and says just this.')
      out.note(`
Next:
  cd ${JSON.stringify(relative('.', folder) || '.')}
  npm install
  npm run dev        the edge on this machine, with sample dashboards
  npm run deploy     to your Cloudflare account`)
    })
}

interface Question {
  option: string
  text: string
  /** What is wrong with an answer; undefined: nothing. */
  problem(answer: string): Promise<string | undefined>
}

const QUESTIONS = {
  instance: {
    option: '--instance',
    text: 'Biuwer instance (acme for https://acme.biuwer.com, or an https origin): ',
    problem: (answer) => settingProblem('BIUWER_INSTANCE', answer),
  },
  origins: {
    option: '--origins',
    text: 'Origins of the pages that will show dashboards, separated by spaces (https://app.example.com): ',
    problem: (answer) => settingProblem('ALLOWED_ORIGINS', answer),
  },
  domain: {
    option: '--domain or --no-domain',
    text: 'Custom domain of the edge, on the site of your pages (embed.example.com); none: just Enter: ',
    problem: async (answer) =>
      answer === '' || /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(answer)
        ? undefined
        : 'has to be a host name in lower case, such as embed.example.com',
  },
} satisfies Record<string, Question>

async function settingProblem(setting: string, value: string): Promise<string | undefined> {
  return (await settingProblems({ [setting]: value })).find(({ path }) => path === setting)?.message
}

/** What was given, or else what is typed; asks again until it will do. */
async function answer({ option, text, problem }: Question, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    const wrong = await problem(given.trim())
    if (wrong !== undefined) throw wrongUsage(`${option}: ${wrong}.`)
    return given.trim()
  }
  if (!canAsk()) throw wrongUsage(`Nobody is there to ask: pass ${option}.`)
  for (;;) {
    const typed = (await ask(text)).trim()
    const wrong = await problem(typed)
    if (wrong === undefined) return typed
    tell(`That ${wrong}.`)
  }
}

/** A Worker's name has at most 54 characters, for one that is at `workers.dev` 63 with `-staging` behind it. */
function workerName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
  return name === '' ? 'biuwer-embed' : name
}

/**
 * Writes the files that are not there yet, or none where one is there and differs. What an interruption left out, the next run
 * writes. Gives the names of those written.
 */
async function write(folder: string, files: Record<string, string>, overwrites: boolean): Promise<string[]> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw isSystemError(error) ? wrongUsage(`The folder can't be made: ${error.code}.`) : error
  })
  const missing: [string, string][] = []
  const others: string[] = []
  for (const [name, text] of Object.entries(files)) {
    const there = await contents(join(folder, name))
    if (there !== text) missing.push([name, text])
    if (there !== undefined && there !== text) others.push(name)
  }
  if (others.length > 0 && !overwrites)
    throw wrongUsage(
      `The folder has another ${others.join(', ')}. Nothing was written: name another folder, or pass --force.`,
    )
  for (const [name] of missing) await checkFree({ path: join(folder, name), overwrites })
  for (const [name, text] of missing) await writePublic({ path: join(folder, name), overwrites }, text)
  return missing.map(([name]) => name)
}

async function contents(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isSystemError(error)) return undefined
    throw error
  })
}
