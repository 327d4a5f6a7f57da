import { html, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import { visibleInPage } from '../worker/policy/visible-text.ts'
import type { Words } from './messages/words.ts'
import { NEEDS, type Need } from './permission.ts'
import type { Route } from './route.ts'
import './pages/audit.ts'
import './pages/explain.ts'
import './pages/import.ts'
import './pages/keys.ts'
import './pages/new-key.ts'
import './pages/new-signer.ts'
import './pages/new-token.ts'
import './pages/overview.ts'
import './pages/signer.ts'
import './pages/signers.ts'
import './pages/token.ts'
import './pages/tokens.ts'
import './pages/user.ts'
import './pages/users.ts'

/** A part of the console that the navigation leads to. */
export type Section = 'overview' | 'tokens' | 'users' | 'keys' | 'signers' | 'explain' | 'audit'

export interface Page {
  /** The segments of its address; `*` stands for any one. */
  path: readonly string[]
  /** The section that the navigation marks while the page is shown. */
  section: Section
  /** What the key needs for it; absent: any key will do. */
  need?: Need
  /** Its name in the title of the window. */
  name: (words: Words, route: Route) => string
  /** Another thing to show is another page: nothing of the one before stays on it. */
  show: (route: Route) => TemplateResult
}

/** Every page. The first of a section is where the navigation leads. */
export const PAGES: readonly Page[] = [
  {
    path: [],
    section: 'overview',
    need: NEEDS.read,
    name: ({ overview }) => overview.title,
    show: () => html`<overview-page></overview-page>`,
  },
  {
    path: ['tokens'],
    section: 'tokens',
    name: ({ tokens }) => tokens.title,
    show: () => html`<tokens-page></tokens-page>`,
  },
  {
    path: ['tokens', '*'],
    section: 'tokens',
    name: ({ token }) => token.title,
    show: ({ path: [, id = ''] }) => html`${keyed(id, html`<token-page .recordId=${id}></token-page>`)}`,
  },
  {
    path: ['new-token'],
    section: 'tokens',
    need: NEEDS.issue,
    name: ({ form }) => form.title,
    show: ({ query: { user = '' } }) => html`${keyed(user, html`<new-token-page></new-token-page>`)}`,
  },
  {
    path: ['users'],
    section: 'users',
    need: NEEDS.read,
    name: ({ users }) => users.title,
    show: () => html`<users-page></users-page>`,
  },
  {
    path: ['users', '*'],
    section: 'users',
    need: NEEDS.read,
    name: ({ biuwerTokens }, { path: [, user = ''] }) => biuwerTokens.title(visibleInPage(user)),
    show: ({ path: [, user = ''] }) => html`${keyed(user, html`<user-page .user=${user}></user-page>`)}`,
  },
  {
    path: ['import'],
    section: 'users',
    need: NEEDS.manage,
    name: ({ import: importing }) => importing.title,
    show: () => html`<import-page></import-page>`,
  },
  {
    path: ['keys'],
    section: 'keys',
    need: NEEDS.readKeys,
    name: ({ keys }) => keys.title,
    show: () => html`<keys-page></keys-page>`,
  },
  {
    path: ['new-key'],
    section: 'keys',
    need: NEEDS.administer,
    name: ({ keys }) => keys.form.title,
    show: () => html`<new-key-page></new-key-page>`,
  },
  {
    path: ['signers'],
    section: 'signers',
    need: NEEDS.readSigners,
    name: ({ signers }) => signers.title,
    show: () => html`<signers-page></signers-page>`,
  },
  {
    path: ['signers', '*'],
    section: 'signers',
    need: NEEDS.readSigners,
    name: ({ signers }) => signers.signer,
    show: ({ path: [, id = ''] }) => html`${keyed(id, html`<signer-page .signerId=${id}></signer-page>`)}`,
  },
  {
    path: ['new-signer'],
    section: 'signers',
    need: NEEDS.changeSigners,
    name: ({ signers }) => signers.form.title,
    show: () => html`<new-signer-page></new-signer-page>`,
  },
  {
    path: ['explain'],
    section: 'explain',
    need: NEEDS.read,
    name: ({ nav }) => nav.explain,
    show: () => html`<explain-page></explain-page>`,
  },
  {
    path: ['audit'],
    section: 'audit',
    need: NEEDS.read,
    name: ({ audit }) => audit.title,
    show: () => html`<audit-page></audit-page>`,
  },
]

/** The page at an address; undefined where there is none. */
export function pageAt({ path }: Route): Page | undefined {
  return PAGES.find(
    (page) =>
      page.path.length === path.length &&
      page.path.every((segment, index) => (segment === '*' ? isName(path[index]) : segment === path[index])),
  )
}

/** Whether the API can be asked for it: an empty segment, `.` and `..` would lead to another address. */
function isName(segment = ''): boolean {
  return !/^\.{0,2}$/.test(segment)
}

/** The pages that the navigation leads to, in its order. */
export function pagesInNavigation(): Page[] {
  return PAGES.filter((page) => PAGES.find(({ section }) => section === page.section) === page)
}
