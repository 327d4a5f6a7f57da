/**
 * Characters that nobody sees though they change what is seen: they steer a terminal, turn the order of the text around
 * them (Unicode TR 36, "Bidirectional Text Spoofing"), or make two names look alike. Lone surrogates are no characters.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** A text of somebody else's on one line, with each unseen character written as its code point: `\u{9b}`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, written)
}

/** A text of several lines, with each unseen character written as its code point, but for line ends and tabs. */
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === '\n' || character === '\t' ? character : written(character),
  )
}

/**
 * A text of somebody else's for a page, with unseen characters written as their code points. Joiners and variation
 * selectors stay: emoji and some scripts need them, and in a page they move nothing.
 */
export function visibleInPage(text: string): string {
  return text.replace(UNSEEN, (character) =>
    /\p{Join_Control}|\p{Variation_Selector}/u.test(character) ? character : written(character),
  )
}

/** JSON of a value on one line, with unseen characters escaped: it stays exact, and may be shown at a terminal. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, unit) => escaped(character.charCodeAt(unit))).join(''),
  )
}

function written(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
