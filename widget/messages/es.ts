import type { Messages } from './en.ts'

export const es: Messages = {
  label: 'Panel de Biuwer',
  loading: 'Cargando el panel…',
  failed: 'No se puede mostrar el panel',
  retry: 'Reintentar',
  setup: 'No está bien configurado en esta página.',
  early: 'Su acceso aún no ha comenzado.',
  ended: 'Su acceso ha terminado.',
  withdrawn: 'Se le ha retirado el acceso.',
  used: 'Este acceso ya se ha utilizado.',
  denied: 'No tiene acceso a él aquí.',
  away: 'El servicio no puede responder en este momento.',
}
