import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { readSettings } from './env.ts'
import type { IsolateMemory } from './isolate-memory.ts'
import { problemResponse } from './problems.ts'
import { RefusedRequest, refusalOf } from './refused-request.ts'
import { audit } from './routes/audit.ts'
import { backup } from './routes/backup.ts'
import { biuwerTokens } from './routes/biuwer-tokens.ts'
import type { AppEnv } from './routes/context.ts'
import { deployment } from './routes/deployment.ts'
import { GUARDS } from './routes/endpoint.ts'
import { explanations } from './routes/explain.ts'
import { serveFile } from './routes/files.ts'
import { frames } from './routes/frame.ts'
import { health } from './routes/health.ts'
import { httpsAlone, isStrict } from './routes/https-alone.ts'
import { keys } from './routes/keys.ts'
import { oauth } from './routes/oauth.ts'
import { asOAuthError } from './routes/oauth-error.ts'
import { previews } from './routes/preview.ts'
import { refusals } from './routes/refusals.ts'
import { securityContact } from './routes/security-contact.ts'
import { sessions } from './routes/sessions.ts'
import { signOuts } from './routes/sign-out.ts'
import { signers } from './routes/signers.ts'
import { statistics } from './routes/statistics.ts'
import { tokens } from './routes/tokens.ts'
import { users } from './routes/users.ts'
import { vault } from './routes/vault.ts'
import { NO_SNIFFING, STRICT_TRANSPORT } from './security-headers.ts'
import { random } from './tokens/random.ts'

/** Addresses whose answers depend on the settings. Files are served even where a setting is wrong. */
const WITH_SETTINGS = ['/v1/*', '/oauth/*', '/.well-known/*', '/healthz']
const EVERYWHERE = Object.entries(NO_SNIFFING)
const OVER_HTTPS = Object.entries({ ...NO_SNIFFING, ...STRICT_TRANSPORT })

/** The edge: every address that it answers, with what comes before and after each. */
export function edgeApp(memory: IsolateMemory): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  /**
   * Gives each request an id, and the log one line about what was refused, failed or changed something, with no address, header
   * or body in it. The rest is counted, and has a line as `LOG_SUCCESSES` says: lines cost time and money. Files have neither: a
   * page view asks for several.
   */
  app.use(async (c, next) => {
    const requestId = `req_${random()}`
    c.set('requestId', requestId)
    const edge = originOf(c.req.url)
    c.set('edge', edge)
    await next()
    if (c.get('isFile')) return
    const { status, headers } = c.res
    headers.set('X-Request-Id', requestId)
    for (const [name, value] of isStrict(edge) ? OVER_HTTPS : EVERYWHERE) headers.set(name, value)
    if (status < 400 && !c.get('isChange') && !isDrawn(c.get('settings')?.logSuccesses)) return
    const line = {
      request_id: requestId,
      method: c.req.method,
      // The route's pattern: an address may hold a secret that somebody pasted by mistake.
      route: routePath(c),
      status,
      code: c.error && refusalOf(c.error).code,
    }
    console[status >= 500 ? 'error' : 'log'](JSON.stringify(line))
  })

  app.use(httpsAlone)

  app.on('ALL', WITH_SETTINGS, async (c, next) => {
    memory.settings ??= await readSettings(c.env)
    c.set('settings', memory.settings)
    c.set('memory', memory)
    await next()
  })

  sessions(app)
  frames(app)
  users(app)
  biuwerTokens(app)
  tokens(app)
  explanations(app)
  previews(app)
  keys(app)
  signers(app)
  audit(app)
  refusals(app)
  statistics(app)
  deployment(app)
  backup(app)
  vault(app)
  oauth(app)
  health(app)
  securityContact(app)
  signOuts(app)

  // Whoever has no key does not learn which addresses of management there are.
  app.use('/v1/*', ...GUARDS.key)
  app.use('/oauth/*', () => {
    throw new RefusedRequest('not_found')
  })
  app.notFound(serveFile)

  app.onError((error, c) => {
    const problem = refusalOf(error)
    if (problem !== error)
      console.error(JSON.stringify({ request_id: c.get('requestId'), fault: describe(error) }))
    const answer = problemResponse(problem, c.get('requestId'), c.get('edge'))
    return c.req.path.startsWith('/oauth/') ? asOAuthError(answer, problem.code, problem.message) : answer
  })

  return app
}

/** Whether chance picks this one out of a share of all; undefined: the address has no settings. */
function isDrawn(share = 0): boolean {
  return share > 0 && Math.random() < share
}

/** The origin of a request's address: everything before its path. The platform has parsed and serialised the address. */
function originOf(url: string): string {
  return url.slice(0, url.indexOf('/', url.indexOf('//') + 2))
}

/** The stacks of a fault and its causes, for the log. Messages of our own faults name no secret. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  return { stack: error.stack, ...(error.cause !== undefined && { cause: describe(error.cause) }) }
}
