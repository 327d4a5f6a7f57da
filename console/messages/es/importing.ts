import { counted } from '../counted.ts'
import type { Words } from '../words.ts'

const count = counted('es')

export const importing: Words['import'] = {
  title: 'Importar usuarios',
  text: 'Un fichero de usuarios y sus tokens de autenticación de Biuwer, como lo guarda en CSV Excel, Numbers, LibreOffice o un programa. Se lee en esta pestaña, y cada fila se envía solo a este servicio.',
  columnsText:
    'La primera fila dice qué es cada columna, en cualquier orden. Si no lo dice, se le pregunta. Las demás columnas no se usan.',
  columnTexts: {
    user: 'usuario: como se llama el usuario básico de Biuwer',
    token: 'token: el token de autenticación de Biuwer',
    times: (zone) =>
      `desde y hasta, si quiere: cuándo vale el token de Biuwer, como 2026-12-31 o 31/12/2026 18:00. Un día solo significa la medianoche con la que empieza; las horas son las de ${zone} si no dicen otra cosa.`,
    refresh:
      'renovación, si quiere: a mano (también si la celda está vacía), mensual, diaria o sesión. Cuando su fuente de tokens da los tokens de Biuwer, la columna token puede quedar vacía.',
  },
  file: 'Fichero CSV',
  check: 'Ensayo',
  checkText: 'El ensayo pregunta qué usuarios están ya vinculados. No cambia nada.',
  run: (count) => `Vincular ${count}`,
  resume: (count) => `Seguir con ${count}`,
  stop: 'Parar',
  again: 'Otro fichero',
  progress: 'Progreso',
  done: 'Todas las filas que se podían vincular están vinculadas.',
  stopped: 'Parado. Lo hecho, hecho está; siga cuando quiera.',
  lost: 'La conexión se cortó. Lo hecho, hecho está; siga cuando vuelva. Una fila enviada dos veces no causa daño.',
  line: 'Línea',
  user: 'Usuario',
  interval: 'Token de Biuwer',
  result: 'Resultado',
  results: {
    wrong: 'sin enviar',
    ready: 'por vincular',
    new: 'se vincularía',
    known: 'ya vinculado; se sustituiría el token de Biuwer',
    linked: 'vinculado',
    relinked: 'vinculado de nuevo',
    failed: 'falló',
  },
  knownBySource: 'ya vinculado; se fijaría cómo se renuevan sus tokens de Biuwer',
  mistakes: {
    columns: 'La fila tiene más celdas que columnas tiene la cabecera.',
    user: 'Un usuario tiene de 1 a 128 letras, cifras, "_", ".", "@", "+" o "-".',
    noToken: 'La fila no tiene token de Biuwer.',
    intervalAlone:
      'Las horas son las de un token de Biuwer, que falta en la fila. La fuente de tokens pone las suyas.',
    token: 'Un token de Biuwer tiene de 1 a 512 letras, cifras, "_" o "-".',
    time: 'Una hora se escribe como 2026-12-31 o 2026-12-31 18:00, de los años 1970 a 9998. Si no hay fin, deje la celda vacía.',
    ambiguous: 'El día y el mes se pueden leer de dos maneras. Escriba el día como 2026-12-31.',
    order: 'El token de Biuwer terminaría antes de empezar.',
    ended: 'El token de Biuwer ya ha terminado.',
    refresh: 'Un token de Biuwer se renueva a mano, cada mes, cada día o en cada sesión.',
    noSource:
      'Este servicio no tiene fuente de tokens, así que los tokens de Biuwer se renuevan a mano. Deje la celda vacía y ponga uno.',
    repeated: (line) => `El usuario ya está en la línea ${line}.`,
    quotes: 'Las comillas del fichero no casan aquí.',
  },
  refusals: {
    conflict: 'Este servicio no tiene fuente de tokens, así que los tokens de Biuwer se renuevan a mano.',
    forbidden: 'Su clave no es para este usuario.',
  },
  doubts: {
    shape: 'no parece un token de Biuwer',
    user: 'parece un token de Biuwer, no un usuario',
    number: 'parece un número que una hoja de cálculo ha acortado',
  },
  doubtful: {
    number: (rows, lines) =>
      count(rows, {
        one: `# usuario parece un número que una hoja de cálculo ha acortado (línea ${lines}). Dé allí a la columna formato de texto y guarde el fichero otra vez.`,
        other: `# usuarios parecen números que una hoja de cálculo ha acortado (líneas ${lines}). Dé allí a la columna formato de texto y guarde el fichero otra vez.`,
      }),
    shape: (rows, lines) =>
      count(rows, {
        one: `# valor no parece un token de Biuwer, que tiene unas 36 letras y cifras (línea ${lines}). ¿Es esa la columna?`,
        other: `# valores no parecen tokens de Biuwer, que tienen unas 36 letras y cifras (líneas ${lines}). ¿Es esa la columna?`,
      }),
    user: (rows, lines) =>
      count(rows, {
        one: `# usuario parece un token de Biuwer (línea ${lines}). ¿Es esa la columna?`,
        other: `# usuarios parecen tokens de Biuwer (líneas ${lines}). ¿Es esa la columna?`,
      }),
  },
  mapping: {
    title: '¿Qué es cada columna?',
    text: 'El fichero no lo dice con claridad. Elija las columnas y mire las primeras filas abajo.',
    columns: { user: 'Usuario', token: 'Token de Biuwer', from: 'Desde', to: 'Hasta', refresh: 'Renovación' },
    hints: {
      user: 'Como se llama el usuario básico de Biuwer.',
      token: 'No se muestra nunca, solo cuánto mide.',
      from: 'Si el token de Biuwer empieza más tarde que ahora.',
      to: 'Si el token de Biuwer tiene fin.',
      refresh: 'A mano, cada mes, cada día o en cada sesión.',
    },
    noColumn: 'no está en el fichero',
    column: (place, heading) => (heading ? `columna ${place}, «${heading}»` : `columna ${place}`),
    from: (name, column) => `${name}: ${column}`,
    begins: (line) => `Los usuarios empiezan en la línea ${line}.`,
    first: 'Primera fila con un usuario',
    firstHint: 'La fila anterior es la cabecera, si la hay.',
    row: (line, cell) => `línea ${line}: ${cell}`,
    hidden: (characters) => count(characters, { one: '•••• (# carácter)', other: '•••• (# caracteres)' }),
    preview: 'Las primeras filas del fichero',
    submit: 'Seguir',
    change: 'Elegir las columnas',
    mistakes: {
      incomplete: 'Elija la columna del usuario, y la del token de Biuwer o la de su renovación.',
      twice: 'Una columna está elegida dos veces.',
    },
  },
  empty: 'El fichero no tiene filas con usuarios.',
  unreadable: {
    workbook:
      'Esto es un libro de cálculo, no un fichero CSV. Ábralo en Excel, Numbers o LibreOffice, guárdelo o expórtelo como CSV (UTF-8) y elija aquí ese fichero.',
    other:
      'El fichero no se pudo leer como texto. Guárdelo o expórtelo como CSV (UTF-8) y elija aquí ese fichero.',
    gone: 'El fichero no se pudo leer. Quizá se movió o se borró; elíjalo otra vez.',
  },
  windows:
    'El fichero no está escrito en UTF-8 y se leyó como Windows-1252. Compruebe que los nombres se ven bien.',
  show: 'Mostrar',
  allRows: 'todas las filas',
  doubtfulRows: 'por comprobar',
  noneLeft: 'Ya no hay ninguna fila así.',
  shown: (first, last, all) => `Filas ${first} a ${last} de ${all}`,
  turn: { label: 'Filas', back: 'Filas anteriores', on: 'Filas siguientes' },
  download: 'Descargar los resultados',
}
