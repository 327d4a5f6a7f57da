/** How the characters of a file are written as bytes. */
export type Encoding = 'utf-8' | 'utf-16' | 'windows-1252'

/** The text of a file; or what kind of file it is that holds no text. */
export type FileText = { text: string; encoding: Encoding } | { unreadable: 'workbook' | 'other' }

/** How files of spreadsheet programs begin: a zip archive (Excel, LibreOffice, Numbers), or what Excel wrote before 2007. */
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
]
/** Characters that no text has: they tell pictures and programs from text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is looked for
const NO_TEXT = /[\x00-\x08\x0e-\x1f]/
/** How many bytes are looked at to find out how characters are written. */
const LOOKED_AT = 1000

/** Reads the text of a file that a spreadsheet program or an editor wrote. */
export function textOfFile(bytes: Uint8Array): FileText {
  if (WORKBOOKS.some((beginning) => beginning.every((byte, index) => bytes[index] === byte)))
    return { unreadable: 'workbook' }
  const utf16 = utf16Of(bytes)
  if (utf16) return checked(decoded(bytes, utf16), 'utf-16')
  const utf8 = decoded(bytes, 'utf-8')
  return utf8 === undefined ? checked(decoded(bytes, 'windows-1252'), 'windows-1252') : checked(utf8, 'utf-8')
}

function checked(text: string | undefined, encoding: Encoding): FileText {
  return text === undefined || NO_TEXT.test(text) ? { unreadable: 'other' } : { text, encoding }
}

/** In which order the bytes of UTF-16 stand, by their mark, or by the zeros beside letters and digits; undefined: no UTF-16. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const looked = bytes.subarray(0, LOOKED_AT)
  const zeros = [0, 1].map((of) => looked.filter((byte, index) => byte === 0 && index % 2 === of).length)
  const [first = 0, second = 0] = zeros
  if (second > looked.length / 4 && first === 0) return 'utf-16le'
  if (first > looked.length / 4 && second === 0) return 'utf-16be'
  return undefined
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
