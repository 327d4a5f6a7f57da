import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core'
import 'biuwer-embed/define'
import type { BiuwerErrorEvent } from 'biuwer-embed'

declare const EDGE: string

@Component({
  selector: 'app-reports',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <button type="button" (click)="resource.set('stock')">Stock</button>
    <button type="button" (click)="shown.set(!shown())">{{ shown() ? 'Hide' : 'Show' }}</button>
    <output>Opened {{ opened() }}</output>
    @if (shown()) {
      <biuwer-embed
        [resourceId]="resource()"
        [edge]="edge"
        token-url="/api/biuwer-token"
        (biuwer-ready)="countOpening()"
        (biuwer-error)="warn($event)"
      />
    }
  `,
})
export class Reports {
  readonly edge = EDGE
  readonly resource = signal('sales')
  readonly shown = signal(true)
  readonly opened = signal(0)

  countOpening() {
    this.opened.update((count) => count + 1)
  }

  warn(event: BiuwerErrorEvent) {
    console.warn(event.code)
  }
}
