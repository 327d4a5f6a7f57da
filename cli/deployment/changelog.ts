/** The sections of a changelog (Keep a Changelog) of the versions after `from`, up to and with `to`, newest first. */
export function changesBetween(changelog: string, from: string, to: string): string[] {
  const sections = changelog.split(/^(?=## \[)/m).filter((section) => section.startsWith('## ['))
  return sections
    .filter((section) => {
      const version = /^## \[(\d[^\]]*)\]/.exec(section)?.[1]
      return version !== undefined && isAfter(version, from) && !isAfter(version, to)
    })
    .map((section) => section.trim())
}

/** Whether one version comes after another, by their numbers. */
function isAfter(one: string, other: string): boolean {
  const [ones, others] = [one, other].map((version) => version.split(/[.+-]/, 3).map(Number))
  const at = [0, 1, 2].find((index) => ones?.[index] !== others?.[index])
  return at !== undefined && (ones?.[at] ?? 0) > (others?.[at] ?? 0)
}
