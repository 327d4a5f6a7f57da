import { type Task, TaskStatus } from '@lit/task'

/** Runs a task whose errors nobody shows: what it throws is a fault. */
export async function runTask<Args extends [...unknown[]]>(
  task: Task<Args, unknown>,
  args: Args,
): Promise<void> {
  await task.run(args)
  if (task.status === TaskStatus.ERROR) throw task.error
}
