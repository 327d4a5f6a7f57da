import { counted } from '../counted.ts'
import type { Words } from '../words.ts'

const count = counted('es')

export const users: Words['users'] = {
  title: 'Usuarios',
  text: 'Los tokens de autenticación de Biuwer de cada usuario se guardan cifrados y no se vuelven a mostrar.',
  link: 'Vincular un usuario',
  linkTitle: 'Vincular un usuario a Biuwer',
  relink: 'Sustituir',
  relinkTitle: (user) => `Sustituir los tokens de Biuwer de ${user}`,
  relinkText: (length) =>
    `Ocupa el lugar de todos los tokens de Biuwer del usuario. Los registros de token del usuario siguen igual. Los paneles abiertos con un token de Biuwer anterior se cierran en ${length} y se abren de nuevo con un token nuevo. Poner otra vez el mismo token de Biuwer no cambia nada.`,
  unlink: 'Desvincular',
  unlinkTitle: (user) => `¿Desvincular a ${user}?`,
  unlinkText: (records) =>
    records === 0
      ? 'Se olvidan los tokens de Biuwer. El usuario no tiene ningún registro de token vigente.'
      : count(records, {
          one: 'Se olvidan los tokens de Biuwer, y se revoca para siempre # registro de token del usuario.',
          other:
            'Se olvidan los tokens de Biuwer, y se revocan para siempre # registros de token del usuario.',
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
  exists: (user) => `${user} ya está vinculado. Al guardar se sustituyen sus tokens de Biuwer.`,
  user: 'Usuario',
  userHint: 'Como se llama el usuario básico de Biuwer: letras, cifras, "_", ".", "@", "+" o "-".',
  token: 'Token de autenticación de Biuwer',
  tokenHint: 'El token propio del usuario en Biuwer. Nadie puede volver a leerlo.',
  search: 'Empieza por',
  liveTokens: 'Registros vigentes',
  linkedAt: 'Vinculado',
  updatedAt: 'Último cambio',
  facts: 'Lo que se sabe del usuario',
  biuwerTokens: 'Tokens de Biuwer',
  ends: {
    all: 'todos',
    ending: 'terminan en una semana',
    expired: 'han terminado',
    failing: 'no se pudieron renovar',
  },
  actions: 'Acciones',
  newToken: 'Nuevo registro de token',
  empty: 'Ningún usuario coincide.',
  emptyAtAll: 'Aún no hay ningún usuario vinculado.',
  import: 'Importar',
  export: 'Exportar',
  exporting: (users) => count(users, { one: '# usuario hasta ahora…', other: '# usuarios hasta ahora…' }),
}
