import type { SharedResource } from '../shared-resource.ts'
import { element } from './element.ts'
import { showReport } from './report.ts'

const opened = new Date()
const root = document.querySelector<HTMLElement>('#report')
if (!root) throw new Error('the share page has no #report')

const shared = await askedResource(window.name)
root.removeAttribute('aria-busy')
if (shared) showReport(root, shared, opened)
else {
  root.className = 'missing'
  root.append(element('p', { role: 'alert' }, 'Content not found'))
}

/** `name` is `RESOURCE:TOKEN`, as Biuwer's integration sets it on the iframe. */
async function askedResource(name: string): Promise<SharedResource | undefined> {
  const separator = name.indexOf(':')
  if (separator < 1) return undefined
  const answer = await fetch('/share/resource', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resource: name.slice(0, separator), token: name.slice(separator + 1) }),
  })
  return answer.ok ? answer.json() : undefined
}
