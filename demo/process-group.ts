import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'

const STOP_LIMIT_MS = 10_000

/** Ends the process group that `child` leads: asks first, kills after ten seconds, returns when nobody is left. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const group = child.pid
  if (group === undefined) return
  const deadline = Date.now() + STOP_LIMIT_MS
  let signal: NodeJS.Signals | 0 = 'SIGTERM'
  while (signalled(group, signal) && Date.now() < deadline + STOP_LIMIT_MS) {
    signal = Date.now() < deadline ? 0 : 'SIGKILL'
    await delay(50)
  }
}

/** Whether there is still someone in the process group. */
function signalled(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}
