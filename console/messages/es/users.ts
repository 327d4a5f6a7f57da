import { counted } from '../counted.ts'
import type { Words } from '../words.ts'

const count = counted('es')

export const users: Words['users'] = {
  title: 'Usuarios',
  text: 'El token de autenticación de Biuwer de cada usuario se guarda cifrado en la bóveda del edge, y no se vuelve a mostrar.',
  link: 'Vincular un usuario',
  linkTitle: 'Vincular un usuario a Biuwer',
  relink: 'Sustituir',
  relinkTitle: (user) => `Sustituir el token de Biuwer de ${user}`,
  relinkText: (length) =>
    `Los registros de token del usuario siguen igual. Los paneles abiertos con el token de Biuwer anterior se cierran en ${length} y se abren de nuevo con un token nuevo. Poner otra vez el mismo token de Biuwer no cambia nada.`,
  unlink: 'Desvincular',
  unlinkTitle: (user) => `¿Desvincular a ${user}?`,
  unlinkText: (records) =>
    records === 0
      ? 'Se olvida el token de Biuwer. El usuario no tiene ningún registro de token vigente.'
      : count(records, {
          one: 'Se olvida el token de Biuwer, y se revoca para siempre # registro de token del usuario.',
          other: 'Se olvida el token de Biuwer, y se revocan para siempre # registros de token del usuario.',
        }),
  unlinked: (user) => `${user} está desvinculado.`,
  signOut: 'Cerrar sesiones',
  signOutAll: 'Cerrar todas las sesiones',
  signOutTitle: (user) =>
    user === undefined ? '¿Cerrar las sesiones de todos?' : `¿Cerrar las sesiones de ${user}?`,
  signOutText:
    'Los paneles abiertos se cierran, y los tokens entregados hasta ahora ya no abren nada. Los registros de token siguen: las páginas que piden sus tokens se abren de nuevo solas, y las demás necesitan un token nuevo.',
  signedOut: (user) =>
    user === undefined ? 'Se han cerrado las sesiones de todos.' : `Se han cerrado las sesiones de ${user}.`,
  linked: (user) => `${user} está vinculado.`,
  relinked: (user) => `${user} está vinculado de nuevo.`,
  exists: (user) => `${user} ya está vinculado. Al guardar se sustituye su token de Biuwer.`,
  user: 'Usuario',
  userHint: 'Como se llama el usuario básico de Biuwer: letras, cifras, "_", ".", "@", "+" o "-".',
  token: 'Token de autenticación de Biuwer',
  tokenHint: 'El token propio del usuario en Biuwer. Nadie puede volver a leerlo.',
  search: 'Empieza por',
  liveTokens: 'Registros vigentes',
  linkedAt: 'Vinculado',
  updatedAt: 'Token de Biuwer puesto',
  actions: 'Acciones',
  newToken: 'Nuevo registro de token',
  empty: 'Ningún usuario coincide.',
  emptyAtAll: 'Aún no hay ningún usuario vinculado.',
  import: 'Importar',
  export: 'Exportar',
  exporting: (users) => count(users, { one: '# usuario hasta ahora…', other: '# usuarios hasta ahora…' }),
}

export const importing: Words['import'] = {
  title: 'Importar usuarios',
  text: 'Un fichero CSV de usuarios y sus tokens de autenticación de Biuwer: dos columnas, con o sin la cabecera user,biuwer_token. Se lee en esta pestaña, y cada fila se envía solo a este edge.',
  file: 'Fichero CSV',
  check: 'Ensayo',
  checkText: 'El ensayo pregunta al edge qué usuarios están ya vinculados. No cambia nada.',
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
  mistakes: {
    columns: 'La fila necesita un usuario y un token de Biuwer.',
    user: 'Un usuario son de 1 a 128 letras, cifras, "_", ".", "@", "+" o "-".',
    token: 'Un token de Biuwer son de 1 a 512 letras, cifras, "_" o "-".',
    repeated: (line) => `El usuario ya está en la línea ${line}.`,
    quotes: 'Las comillas del fichero no casan aquí.',
  },
  empty: 'El fichero no tiene filas.',
  unreadable: 'El fichero no se pudo leer como texto.',
  shown: (shown, all) => `Se muestran ${shown} de ${all} filas, primero las que tienen problemas.`,
  download: 'Descargar los resultados',
}
