/**
 * The text as a search compares it: without accents and other marks upon letters, in one Unicode spelling (NFC). So "cafe"
 * finds "Café", however its é is spelled. The case stays: the index of texts ignores it.
 */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
}
