/**
 * Biuwer's own protocol for showing a shared resource, which is not ours to change: a page at `/share` of the instance
 * reads, from the name of its window, which resource to show and the authentication token of a user.
 */
export function shareOf(
  instance: string,
  resource: string,
  biuwerToken: string,
): { src: string; name: string } {
  return { src: `${instance}/share`, name: `${resource}:${biuwerToken}` }
}
