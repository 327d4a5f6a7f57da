/** Keys that are no characters, by their name in `KeyboardEvent.key`, as WebDriver writes them (its *Keyboard actions*). */
const NAMED: Record<string, string> = {
  Alt: '\uE00A',
  ArrowDown: '\uE015',
  ArrowLeft: '\uE012',
  ArrowRight: '\uE014',
  ArrowUp: '\uE013',
  Backspace: '\uE003',
  Control: '\uE009',
  Delete: '\uE017',
  End: '\uE010',
  Enter: '\uE007',
  Escape: '\uE00C',
  Home: '\uE011',
  PageDown: '\uE00F',
  PageUp: '\uE00E',
  Shift: '\uE008',
  Space: ' ',
  Tab: '\uE004',
}

/** The keystroke as WebDriver's input actions, which WebDriver BiDi took over. */
export function pressed(key: string): object[] {
  const keys = key === '+' ? ['+'] : key.split('+').map(keyOf)
  const down = keys.map((value) => ({ type: 'keyDown', value }))
  const up = keys.toReversed().map((value) => ({ type: 'keyUp', value }))
  return [{ type: 'key', id: 'keyboard', actions: [...down, ...up] }]
}

/** Typing as WebDriver's input actions. */
export function typed(text: string): object[] {
  const strokes = [...text].flatMap((value) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ])
  return [{ type: 'key', id: 'keyboard', actions: strokes }]
}

/** A click with the mouse as WebDriver's input actions. */
export function clicked(x: number, y: number): object[] {
  const actions = [
    { type: 'pointerMove', x, y },
    { type: 'pointerDown', button: 0 },
    { type: 'pointerUp', button: 0 },
  ]
  return [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }]
}

function keyOf(name: string): string {
  const key = NAMED[name] ?? name
  if ([...key].length !== 1) throw new TypeError(`no key is named ${name}`)
  return key
}
