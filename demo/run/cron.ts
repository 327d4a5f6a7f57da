/** Milliseconds: the worker's cron trigger is for each minute. */
const MINUTE = 60_000

/** Fires the cron trigger of a worker in `wrangler dev`, which never fires it by itself. */
export function fireCronOf(origin: string, onError: (reason: string) => void): { stop(): Promise<void> } {
  const timer = setInterval(async () => {
    const answer = await fetch(`${origin}/cdn-cgi/local/scheduled`).catch(String)
    if (typeof answer === 'string' || !answer.ok)
      onError(typeof answer === 'string' ? answer : `${answer.status} ${await answer.text()}`)
  }, MINUTE)
  return {
    async stop() {
      clearInterval(timer)
    },
  }
}
