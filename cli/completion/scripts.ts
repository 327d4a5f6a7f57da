import { type Place, withValue, wordsAt } from './places.ts'

/**
 * The scripts walk the words before the cursor to the place where they lead, over the values of options. What nobody can guess,
 * such as a user or a path, is left to the shell, which completes files.
 */
export const SCRIPTS = { bash, zsh, fish } as const
export type Shell = keyof typeof SCRIPTS

function bash(places: readonly Place[]): string {
  return `# Completion of biuwer-embed in bash, which its command "completion" has written.
_biuwer_embed() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at= skip= known= word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ -n "$skip" ]; then skip=; continue; fi
    case $word in ${withValue(places).join('|')}) skip=1 ;; esac
    case "$at $word" in
${lines(commandsOf(places), (command) => `      ' ${command}') at="$at $word" ;;`)}
    esac
  done
  case "$at $prev" in
${lines(choicesOf(places), ({ at, word, values }) => `    '${before(at)} ${word}') known='${values.join(' ')}' ;;`)}
  esac
  if [ -z "$known" ] && [ -z "$skip" ]; then
    case $at in
${lines(
  places,
  (place) =>
    `      '${before(place.at)}') known='${wordsAt(place)
      .map(({ word }) => word)
      .join(' ')}' ;;`,
)}
    esac
  fi
  COMPREPLY=($(compgen -W "$known" -- "$cur"))
}
complete -o bashdefault -o default -F _biuwer_embed biuwer-embed`
}

function zsh(places: readonly Place[]): string {
  const described = ({ word, what }: { word: string; what: string }) =>
    quoted(what === '' ? word : `${word}:${what.replaceAll(':', '\\:')}`)
  return `#compdef biuwer-embed
# Completion of biuwer-embed in zsh, which its command "completion" has written.
_biuwer_embed() {
  local at= skip= word i
  local -a known
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $skip ]]; then skip=; continue; fi
    case $word in (${withValue(places).join('|')}) skip=1 ;; esac
    case "$at $word" in
${lines(commandsOf(places), (command) => `      (' ${command}') at="$at $word" ;;`)}
    esac
  done
  case "$at $words[CURRENT-1]" in
${lines(choicesOf(places), ({ at, word, values }) => `    ('${before(at)} ${word}') known=(${values.join(' ')}) ;;`)}
  esac
  if (( ! $#known )) && [[ -z $skip ]]; then
    case $at in
${lines(places, (place) => `      ('${before(place.at)}') known=(${wordsAt(place).map(described).join(' ')}) ;;`)}
    esac
  fi
  _describe biuwer-embed known || _files
}
if [[ $funcstack[1] == _biuwer_embed ]]; then _biuwer_embed "$@"; else compdef _biuwer_embed biuwer-embed; fi`
}

function fish(places: readonly Place[]): string {
  const rules = places.flatMap(({ at, commands, options, values }) => {
    const rule = (what: string) => `complete -c biuwer-embed -n "__biuwer_embed_at '${at}'" ${what}`
    return [
      ...commands.map(({ word, what }) => rule(`-f -a ${word} -d ${fishQuoted(what)}`)),
      ...values.map((value) => rule(`-f -a ${value}`)),
      ...options.map(({ word, what, takesValue, values }) => {
        const value = values.length > 0 ? `-x -a '${values.join(' ')}' ` : takesValue ? '-r ' : ''
        return rule(`-l ${word.slice(2)} ${value}-d ${fishQuoted(what)}`)
      }),
    ]
  })
  return `# Completion of biuwer-embed in fish, which its command "completion" has written.
function __biuwer_embed_at
  set -l at
  set -l skip
  set -l words (commandline -opc)
  set -e words[1]
  for word in $words
    if test -n "$skip"
      set skip
      continue
    end
    if contains -- $word ${withValue(places).join(' ')}
      set skip 1
    end
    if contains -- (string join -- ' ' $at $word) ${commandsOf(places)
      .map((command) => `'${command}'`)
      .join(' ')}
      set -a at $word
    end
  end
  test (string join -- ' ' $at | string collect --allow-empty) = "$argv[1]"
end
${rules.join('\n')}`
}

function commandsOf(places: readonly Place[]): string[] {
  return places.map(({ at }) => at).filter((at) => at !== '')
}

/** The options whose values are known, each at its place. */
function choicesOf(places: readonly Place[]) {
  return places.flatMap(({ at, options }) =>
    options.filter(({ values }) => values.length > 0).map(({ word, values }) => ({ at, word, values })),
  )
}

/** A place as the scripts of bash and zsh keep it: each command with a space before it. */
function before(at: string): string {
  return at === '' ? '' : ` ${at}`
}

function lines<Item>(items: readonly Item[], line: (item: Item) => string): string {
  return items.map(line).join('\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
