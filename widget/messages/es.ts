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
  denied: 'No tiene acceso al panel aquí.',
  busy: 'Hay demasiadas solicitudes. Se reintentará en breve.',
  away: 'No se puede contactar con el servicio.',
  blocked: 'La política de seguridad de esta página lo bloquea.',
  withheld: 'Este sitio web no ha dado acceso al panel.',
}
