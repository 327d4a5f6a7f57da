import { counted } from '../counted.ts'

const count = counted('en')

export const importing = {
  title: 'Import users',
  text: 'A file of users and their Biuwer authentication tokens, as Excel, Numbers, LibreOffice or a program saves it as CSV. It is read in this tab, and each row is sent to this service alone.',
  columnsText:
    'The first row says which column is which, in any order. Where it does not, you are asked. Other columns are left out.',
  columnTexts: {
    user: 'user: as the Biuwer basic user is called',
    token: 'token: the Biuwer authentication token',
    times: (zone: string) =>
      `from and to, if you like: when the Biuwer token is valid, such as 2026-12-31 or 31/12/2026 18:00. A day alone means the midnight that it begins with; times are those of ${zone} unless they say otherwise.`,
    refresh:
      'refresh, if you like: by hand (also where the cell is empty), monthly, daily or session. Where your token source gives the Biuwer tokens, the column token may stay empty.',
  },
  file: 'CSV file',
  check: 'Dry run',
  checkText: 'The dry run asks which users are linked already. It changes nothing.',
  run: (count: string) => `Link ${count}`,
  resume: (count: string) => `Go on with ${count}`,
  stop: 'Stop',
  again: 'Another file',
  progress: 'Progress',
  done: 'Every row that could be linked is linked.',
  stopped: 'Stopped. What is done stays done; go on when you like.',
  lost: 'The connection broke off. What is done stays done; go on when it is back. A row that was sent twice does no harm.',
  line: 'Line',
  user: 'User',
  interval: 'Biuwer token',
  result: 'Result',
  results: {
    wrong: 'not sent',
    ready: 'ready',
    new: 'would be linked',
    known: 'is linked; the Biuwer token would be replaced',
    linked: 'linked',
    relinked: 'linked anew',
    failed: 'failed',
  },
  knownBySource: 'is linked; how the Biuwer tokens are replaced would be set',
  mistakes: {
    columns: 'The row has more cells than the heading has columns.',
    user: 'A user is 1 to 128 letters, digits, "_", ".", "@", "+" or "-".',
    noToken: 'The row has no Biuwer token.',
    intervalAlone:
      'The times are those of a Biuwer token, which the row lacks. The token source sets its own.',
    token: 'A Biuwer token is 1 to 512 letters, digits, "_" or "-".',
    time: 'A time is written such as 2026-12-31 or 2026-12-31 18:00, in the years 1970 to 9998. Where there is no end, leave the cell empty.',
    ambiguous: 'Day and month could be read either way. Write the day such as 2026-12-31.',
    order: 'The Biuwer token would end before it begins.',
    ended: 'The Biuwer token has ended already.',
    refresh: 'A Biuwer token is replaced by hand, monthly, daily or for each session.',
    noSource:
      'This service has no token source, so Biuwer tokens are replaced by hand. Leave the cell empty and give one.',
    repeated: (line: number) => `The user stands in line ${line} already.`,
    quotes: 'The quotes of the file do not match here.',
  },
  refusals: {
    conflict: 'This service has no token source, so Biuwer tokens are replaced by hand.',
    forbidden: 'Your key is not for this user.',
  },
  doubts: {
    shape: 'does not look like a Biuwer token',
    user: 'looks like a Biuwer token, not like a user',
    number: 'looks like a number that a spreadsheet has shortened',
  },
  doubtful: {
    number: (rows: number, lines: string) =>
      count(rows, {
        one: `# user looks like a number that a spreadsheet has shortened (line ${lines}). Format the column as text there, and save the file again.`,
        other: `# users look like numbers that a spreadsheet has shortened (lines ${lines}). Format the column as text there, and save the file again.`,
      }),
    shape: (rows: number, lines: string) =>
      count(rows, {
        one: `# value does not look like a Biuwer token, which is some 36 letters and digits (line ${lines}). Is it the right column?`,
        other: `# values do not look like Biuwer tokens, which are some 36 letters and digits (lines ${lines}). Is it the right column?`,
      }),
    user: (rows: number, lines: string) =>
      count(rows, {
        one: `# user looks like a Biuwer token (line ${lines}). Is it the right column?`,
        other: `# users look like Biuwer tokens (lines ${lines}). Is it the right column?`,
      }),
  },
  mapping: {
    title: 'Which column is which?',
    text: 'The file does not say it clearly. Choose the columns, and look at the first rows below.',
    columns: { user: 'User', token: 'Biuwer token', from: 'From', to: 'To', refresh: 'Replaced' },
    hints: {
      user: 'As the Biuwer basic user is called.',
      token: 'It is never shown, only how long it is.',
      from: 'If the Biuwer token begins later than now.',
      to: 'If the Biuwer token has an end.',
      refresh: 'By hand, monthly, daily or for each session.',
    },
    noColumn: 'not in the file',
    column: (place: number, heading: string) =>
      heading ? `column ${place}, “${heading}”` : `column ${place}`,
    from: (name: string, column: string) => `${name}: ${column}`,
    begins: (line: number) => `The users begin in line ${line}.`,
    first: 'First row with a user',
    firstHint: 'The row before it is the heading, if there is one.',
    row: (line: number, cell: string) => `line ${line}: ${cell}`,
    hidden: (characters: number) =>
      count(characters, { one: '•••• (# character)', other: '•••• (# characters)' }),
    preview: 'The first rows of the file',
    submit: 'Go on',
    change: 'Choose the columns',
    mistakes: {
      incomplete: 'Choose the column of the user, and that of the Biuwer token or of how it is replaced.',
      twice: 'A column is chosen twice.',
    },
  },
  empty: 'The file has no rows with users.',
  unreadable: {
    workbook:
      'This is a workbook, not a CSV file. Open it in Excel, Numbers or LibreOffice, save or export it as CSV (UTF-8), and choose that file here.',
    other: 'The file could not be read as text. Save or export it as CSV (UTF-8), and choose that file here.',
    gone: 'The file could not be read. Perhaps it was moved or deleted; choose it again.',
  },
  windows: 'The file is not written in UTF-8 and was read as Windows-1252. Check that names look right.',
  show: 'Show',
  allRows: 'all rows',
  doubtfulRows: 'to be checked',
  noneLeft: 'No row is so any more.',
  shown: (first: string, last: string, all: string) => `Rows ${first} to ${last} of ${all}`,
  turn: { label: 'Rows', back: 'Rows before', on: 'Next rows' },
  download: 'Download the results',
}
