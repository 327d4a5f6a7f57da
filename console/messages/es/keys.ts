import { counted } from '../counted.ts'
import type { Words } from '../words.ts'

const count = counted('es')

export const roles: Words['roles'] = {
  admin: { name: 'administrador', does: 'Todo, también las claves y las copias.' },
  manager: {
    name: 'gestor',
    does: 'Vincula usuarios, crea, cambia y revoca registros de token, y cierra sesiones de usuarios. No ve las claves.',
  },
  issuer: {
    name: 'emisor',
    does: 'Crea registros de token, los lee y obtiene sus tokens: lo que necesita su servidor.',
  },
  viewer: { name: 'lector', does: 'Ve todo y averigua por qué se rechazó un token. No cambia nada.' },
}

export const needs: Words['needs'] = {
  deeds: (deeds, key) => `Para ${deeds} hace falta ${key}`,
  page: (key) => `Para esta página hace falta ${key}`,
  role: (roles, own) => `una clave con el rol ${roles}; la suya tiene el rol ${own}.`,
  allUsers: 'una clave para todos los usuarios, porque afecta a todos; la suya es para algunos.',
  roleAndAllUsers: (roles, own) =>
    `una clave para todos los usuarios con el rol ${roles}; la suya es para algunos y tiene el rol ${own}.`,
}

export const keys: Words['keys'] = {
  title: 'Claves',
  key: 'Clave',
  text: 'Con una clave su servidor usa este servicio, y las personas entran aquí. Cada una tiene un rol que dice lo que puede hacer. Las claves raíz son ajustes del servicio y no están en la lista.',
  create: 'Nueva clave',
  empty: 'Aún no hay ninguna clave.',
  signedInWith: 'Ha entrado con',
  root: 'una clave raíz',
  rootText:
    'Puede hacerlo todo. Es para el primer día y para emergencias: cree claves para el trabajo diario.',
  own: 'esta clave',
  name: 'Nombre',
  role: 'Rol',
  users: 'Usuarios',
  allUsers: 'todos los usuarios',
  forUsers: (users) => `Para ${users}.`,
  forAllUsers: 'Para todos los usuarios.',
  more: (users) => count(users, { other: '# más' }),
  status: 'Estado',
  statuses: { active: 'activa', expired: 'terminada', revoked: 'revocada' },
  created: 'Creada',
  ends: 'Termina',
  endsOn: (time) => `Termina el ${time}.`,
  endless: 'No termina por sí sola.',
  lastUsed: 'Último uso',
  revoke: 'Revocar',
  revokeAndLeave: 'Revocar y salir',
  revokeTitle: (name) => `¿Revocar la clave «${name}» para siempre?`,
  revokeText: (length) =>
    `En ${length} deja de responderse toda llamada con esta clave, y quien haya entrado con ella sale de la consola. Lo que se hizo con ella queda. No se puede deshacer.`,
  revokeOwn: 'Usted ha entrado con esta misma clave: al revocarla saldrá de la consola.',
  revoked: (name) => `La clave «${name}» está revocada.`,
  effect: (calls) => `No se responde a ninguna llamada con ella desde las ${calls}.`,
  effectIn: (calls) => `Es decir, ${calls}.`,
  lost: 'La conexión se cortó, así que puede que se hiciera. La lista muestra cómo están ahora las claves.',
  form: {
    title: 'Nueva clave',
    nameHint: 'Quién o qué la usará. Así la nombra la auditoría.',
    nameMissing: 'Dé un nombre a la clave.',
    role: '¿Qué puede hacer?',
    users: 'Usuarios',
    usersHint:
      'Para quién es la clave: uno por línea, como store-1, o store-* para todos los que empiezan así. Vacío: todos los usuarios. Para una clave de algunos usuarios no existe nadie más.',
    usersWrong: (users) =>
      `Escriba un usuario, o cómo empiezan y después *, uno por línea. Esto no es ni lo uno ni lo otro: ${users}.`,
    to: 'Fin',
    toHint: (zone) => `En la zona horaria ${zone}. Vacío: no termina nunca por sí sola.`,
    toHintUntil: (time) =>
      `Su propia clave termina el ${time}: la que cree ha de terminar como tarde entonces.`,
    submit: 'Crear la clave',
  },
  made: {
    title: 'La clave',
    once: 'Se muestra esta única vez y nunca más: el propio servicio no la guarda. Cópiela ahora adonde se vaya a usar. Si se pierde, revóquela y cree otra.',
    copy: 'Copiar la clave',
    all: 'Todas las claves',
  },
}
