import { counted } from '../counted.ts'
import type { Words } from '../words.ts'

const count = counted('es')

export const biuwerTokens: Words['biuwerTokens'] = {
  title: (user) => `Usuario ${user}`,
  table: 'Tokens de Biuwer',
  none: 'El usuario no tiene ningún token de Biuwer, así que no se abre ningún panel.',
  life: {
    endless: 'sin fin',
    ends: (when) => `termina ${when}`,
    endsOn: (date) => `termina el ${date}`,
    ended: (when) => `terminó ${when}`,
    endedOn: (date) => `terminó el ${date}`,
    begins: (when) => `empieza ${when}`,
    beginsOn: (date) => `empieza el ${date}`,
    pending: 'aún no vale',
    none: 'sin token de Biuwer',
    failing: (since) => `falla desde ${since}`,
    neverReplaced: 'sin fin, así que no se renueva',
  },
  replaced: {
    manual: 'se renueva a mano',
    monthly: 'se renueva solo cada mes',
    daily: 'se renueva solo cada día',
    session: 'se pide en cada sesión',
  },
  refresh: {
    title: 'Cómo se renuevan',
    titleOf: (user) => `¿Cómo se renuevan los tokens de Biuwer de ${user}?`,
    change: 'Cambiar',
    label: 'Se renuevan',
    choices: { manual: 'A mano', monthly: 'Cada mes', daily: 'Cada día', session: 'En cada sesión' },
    meanings: {
      manual:
        'Usted añade el siguiente token de Biuwer antes de que termine el actual. Lo mejor si cambian poco.',
      monthly:
        'Cada mes se pide a su fuente de tokens el siguiente token de Biuwer, antes de que termine el actual. Nadie nota el cambio.',
      daily:
        'Cada día se pide a su fuente de tokens el siguiente token de Biuwer, antes de que termine el actual. Una copia vale un día, o poco más.',
      session:
        'Se pide a su fuente un token de Biuwer cada vez que un lector abre paneles, y se borra cuando se va. Lo más seguro: después, una copia no vale nada. Mientras la fuente no responde no se abre ningún panel.',
    },
    noSource: 'Este servicio no tiene fuente de tokens, así que los tokens de Biuwer se renuevan a mano.',
    noSourceHow:
      'Una fuente de tokens es un pequeño programa suyo que pide tokens a Biuwer. Quien lleva este servicio encuentra uno del que partir en su documentación, y pone su dirección:',
    failing: (since) =>
      `La fuente de tokens no da ningún token de Biuwer desde ${since}. Se le sigue preguntando; quien la lleva puede ver allí el motivo.`,
    endless:
      'Hay un token de Biuwer sin fin, así que no se pide otro a la fuente de tokens. Bórrelo cuando quiera que se pida.',
    changed: (user, how) => `Tokens de Biuwer de ${user}: ${how}.`,
    conflict: 'Este servicio no tiene fuente de tokens, así que los tokens de Biuwer se renuevan a mano.',
  },
  noneKept:
    'Cada sesión recibe un token de Biuwer propio, que se borra cuando termina. Aquí no se guarda ninguno.',
  validity: 'Vale',
  state: 'Estado',
  added: 'Añadido',
  origin: 'Vino de',
  origins: { source: 'la fuente de tokens', person: 'una persona' },
  status: { pending: 'aún no', active: 'vale', expired: 'terminó', revoked: 'borrado' },
  gap: (from, to) =>
    `Ningún token de Biuwer vale desde ${from} hasta ${to}: entonces no se abre ningún panel. Añada uno para ese tiempo.`,
  lastEnds: (when) =>
    `El último token de Biuwer ${when}, y no hay otro después. Añada el siguiente a tiempo.`,
  add: 'Añadir token de Biuwer',
  replaceAll: 'Sustituirlos todos',
  addTitle: (user) => `Añadir un token de Biuwer de ${user}`,
  addText: 'Se usa desde que empieza. No se cierra ningún panel abierto.',
  addedNote: (user) => `El token de Biuwer de ${user} está añadido.`,
  tooMany: 'Un usuario tiene como máximo cinco tokens de Biuwer. Borre antes uno.',
  from: 'Desde',
  fromHint: (zone) => `Como en Biuwer; las horas son las de ${zone}. Vacío: desde ahora.`,
  fromNext: (zone) => `Cuando termina el actual; antes no hace daño. Las horas son las de ${zone}.`,
  to: 'Hasta',
  toHint: 'Como en Biuwer. Vacío: no tiene fin.',
  optionalToken: 'Puede quedar vacío: lo da la fuente de tokens.',
  delete: 'Borrar',
  deleteTitle: (interval, user) => `¿Borrar el token de Biuwer de ${user}, ${interval}?`,
  deleteShown: (length) =>
    `Los paneles abiertos con él se cierran en ${length}, y se abren de nuevo con otro token de Biuwer del usuario que vale ahora.`,
  deleteLast: (length) =>
    `Los paneles abiertos con él se cierran en ${length}. Ningún otro token de Biuwer del usuario vale ahora, así que no se abre ninguno hasta que lo haya.`,
  deleteUnused: 'Ahora no se usa, así que no se cierra ningún panel.',
  deleted: (user) => `El token de Biuwer de ${user} está borrado.`,
  attention: {
    expired: (users) =>
      count(users, {
        one: 'Los tokens de Biuwer de # usuario han terminado: sus paneles no se abren.',
        other: 'Los tokens de Biuwer de # usuarios han terminado: sus paneles no se abren.',
      }),
    failing: (users) =>
      count(users, {
        one: 'La fuente de tokens no da ningún token de Biuwer para # usuario.',
        other: 'La fuente de tokens no da ningún token de Biuwer para # usuarios.',
      }),
    ending: (users) =>
      count(users, {
        one: 'Los tokens de Biuwer de # usuario terminan en una semana.',
        other: 'Los tokens de Biuwer de # usuarios terminan en una semana.',
      }),
  },
}
