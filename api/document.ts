import { HEADERS } from './content.ts'
import { schemasOf } from './json-schema.ts'
import { SHARED } from './refusals.ts'
import { AUDIT } from './resources/audit.ts'
import { BACKUP } from './resources/backup.ts'
import { BIUWER_TOKENS } from './resources/biuwer-tokens.ts'
import { DEPLOYMENT } from './resources/deployment.ts'
import { FILES } from './resources/files.ts'
import { KEYS } from './resources/keys.ts'
import { OAUTH } from './resources/oauth.ts'
import { REFUSALS } from './resources/refusals.ts'
import { SESSIONS } from './resources/sessions.ts'
import { SIGNERS } from './resources/signers.ts'
import { TOKENS } from './resources/tokens.ts'
import { TRIALS } from './resources/trials.ts'
import { USERS } from './resources/users.ts'
import type { OpenApi } from './shape.ts'

const DESCRIPTION = `Biuwer dashboards in other web applications: one HTML tag and one edge worker.

Management calls prove themselves with \`Authorization: Bearer <key>\` and belong on a server, never in a page. Bodies are JSON of at most 64 KiB; unknown fields are refused, not ignored. Times are RFC 3339 in UTC, intervals half-open: what ends at a moment is over at that moment.

Every answer but static files carries \`X-Request-Id\`. Refusals are RFC 9457 \`application/problem+json\`, told apart by \`code\`; under \`/oauth/\` they are RFC 6749 JSON. Any address answers a method that it does not take with 405 \`method_not_allowed\` and \`Allow\`. Whoever is refused again and again gets 429 \`rate_limited\`, counted by client address; whoever guesses keys, before a key is looked at.

Over plain http pages are redirected to https (308), and everything else is refused: 403 \`forbidden\`.`

/** The document, made from the schemas that the worker checks requests with. */
export function openApiDocument(version: string): OpenApi {
  const paths = {
    ...USERS,
    ...BIUWER_TOKENS,
    ...TOKENS,
    ...TRIALS,
    ...KEYS,
    ...SIGNERS,
    ...AUDIT,
    ...REFUSALS,
    ...DEPLOYMENT,
    ...BACKUP,
    ...OAUTH,
    ...SESSIONS,
    ...FILES,
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'biuwer-embed',
      version,
      summary: 'Issue, refresh, explain and revoke embed tokens.',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The edge that serves this document.' }],
    tags: [
      { name: 'Users', description: 'Who the tokens stand for, and their secrets at Biuwer.' },
      { name: 'Tokens', description: 'Token records and the tokens that they give out.' },
      { name: 'Keys', description: 'Who may call, and what.' },
      { name: 'Signers', description: 'Whose signature the edge takes for tokens.' },
      { name: 'Audit', description: 'Who did what.' },
      { name: 'Refusals', description: 'Which openings were refused, and why.' },
      { name: 'Deployment', description: 'What is set, and what is counted.' },
      { name: 'Backup', description: 'To move a deployment, and to retire its keys.' },
      { name: 'OAuth', description: 'For systems that speak OAuth.' },
      { name: 'Sessions', description: "What the edge's own frame asks. Hosts never call these." },
      { name: 'Files', description: 'What the edge serves to anybody.' },
    ],
    security: [],
    paths,
    components: {
      securitySchemes: {
        admin: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of the deployment. Its role decides what it may call.',
        },
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'Any client id, and a key as its secret, percent-encoded first (RFC 6749 §2.3.1).',
        },
        session: { type: 'http', scheme: 'bearer', description: 'The `session_token` of an open session.' },
      },
      schemas: schemasOf({ paths, responses: SHARED }),
      headers: HEADERS,
      responses: SHARED,
    },
  }
}
