/**
 * Sets the clock of the edge's isolate ahead, for its worker and its Durable Objects alike, which share the isolate. Alarms,
 * KV and the rate limiter are the platform's and keep to the machine's clock.
 */
const MachineDate = Date
let aheadMs = 0

const now = () => MachineDate.now() + aheadMs

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, given, type) => Reflect.construct(target, given.length > 0 ? given : [now()], type),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
})

export function setAhead(seconds: number): void {
  aheadMs = seconds * 1000
}
